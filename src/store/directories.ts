import { sql } from 'kysely';
import type { Store } from './store.js';

export interface DirectoryCount {
  readonly name: string;
  readonly users: number;
  readonly groups: number;
  /** Epoch milliseconds of the identity provider's last call; null before the first. */
  readonly lastRequestAt: number | null;
}

/** Every configured directory with how many living users and groups it has. */
export async function countDirectories(store: Store): Promise<DirectoryCount[]> {
  const count = (table: 'scim_user' | 'scim_group') =>
    sql<number>`(select count(*) from ${sql.table(table)} r where r.directory = directory.name and r.deleted_at is null)`;
  return store.db
    .selectFrom('directory')
    .select([
      'name',
      'last_request_at as lastRequestAt',
      count('scim_user').as('users'),
      count('scim_group').as('groups'),
    ])
    .where('name', 'in', [...store.routes.keys()])
    .execute();
}
