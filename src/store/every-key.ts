import { sql } from 'kysely';
import type { Store } from './store.js';

/** Everybody and every group a target is responsible for, by id: whatever a sweep would make due. Changes nothing. */
export async function listEveryKey(
  store: Store,
  target: string,
): Promise<{ readonly users: readonly string[]; readonly groups: readonly string[] }> {
  const directories = store.directoriesOf(target);
  if (directories.length === 0) return { users: [], groups: [] };
  const users = await store.db
    .selectFrom('scim_user')
    .leftJoin('target_account', (join) =>
      join.onRef('target_account.user_id', '=', 'scim_user.id').on('target_account.target', '=', target),
    )
    .select('scim_user.id')
    .where('directory', 'in', directories)
    .where((where) => where.or([where('deleted_at', 'is', null), where('target_account.user_id', 'is not', null)]))
    .execute();
  const groups = await store.db
    .selectFrom('scim_group')
    .leftJoin('target_group', (join) =>
      join.on('target_group.key', '=', sql`'scim:' || scim_group.id`).on('target_group.target', '=', target),
    )
    .select('scim_group.id')
    .where('directory', 'in', directories)
    .where((where) => where.or([where('deleted_at', 'is', null), where('target_group.key', 'is not', null)]))
    .execute();
  return { users: users.map(({ id }) => id), groups: groups.map(({ id }) => id) };
}
