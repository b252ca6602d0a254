import type { DesiredAccount } from '../model/account.js';
import type { ObservedAccount } from '../model/observation.js';
import type { AccountChange } from '../model/operation.js';
import type { Change } from '../model/planned-change.js';
import type { AccountWork, GroupShadow } from './plan-input.js';

/** What was known about the person or group a change is for, before this look at the target. */
export interface Before {
  /** The account as it was last recorded; undefined when none ever was. */
  readonly account: ObservedAccount | undefined;
  readonly desired: AccountWork['desired'] | undefined;
  readonly group: GroupShadow | undefined;
}

/**
 * Whether a change only puts back what somebody, or something else, changed in the target: when the target was last
 * recorded, the change was not needed.
 *
 *   change             │ drift when, last time
 *   grant              │ the account was in the group
 *   revoke             │ it was not; in an `exact` group, whenever the group was known
 *   update             │ each attribute was as desired now
 *   deactivate         │ the account was inactive
 *   reactivate, invite, create │ the account was there and active
 *   create group       │ the group was there
 *   rename group       │ it had the name desired now
 */
export function isDrift(change: Change, before: Before): boolean {
  const { account, group } = before;
  switch (change.kind) {
    case 'grant':
      return account?.groups.has(change.groupId) === true;
    case 'revoke':
      if (change.clearing === true) return false;
      return account === undefined ? group?.state === 'active' : !account.groups.has(change.groupId);
    case 'update-account':
      return account !== undefined && before.desired?.kind === 'account' && wasSo(change.change, account);
    case 'deactivate-account':
      return account?.active === false;
    case 'reactivate-account':
    case 'invite':
    case 'create-account':
      return account?.active === true && isSamePerson(account, before.desired);
    case 'create-group':
      return group?.state === 'active' && group.remoteId !== undefined;
    case 'rename-group':
      return group?.state === 'active' && group.name === change.name;
    case 'cancel-invitation':
    case 'delete-group':
      return false;
  }
}

function wasSo({ profile = {}, ...edit }: AccountChange, account: ObservedAccount): boolean {
  const own = Object.entries(edit).every(([name, value]) => value === undefined || at(account, name) === value);
  return own && Object.entries(profile).every(([name, value]) => account.profile?.[name] === value);
}

const at = (account: ObservedAccount, name: string): unknown =>
  name === 'email' || name === 'firstName' || name === 'lastName' || name === 'licence' ? account[name] : undefined;

/** An account that is to be replaced because the person's address changed did not drift. */
function isSamePerson(account: ObservedAccount, desired: Before['desired']): boolean {
  const wanted: DesiredAccount | undefined = desired?.kind === 'account' ? desired.account : undefined;
  return wanted === undefined || wanted.correlationKey === account.correlationKey;
}
