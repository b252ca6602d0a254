import type { Capabilities } from '../../src/targets/target.js';
import type { ConformanceSubject } from './conformance.js';
import { startRetoolHarness, type RetoolHarnessOptions } from './retool-harness.js';

const always = { membershipGrain: 'member', editsAddress: false, groupNamesFold: false, licences: [] } as const;

const usersOnly: Capabilities = {
  ...always,
  invites: false,
  listsInvitations: true,
  cancelsInvitations: true,
  keepsInactive: true,
  deactivates: true,
  restoresMemberships: true,
  mailsNewAccounts: true,
  editsNames: true,
  managesGroups: false,
  createsGroups: false,
  renamesGroups: false,
  deletesGroups: false,
};

const full: Capabilities = {
  ...usersOnly,
  managesGroups: true,
  createsGroups: true,
  renamesGroups: true,
  deletesGroups: true,
};

const inviteOnly: Capabilities = {
  ...usersOnly,
  invites: true,
  keepsInactive: false,
  deactivates: false,
  restoresMemberships: false,
  editsNames: false,
};

type Subject = Omit<ConformanceSubject, 'start'> & { readonly harness: RetoolHarnessOptions };

const organisations: readonly Subject[] = [
  { name: 'Retool, mode full', capabilities: full, harness: { rules: { duplicateGroupNames: 'allow' } } },
  {
    name: 'Retool, mode full, a release before paging',
    variant: true,
    capabilities: full,
    uniqueGroupNames: true,
    unpaged: true,
    harness: { rules: { version: '3.300', malformedUserId: 500 } },
  },
  { name: 'Retool, mode users-only', capabilities: usersOnly, harness: { scopes: ['users:read', 'users:write'] } },
  {
    name: 'Retool, mode invite-only',
    capabilities: inviteOnly,
    unpaged: true,
    harness: { rules: { plan: 'business' } },
  },
  {
    name: 'Retool, mode invite-only, pages where the plan ends',
    variant: true,
    capabilities: inviteOnly,
    unpaged: true,
    harness: { rules: { plan: 'business', gated: 'html' } },
  },
];

const unknownId = `user_${'f'.repeat(32)}`;
/** A page instead of a list means that the list is not open to this token any more. */
const readErrors = { 'html-ok': 'UNAUTHORIZED' } as const;

/** Everything a Retool target is run against. */
export const retoolSubjects: readonly ConformanceSubject[] = organisations.map(({ harness, ...subject }) => ({
  ...subject,
  unknownId,
  readErrors,
  start: () => startRetoolHarness(harness),
}));
