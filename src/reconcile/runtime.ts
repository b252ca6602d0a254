import type { DesiredAccount, DesiredGroup, Mapped } from '../model/account.js';
import type { Log } from '../model/log.js';
import type { ScimGroup } from '../model/scim-group.js';
import type { ScimUser } from '../model/scim-user.js';
import type { TargetConfig } from '../model/target-config.js';
import type { Membership } from '../store/desired-state.js';
import type { Settling } from '../store/due-queue.js';
import type { Store } from '../store/store.js';
import type { Target } from '../targets/target.js';

/** What a SCIM resource means in one target; pure. Bound to the target's configuration by `main`. */
export interface Mapper {
  mapAccount(user: ScimUser, memberships: readonly Membership[]): Mapped<DesiredAccount>;
  mapGroup(group: ScimGroup): readonly DesiredGroup[];
}

/** The steps of a batch at which a process may die: what a test kills it at. */
export type BatchStep = 'claimed' | 'observed' | 'intended' | 'applied' | 'recorded' | 'completed';

/** Everything one target's loop works with. */
export interface Runtime {
  readonly config: TargetConfig;
  readonly target: Target;
  readonly mapper: Mapper;
  readonly store: Store;
  readonly log: Log;
  readonly now: () => number;
  /** From 0 up to, not including, 1: for jitter. */
  readonly random: () => number;
  readonly newId: () => string;
  readonly settling: Settling;
  readonly onStep?: ((step: BatchStep) => void) | undefined;
}

/**
 * How long to wait before the next try: exponential with full jitter, at most five minutes, or thirty seconds for
 * whoever must leave. Milliseconds.
 */
export function backOffMs(attempts: number, random: () => number, isLeaver = false): number {
  const ceiling = Math.min(isLeaver ? 30_000 : 300_000, 1000 * 2 ** Math.min(attempts, 20));
  return Math.max(250, Math.floor(random() * ceiling));
}
