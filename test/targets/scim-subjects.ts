import { likeMetabase, likeRetool } from '../../src/sandbox/scim/presets.js';
import type { Capabilities } from '../../src/targets/target.js';
import type { ConformanceSubject } from './conformance.js';
import { anotherDrawbridge, scimCapabilities, scimProfile } from './drawbridge-harness.js';
import { startScimHarness, type ScimHarnessOptions } from './scim-harness.js';

const wholeGroups: Capabilities = { ...scimCapabilities, membershipGrain: 'group' };

type Subject = Omit<ConformanceSubject, 'start'> & { readonly harness: ScimHarnessOptions };

const servers: readonly Subject[] = [
  { name: 'SCIM, a server by the book', capabilities: scimCapabilities, profile: scimProfile, harness: {} },
  {
    name: 'SCIM, a server without PATCH',
    capabilities: wholeGroups,
    profile: scimProfile,
    harness: { rules: { patch: 'unsupported', groupPatch: 'unsupported', members: 'single' } },
  },
  {
    name: 'SCIM, leavers deleted',
    variant: true,
    capabilities: { ...scimCapabilities, keepsInactive: false, restoresMemberships: false },
    profile: scimProfile,
    harness: { config: { deprovision: 'delete' } },
  },
  {
    name: 'SCIM, users only',
    variant: true,
    capabilities: {
      ...scimCapabilities,
      managesGroups: false,
      createsGroups: false,
      renamesGroups: false,
      deletesGroups: false,
    },
    profile: scimProfile,
    harness: { rules: { groups: 'absent' } },
  },
  {
    name: 'SCIM, a server with manners of its own',
    capabilities: scimCapabilities,
    profile: scimProfile,
    harness: {
      rules: {
        patchReply: 204,
        filter: 'none',
        strangeFilter: 'ignore',
        etags: 'required',
        createStatus: 200,
        members: 'single',
        maxPageSize: 40,
        contentType: 'application/json',
      },
    },
  },
  {
    name: 'SCIM, a server that hides who is inactive',
    variant: true,
    capabilities: scimCapabilities,
    profile: scimProfile,
    hidesInactive: true,
    harness: { rules: { inactiveUsers: 'hidden', members: 'single', schemas: 'absent' }, seeded: true },
  },
  {
    // What it does to a group that is emptied is shown apart: nobody can take the last member out there.
    name: 'SCIM, like Metabase’s own',
    variant: true,
    capabilities: wholeGroups,
    addressIsUserName: true,
    uniqueGroupNames: true,
    harness: { rules: { ...likeMetabase, emptyMembers: 'clear' }, seeded: true },
  },
  {
    name: 'SCIM, like Retool’s own',
    variant: true,
    capabilities: wholeGroups,
    profile: { title: 'Analyst', department: 'Données' },
    unpaged: true,
    harness: { rules: likeRetool },
  },
];

/** Everything a SCIM target is run against. */
export const scimSubjects: readonly ConformanceSubject[] = [
  anotherDrawbridge,
  ...servers.map(({ harness, ...subject }) => ({ ...subject, start: () => startScimHarness(harness) })),
];
