import { sql } from 'kysely';
import type { Cause } from '../model/cause.js';
import type { Lane } from '../model/lane.js';
import { prepared } from './prepared.js';
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
  if (work.keys.length === 0) return;
  const { kind, lane, keys, now } = work;
  await queue.run(trx, { target, kind, lane, now, cause: JSON.stringify(work.cause), keys });
  store.willWake(trx, target);
}

interface Queued {
  readonly target: string;
  readonly kind: DueKind;
  readonly lane: Lane;
  readonly now: number;
  readonly cause: string;
  readonly keys: readonly string[];
}

/** One statement, however many keys. */
const queue = prepared<Queued, unknown>((db, value, engine) =>
  db
    .insertInto('due')
    .columns(['target', 'kind', 'key', 'generation', 'lane', 'since', 'touched_at', 'due_at', 'attempts', 'cause'])
    .expression(
      sql`select ${value('target')}, ${value('kind')}, value, 1, ${value('lane')}, ${value('now')}, ${value('now')},
        ${value('now')}, 0, ${value('cause')} from ${engine.listed(value('keys'))} as listed where true`,
    )
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
    ),
);
