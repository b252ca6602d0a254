import { entityIdOf } from '../state/ids.js';
import { shownName } from '../state/magic-groups.js';
import type { Member } from '../state/memberships.js';
import { activeMembers } from '../state/memberships.js';
import type { Group, Membership } from '../state/records.js';
import type { Site } from '../state/site.js';

/** A group without its members: how it is created, renamed, and the frame of the other views. */
export function viewGroup({ rules }: Site, group: Group): Record<string, unknown> {
  return {
    id: group.id,
    name: shownName(rules, group),
    ...(rules.magicType === 'shown' ? { magic_group_type: group.magic, is_tenant_group: group.tenantGroup } : {}),
    entity_id: entityIdOf(group.id),
  };
}

/** A row of the list: only active members are counted, but API keys' users among them. */
export function viewListedGroup(site: Site, group: Group): Record<string, unknown> {
  return { ...viewGroup(site, group), member_count: activeMembers(site, group.id).length };
}

export function viewGroupWithMembers(site: Site, group: Group): Record<string, unknown> {
  return { ...viewGroup(site, group), members: viewMembers(site, group.id) };
}

export function viewMembers(site: Site, groupId: number): Record<string, unknown>[] {
  return activeMembers(site, groupId).map((each) => viewMember(site, each));
}

function viewMember({ rules }: Site, { user, membership }: Member): Record<string, unknown> {
  return {
    id: user.id,
    user_id: user.id,
    first_name: user.firstName,
    last_name: user.lastName,
    email: user.email,
    is_superuser: user.superuser,
    ...(rules.memberType === 'shown' ? { type: user.type } : {}),
    group_id: membership.groupId,
    membership_id: membership.id,
    ...(rules.edition === 'pro' ? { is_group_manager: membership.isManager } : {}),
  };
}

export function viewMembership({ id, groupId, userId, isManager }: Membership): Record<string, unknown> {
  return { membership_id: id, group_id: groupId, user_id: userId, is_group_manager: isManager };
}
