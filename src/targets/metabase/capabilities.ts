import type { Capabilities } from '../target.js';

/** What Metabase's API lets an administrator do, in open source and Pro alike. */
export function capabilitiesOf(mailsNewAccounts: boolean): Capabilities {
  return {
    membershipGrain: 'member',
    invites: false,
    listsInvitations: false,
    cancelsInvitations: false,
    keepsInactive: true,
    deactivates: true,
    restoresMemberships: true,
    mailsNewAccounts,
    editsNames: true,
    editsAddress: true,
    managesGroups: true,
    groupNamesFold: true,
    createsGroups: true,
    renamesGroups: true,
    deletesGroups: true,
    licences: [],
  };
}
