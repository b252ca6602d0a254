import type { Capabilities } from '../../src/targets/target.js';
import { runTargetConformance } from './conformance.js';
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

const licences = ['developer', 'read_only'] as const;

describe.each([
  { name: 'dialect v2', capabilities: v2, rules: { dialect: 'v2' } },
  {
    name: 'dialect v2, members and invitations shown',
    capabilities: { ...v2, listsInvitations: true },
    rules: { dialect: 'v2', showMembers: true, listInvitations: true },
  },
  { name: 'dialect platform', capabilities: platform, rules: { dialect: 'platform' } },
] as const)('dbt Cloud, $name', ({ name, capabilities, rules }) => {
  runTargetConformance({ name, capabilities, licences, start: () => startDbtHarness(rules) });
});
