import type { Account, AccountData } from './account.js';
import { addGroup } from './groups.js';
import { newId, newLicenceId } from './ids.js';
import { issueLicence } from './licences.js';
import { addPerson } from './people.js';

/** The account the second born person belongs to as well. */
const otherAccountId = 99_001;

export function emptyData(): AccountData {
  return {
    people: new Map(),
    byEmail: new Map(),
    groups: new Map(),
    invites: new Map(),
    licenceMaps: new Map(),
    scim: { enabled: false, manualUpdatesAllowed: true, controlsLicence: false },
    tokenOwner: 0,
    ids: { next: 1001, nextGroup: 101, unclaimed: [], unmirrored: [] },
  };
}

/**
 * A new account as the vendor hands it over: Owner, Member and Everyone, its owner, and the IT user whose token the
 * bridge holds. That user belongs to another account as well, whose licence is listed first: `permissions[0]` is never
 * safe to read.
 */
export function populate(account: Account): void {
  const owner = addBuiltIn(account, 'Owner', 'owner', false);
  const member = addBuiltIn(account, 'Member', 'member', true);
  const everyone = addBuiltIn(account, 'Everyone', undefined, true);

  const bridge = addPerson(account, { email: 'bridge@example.com', firstName: 'Bridge', lastName: 'Robot' });
  bridge.licences = [
    {
      id: newLicenceId(account.data, bridge.id),
      accountId: otherAccountId,
      userId: bridge.id,
      type: 'developer',
      state: 1,
      scimManaged: false,
      unknown: {},
    },
  ];
  issueLicence(account, bridge, 'it');
  bridge.groups = new Set([everyone.id]);

  const first = addPerson(account, { email: 'owner@example.com', firstName: 'Olive', lastName: 'Owner' });
  issueLicence(account, first, 'developer');
  first.groups = new Set([owner.id, member.id, everyone.id]);
  first.lastLogin = account.now();
  account.data.tokenOwner = bridge.id;
}

function addBuiltIn(account: Account, name: string, permissionSet: string | undefined, assignByDefault: boolean) {
  const permissions =
    permissionSet === undefined ? [] : [{ id: newId(account.data), permissionSet, projectId: null } as const];
  return addGroup(account, { name, assignByDefault, permissions });
}
