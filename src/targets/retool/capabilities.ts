import type { Capabilities } from '../target.js';
import type { RetoolAccess } from './access.js';

/** What each mode lets us promise. */
export function capabilitiesOf({ mode, showsInvitations }: RetoolAccess): Capabilities {
  const always = {
    membershipGrain: 'member',
    editsAddress: false,
    groupNamesFold: false,
    licences: [],
  } as const;
  if (mode === 'invite-only') {
    return {
      ...always,
      invites: true,
      listsInvitations: true,
      cancelsInvitations: true,
      keepsInactive: false,
      deactivates: false,
      restoresMemberships: false,
      mailsNewAccounts: true,
      editsNames: false,
      managesGroups: false,
      createsGroups: false,
      renamesGroups: false,
      deletesGroups: false,
    };
  }
  const managesGroups = mode === 'full';
  return {
    ...always,
    invites: false,
    // Nobody is invited; an invitation made by hand is waited for, and withdrawn when the person leaves before accepting.
    listsInvitations: showsInvitations,
    cancelsInvitations: showsInvitations,
    keepsInactive: true,
    deactivates: true,
    restoresMemberships: true,
    // One client says that Retool mails whoever is created, and nobody confirms it: better announced than not.
    mailsNewAccounts: true,
    editsNames: true,
    managesGroups,
    createsGroups: managesGroups,
    renamesGroups: managesGroups,
    deletesGroups: managesGroups,
  };
}
