import type { Document } from '../schema/document.js';
import { withAttribute } from '../schema/document.js';
import { groupType, userType } from '../schema/schemas.js';
import type { ResourceType } from '../schema/schemas.js';
import type { Directory, Group, Resource } from '../state/directory.js';
import { displayNameOf } from '../state/groups.js';
import { groupsOf } from '../state/members.js';
import { nameOf } from '../state/users.js';
import { etagOf } from '../wire/etag.js';

/** Where locations begin, and whose data it is. */
export interface View {
  readonly dir: Directory;
  readonly base: string;
}

export function presentUser(view: View, user: Resource): Document {
  const groups = groupsOf(view.dir, user.id).map((group) => ({
    value: shownId(view, group.id),
    $ref: `${view.base}/Groups/${group.id}`,
    display: displayNameOf(group),
    type: 'direct',
  }));
  return withAttribute(present(view, userType, user, user.document), 'groups', groups);
}

/** @param where whether this is an answer about one group, or a list */
export function presentGroup(view: View, group: Group, where: 'single' | 'list'): Document {
  const { members: rule } = view.dir.rules;
  const isShown = rule === 'always' || (rule === 'single' && where === 'single');
  const members = isShown ? [...group.members].map((id) => presentMember(view, id)) : [];
  return withAttribute(present(view, groupType, group, group.document), 'members', members);
}

function presentMember(view: View, id: string): Document {
  const user = view.dir.data.users.get(id);
  const group = view.dir.data.groups.get(id);
  const display = user === undefined ? group && displayNameOf(group) : nameOf(user);
  const [kind, type] = user === undefined ? ['Groups', 'Group'] : ['Users', 'User'];
  return { value: user === undefined ? shownId(view, id) : id, $ref: `${view.base}/${kind}/${id}`, type, display };
}

function present(view: View, type: ResourceType, resource: Resource, document: Document): Document {
  const { id, created, lastModified } = resource;
  const extensions = type.extensions.map((each) => each.id).filter((each) => document[each] !== undefined);
  const { externalId, ...own } = document;
  return {
    schemas: [type.core.id, ...extensions],
    id: type === groupType ? shownId(view, id) : id,
    ...(externalId === undefined ? {} : { externalId }),
    ...own,
    meta: {
      resourceType: type.name,
      created: new Date(created).toISOString(),
      lastModified: new Date(lastModified).toISOString(),
      location: `${view.base}${type.endpoint}/${id}`,
      ...(view.dir.rules.etags === 'none' ? {} : { version: etagOf(resource) }),
    },
  };
}

function shownId({ dir }: View, groupId: string): string | number {
  return dir.rules.numericGroupIds && /^\d+$/.test(groupId) ? Number(groupId) : groupId;
}
