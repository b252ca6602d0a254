import type { Status } from '../openapi/admin-schemas.js';
import { readTargetStatus } from '../reconcile/target-status.js';
import { listHighAlerts } from '../store/alerts.js';
import { countDirectories } from '../store/directories.js';
import { countPresumedSent } from '../store/shadows.js';
import type { AdminOptions } from './admin-options.js';

/** More alerts than anybody reads at a glance. */
const mostAlerts = 50;

/** Every directory and every target at a glance. */
export async function readStatus(options: AdminOptions): Promise<Status> {
  const { store, engine, version, startedAt, now, warnings } = options;
  const loops = [...engine.loops.values()];
  return {
    version,
    uptimeSeconds: Math.max(0, Math.round((now() - startedAt) / 1000)),
    directories: (await countDirectories(store)).map(({ lastRequestAt, ...directory }) => ({
      ...directory,
      lastRequestAt: lastRequestAt === null ? null : new Date(lastRequestAt).toISOString(),
    })),
    targets: await Promise.all(loops.map(readTargetStatus)),
    warnings: [
      ...warnings,
      ...(await listHighAlerts(store, mostAlerts)),
      ...loops.flatMap(({ preflight, runtime }) =>
        (preflight?.warnings ?? []).map((each) => `${runtime.config.name}: ${each}`),
      ),
      ...(await countPresumedSent(store)).map(
        ({ target, count }) =>
          `${target}: ${count} invitations were never confirmed and are presumed sent; their people's provisioning state says so`,
      ),
    ],
  };
}
