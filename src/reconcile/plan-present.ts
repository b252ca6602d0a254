import type { DesiredAccount } from '../model/account.js';
import type { ObservedAccount } from '../model/observation.js';
import type { PlannedChange } from '../model/planned-change.js';
import { failed, found, on, planned, type AccountContext, type AccountPlan } from './account-plan.js';
import { correlateAccount } from './correlate-account.js';
import { planAttributes } from './plan-attributes.js';
import type { AccountWork } from './plan-input.js';
import { planClearing, planMemberships, resolveGroups } from './plan-memberships.js';

/**
 * Decides what must change for somebody who should have access and has an account.
 *
 *   account   │ decision
 *   active    │ update what differs; grant and revoke
 *   inactive  │ clear what would come back uninvited, then reactivate; memberships follow after the next look
 */
export function planPresent(
  work: AccountWork,
  desired: DesiredAccount,
  account: ObservedAccount,
  context: AccountContext,
): AccountPlan {
  if (account.guarded === 'managed-elsewhere')
    return failed(work, `${account.email} is managed by the vendor's own SCIM`);
  const finding = found(work, account, 'active', remarkOn(desired, account, context));
  if (account.guarded === 'credential-owner') {
    return planned([], { ...finding, detail: 'left alone: the credential Drawbridge uses belongs to this account' });
  }
  const change = planAttributes(desired, account, context.input.capabilities);
  if (!account.active) {
    const groups = [...resolveGroups(desired, context).ids];
    const { id: accountId, email } = account;
    const reactivation = { kind: 'reactivate-account', accountId, email, change: change ?? {}, groups } as const;
    const clearing = planClearing(work, desired, account, context);
    const returning = { ...finding, state: 'pending', detail: 'being reactivated' } as const;
    const reason = 'active in the directory, and the account is not';
    return planned([...clearing, on(work, reactivation, reason)], returning);
  }
  const changes: PlannedChange[] = [];
  if (change !== undefined) {
    const update = { kind: 'update-account', accountId: account.id, email: account.email, change } as const;
    changes.push(on(work, update, 'the directory says otherwise'));
  }
  const memberships = planMemberships(work, desired, account, context);
  return planned([...changes, ...memberships.changes], { ...finding, detail: finding.detail ?? memberships.detail });
}

/** What becomes of somebody whose address changed in the directory, where the target keeps addresses as they are. */
export type AddressDecision =
  | { readonly kind: 'same-account' }
  | { readonly kind: 'refuse'; readonly reason: string }
  /** A second account takes over; the first is deactivated once the second is there. */
  | { readonly kind: 'replace'; readonly by: ObservedAccount | undefined };

export function decideAddressChange(
  work: AccountWork,
  desired: DesiredAccount,
  account: ObservedAccount,
  { input, index }: AccountContext,
): AddressDecision {
  const isSame = desired.correlationKey === account.correlationKey;
  if (isSame || input.capabilities.editsAddress || input.addressChange === 'keep') return { kind: 'same-account' };
  if (input.addressChange === 'refuse') return { kind: 'refuse', reason: addressFixed(account) };
  const person = { userId: work.userId, correlationKey: desired.correlationKey, remoteId: undefined };
  const successor = correlateAccount(person, index, input.claims);
  if (successor.kind === 'disputed') return { kind: 'refuse', reason: successor.reason };
  return { kind: 'replace', by: successor.kind === 'linked' ? successor.account : undefined };
}

const addressFixed = (account: ObservedAccount): string =>
  `the address over there is still ${account.email}: it cannot be changed through this interface`;

function remarkOn(desired: DesiredAccount, account: ObservedAccount, { input }: AccountContext): string | undefined {
  const { editsAddress } = input.capabilities;
  if (desired.correlationKey !== account.correlationKey && !editsAddress) return addressFixed(account);
  const { firstName = account.firstName, lastName = account.lastName } = desired.attributes;
  const isNameWaiting =
    account.namesLocked === true && (firstName !== account.firstName || lastName !== account.lastName);
  return isNameWaiting ? 'the name over there comes from single sign-on and is left alone' : undefined;
}
