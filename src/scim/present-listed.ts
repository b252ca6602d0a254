import type { Listed } from '../store/list-resources.js';
import type { Store } from '../store/store.js';
import { showGroups } from './present-group.js';
import { presentUsers } from './present-user.js';
import { projected } from './presented.js';
import type { Projection } from './project.js';

/** The resources of a page as they are sent, in its order: what belongs to them is looked up once for each kind. */
export async function presentListed(
  store: Store,
  items: readonly Listed[],
  baseUrl: string,
  projection: Projection,
): Promise<readonly object[]> {
  const users = items.flatMap((item) => (item.table === 'scim_user' ? [item.row] : []));
  const groups = items.flatMap((item) => (item.table === 'scim_group' ? [item.row] : []));
  const presented = users.length === 0 ? [] : await presentUsers(store, users, baseUrl);
  const shown = {
    scim_user: presented.map((user) => projected(user, projection, 'User')),
    scim_group: groups.length === 0 ? [] : await showGroups(store, groups, baseUrl, projection),
  };
  const next = { scim_user: shown.scim_user.values(), scim_group: shown.scim_group.values() };
  return items.map(({ table }) => {
    const resource: object | undefined = next[table].next().value;
    if (resource === undefined) throw new Error('a resource was not presented');
    return resource;
  });
}
