import type { Capabilities } from '../../src/targets/target.js';
import type { ConformanceSubject } from './conformance.js';
import { startMetabaseHarness, type MetabaseHarnessOptions } from './metabase-harness.js';

const capabilities: Capabilities = {
  membershipGrain: 'member',
  invites: false,
  listsInvitations: false,
  cancelsInvitations: false,
  keepsInactive: true,
  deactivates: true,
  restoresMemberships: true,
  mailsNewAccounts: true,
  editsNames: true,
  editsAddress: true,
  managesGroups: true,
  groupNamesFold: true,
  createsGroups: true,
  renamesGroups: true,
  deletesGroups: true,
  licences: [],
};

type Subject = Pick<ConformanceSubject, 'name' | 'unpaged' | 'variant'> & { readonly harness: MetabaseHarnessOptions };

const instances: readonly Subject[] = [
  { name: 'Metabase, open source, API key, small pages', harness: { usersPerPage: 100 } },
  { name: 'Metabase, Pro, session', unpaged: true, harness: { rules: { edition: 'pro' }, credential: 'session' } },
  {
    name: 'Metabase, an older release, API key',
    variant: true,
    unpaged: true,
    harness: {
      rules: {
        getDeactivated: 'not-found',
        tenancyParameter: 'ignored',
        dataAnalysts: false,
        memberType: 'absent',
        reactivateFormerAdmin: 'refused-when-one-admin',
        sessionsEndAtDeactivation: false,
        unknownInMembership: 'foreign-key-error',
      },
    },
  },
];

/** Everything a Metabase target is run against. */
export const metabaseSubjects: readonly ConformanceSubject[] = instances.map(({ harness, ...subject }) => ({
  ...subject,
  capabilities,
  keepsAddressCase: false,
  uniqueGroupNames: true,
  start: () => startMetabaseHarness(harness),
}));
