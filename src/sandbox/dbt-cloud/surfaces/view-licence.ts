import type { Account } from '../state/account.js';
import { groupsOf } from '../state/memberships.js';
import type { Licence, LicenceMap, Person } from '../state/records.js';
import { viewHeldGroup } from './view-group.js';

/** A licence with the groups its holder has in this account; other accounts' groups stay theirs. */
export function viewLicence(account: Account, person: Person, licence: Licence): Record<string, unknown> {
  const ids = licence.accountId === account.id ? groupsOf(person) : [];
  const groups = ids.flatMap((id) => account.data.groups.get(id) ?? []);
  return {
    ...licence.unknown,
    ...viewBareLicence(licence),
    scim_managed: licence.scimManaged,
    groups: groups.map((each) => viewHeldGroup(account, each)),
  };
}

export function viewBareLicence(licence: Licence) {
  return {
    id: licence.id,
    account_id: licence.accountId,
    user_id: licence.userId,
    license_type: licence.type,
    state: licence.state,
  };
}

export function viewLicenceMap(account: Account, map: LicenceMap) {
  return {
    id: map.id,
    account_id: account.id,
    license_type: map.licence,
    state: 1,
    sso_license_mapping_groups: map.ssoGroups,
  };
}
