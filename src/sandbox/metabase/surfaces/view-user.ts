import { dataAnalystsId } from '../state/magic-groups.js';
import type { User } from '../state/records.js';
import type { Site } from '../state/site.js';
import { commonName } from '../state/users.js';
import { wireTime, wireTimeOrNull } from '../wire/timestamp.js';

/** A row of the list: groups as bare ids. */
export function viewListed(site: Site, user: User): Record<string, unknown> {
  return { ...viewUser(site, user), group_ids: site.data.memberships.ofUser(user.id).map((each) => each.groupId) };
}

/** One user alone: groups as objects, with the manager's flag where the edition has managers. */
export function viewSingle(site: Site, user: User): Record<string, unknown> {
  const memberships = site.data.memberships
    .ofUser(user.id)
    .map(({ groupId, isManager }) =>
      site.rules.edition === 'pro' ? { id: groupId, is_group_manager: isManager } : { id: groupId },
    );
  return { ...viewUser(site, user), user_group_memberships: memberships };
}

/** Neither form: what a reactivation answers. */
export function viewUser({ rules, data }: Site, user: User): Record<string, unknown> {
  return {
    id: user.id,
    email: user.email,
    first_name: user.firstName,
    last_name: user.lastName,
    common_name: commonName(user),
    date_joined: wireTime(user.joinedAt),
    last_login: wireTimeOrNull(user.lastLogin),
    updated_at: wireTime(user.updatedAt),
    is_active: user.active,
    is_superuser: user.superuser,
    is_qbnewb: user.lastLogin === null,
    ...(rules.dataAnalysts ? { is_data_analyst: data.memberships.find(user.id, dataAnalystsId) !== undefined } : {}),
    sso_source: user.ssoSource,
    login_attributes: user.loginAttributes,
    jwt_attributes: null,
    locale: user.locale,
    tenant_id: user.tenantId,
    personal_collection_id: user.tenantId === null ? personalCollections + user.id : null,
    tenant_collection_id: user.tenantId === null ? null : tenantCollections + user.tenantId,
  };
}

/** Collections have ids of their own; here they follow their owners'. */
const personalCollections = 1_000;
const tenantCollections = 900_000;
