import type { Selectable } from 'kysely';
import type { Store } from './store.js';
import type { TargetStateTable } from './tables.js';

export type TargetStateRow = Selectable<TargetStateTable>;

const blank = (target: string): TargetStateRow => ({
  target,
  paused_until: null,
  last_error: null,
  last_error_at: null,
  last_error_code: null,
  failing_since: null,
  last_success_at: null,
  last_sweep_at: null,
  last_poll_at: null,
  accounts_seen: null,
});

/** What a target's loop must remember over a restart; blank before its first look. */
export async function readTargetState(store: Store, target: string): Promise<TargetStateRow> {
  const row = await store.db.selectFrom('target_state').selectAll().where('target', '=', target).executeTakeFirst();
  return row ?? blank(target);
}

export async function saveTargetState(
  store: Store,
  target: string,
  change: Partial<Omit<TargetStateRow, 'target'>>,
): Promise<void> {
  await store.db
    .insertInto('target_state')
    .values({ ...blank(target), ...change })
    .onConflict((conflict) => conflict.column('target').doUpdateSet(change))
    .execute();
}
