import type { Capabilities } from '../target.js';
import type { ScimSession } from './session.js';

/** What this server lets us do. Looked up anew each time: some of it is only learned by writing. */
export function capabilitiesOf({ config, manners }: ScimSession): Capabilities {
  const keepsInactive = config.deprovision === 'deactivate';
  return {
    get membershipGrain() {
      return manners.groupPatch ? ('member' as const) : ('group' as const);
    },
    invites: false,
    listsInvitations: false,
    cancelsInvitations: false,
    keepsInactive,
    deactivates: true,
    // Nothing in SCIM takes somebody inactive out of their groups.
    restoresMemberships: keepsInactive,
    mailsNewAccounts: false,
    get editsNames() {
      return manners.keepsNames;
    },
    editsAddress: true,
    get managesGroups() {
      return manners.managesGroups;
    },
    groupNamesFold: manners.foldsGroupNames,
    get createsGroups() {
      return manners.managesGroups;
    },
    get renamesGroups() {
      return manners.managesGroups;
    },
    get deletesGroups() {
      return manners.managesGroups && manners.deletesGroups;
    },
    licences: [],
    get profile() {
      return [...manners.kept];
    },
  };
}
