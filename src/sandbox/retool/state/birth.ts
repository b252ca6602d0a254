import { bornGroup, groupNamed } from './groups.js';
import type { Organisation, OrganisationData } from './organisation.js';
import { builtInGroups } from './records.js';
import type { BuiltInGroup } from './records.js';
import { addUser } from './users.js';

export function emptyData(): OrganisationData {
  return {
    users: new Map(),
    groups: new Map(),
    invites: new Map(),
    attributes: new Map(),
    counters: { user: 0, group: 0, invite: 0, written: 0 },
  };
}

export type BuiltInIds = Readonly<Record<BuiltInGroup, number>>;

/** As seen on one self-hosted installation; elsewhere they differ. */
export const usualIds: BuiltInIds = { admin: 1, editor: 2, viewer: 3, 'All Users': 4 };

/** Who made the organisation, and who owns the token; both are administrators. */
export const founders = {
  owner: { email: 'owner@example.com', firstName: 'Olga', lastName: 'Owner' },
  bridge: { email: 'bridge@example.com', firstName: 'Bridge', lastName: 'Account' },
} as const;

/** A fresh organisation: the built-in groups, its owner, and the owner of the token. Returns the latter's user id. */
export function populate(org: Organisation, ids: BuiltInIds): string {
  for (const name of builtInGroups) bornGroup(org, name, ids[name]);
  org.data.counters.group = Math.max(...Object.values(ids));
  const owner = addUser(org, founders.owner);
  const bridge = addUser(org, founders.bridge);
  const admins = groupNamed(org, 'admin');
  if (admins !== undefined) admins.members = new Map([owner, bridge].map((each) => [each.id, false]));
  return bridge.id;
}
