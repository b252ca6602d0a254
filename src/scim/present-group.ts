import { membersOfGroups, type Member } from '../store/scim-groups.js';
import type { Store } from '../store/store.js';
import type { ShownRow } from '../store/shown-row.js';
import { versionTag } from './preconditions.js';
import type { Presented } from './presented.js';
import { includesAttribute, type Projection } from './project.js';
import { groupUrn } from './schema/definitions.js';

/**
 * Groups as the identity provider sees them, in the given order. Members come from one query for all of them, and are
 * not read at all when the projection leaves them out: Entra ID always does.
 */
export async function presentGroups(
  store: Store,
  groups: readonly ShownRow[],
  baseUrl: string,
  projection: Projection,
): Promise<readonly Presented[]> {
  if (!includesAttribute(projection, 'members', 'Group')) {
    return groups.map((group) => presentGroup(group, undefined, baseUrl));
  }
  const members = await membersOfGroups(store, groups);
  return groups.map((group) => presentGroup(group, members.get(group.seq) ?? [], baseUrl));
}

function presentGroup(group: ShownRow, members: readonly Member[] | undefined, baseUrl: string): Presented {
  const tag = versionTag(group.version);
  const meta = {
    resourceType: 'Group',
    created: new Date(group.created_at).toISOString(),
    lastModified: new Date(group.updated_at).toISOString(),
    location: `${baseUrl}/Groups/${group.id}`,
    version: tag,
  };
  const listed =
    members === undefined
      ? ''
      : `,"members":${JSON.stringify(members.map((member) => presentMember(member, baseUrl)))}`;
  const text =
    `{"schemas":["${groupUrn}"],"id":${JSON.stringify(group.id)},${group.resource.slice(1, -1)}${listed}` +
    `,"meta":${JSON.stringify(meta)}}`;
  return { text, tag };
}

function presentMember(member: Member, baseUrl: string): Readonly<Record<string, string>> {
  return { value: member.id, $ref: `${baseUrl}/Users/${member.id}`, type: 'User', display: member.display };
}
