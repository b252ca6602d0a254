import { isAdmin } from '../state/admins.js';
import { groupsOf } from '../state/members.js';
import type { Organisation } from '../state/organisation.js';
import type { Group, User } from '../state/records.js';
import { has } from '../wire/version.js';
import { timestamp, timestampOrNull } from '../wire/timestamp.js';

/** A user, keys in the order of recorded answers. There is no `updated_at`, and there are no groups unless asked for. */
export function viewUser(org: Organisation, user: User): Record<string, unknown> {
  return {
    id: user.id,
    legacy_id: user.legacyId,
    first_name: user.firstName,
    last_name: user.lastName,
    created_at: timestamp(user.createdAt),
    last_active: timestampOrNull(user.lastActive),
    email: user.email,
    active: user.active,
    metadata: user.metadata,
    is_admin: isAdmin(org, user),
    two_factor_auth_enabled: user.twoFactor,
    user_type: user.userType,
    ...(has('seatType', org.rules.version) ? { seat_type: null } : {}),
    ...(org.rules.unknownFields ? { profile_photo_url: null } : {}),
  };
}

export function viewUserWithGroups(org: Organisation, user: User): Record<string, unknown> {
  return { ...viewUser(org, user), groups: groupsOf(org, user).map(viewGroupName) };
}

export function viewGroupName({ id, name }: Group) {
  return { id, legacy_id: id, name };
}
