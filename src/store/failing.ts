import { sql } from 'kysely';
import type { Store } from './store.js';

/** A key that was given up, with its reason and the name people know it by. */
export interface FailingKey {
  readonly target: string;
  readonly kind: string;
  readonly key: string;
  readonly name: string;
  readonly error: string;
  readonly attempts: number;
  /** Since when it could not be brought into line, in epoch milliseconds: sweeps that tried again do not move it. */
  readonly since: number;
}

/** What was given up, longest failing first; at most a thousand. */
export async function listFailing(store: Store): Promise<FailingKey[]> {
  const rows = await store.db
    .selectFrom('due')
    .leftJoin('scim_user', 'scim_user.id', 'due.key')
    .leftJoin('scim_group', 'scim_group.id', 'due.key')
    .select(['target', 'kind', 'key', 'error', 'attempts', 'since'])
    .select(sql<string | null>`coalesce(scim_user.user_name, scim_group.display_name)`.as('name'))
    .where('gave_up_at', 'is not', null)
    .orderBy('since')
    .limit(1000)
    .execute();
  return rows.map(({ target, kind, key, name, error, attempts, since }) => ({
    target,
    kind,
    key,
    name: name ?? key,
    error: error ?? 'unknown',
    attempts,
    since,
  }));
}
