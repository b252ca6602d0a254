import { invitesTo } from '../state/invite-groups.js';
import { membersOf } from '../state/members.js';
import type { Organisation } from '../state/organisation.js';
import type { Group } from '../state/records.js';
import { timestamp } from '../wire/timestamp.js';
import { viewInvite } from './view-invite.js';

/** A group with its members and its open invites, keys in the order of recorded answers. Nothing marks a built-in one. */
export function viewGroup(org: Organisation, group: Group, { activeOnly = false } = {}): Record<string, unknown> {
  const members = membersOf(org, group).filter(({ user }) => user.active || !activeOnly);
  const { access } = group;
  return {
    id: group.id,
    legacy_id: group.id,
    name: group.name,
    members: members.map(({ user, isGroupAdmin }) => ({
      id: user.id,
      email: user.email,
      is_group_admin: isGroupAdmin,
    })),
    universal_app_access: access.universal_app_access,
    universal_resource_access: access.universal_resource_access,
    universal_workflow_access: access.universal_workflow_access,
    universal_query_library_access: access.universal_query_library_access,
    user_invites: invitesTo(org, group).map((each) => viewInvite(org, each)),
    user_list_access: access.user_list_access,
    audit_log_access: access.audit_log_access,
    unpublished_release_access: access.unpublished_release_access,
    usage_analytics_access: access.usage_analytics_access,
    theme_access: access.theme_access,
    account_details_access: access.account_details_access,
    landing_page_app_id: access.landing_page_app_id,
    updated_at: timestamp(group.updatedAt),
    created_at: timestamp(group.createdAt),
    ...(org.rules.unknownFields ? { universal_agent_access: 'none' } : {}),
  };
}
