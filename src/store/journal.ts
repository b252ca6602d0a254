import type { RemoteId } from '../model/account.js';
import type { Operation } from '../model/operation.js';
import type { Store, Trx } from './store.js';
import type { OperationRow } from './tables.js';

export interface Intent {
  readonly id: string;
  readonly target: string;
  readonly batch: string;
  readonly operation: Operation;
  readonly subjects: readonly string[];
  readonly before: unknown;
  readonly removedAccounts: number;
  /** Members it takes away, by group; a write that touches several groups is one row for each in the window's count. */
  readonly removedMembers: ReadonlyMap<RemoteId, number>;
  readonly hold: string | undefined;
  readonly cause: string;
  readonly at: number;
}

/** Stores what is about to be sent. After a crash, rows left `intended` say what may or may not have landed. */
export async function recordIntent(trx: Trx, intent: Intent): Promise<void> {
  const removed = [...intent.removedMembers];
  await trx
    .insertInto('operation')
    .values({
      id: intent.id,
      target: intent.target,
      batch: intent.batch,
      operation: JSON.stringify(intent.operation),
      kind: intent.operation.kind,
      subjects: JSON.stringify(intent.subjects),
      before: intent.before === undefined ? null : JSON.stringify(intent.before),
      state: 'intended',
      detail: null,
      remote_id: null,
      removed_accounts: intent.removedAccounts,
      removed_members: JSON.stringify(removed),
      hold: intent.hold ?? null,
      cause: intent.cause,
      intended_at: intent.at,
      finished_at: null,
    })
    .execute();
}

export type OperationState = 'done' | 'failed' | 'unknown';

export async function recordOutcome(
  trx: Trx,
  id: string,
  outcome: {
    readonly state: OperationState;
    readonly detail: string | undefined;
    readonly remoteId: RemoteId | undefined;
    readonly at: number;
  },
): Promise<void> {
  await trx
    .updateTable('operation')
    .set({
      state: outcome.state,
      detail: outcome.detail ?? null,
      remote_id: outcome.remoteId ?? null,
      finished_at: outcome.at,
    })
    .where('id', '=', id)
    .execute();
}

/** Operations a former process had begun and never finished: nobody knows whether they landed. */
export async function listInterrupted(store: Store, target: string): Promise<OperationRow[]> {
  return store.db
    .selectFrom('operation')
    .selectAll()
    .where('target', '=', target)
    .where('state', '=', 'intended')
    .where('finished_at', 'is', null)
    .execute();
}

export interface RemovalHistory {
  readonly accounts: number;
  readonly membersByGroup: ReadonlyMap<RemoteId, number>;
}

/**
 * What a target lost since `since`, for the guard's rolling window. Removals a person approved do not count; those of
 * unknown outcome do.
 */
export async function readRemovals(store: Store, target: string, since: number): Promise<RemovalHistory> {
  const rows = await store.db
    .selectFrom('operation')
    .select(['removed_accounts', 'removed_members'])
    .where('target', '=', target)
    .where('intended_at', '>=', since)
    .where('state', 'in', ['done', 'unknown', 'intended'])
    .where('hold', 'is', null)
    .where('kind', 'in', ['deactivate-account', 'set-group-members', 'set-account-groups', 'remove-member'])
    .execute();
  let accounts = 0;
  const membersByGroup = new Map<RemoteId, number>();
  for (const row of rows) {
    accounts += row.removed_accounts;
    for (const [groupId, count] of JSON.parse(row.removed_members) as [RemoteId, number][]) {
      membersByGroup.set(groupId, (membersByGroup.get(groupId) ?? 0) + count);
    }
  }
  return { accounts, membersByGroup };
}
