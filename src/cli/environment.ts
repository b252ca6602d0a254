import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';

/** The environment, completed by a `.env` file in the working directory; what is already set wins over the file. */
export function environmentFor(cwd: string, env: NodeJS.ProcessEnv): Readonly<Record<string, string | undefined>> {
  const file = path.join(cwd, '.env');
  return existsSync(file) ? { ...parseEnv(readFileSync(file, 'utf8')), ...env } : env;
}
