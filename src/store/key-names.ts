import { batches } from './scim-batches.js';
import type { Store } from './store.js';

/** What people call these subjects (`account:<id>`, `group:<id>`): the user name, or the name of the group. */
export async function namesOfKeys(store: Store, subjects: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  const idsOf = (prefix: string): string[] =>
    subjects.filter((each) => each.startsWith(prefix)).map((each) => each.slice(prefix.length));
  for (const ids of batches(idsOf('account:'))) {
    const rows = await store.db.selectFrom('scim_user').select(['id', 'user_name']).where('id', 'in', ids).execute();
    for (const { id, user_name } of rows) names.set(`account:${id}`, user_name);
  }
  for (const ids of batches(idsOf('group:'))) {
    const rows = await store.db
      .selectFrom('scim_group')
      .select(['id', 'display_name'])
      .where('id', 'in', ids)
      .execute();
    for (const { id, display_name } of rows) names.set(`group:${id}`, display_name);
  }
  return names;
}
