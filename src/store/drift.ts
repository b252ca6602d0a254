import type { PlannedChange } from '../model/planned-change.js';
import { signatureOf } from '../model/planned-change.js';
import type { Store, Trx } from './store.js';
import type { DriftTable } from './tables.js';

export type DriftState = 'open' | 'adopted' | 'repaired' | 'gone' | 'superseded';

/** Something that was found changed in a target although nobody asked for it. Times are epoch milliseconds. */
export interface Drift {
  readonly id: string;
  readonly target: string;
  /** The change that would put it right. */
  readonly planned: PlannedChange;
  readonly state: DriftState;
  readonly foundAt: number;
  readonly lastSeenAt: number;
  /** When the target was last seen as it should be: it was changed between then and `foundAt`. */
  readonly lastGoodAt: number | undefined;
  readonly closedAt: number | undefined;
  readonly closedBy: string | undefined;
}

/** Newest first, at most `limit`. Reads through the store, or through a transaction given as `{ db: trx }`. */
export async function listDrift(
  store: Pick<Store, 'db'>,
  filter: {
    readonly target?: string | undefined;
    readonly states: readonly DriftState[];
    readonly limit?: number | undefined;
    /** Only what was found before this one. */
    readonly before?: Pick<Drift, 'foundAt' | 'id'> | undefined;
  },
): Promise<Drift[]> {
  const { target, states, limit = 1000, before } = filter;
  let query = store.db.selectFrom('drift').selectAll().where('state', 'in', states);
  if (target !== undefined) query = query.where('target', '=', target);
  if (before !== undefined) {
    query = query.where((where) =>
      where.or([
        where('found_at', '<', before.foundAt),
        where.and([where('found_at', '=', before.foundAt), where('id', '<', before.id)]),
      ]),
    );
  }
  const rows = await query.orderBy('found_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return rows.map(toDrift);
}

export async function findDrift(store: Pick<Store, 'db'>, id: string): Promise<Drift | undefined> {
  const row = await store.db.selectFrom('drift').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : toDrift(row);
}

export async function countDrift(store: Pick<Store, 'db'>, target: string): Promise<number> {
  const row = await store.db
    .selectFrom('drift')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('target', '=', target)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow();
  return row.count;
}

export async function saveDrift(trx: Trx, drift: Drift): Promise<void> {
  const row = {
    target: drift.target,
    signature: signatureOf(drift.planned.change),
    planned: JSON.stringify(drift.planned),
    state: drift.state,
    found_at: drift.foundAt,
    last_seen_at: drift.lastSeenAt,
    last_good_at: drift.lastGoodAt ?? null,
    closed_at: drift.closedAt ?? null,
    closed_by: drift.closedBy ?? null,
  };
  await trx
    .insertInto('drift')
    .values({ id: drift.id, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
}

function toDrift(row: DriftTable): Drift {
  return {
    id: row.id,
    target: row.target,
    planned: JSON.parse(row.planned) as PlannedChange,
    state: row.state as DriftState,
    foundAt: row.found_at,
    lastSeenAt: row.last_seen_at,
    lastGoodAt: row.last_good_at ?? undefined,
    closedAt: row.closed_at ?? undefined,
    closedBy: row.closed_by ?? undefined,
  };
}
