import type { DbtCloudConfig } from '../../model/target-config.js';
import { isClosed, type DbtApi } from './dbt-api.js';
import { groupAnswer } from './dbt-group.js';
import type { DbtUser } from './dbt-user.js';
import { pathsOf, type Dialect } from './paths.js';

/**
 * Decides which surface a server speaks, by reads alone: the wrong dialect's writes may hit somebody else or do nothing.
 *
 *   configured │ people show            │ v3 groups │ dialect
 *   yes        │ anything               │ not asked │ as configured; a contradiction is a warning
 *   auto       │ nested licence records │ not asked │ platform, also when v2's flat shape is there too
 *   auto       │ a flat licence         │ not asked │ v2
 *   auto       │ neither, or nobody     │ readable, without members │ platform
 *   auto       │ neither, or nobody     │ otherwise │ v2, with a warning
 */
export async function decideDialect(
  config: DbtCloudConfig,
  api: DbtApi,
  users: readonly DbtUser[],
  signal: AbortSignal,
): Promise<{ readonly dialect: Dialect; readonly warnings: readonly string[] }> {
  const seen = spokenBy(users);
  if (config.dialect !== 'auto') {
    const contradicted = seen !== undefined && seen !== config.dialect;
    const warning = `dialect is set to ${config.dialect}, but the server's users look like ${seen ?? 'neither'}; check it, or set it to auto.`;
    return { dialect: config.dialect, warnings: contradicted ? [warning] : [] };
  }
  if (seen !== undefined) return { dialect: seen, warnings: [] };
  if (await hasPlatformGroups(config, api, signal)) return { dialect: 'platform', warnings: [] };
  const warning =
    'No user shows which dialect the server speaks; v2 is assumed. Set dialect to v2 or platform to be sure.';
  return { dialect: 'v2', warnings: [warning] };
}

function spokenBy(users: readonly DbtUser[]): Dialect | undefined {
  const shapes = new Set(users.map((user) => user.speaks));
  if (shapes.has('platform')) return 'platform';
  return shapes.has('v2') ? 'v2' : undefined;
}

async function hasPlatformGroups(config: DbtCloudConfig, api: DbtApi, signal: AbortSignal): Promise<boolean> {
  try {
    const page = await api.page(pathsOf(config.accountId, 'platform').groups, groupAnswer, 0, signal);
    return page.rows.length > 0 && page.rows.every((group) => group.users === undefined);
  } catch (error) {
    if (isClosed(error)) return false;
    throw error;
  }
}
