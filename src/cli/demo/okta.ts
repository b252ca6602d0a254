import { inGroups, type Player } from './cast.js';
import type { IdentityProvider } from './identity-provider.js';
import { filterBy, groupUrn, nothingFound, oneFound, patchOf, userUrn } from './scim-words.js';
import type { Known, ScimCall } from './step.js';

/**
 * An application of Okta's catalogue (OIN): PATCH for `active` and for groups, PUT for profiles, no DELETE for people.
 *
 * Shapes: okta/okta-developer-docs, docs/reference/scim/scim-20; headers: Okta-SCIM-20-SPEC-Test.json there.
 */
export const okta: IdentityProvider = {
  name: 'Okta',
  headers: {
    'User-Agent': 'Okta SCIM Client 1.0.0',
    Accept: 'application/scim+json',
    'Accept-Charset': 'utf-8',
    'Content-Type': 'application/scim+json; charset=utf-8',
  },
  writeHeaders: { 'Content-Type': 'application/json' },

  connects: [
    {
      name: 'Okta tests the connection with a small list',
      act: {
        kind: 'scim',
        send: () => ({ method: 'GET', path: '/Users?startIndex=1&count=2' }),
        answer: { status: [200], body: nothingFound },
      },
    },
  ],

  matchUser: ({ email }, found) => search('/Users', filterBy('userName', email), found),
  createUser,
  readUser,
  changeFamilyName: (player, familyName) => {
    const { key, givenName } = player;
    return putUser(key, { name: { givenName, familyName }, displayName: `${givenName} ${familyName}` });
  },
  setActive,
  afterReturn: (player) => [
    { name: `Okta reads ${player.givenName} again`, act: readUser(player) },
    { name: 'Okta pushes the profile, as it does after every reactivation', act: putUser(player.key, {}) },
  ],
  removeUser: (player) => setActive(player, false),

  matchGroup: (name) => search('/Groups', filterBy('displayName', name), false),
  createGroup: (displayName) => ({
    kind: 'scim',
    send: () => ({ method: 'POST', path: '/Groups', body: { schemas: [groupUrn], displayName, members: [] } }),
    answer: { status: [201], body: { displayName } },
    remember: displayName,
  }),
  addMember: (group, player) => patchGroup(group, (known) => [add(known, player)]),
  swapMembers: (group, nameNow, change) => [
    {
      name: `Okta puts ${change.in.givenName} in and takes ${change.out.givenName} out, in one request`,
      act: patchGroup(group, (known) => [
        { op: 'remove', path: `members[value eq "${known.id(change.out.key)}"]` },
        add(known, change.in),
      ]),
      dbt: { people: { [change.out.email]: inGroups(), [change.in.email]: inGroups(nameNow) } },
    },
    {
      name: 'Okta repeats the name of the group, as it does with every change of members',
      act: renameGroup(group, nameNow),
    },
  ],
  renameGroup,
  deleteGroup: (group) => ({
    kind: 'scim',
    send: (known) => ({ method: 'DELETE', path: `/Groups/${known.id(group)}` }),
    answer: { status: [204] },
  }),
};

function search(endpoint: string, filter: string, found: boolean): ScimCall {
  return {
    kind: 'scim',
    send: () => ({ method: 'GET', path: `${endpoint}?${filter}&startIndex=1&count=100` }),
    answer: { status: [200], body: found ? oneFound : nothingFound },
  };
}

/** A password is sent although none is synchronised, and groups although they are never set this way. */
function createUser({ key, email, givenName, familyName }: Player): ScimCall {
  const body = {
    schemas: [userUrn],
    userName: email,
    name: { givenName, familyName },
    emails: [{ primary: true, value: email, type: 'work' }],
    displayName: `${givenName} ${familyName}`,
    locale: 'en-US',
    externalId: `00u1${key}`,
    groups: [],
    password: 'pl4ceholder',
    active: true,
  };
  const { userName, name, externalId, active } = body;
  return {
    kind: 'scim',
    send: () => ({ method: 'POST', path: '/Users', body }),
    answer: { status: [201], body: { userName, name, externalId, active } },
    remember: key,
  };
}

function readUser({ key, email }: Player): ScimCall {
  return {
    kind: 'scim',
    send: (known) => ({ method: 'GET', path: `/Users/${known.id(key)}` }),
    answer: { status: [200], body: { userName: email, active: true } },
    remember: key,
  };
}

/** Everything that was read comes back, `id`, `meta` and `groups` included. */
function putUser(key: string, changes: Readonly<Record<string, unknown>>): ScimCall {
  return {
    kind: 'scim',
    send: (known) => ({
      method: 'PUT',
      path: `/Users/${known.id(key)}`,
      body: { ...known.resource(key), ...changes },
    }),
    answer: { status: [200], body: { active: true, ...changes } },
  };
}

function setActive({ key }: Player, active: boolean): ScimCall {
  return {
    kind: 'scim',
    send: (known) => ({
      method: 'PATCH',
      path: `/Users/${known.id(key)}`,
      body: patchOf({ op: 'replace', value: { active } }),
    }),
    answer: { status: [200], body: { active } },
  };
}

function renameGroup(group: string, displayName: string): ScimCall {
  return patchGroup(group, (known) => [{ op: 'replace', value: { id: known.id(group), displayName } }]);
}

function patchGroup(group: string, operations: (known: Known) => readonly unknown[]): ScimCall {
  return {
    kind: 'scim',
    send: (known) => ({ method: 'PATCH', path: `/Groups/${known.id(group)}`, body: patchOf(...operations(known)) }),
    answer: { status: [200, 204] },
  };
}

function add(known: Known, { key, email }: Player) {
  return { op: 'add', path: 'members', value: [{ value: known.id(key), display: email }] };
}
