import type { DesiredAccount, RemoteId } from '../model/account.js';
import type { ObservedAccount } from '../model/observation.js';
import type { PlannedChange } from '../model/planned-change.js';
import { on, type AccountContext } from './account-plan.js';
import { planEntitlements } from './plan-entitlements.js';
import type { AccountWork } from './plan-input.js';

/** The groups somebody should be in, by id; `detail` says which could not be told yet, and why. */
export function resolveGroups(
  desired: DesiredAccount,
  context: AccountContext,
): { readonly ids: ReadonlySet<RemoteId>; readonly detail: string | undefined } {
  if (!context.input.capabilities.managesGroups) {
    const parked = desired.entitlements.size > 0 ? 'groups cannot be managed through this interface' : undefined;
    return { ids: new Set(), detail: parked };
  }
  const ids = new Set<RemoteId>();
  let detail: string | undefined;
  for (const key of desired.entitlements) {
    const group = context.groups.get(key);
    if (group?.kind === 'linked') ids.add(group.group.id);
    else if (group?.kind === 'disputed') detail = group.reason;
    else detail ??= `waiting for the group ${context.input.desiredGroups.get(key)?.name ?? key}`;
  }
  return { ids, detail };
}

/** Grants and revokes for somebody whose account is active: only memberships the directory ever gave are revoked. */
export function planMemberships(
  work: AccountWork,
  desired: DesiredAccount,
  account: ObservedAccount,
  context: AccountContext,
): { readonly changes: readonly PlannedChange[]; readonly detail: string | undefined } {
  const { ids, detail } = resolveGroups(desired, context);
  if (!context.input.capabilities.managesGroups) return { changes: [], detail };
  const managed = new Set(ids);
  for (const [key, group] of context.groups) {
    if (group.kind !== 'linked') continue;
    const exact = context.input.desiredGroups.get(key)?.membership === 'exact';
    if (exact || desired.owned.has(key)) managed.add(group.group.id);
  }
  const { grant, revoke } = planEntitlements(ids, account.groups, managed);
  const each = (kind: 'grant' | 'revoke') => (groupId: RemoteId) => {
    const groupName = nameOf(groupId, context);
    const reason = kind === 'grant' ? `the directory puts them in ${groupName}` : whyRevoke(groupId, desired, context);
    return on(work, { kind, accountId: account.id, groupId, email: account.email, groupName }, reason);
  };
  return { changes: [...grant.map(each('grant')), ...revoke.map(each('revoke'))], detail };
}

/**
 * What must go before an inactive account comes back: it would bring its old memberships along, those of an
 * administrator included. Only what is desired now may be live afterwards, whoever gave it once.
 */
export function planClearing(
  work: AccountWork,
  desired: DesiredAccount,
  account: ObservedAccount,
  context: AccountContext,
): readonly PlannedChange[] {
  const { capabilities, observation } = context.input;
  if (!capabilities.restoresMemberships || !capabilities.managesGroups) return [];
  const { ids } = resolveGroups(desired, context);
  return [...account.groups].toSorted().flatMap((groupId) => {
    const guarded = observation.groups.get(groupId)?.guarded;
    if (ids.has(groupId) || (guarded !== undefined && guarded !== 'built-in')) return [];
    const { id: accountId, email } = account;
    const groupName = nameOf(groupId, context);
    const revoke = { kind: 'revoke', accountId, groupId, email, groupName, clearing: true } as const;
    return [on(work, revoke, 'it would come back with the account, and the directory does not ask for it')];
  });
}

/**
 * What an inactive account still holds of groups that we made and the directory deleted: a target that keeps the
 * memberships of inactive accounts would have to keep each group anybody ever left, too.
 */
export function planFarewell(
  work: AccountWork,
  desired: DesiredAccount,
  account: ObservedAccount,
  context: AccountContext,
): readonly PlannedChange[] {
  const { desiredGroups, groupShadows } = context.input;
  return [...desired.owned].toSorted().flatMap((key) => {
    const correlation = context.groups.get(key);
    if (correlation?.kind !== 'linked' || correlation.group.guarded !== undefined) return [];
    const { id: groupId, name: groupName } = correlation.group;
    const isGoing = desiredGroups.get(key)?.wanted === false && groupShadows.get(key)?.createdByUs === true;
    if (!isGoing || key.startsWith('name:') || !account.groups.has(groupId)) return [];
    const { id: accountId, email } = account;
    const revoke = { kind: 'revoke', accountId, groupId, email, groupName, clearing: true } as const;
    return [on(work, revoke, 'the directory deleted the group they are in')];
  });
}

function whyRevoke(groupId: RemoteId, desired: DesiredAccount, { groups }: AccountContext): string {
  const gave = [...desired.owned].some((key) => {
    const group = groups.get(key);
    return group?.kind === 'linked' && group.group.id === groupId;
  });
  return gave
    ? 'the directory put them in it once, and does no longer'
    : 'the directory alone decides who is in this group';
}

const nameOf = (groupId: RemoteId, { input }: AccountContext): string =>
  input.observation.groups.get(groupId)?.name ?? groupId;
