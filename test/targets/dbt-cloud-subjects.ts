import type { FakeDbtCloudOptions } from '../../src/sandbox/dbt-cloud/fake-dbt-cloud.js';
import type { Capabilities } from '../../src/targets/target.js';
import type { ConformanceSubject } from './conformance.js';
import { startDbtHarness } from './dbt-cloud-harness.js';

const both = {
  invites: true,
  deactivates: true,
  restoresMemberships: false,
  mailsNewAccounts: true,
  editsNames: true,
  editsAddress: false,
  managesGroups: true,
  groupNamesFold: false,
  createsGroups: true,
  renamesGroups: true,
  deletesGroups: true,
};

const v2: Capabilities = {
  ...both,
  membershipGrain: 'group',
  listsInvitations: false,
  cancelsInvitations: false,
  keepsInactive: true,
  licences: ['developer', 'read_only', 'it'],
};

const platform: Capabilities = {
  ...both,
  membershipGrain: 'account',
  listsInvitations: true,
  cancelsInvitations: false,
  keepsInactive: false,
  licences: ['developer', 'read_only', 'it', 'analyst'],
};

interface Subject extends Pick<ConformanceSubject, 'name' | 'capabilities' | 'variant'> {
  readonly rules: FakeDbtCloudOptions;
}

const dialects: readonly Subject[] = [
  { name: 'dbt Cloud, dialect v2', capabilities: v2, rules: { dialect: 'v2' } },
  {
    name: 'dbt Cloud, dialect v2, members and invitations shown',
    variant: true,
    capabilities: { ...v2, listsInvitations: true },
    rules: { dialect: 'v2', showMembers: true, listInvitations: true },
  },
  { name: 'dbt Cloud, dialect platform', capabilities: platform, rules: { dialect: 'platform' } },
];

/** Everything a dbt Cloud target is run against. */
export const dbtCloudSubjects: readonly ConformanceSubject[] = dialects.map(({ rules, ...subject }) => ({
  ...subject,
  licences: ['developer', 'read_only'],
  start: () => startDbtHarness(rules),
}));
