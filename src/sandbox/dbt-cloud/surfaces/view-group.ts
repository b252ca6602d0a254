import type { Account } from '../state/account.js';
import { memberCount } from '../state/memberships.js';
import type { Group, GroupPermission } from '../state/records.js';
import { timestamp } from '../wire/timestamp.js';

export function viewHeldGroup(account: Account, group: Group): Record<string, unknown> {
  return {
    id: group.id,
    account_id: account.id,
    name: group.name,
    state: group.state,
    assign_by_default: group.assignByDefault,
    sso_mapping_groups: group.ssoMappingGroups,
    group_permissions: group.permissions.map((each) => viewGroupPermission(account, group, each)),
  };
}

/** A group as the platform API shows it: a count, never its members. */
export function viewGroup(account: Account, group: Group): Record<string, unknown> {
  return {
    ...group.unknown,
    ...viewHeldGroup(account, group),
    scim_managed: group.scimManaged,
    member_count: memberCount(account, group),
    created_at: timestamp(group.createdAt, group.id),
    updated_at: timestamp(group.updatedAt, group.id),
  };
}

export function viewGroupPermission(account: Account, group: Group, permission: GroupPermission) {
  return {
    id: permission.id,
    account_id: account.id,
    group_id: group.id,
    all_projects: permission.projectId === null,
    project_id: permission.projectId,
    permission_set: permission.permissionSet,
    permission_level: null,
    state: 1,
    writable_environment_categories: [],
  };
}
