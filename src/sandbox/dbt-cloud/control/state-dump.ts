import type { Account } from '../state/account.js';
import { expireOverdue } from '../state/invites.js';
import { activeLicence, licenceHere } from '../state/licences.js';
import { groupsOf, membersOf } from '../state/memberships.js';
import type { InviteStatus, LicenceType, Person, UnknownFields } from '../state/records.js';
import { licenceTypes } from '../state/records.js';
import { seatsInUse } from '../state/seats.js';

/** Everything an account holds, in the fake's own words: what the demo prints and tests compare. */
export interface StateDump {
  readonly users: readonly DumpedUser[];
  readonly groups: readonly DumpedGroup[];
  readonly invitations: readonly DumpedInvitation[];
  readonly seats: Readonly<Record<LicenceType, { readonly inUse: number; readonly total: number | null }>>;
}

export interface DumpedUser {
  readonly id: number;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly active: boolean;
  readonly licence: LicenceType | null;
  readonly licenceId: number | null;
  readonly groups: readonly number[];
  readonly groupNames: readonly string[];
  readonly unknown: UnknownFields;
}

export interface DumpedGroup {
  readonly id: number;
  readonly name: string;
  readonly deleted: boolean;
  readonly members: readonly number[];
  readonly memberEmails: readonly string[];
  readonly ssoMappingGroups: readonly string[];
  readonly unknown: UnknownFields;
}

export interface DumpedInvitation {
  readonly id: number;
  readonly email: string;
  readonly licence: LicenceType;
  readonly groups: readonly number[];
  readonly status: InviteStatus;
}

export function dumpState(account: Account): StateDump {
  expireOverdue(account);
  const { people, groups, invites } = account.data;
  return {
    users: [...people.values()].map((each) => dumpUser(account, each)).sort((a, b) => a.id - b.id),
    groups: [...groups.values()].map((group) => {
      const members = membersOf(account, group);
      return {
        id: group.id,
        name: group.name,
        deleted: group.state === 2,
        members,
        memberEmails: members.flatMap((id) => people.get(id)?.email ?? []),
        ssoMappingGroups: group.ssoMappingGroups,
        unknown: group.unknown,
      };
    }),
    invitations: [...invites.values()].map(({ id, email, licence, groups: invited, status }) => ({
      ...{ id, email, licence, status },
      groups: invited,
    })),
    seats: dumpSeats(account),
  };
}

function dumpUser(account: Account, person: Person): DumpedUser {
  const groups = groupsOf(person);
  const licence = licenceHere(account, person);
  return {
    id: person.id,
    email: person.email,
    firstName: person.firstName,
    lastName: person.lastName,
    active: activeLicence(account, person) !== undefined,
    licence: licence?.type ?? null,
    licenceId: licence?.id ?? null,
    groups,
    groupNames: groups.flatMap((id) => account.data.groups.get(id)?.name ?? []),
    unknown: person.unknown,
  };
}

function dumpSeats(account: Account): StateDump['seats'] {
  const rows = licenceTypes.map((type) => {
    return [type, { inUse: seatsInUse(account, type), total: account.rules.seats[type] }] as const;
  });
  return Object.fromEntries(rows) as StateDump['seats'];
}
