import { setTimeout as pause } from 'node:timers/promises';
import { isObject, type Check } from './check.js';
import type { TargetStatus } from '../../openapi/admin-schemas.js';

export interface Settling {
  /** How the target stands, from the admin API. */
  readonly status: () => Promise<TargetStatus>;
  /** What else must have come about, such as an accepted invitation having been noticed. */
  readonly told: () => Promise<Check | undefined>;
  readonly now: () => number;
  readonly withinMs: number;
}

export interface Settled {
  /** False when the time was up first. */
  readonly inTime: boolean;
  readonly checks: readonly Check[];
}

/** Waits until Drawbridge says that dbt holds what was asked, and no longer than it may. */
export async function settle({ status, told, now, withinMs }: Settling): Promise<Settled> {
  const until = now() + withinMs;
  for (;;) {
    const checks = [await told(), convergence(await status())].filter((check) => check !== undefined);
    const settled = checks.every((check) => check.differences.length === 0);
    if (settled || now() >= until) return { inTime: settled, checks };
    await pause(pollMs);
  }
}

const pollMs = 40;

function convergence(target: TargetStatus): Check {
  const { converged, due, held, failing, lastError } = target;
  const standing = `${String(due)} due, ${String(held)} held, ${String(failing)} failing`;
  const actual = lastError === null ? standing : `${standing}; ${lastError}`;
  return {
    claim: 'Drawbridge says it is converged',
    differences: converged ? [] : [{ at: 'status', expected: 'converged', actual }],
  };
}

/** Whether a user, as SCIM shows it, is said to be in that state. */
export function provisioningCheck(user: unknown, about: string, state: string): Check {
  const extension = isObject(user) ? user[provisioningUrn] : undefined;
  const targets = isObject(extension) && Array.isArray(extension['targets']) ? (extension['targets'] as unknown[]) : [];
  const states = targets.map((each) => (isObject(each) ? String(each['state']) : '')).join(', ');
  return {
    claim: `SCIM says that ${about} is ${state}`,
    differences: states === state ? [] : [{ at: `state of ${about}`, expected: state, actual: states || 'nothing' }],
  };
}

const provisioningUrn = 'urn:drawbridge:params:scim:schemas:extension:provisioning:2.0:User';
