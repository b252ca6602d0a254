import { sql } from 'kysely';
import type { Cause } from '../model/cause.js';
import type { Lane } from '../model/lane.js';
import type { Store, Trx } from './store.js';

export type DueKind = 'account' | 'group';

/**
 * Queues keys for every target that serves the directory, within the caller's transaction.
 *
 * Only keys are queued: a key that waits already moves to the next generation, to the more urgent of the two lanes,
 * and starts afresh if it had given up.
 */
export async function markDue(
  store: Store,
  trx: Trx,
  work: { directory: string; kind: DueKind; keys: readonly string[]; lane: Lane; cause: Cause; now: number },
): Promise<void> {
  for (const target of store.targetsOf(work.directory)) await markDueIn(store, trx, target, work);
}

/** The same for one target, whichever directories it serves. */
export async function markDueIn(
  store: Store,
  trx: Trx,
  target: string,
  work: { kind: DueKind; keys: readonly string[]; lane: Lane; cause: Cause; now: number },
): Promise<void> {
  const cause = JSON.stringify(work.cause);
  for (let start = 0; start < work.keys.length; start += rowsAStatement) {
    const rows = work.keys.slice(start, start + rowsAStatement).map((key) => ({
      target,
      kind: work.kind,
      key,
      generation: 1,
      lane: work.lane,
      since: work.now,
      touched_at: work.now,
      due_at: work.now,
      attempts: 0,
      gave_up_at: null,
      error: null,
      cause,
    }));
    await trx
      .insertInto('due')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['target', 'kind', 'key']).doUpdateSet({
          generation: sql`due.generation + 1`,
          lane: sql`case when due.lane < excluded.lane then due.lane else excluded.lane end`,
          touched_at: sql`excluded.touched_at`,
          due_at: sql`excluded.due_at`,
          attempts: 0,
          gave_up_at: null,
          error: null,
          cause: sql`excluded.cause`,
        }),
      )
      .execute();
  }
  if (work.keys.length > 0) store.willWake(trx, target);
}

/** 12 columns a row; well below the 32,766 parameters SQLite takes in one statement. */
const rowsAStatement = 500;
