import { alertSchema } from './alert-schema.js';
import { checkReferences } from './check-references.js';
import { Checks } from './checks.js';
import { collectWarnings } from './collect-warnings.js';
import { ConfigError } from './config-error.js';
import type { RawSettings } from './raw-settings.js';
import * as schemas from './section-schemas.js';
import type { Config } from './settings.js';

/**
 * Checks settings and fills in the defaults. Every problem is found at once: a section that is wrong does not hide what
 * is wrong in the next.
 *
 * @param now epoch milliseconds, to tell which tokens have expired
 * @throws {ConfigError} one line for each problem
 */
export function buildConfig(raw: RawSettings, now: number): Config {
  const checks = new Checks(raw);
  checks.topLevelKeys();
  const server = checks.section(schemas.serverSchema, ['server']);
  const database = checks.section(schemas.databaseSchema, ['database']);
  const admin = checks.admin();
  const acknowledge = checks.section(schemas.acknowledgeSchema, ['acknowledge']);
  const sweep = checks.section(schemas.sweepSchema, ['sweep']);
  const alert = checks.section(alertSchema, ['alert']);
  const directories = checks.list('directories', (at) => checks.section(schemas.directorySchema, at));
  const targets = checks.list('targets', (at) => checks.target(at));
  checks.add(...checkReferences(raw.value, directories, targets));
  if (directories.length === 0) checks.add({ path: ['directories'], message: 'needs at least one directory' });

  const lines = checks.lines();
  if (lines.length > 0 || !server || database === undefined || !admin || !acknowledge || !sweep || !alert) {
    throw new ConfigError(lines);
  }
  const config = {
    kind: 'configured' as const,
    server,
    database,
    admin,
    acknowledge,
    sweep,
    alert,
    directories: directories.filter((each) => each !== undefined),
    targets: targets.filter((each) => each !== undefined),
    secrets: secretsIn(raw.value),
  };
  return deepFreeze({ ...config, warnings: collectWarnings(config, now) });
}

/**
 * The credentials of a configuration by the names of their settings, before the tokens among them are hashed away. The
 * address of an alert channel is one: whoever knows it can post there.
 */
function secretsIn(value: unknown, setting = ''): string[] {
  if (typeof value === 'string') return secretSettings.has(setting) && value !== '' ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((each: unknown) => secretsIn(each));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => secretsIn(each, key));
}

const secretSettings = new Set(['token', 'value', 'apiKey', 'password', 'secret', 'url']);

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}
