import type { Config, DirectoryConfig, SandboxConfig } from '../config.js';
import { noLicence } from '../model/account.js';
import type { AlertConfig, ChannelConfig } from '../model/alert-config.js';
import type { AnyTargetConfig, LicenceRule } from '../model/target-config.js';

/** The configuration as it may be shown: credentials are replaced by the fact that they are there. */
export function maskConfig(config: Config | SandboxConfig): unknown {
  if (config.kind === 'sandbox') return config;
  const { server, database, acknowledge, sweep, alert, warnings } = config;
  return {
    server,
    database,
    acknowledge,
    sweep,
    ...(alert === undefined ? {} : { alert: { ...alert, channels: alert.channels.map(maskChannel) } }),
    warnings,
    admin: config.admin === 'off' ? 'off' : { tokenSha256: hint(config.admin.tokenSha256) },
    directories: config.directories.map((directory) => ({
      ...directory,
      tokens: directory.tokens.map((token) => ({ ...token, sha256: hint(token.sha256) })),
    })),
    targets: config.targets.map(maskTarget),
  };
}

/** The address of a channel is a credential from its path on. */
function maskChannel(channel: ChannelConfig): unknown {
  const url = `${new URL(channel.url).origin}/…`;
  return 'secret' in channel ? { ...channel, url, secret: '[set]' } : { ...channel, url };
}

const secretSettings: ReadonlySet<string> = new Set(['token', 'apiKey', 'password']);

/** Whatever a target type calls its credential, and wherever it keeps it. */
function maskTarget(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(maskTarget);
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, secretSettings.has(name) ? '[set]' : maskTarget(each)]),
  );
}

/** The configuration in words: enough to see that it was understood as it was meant. */
export function describeConfig(config: Config | SandboxConfig): string {
  if (config.kind === 'sandbox') {
    return 'Nothing is configured: there is no drawbridge.yaml here and no variable set. `drawbridge serve` would start the sandbox.';
  }
  const { server, admin, acknowledge, sweep } = config;
  const lines = [
    [
      'listens on',
      `${server.host}:${String(server.port)}${server.publicUrl === undefined ? '' : `, known as ${server.publicUrl}`}`,
    ],
    ['database', config.database],
    ['admin API', admin === 'off' ? 'off' : `with a token (SHA-256 ${hint(admin.tokenSha256)})`],
    ['waits', `up to ${String(acknowledge.waitSeconds)} s for the outcome of one person's change`],
    [
      'sweeps',
      `every ${String(sweep.everyMinutes)} min; looks for accepted invitations every ${String(sweep.invitationsEverySeconds)} s`,
    ],
    ...(config.alert === undefined ? [] : [['alerts', describeAlerts(config.alert)]]),
    ...config.directories.map((directory, index) => [
      `directory ${directory.name}`,
      describeDirectory(directory, index),
    ]),
    ...config.targets.map((target) => [`target ${target.name}`, describeTarget(target)]),
    ...config.warnings.map((warning) => ['warning', warning]),
  ];
  const width = Math.max(...lines.map(([name = '']) => name.length));
  return [
    'The configuration is usable.',
    '',
    ...lines.map(([name = '', value = '']) => `${name.padEnd(width)}  ${value}`),
  ].join('\n');
}

function describeAlerts({ leaverMinutes, silenceHours, channels }: AlertConfig): string {
  const silence = silenceHours === 0 ? 'never for silence' : `after ${String(silenceHours)} h of silence`;
  const told = channels.map(({ name, kind, url }) => `${name} (${kind} at ${new URL(url).host})`).join(', ');
  return `${String(leaverMinutes)} min after somebody left, ${silence}; told: ${told || 'nobody'}`;
}

function describeDirectory({ name, tokens, targets }: DirectoryConfig, index: number): string {
  const address = index === 0 ? `/scim/v2 and /scim/${name}/v2` : `/scim/${name}/v2`;
  const held = tokens.map(({ label, sha256 }) => `${label} (SHA-256 ${hint(sha256)})`).join(', ');
  return `at ${address}; tokens: ${held}; targets: ${targets.join(', ') || 'none'}`;
}

function describeTarget(target: AnyTargetConfig): string {
  const { guard, groups, licence, limits } = target;
  return [
    `${target.type}, ${target.type === 'dbt-cloud' ? `account ${target.accountId} at ` : ''}${target.baseUrl}, credential set`,
    `mode ${target.mode}${target.type === 'dbt-cloud' ? `, dialect ${target.dialect}` : ''}`,
    ...(licence.default === noLicence ? [] : [describeLicence(licence)]),
    `groups ${groups.create ? 'are created' : 'are never created'}, membership ${groups.membership}`,
    `holds more than ${String(guard.removals)} or ${String(guard.fraction * 100)} % removals in ${String(guard.windowMinutes)} min`,
    `at most ${String(limits.perMinute)} calls a minute, ${String(limits.concurrency)} at once`,
  ].join('; ');
}

function describeLicence({ default: fallback, byGroup }: LicenceRule): string {
  const further = Object.entries(byGroup).map(([name, from]) => `, ${name} for ${from.join(', ')}`);
  return `licence ${fallback}${further.join('')}`;
}

/** Enough of a digest to see that two people mean the same token. */
function hint(sha256: string): string {
  return `${sha256.slice(0, 8)}…`;
}
