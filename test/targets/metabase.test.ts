import type { Capabilities } from '../../src/targets/target.js';
import { runTargetConformance, type ConformanceSubject } from './conformance.js';
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

type Subject = Pick<ConformanceSubject, 'name' | 'unpaged'> & { readonly harness: MetabaseHarnessOptions };

const subjects: readonly Subject[] = [
  { name: 'open source, API key, small pages', harness: { usersPerPage: 100 } },
  { name: 'Pro, session', unpaged: true, harness: { rules: { edition: 'pro' }, credential: 'session' } },
  {
    name: 'an older release, API key',
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

describe.each(subjects)('Metabase, $name', ({ harness, ...subject }) => {
  const vendor = { ...subject, capabilities, keepsAddressCase: false, uniqueGroupNames: true };
  runTargetConformance({ ...vendor, start: () => startMetabaseHarness(harness) });
});
