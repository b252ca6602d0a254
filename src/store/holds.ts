import type { Cause } from '../model/cause.js';
import type { PlannedChange } from '../model/planned-change.js';
import type { Store, Trx } from './store.js';
import type { HoldRow } from './tables.js';

/** Changes of one target that wait for a person, for one reason. */
export interface Hold {
  readonly id: string;
  readonly target: string;
  readonly state: 'open' | 'released' | 'rejected' | 'superseded' | 'expired';
  readonly reason: { readonly code: string; readonly message: string; readonly groupId: string | null };
  readonly changes: readonly PlannedChange[];
  /** Who or what asked for them, as recorded with the due keys. */
  readonly causes: readonly Cause[];
  readonly createdAt: number;
  readonly decidedAt: number | undefined;
  readonly decidedBy: string | undefined;
}

/** Reads through the store, or through a transaction given as `{ db: trx }`. */
export async function listHolds(
  store: Pick<Store, 'db'>,
  filter: { target?: string; states: readonly Hold['state'][] },
): Promise<Hold[]> {
  const { target } = filter;
  const rows = await store.db
    .selectFrom('hold')
    .selectAll()
    .where('state', 'in', filter.states)
    .$if(target !== undefined, (query) => query.where('target', '=', target ?? ''))
    .orderBy('created_at')
    .execute();
  return rows.map(toHold);
}

export async function findHold(store: Pick<Store, 'db'>, id: string): Promise<Hold | undefined> {
  const row = await store.db.selectFrom('hold').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : toHold(row);
}

export async function saveHold(trx: Trx, hold: Hold): Promise<void> {
  const row = {
    target: hold.target,
    state: hold.state,
    reasons: JSON.stringify([hold.reason]),
    operations: JSON.stringify(hold.changes),
    subjects: JSON.stringify([...new Set(hold.changes.flatMap((each) => each.subjects))]),
    causes: JSON.stringify(hold.causes),
    created_at: hold.createdAt,
    decided_at: hold.decidedAt ?? null,
    decided_by: hold.decidedBy ?? null,
  };
  await trx
    .insertInto('hold')
    .values({ id: hold.id, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
}

export async function countOpenHolds(store: Store, target: string): Promise<number> {
  const row = await store.db
    .selectFrom('hold')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('target', '=', target)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow();
  return row.count;
}

function toHold(row: HoldRow): Hold {
  const [reason] = JSON.parse(row.reasons) as Hold['reason'][];
  return {
    id: row.id,
    target: row.target,
    state: row.state as Hold['state'],
    reason: reason ?? { code: 'unknown', message: '', groupId: null },
    changes: JSON.parse(row.operations) as PlannedChange[],
    causes: JSON.parse(row.causes) as Cause[],
    createdAt: row.created_at,
    decidedAt: row.decided_at ?? undefined,
    decidedBy: row.decided_by ?? undefined,
  };
}
