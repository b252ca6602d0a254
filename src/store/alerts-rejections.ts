import { sql } from 'kysely';
import type { Store, Trx } from './store.js';

/** Why a request was refused: what it asked, its credential, or the age of its credential. */
export type RejectionKind = 'request' | 'unauthorized' | 'expired-token';

/** Requests refused alike within a few minutes. */
export interface Rejections {
  readonly directory: string;
  readonly kind: RejectionKind;
  /** For a request, such as `PATCH /Groups/{id} → 400 invalidValue`; for an expired token, its label. */
  readonly what: string;
  readonly count: number;
  /** What the last of them was told. */
  readonly detail: string | null;
  /** Epoch milliseconds. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Counted together: short enough that an hour is an hour, long enough that there are few rows. */
const stretchMs = 300_000;

/** Adds counts to those of the same stretch of time, whichever process took them. */
export async function addRejections(store: Store, all: readonly Omit<Rejections, 'firstAt'>[]): Promise<void> {
  if (all.length === 0) return;
  await store.write(async (trx) => {
    for (const { directory, kind, what, count, detail, lastAt } of all) {
      await trx
        .insertInto('scim_rejection')
        .values({
          directory,
          kind,
          what,
          started_at: Math.floor(lastAt / stretchMs) * stretchMs,
          count,
          detail,
          last_at: lastAt,
        })
        .onConflict((conflict) =>
          conflict.columns(['directory', 'kind', 'what', 'started_at']).doUpdateSet({
            count: sql`scim_rejection.count + excluded.count`,
            detail: sql`excluded.detail`,
            last_at: sql`excluded.last_at`,
          }),
        )
        .execute();
    }
  });
}

/** What was refused since then, added up, the most frequent first. */
export async function readRejections(store: Store, since: number): Promise<Rejections[]> {
  const rows = await store.db
    .selectFrom('scim_rejection')
    .selectAll()
    .where('last_at', '>=', since)
    .orderBy('last_at')
    .execute();
  const sums = new Map<string, Rejections>();
  for (const { directory, kind, what, started_at, count, detail, last_at: lastAt } of rows) {
    const name = JSON.stringify([directory, kind, what]);
    const before = sums.get(name);
    const sum = { count: (before?.count ?? 0) + count, firstAt: before?.firstAt ?? started_at };
    sums.set(name, { directory, kind: kind as RejectionKind, what, ...sum, detail, lastAt });
  }
  return [...sums.values()].sort((one, other) => other.count - one.count);
}

/** Forgets what was refused before this time. */
export async function pruneRejections(trx: Trx, before: number): Promise<void> {
  await trx.deleteFrom('scim_rejection').where('last_at', '<', before).execute();
}
