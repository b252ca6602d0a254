import { randomUUID } from 'node:crypto';
import { inGroups, type Player } from './cast.js';
import type { IdentityProvider } from './identity-provider.js';
import { enterpriseUrn, filterBy, groupUrn, nothingFound, oneFound, patchOf, userUrn } from './scim-words.js';
import type { Known, ScimCall } from './step.js';

/**
 * Microsoft Entra ID without the `aadOptscim062020` flag: capitalised verbs, booleans as strings, one operation an
 * attribute, and groups that are never asked for their members.
 *
 * Shapes: MicrosoftDocs/entra-docs, docs/identity/app-provisioning/use-scim-to-provision-users-and-groups.md and
 * application-provisioning-config-problem-scim-compatibility.md.
 */
export const entra: IdentityProvider = {
  name: 'Entra ID',
  headers: { 'Content-Type': 'application/scim+json' },

  connects: [
    {
      name: 'Entra ID tests the connection with a name that cannot exist',
      act: searchUsers('2c9f2b7e-51d6-4a6c-b1f4-6a0f1d1c6e11', false),
    },
    {
      name: 'Entra ID reads the schemas to map attributes to',
      act: {
        kind: 'scim',
        send: () => ({ method: 'GET', path: '/Schemas' }),
        answer: { status: [200] },
      },
    },
  ],

  matchUser: ({ email }, found) => searchUsers(email, found),
  createUser,
  readUser: ({ key, email }) => ({
    kind: 'scim',
    send: (known) => ({ method: 'GET', path: `/Users/${known.id(key)}` }),
    answer: { status: [200], body: { userName: email } },
  }),
  changeFamilyName: ({ key, givenName }, familyName) => {
    const displayName = `${givenName} ${familyName}`;
    return {
      kind: 'scim',
      send: (known) => ({
        method: 'PATCH',
        path: `/Users/${known.id(key)}`,
        body: patchOf(
          { op: 'Replace', path: 'displayName', value: displayName },
          { op: 'Replace', path: 'name.familyName', value: familyName },
          { op: 'Add', path: `${enterpriseUrn}:department`, value: 'Operations' },
        ),
      }),
      answer: { status: [200], body: { displayName, name: { givenName, familyName } } },
    };
  },
  setActive: ({ key }, active) => ({
    kind: 'scim',
    send: (known) => ({
      method: 'PATCH',
      path: `/Users/${known.id(key)}`,
      body: patchOf({ op: 'Replace', path: 'active', value: active ? 'True' : 'False' }),
    }),
    answer: { status: [200], body: { active } },
  }),
  // Memberships are not sent again: it counts on the ones from before.
  afterReturn: () => [],
  removeUser: ({ key }) => ({
    kind: 'scim',
    send: (known) => ({ method: 'DELETE', path: `/Users/${known.id(key)}` }),
    answer: { status: [204] },
  }),

  matchGroup: (name) => ({
    kind: 'scim',
    send: () => ({ method: 'GET', path: `/Groups?excludedAttributes=members&${filterBy('displayName', name)}` }),
    answer: { status: [200], body: nothingFound },
  }),
  createGroup,
  addMember: (group, player) => patchGroup(group, (known) => [membersOp('Add', known, player)]),
  swapMembers: (group, nameNow, change) => [
    {
      name: `Entra ID puts ${change.in.givenName} in`,
      act: patchGroup(group, (known) => [membersOp('Add', known, change.in)]),
      dbt: { people: { [change.in.email]: inGroups(nameNow) } },
    },
    {
      name: `Entra ID takes ${change.out.givenName} out, naming her in a list`,
      act: patchGroup(group, (known) => [membersOp('Remove', known, change.out)]),
      dbt: { people: { [change.out.email]: inGroups() } },
    },
  ],
  renameGroup: (group, newName) => patchGroup(group, () => [{ op: 'Replace', path: 'displayName', value: newName }]),
  deleteGroup: (group) => ({
    kind: 'scim',
    send: (known) => ({ method: 'DELETE', path: `/Groups/${known.id(group)}` }),
    answer: { status: [204] },
  }),
};

function searchUsers(userName: string, found: boolean): ScimCall {
  return {
    kind: 'scim',
    send: () => ({ method: 'GET', path: `/Users?${filterBy('userName', userName)}` }),
    answer: { status: [200], body: found ? oneFound : nothingFound },
  };
}

/** What is not assigned may come as null. */
function createUser({ key, email, givenName, familyName }: Player): ScimCall {
  const displayName = `${givenName} ${familyName}`;
  const body = {
    schemas: [userUrn, enterpriseUrn],
    externalId: key,
    userName: email,
    active: true,
    addresses: null,
    displayName,
    emails: [{ primary: true, type: 'work', value: email }],
    meta: { resourceType: 'User' },
    name: { formatted: displayName, familyName, givenName },
    phoneNumbers: null,
    roles: [],
    title: null,
  };
  const { userName, externalId, active, emails, name } = body;
  return {
    kind: 'scim',
    send: () => ({ method: 'POST', path: '/Users', body }),
    answer: { status: [201], body: { userName, externalId, active, displayName, emails, name } },
    remember: key,
  };
}

/** No `members` at all, and a schema of Microsoft's own that nobody else knows. */
function createGroup(displayName: string): ScimCall {
  const body = {
    schemas: [groupUrn, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
    externalId: randomUUID(),
    displayName,
    meta: { resourceType: 'Group' },
  };
  return {
    kind: 'scim',
    send: () => ({ method: 'POST', path: '/Groups', body }),
    answer: { status: [201], body: { displayName, externalId: body.externalId } },
    remember: displayName,
  };
}

/** It takes 200 as well, but documents 204. */
function patchGroup(group: string, operations: (known: Known) => readonly unknown[]): ScimCall {
  return {
    kind: 'scim',
    send: (known) => ({ method: 'PATCH', path: `/Groups/${known.id(group)}`, body: patchOf(...operations(known)) }),
    answer: { status: [204] },
  };
}

function membersOp(op: 'Add' | 'Remove', known: Known, { key }: Player) {
  return { op, path: 'members', value: [{ $ref: null, value: known.id(key) }] };
}
