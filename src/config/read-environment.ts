import type { Environment } from './interpolate.js';
import { formatPath } from './raw-settings.js';
import type { RawSettings, SettingPath } from './raw-settings.js';

/** Target name → its type, and which variable carries which of its settings. */
const targetVariables = {
  dbt: {
    type: 'dbt-cloud',
    settings: { baseUrl: 'DBT_CLOUD_URL', accountId: 'DBT_CLOUD_ACCOUNT_ID', token: 'DBT_CLOUD_TOKEN' },
  },
  metabase: { type: 'metabase', settings: { baseUrl: 'METABASE_URL', apiKey: 'METABASE_API_KEY' } },
  retool: { type: 'retool', settings: { baseUrl: 'RETOOL_URL', token: 'RETOOL_API_TOKEN' } },
} as const;

/**
 * The settings the environment alone describes: one directory called `default`, and a target for each vendor that has a
 * variable. Undefined when nothing asks for a real start: then it is the sandbox.
 *
 * An empty variable counts as not set, because container tools pass those; an empty `SCIM_TOKEN` or
 * `DRAWBRIDGE_ADMIN_TOKEN` was meant to be a token and is reported as empty. `PORT` and `DATABASE_URL` decide nothing:
 * platforms set them unasked.
 */
export function readEnvironment(env: Environment): RawSettings | undefined {
  const set = (variable: string) => (env[variable] === '' ? undefined : env[variable]);
  const targets = Object.entries(targetVariables)
    .map(([name, { type, settings }]) => ({ name, type, settings: Object.entries(settings) }))
    .filter(({ settings }) => settings.some(([, variable]) => set(variable) !== undefined));
  const asksForMore = env['SCIM_TOKEN'] !== undefined || env['DRAWBRIDGE_ADMIN_TOKEN'] !== undefined;
  if (targets.length === 0 && !asksForMore) return undefined;

  const variables = new Map([
    ['admin', 'DRAWBRIDGE_ADMIN_TOKEN'],
    ['database', 'DATABASE_URL'],
    ['server.port', 'PORT'],
    ['directories[0].tokens[0]', 'SCIM_TOKEN'],
    ...targets.flatMap(({ settings }, index) =>
      settings.map(([setting, variable]) => [`targets[${String(index)}].${setting}`, variable] as const),
    ),
    ...targets.map(({ settings }, index) => [`targets[${String(index)}]`, settings[0]?.[1] ?? ''] as const),
  ]);

  const adminToken = env['DRAWBRIDGE_ADMIN_TOKEN'];
  return {
    from: 'environment',
    problems: [],
    value: {
      server: { port: set('PORT') },
      database: set('DATABASE_URL'),
      admin: adminToken === undefined || adminToken === 'off' ? adminToken : { token: adminToken },
      directories: [
        {
          name: 'default',
          tokens: [{ label: 'SCIM_TOKEN', value: env['SCIM_TOKEN'] }],
          targets: targets.map(({ name }) => name),
        },
      ],
      targets: targets.map(({ name, type, settings }) => ({
        name,
        type,
        ...Object.fromEntries(settings.map(([setting, variable]) => [setting, env[variable]])),
      })),
    },
    locate: (path) => variableFor(path, variables),
  };
}

/** The variable a setting came from, or that of the nearest setting around it. */
function variableFor(path: SettingPath, variables: ReadonlyMap<string, string>): string {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const variable = variables.get(formatPath(path.slice(0, depth)));
    if (variable !== undefined) return variable;
  }
  return 'environment';
}
