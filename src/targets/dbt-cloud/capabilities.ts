import type { DbtCloudConfig } from '../../model/target-config.js';
import type { Capabilities } from '../target.js';
import type { Dialect } from './paths.js';

/** What each dialect of dbt Cloud's API lets us do. */
export function capabilitiesOf(config: DbtCloudConfig, dialect: Dialect, listsInvitations: boolean): Capabilities {
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
  if (dialect === 'v2') {
    return {
      ...both,
      membershipGrain: 'group',
      listsInvitations,
      cancelsInvitations: false,
      keepsInactive: true,
      licences: ['developer', 'read_only', 'it'],
    };
  }
  return {
    ...both,
    membershipGrain: 'account',
    listsInvitations,
    cancelsInvitations: config.revokeInvitations === true && listsInvitations,
    keepsInactive: false,
    licences: ['developer', 'read_only', 'it', 'analyst'],
  };
}
