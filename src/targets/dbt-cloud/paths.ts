import type { RemoteId } from '../../model/account.js';

/** The vendor's two write surfaces. They share the envelope, paging and ids, and next to no endpoint that writes. */
export type Dialect = 'v2' | 'platform';

/** What differs by dialect. */
export interface Paths {
  /** Where an invitation is posted. */
  readonly invite: string;
  readonly groups: string;
  readonly group: (id: RemoteId) => string;
}

/** The endpoints both dialects share, or only one has. Every path ends in a slash: some servers insist on it. */
export function commonPaths(accountId: string) {
  const v2 = `/api/v2/accounts/${accountId}`;
  const v3 = `/api/v3/accounts/${accountId}`;
  return {
    accounts: ['/api/v2/accounts/', '/api/v3/accounts/'],
    whoami: '/api/v2/whoami/',
    /** Lists people in both dialects; the platform's v3 list is identical (openapi-v2.yaml, openapi-v3.yaml). */
    users: `${v2}/users/`,
    /** Left out of the public specification since 2023-06-27, still what clients use for groups and licence. */
    user: (id: RemoteId) => `${v2}/users/${segment(id)}/`,
    /** Where a list of invitations may be. Only the first is in the vendor's documents; both are probed, never assumed. */
    invitationLists: [`${v2}/invites/`, `${v2}/invitations/`],
    invitation: (id: RemoteId) => `${v2}/invites/${segment(id)}/`,
    /** One person's licence in this account: its id is not the person's id, and the ranges overlap. */
    licence: (id: RemoteId) => `${v2}/permissions/${segment(id)}/`,
    /** Not below the account: names belong to the person everywhere. */
    profile: (id: RemoteId) => `/api/v2/users/${segment(id)}/`,
    assignGroups: `${v3}/assign-groups/`,
    seats: `${v2}/licenses/`,
    scimConfig: `${v3}/scim-config/`,
  };
}

export type CommonPaths = ReturnType<typeof commonPaths>;

export function pathsOf(accountId: string, dialect: Dialect): Paths {
  const v2 = `/api/v2/accounts/${accountId}`;
  const v3 = `/api/v3/accounts/${accountId}`;
  const groups = dialect === 'v2' ? `${v2}/groups/` : `${v3}/groups/`;
  return {
    invite: dialect === 'v2' ? `${v2}/invitations/` : `${v3}/invites/`,
    groups,
    group: (id) => `${groups}${segment(id)}/`,
  };
}

const segment = (id: RemoteId): string => encodeURIComponent(id);
