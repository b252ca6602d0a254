import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { buildConfig } from './config/build-config.js';
import { ConfigError } from './config/config-error.js';
import { errorCode } from './config/error-code.js';
import type { Environment } from './config/interpolate.js';
import { readEnvironment } from './config/read-environment.js';
import type { RawSettings } from './config/raw-settings.js';
import { readYaml } from './config/read-yaml.js';
import type { Config, SandboxConfig } from './config/settings.js';

export { ConfigError };
export type {
  AdminConfig,
  Config,
  DirectoryConfig,
  DirectoryToken,
  SandboxConfig,
  ServerConfig,
} from './config/settings.js';

export interface ConfigSources {
  readonly env: Environment;
  /** Absolute; where `drawbridge.yaml` is looked for. */
  readonly cwd: string;
  /** The file named on the command line; stronger than `DRAWBRIDGE_CONFIG`. */
  readonly argvPath?: string | undefined;
  /** Epoch milliseconds; tells which tokens have expired. */
  readonly now?: number;
}

/**
 * What the operator wants, from the one place that says so: the named file, else `./drawbridge.yaml`, else the
 * environment; where none of them says anything, the sandbox.
 *
 * @returns a frozen value every other part may trust
 * @throws {ConfigError} naming every problem at once, never a secret
 */
export function loadConfig(sources: ConfigSources): Config | SandboxConfig {
  const raw = readFile(sources) ?? readEnvironment(sources.env);
  if (raw !== undefined) return buildConfig(raw, sources.now ?? Date.now());
  return Object.freeze({ kind: 'sandbox', port: sandboxPort(sources.env['PORT']) });
}

function readFile({ env, cwd, argvPath }: ConfigSources): RawSettings | undefined {
  const named = argvPath ?? (env['DRAWBRIDGE_CONFIG'] || undefined);
  const file = path.resolve(cwd, named ?? 'drawbridge.yaml');
  if (named === undefined && !existsSync(file)) return undefined;
  const relative = path.relative(cwd, file);
  const shown = relative.startsWith('..') ? file : relative;
  return readYaml(textOf(file, shown), file, shown, env);
}

function textOf(file: string, shown: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError([
      `${shown}: cannot be read (${errorCode(error)}); name the file in DRAWBRIDGE_CONFIG or with --config`,
    ]);
  }
}

function sandboxPort(port = ''): number {
  if (port === '') return 8080;
  const number = Number(port);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new ConfigError(['PORT: must be a whole number from 0 to 65535']);
}
