import type { Account } from '../state/account.js';
import { activeLicence, licenceHere } from '../state/licences.js';
import { groupsOf } from '../state/memberships.js';
import type { Person } from '../state/records.js';
import { timestamp, timestampOrNull } from '../wire/timestamp.js';
import { viewBareLicence, viewLicence } from './view-licence.js';

/** A user as the account's dialect shows it in lists and, on v2, alone. */
export function viewUser(account: Account, person: Person): Record<string, unknown> {
  switch (account.rules.dialect) {
    case 'v2':
      return viewFlatUser(account, person);
    case 'platform':
      return viewNestedUser(account, person);
    case 'merged': {
      const nested = viewNestedUser(account, person);
      return { ...viewFlatUser(account, person), ...nested, is_active: activeLicence(account, person) !== undefined };
    }
  }
}

export function viewFlatUser(account: Account, person: Person): Record<string, unknown> {
  return {
    ...person.unknown,
    id: person.id,
    email: person.email,
    first_name: person.firstName,
    last_name: person.lastName,
    username: person.email,
    account_id: account.id,
    is_active: activeLicence(account, person) !== undefined,
    license_type: licenceHere(account, person)?.type ?? null,
    groups: groupsOf(person),
    permissions: [],
    created_at: timestamp(person.createdAt, person.id),
    updated_at: timestamp(person.updatedAt, person.id),
  };
}

/** `is_active` is a flag of the global user and says nothing about this account; `permissions` holds the licences. */
export function viewNestedUser(account: Account, person: Person): Record<string, unknown> {
  const licences = person.licences.filter((each) => each.accountId !== account.id || each.state === 1);
  return {
    ...person.unknown,
    id: person.id,
    email: person.email,
    first_name: person.firstName,
    last_name: person.lastName,
    fullname: fullName(person),
    is_active: true,
    is_staff: false,
    email_verified: true,
    sso_only_user: false,
    enterprise_connected: false,
    auth_provider_infos: {},
    last_login: timestampOrNull(person.lastLogin, person.id),
    created_at: timestamp(person.createdAt, person.id),
    permissions: licences.map((each) => viewLicence(account, person, each)),
    licenses: Object.fromEntries(licences.map((each) => [String(each.accountId), viewBareLicence(each)])),
  };
}

/** The third shape: v3 alone, with a licence but without groups. */
export function viewUserDetailV3(account: Account, person: Person): Record<string, unknown> {
  const licence = activeLicence(account, person);
  return {
    ...person.unknown,
    id: person.id,
    email: person.email,
    first_name: person.firstName,
    last_name: person.lastName,
    fullname: fullName(person),
    email_verified: true,
    is_active: true,
    scim_managed: licence?.scimManaged ?? false,
    license: licence === undefined ? null : { id: licence.id, license_type: licence.type },
  };
}

function fullName({ firstName, lastName }: Person): string {
  return `${firstName} ${lastName}`.trim();
}
