import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely';
import { lane } from '../model/lane.js';
import type { DueKind } from './mark-due.js';
import type { Store, Trx } from './store.js';
import type { DueRow, Tables } from './tables.js';

/** How long changes to groups are gathered, so that a thousand of them cost a few whole-group writes. Milliseconds. */
export interface Settling {
  /** They are taken once nothing new came for so long, */
  readonly quiet: number;
  /** or once the oldest has waited so long. */
  readonly most: number;
}

/**
 * Takes what is due in one target, the most urgent first. Taking marks nothing: a key stays due until `complete`, so a
 * crash loses none.
 *
 * A leaver or a single person is taken at once, without waiting for groups to settle; when bulk changes have settled,
 * everything is taken together.
 */
export async function claimDue(
  store: Store,
  target: string,
  now: number,
  settling: Settling,
  limit = 10_000,
): Promise<DueRow[]> {
  const settlesAt = await bulkSettlesAt(store, target, settling);
  const settled = settlesAt !== undefined && settlesAt <= now;
  return store.db
    .selectFrom('due')
    .selectAll()
    .where('target', '=', target)
    .where('gave_up_at', 'is', null)
    .where('due_at', '<=', now)
    .$if(!settled, (query) => query.where((eb) => eb.not(isFreshBulk(eb))))
    .orderBy('lane')
    .orderBy('due_at')
    .limit(limit)
    .execute();
}

/** Leavers that are due: taken in between, so that nobody keeps access because a long batch is under way. */
export async function claimLeavers(store: Store, target: string, now: number, limit = 1000): Promise<DueRow[]> {
  return store.db
    .selectFrom('due')
    .selectAll()
    .where('target', '=', target)
    .where('lane', '=', lane.deactivate)
    .where('gave_up_at', 'is', null)
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(limit)
    .execute();
}

/** When the target's loop should look again, in epoch milliseconds; undefined while nothing waits. */
export async function nextDueAt(store: Store, target: string, settling: Settling): Promise<number | undefined> {
  const row = await store.db
    .selectFrom('due')
    .select(({ fn }) => fn.min('due_at').as('at'))
    .where('target', '=', target)
    .where('gave_up_at', 'is', null)
    .where((eb) => eb.not(isFreshBulk(eb)))
    .executeTakeFirst();
  const times = [row?.at ?? undefined, await bulkSettlesAt(store, target, settling)].filter((at) => at !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** When changes to groups that nobody worked on yet may be taken. */
async function bulkSettlesAt(store: Store, target: string, settling: Settling): Promise<number | undefined> {
  const row = await store.db
    .selectFrom('due')
    .select(({ fn }) => [fn.min('since').as('oldest'), fn.max('touched_at').as('newest')])
    .where('target', '=', target)
    .where('gave_up_at', 'is', null)
    .where(isFreshBulk)
    .executeTakeFirst();
  if (row === undefined || row.oldest === null) return undefined;
  return Math.min(row.newest + settling.quiet, row.oldest + settling.most);
}

const isFreshBulk = (eb: ExpressionBuilder<Tables, 'due'>): Expression<SqlBool> =>
  eb.and([eb('lane', '=', lane.bulk), eb('attempts', '=', 0)]);

/** Strikes keys off, unless they became due again while they were worked on. */
export async function completeDue(trx: Trx, rows: readonly DueRow[]): Promise<void> {
  for (const row of rows) {
    await trx
      .deleteFrom('due')
      .where('target', '=', row.target)
      .where('kind', '=', row.kind)
      .where('key', '=', row.key)
      .where('generation', '=', row.generation)
      .execute();
  }
}

/** Puts keys off after a failure that may pass. An edit meanwhile keeps them due at once. */
export async function putOffDue(trx: Trx, row: DueRow, until: number, error: string): Promise<void> {
  await trx
    .updateTable('due')
    .set({ due_at: until, attempts: sql<number>`attempts + 1`, error })
    .where('target', '=', row.target)
    .where('kind', '=', row.kind)
    .where('key', '=', row.key)
    .where('generation', '=', row.generation)
    .execute();
}

/** Gives a key up with its reason: it stays visible until an edit, a sweep or a person makes it due again. */
export async function giveUpDue(trx: Trx, row: DueRow, now: number, error: string): Promise<void> {
  await trx
    .updateTable('due')
    .set({ gave_up_at: now, error, attempts: sql<number>`attempts + 1` })
    .where('target', '=', row.target)
    .where('kind', '=', row.kind)
    .where('key', '=', row.key)
    .where('generation', '=', row.generation)
    .execute();
}

/** Keys as the queue has them now, for those that a batch came across without having claimed them. */
export async function readDue(store: Store, target: string, kind: DueKind, keys: readonly string[]): Promise<DueRow[]> {
  if (keys.length === 0) return [];
  return store.db
    .selectFrom('due')
    .selectAll()
    .where('target', '=', target)
    .where('kind', '=', kind)
    .where('key', 'in', keys)
    .execute();
}

export interface Backlog {
  readonly due: number;
  readonly failing: number;
  /** Epoch milliseconds since when the oldest key waits. */
  readonly oldest: number | undefined;
}

export async function readBacklog(store: Store, target: string): Promise<Backlog> {
  const row = await store.db
    .selectFrom('due')
    .select(({ fn }) => [
      fn.countAll<number>().as('all'),
      fn.count<number>('gave_up_at').as('failing'),
      sql<number | null>`min(case when gave_up_at is null then since end)`.as('oldest'),
    ])
    .where('target', '=', target)
    .executeTakeFirstOrThrow();
  return { due: row.all - row.failing, failing: row.failing, oldest: row.oldest ?? undefined };
}
