import type { DesiredAccount, GroupKey, RemoteId } from '../model/account.js';
import type { ObservedAccount } from '../model/observation.js';
import type { AccountChange } from '../model/operation.js';
import type { PlannedChange } from '../model/planned-change.js';
import { addressTaken, correlateAccount, type AccountIndex } from './correlate-account.js';
import type { GroupCorrelation } from './correlate-group.js';
import type { AccountFinding } from './findings.js';
import { isOutstanding, planInvitation } from './plan-invitation.js';
import { planEntitlements } from './plan-entitlements.js';
import type { AccountWork, PlanInput } from './plan-input.js';

/** What one due person needs: changes and a finding, a reason why nothing can be done, or a wider look first. */
export type AccountPlan =
  | { readonly kind: 'planned'; readonly changes: readonly PlannedChange[]; readonly finding: AccountFinding }
  | { readonly kind: 'failed'; readonly subject: string; readonly userId: string; readonly reason: string }
  | { readonly kind: 'look-wider' };

export interface AccountContext {
  readonly input: PlanInput;
  readonly index: AccountIndex;
  readonly groups: ReadonlyMap<GroupKey, GroupCorrelation>;
  /** Who of this batch is served first, by address: nobody else may be linked or invited by it at the same time. */
  readonly firstByAddress: ReadonlyMap<string, string>;
}

/**
 * Decides what must change for one person.
 *
 *   wanted    account           │ decision
 *   active    active            │ update what differs; grant and revoke
 *   active    inactive          │ reactivate
 *   active    none, invited     │ wait: groups and licence are parked until they accept
 *   active    none              │ invite, once
 *   inactive  active            │ deactivate; memberships stay as they are
 *   inactive  none, invited     │ cancel where that works, and watch: remove the moment they accept
 *   inactive  inactive or none  │ leave alone
 */
export function planAccount(work: AccountWork, context: AccountContext): AccountPlan {
  if (work.desired.kind === 'problem') return failed(work, work.desired.problem.message);
  if (work.desired.kind === 'none') return planAbsence(work, work.desired.reason, context);
  const desired = work.desired.account;
  const { index, input } = context;

  const knownIsVisible = work.shadow?.remoteId !== undefined && index.byId.has(work.shadow.remoteId);
  if (!knownIsVisible && !index.everybody) return { kind: 'look-wider' };

  const address = addressFor(work, desired, index, input);
  const { userId, shadow } = work;
  const person = { userId, correlationKey: address, remoteId: shadow?.remoteId };
  const correlation = correlateAccount(person, index, input.claims);
  if (correlation.kind === 'disputed') {
    // Another living person has the account: taking this one out must not touch it.
    return desired.active ? failed(work, correlation.reason) : gone(work, address, undefined);
  }
  const first = context.firstByAddress.get(desired.correlationKey) ?? userId;
  if (desired.active && !knownIsVisible && first !== userId) return failed(work, addressTaken(address));
  if (correlation.kind === 'unmatched')
    return desired.active
      ? planJoiner(work, desired, address, context)
      : withdraw(work, address, address === desired.correlationKey ? desired.email : address, context);
  return desired.active
    ? planPresent(work, desired, correlation.account, context)
    : planLeaver(work, desired.correlationKey, correlation.account);
}

function planPresent(
  work: AccountWork,
  desired: DesiredAccount,
  account: ObservedAccount,
  context: AccountContext,
): AccountPlan {
  if (account.guarded === 'managed-elsewhere')
    return failed(work, `${account.email} is managed by the vendor's own SCIM`);
  const finding = found(work, account, 'active', differingAddress(desired, account));
  if (account.guarded === 'credential-owner') {
    return planned([], { ...finding, detail: 'left alone: the credential Drawbridge uses belongs to this account' });
  }
  const change = planAttributes(desired, account, context);
  if (!account.active) {
    const groups = resolve(desired, context).ids;
    const { id: accountId, email } = account;
    const reactivation = {
      kind: 'reactivate-account',
      accountId,
      email,
      change: change ?? {},
      groups: [...groups],
    } as const;
    return planned([on(work, reactivation)], { ...finding, state: 'pending', detail: 'being reactivated' });
  }
  const changes: PlannedChange[] = [];
  if (change !== undefined) {
    changes.push(on(work, { kind: 'update-account', accountId: account.id, email: account.email, change }));
  }
  const memberships = planMemberships(work, desired, account, context);
  return planned([...changes, ...memberships.changes], { ...finding, detail: finding.detail ?? memberships.detail });
}

function planMemberships(
  work: AccountWork,
  desired: DesiredAccount,
  account: ObservedAccount,
  context: AccountContext,
): { changes: readonly PlannedChange[]; detail: string | undefined } {
  const { ids, detail } = resolve(desired, context);
  const managed = new Set(ids);
  for (const [key, group] of context.groups) {
    if (group.kind !== 'linked') continue;
    const exact = context.input.desiredGroups.get(key)?.membership === 'exact';
    if (exact || desired.owned.has(key)) managed.add(group.group.id);
  }
  const { grant, revoke } = planEntitlements(ids, account.groups, managed);
  const each = (kind: 'grant' | 'revoke') => (groupId: RemoteId) => {
    const groupName = context.input.observation.groups.get(groupId)?.name ?? groupId;
    return on(work, { kind, accountId: account.id, groupId, email: account.email, groupName });
  };
  return { changes: [...grant.map(each('grant')), ...revoke.map(each('revoke'))], detail };
}

function planAttributes(
  desired: DesiredAccount,
  account: ObservedAccount,
  context: AccountContext,
): AccountChange | undefined {
  const { capabilities } = context.input;
  const { firstName, lastName } = desired.attributes;
  const change: { -readonly [name in keyof AccountChange]: AccountChange[name] } = {};
  if (desired.licence !== account.licence) change.licence = desired.licence;
  if (capabilities.editsNames && firstName !== undefined && firstName !== account.firstName)
    change.firstName = firstName;
  if (capabilities.editsNames && lastName !== undefined && lastName !== account.lastName) change.lastName = lastName;
  return Object.keys(change).length > 0 ? change : undefined;
}

function planLeaver(work: AccountWork, correlationKey: string, account: ObservedAccount): AccountPlan {
  if (!account.active) return planned([], found(work, account, 'inactive', undefined));
  const change = { kind: 'deactivate-account', accountId: account.id, email: account.email } as const;
  const finding = found(work, account, 'pending', 'being deactivated');
  return planned([on(work, change)], { ...finding, correlationKey });
}

/** Nobody there, and somebody should be. */
function planJoiner(work: AccountWork, desired: DesiredAccount, address: string, context: AccountContext): AccountPlan {
  const { input, index } = context;
  const decision = planInvitation(address, work.shadow, index, input);
  if (decision.kind === 'refuse') return failed(work, decision.reason);
  const former = address === desired.correlationKey ? undefined : `invited at their former address ${address}`;
  const state = decision.kind === 'wait' ? 'invited' : 'pending';
  const finding = absent(work, address, state, 'keep', former ?? decision.detail);
  if (decision.kind === 'wait') return planned([], { ...finding, invitationId: decision.invitationId });
  const groups = [...resolve(desired, context).ids].toSorted();
  return planned([on(work, { kind: 'invite', email: desired.email, licence: desired.licence, groups })], finding);
}

/** Nobody there, and nobody should be: an invitation may still be on its way. */
function withdraw(work: AccountWork, correlationKey: string, email: string, context: AccountContext): AccountPlan {
  const { input, index } = context;
  const outstanding = isOutstanding(correlationKey, work.shadow, index, input);
  if (!outstanding.outstanding) return gone(work, correlationKey, undefined);
  const detail = 'invitation still outstanding: the account will be removed the moment it is accepted';
  const finding = absent(work, correlationKey, 'inactive', 'keep', detail);
  const tried = work.shadow?.state === 'inactive';
  if (!input.capabilities.cancelsInvitations || tried) return planned([], finding);
  return planned([on(work, { kind: 'cancel-invitation', invitationId: outstanding.invitationId, email })], finding);
}

/** Left `assign.groups`: only an account known to be this person's is taken away. */
function planAbsence(work: AccountWork, reason: string, context: AccountContext): AccountPlan {
  const { shadow } = work;
  if (shadow === undefined || shadow.correlationKey === undefined) return gone(work, undefined, reason);
  if (!context.index.everybody && (shadow.remoteId === undefined || !context.index.byId.has(shadow.remoteId)))
    return { kind: 'look-wider' };
  const { correlationKey, remoteId } = shadow;
  const correlation = correlateAccount(
    { userId: work.userId, correlationKey, remoteId },
    context.index,
    context.input.claims,
  );
  // A living person of the same address has the account, or the invitation, now.
  if (correlation.kind === 'disputed') return gone(work, undefined, reason);
  if (correlation.kind === 'unmatched') return withdraw(work, correlationKey, correlationKey, context);
  return planLeaver(work, correlationKey, correlation.account);
}

/**
 * The address a person is looked for by. While an invitation to a former address can be accepted, or was, that one
 * counts: a second invitation would leave the first to whoever accepts it, with nobody watching.
 */
function addressFor(work: AccountWork, desired: DesiredAccount, index: AccountIndex, input: PlanInput): string {
  const { shadow } = work;
  const sentTo = shadow?.invitedAt === undefined ? undefined : shadow.correlationKey;
  if (sentTo === undefined || sentTo === desired.correlationKey) return desired.correlationKey;
  const counts = index.byKey.has(sentTo) || isOutstanding(sentTo, shadow, index, input).outstanding;
  return counts ? sentTo : desired.correlationKey;
}

function resolve(desired: DesiredAccount, context: AccountContext): { ids: Set<RemoteId>; detail: string | undefined } {
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

const on = (work: AccountWork, change: PlannedChange['change']): PlannedChange => ({
  change,
  subjects: [work.subject],
});

const planned = (changes: readonly PlannedChange[], finding: AccountFinding): AccountPlan => ({
  kind: 'planned',
  changes,
  finding,
});

const failed = (work: AccountWork, reason: string): AccountPlan => ({
  kind: 'failed',
  subject: work.subject,
  userId: work.userId,
  reason,
});

function found(
  work: AccountWork,
  account: ObservedAccount,
  state: AccountFinding['state'],
  detail: string | undefined,
): AccountFinding {
  return {
    subject: work.subject,
    userId: work.userId,
    state,
    detail,
    remoteId: account.id,
    correlationKey: account.correlationKey,
    invitationId: undefined,
    invitation: 'clear',
    account,
  };
}

function absent(
  work: AccountWork,
  correlationKey: string | undefined,
  state: AccountFinding['state'],
  invitation: AccountFinding['invitation'],
  detail: string | undefined,
): AccountFinding {
  const { subject, userId } = work;
  return {
    subject,
    userId,
    state,
    detail,
    remoteId: undefined,
    correlationKey,
    invitationId: undefined,
    invitation,
    account: undefined,
  };
}

const gone = (work: AccountWork, correlationKey: string | undefined, detail: string | undefined): AccountPlan =>
  planned([], absent(work, correlationKey, 'inactive', 'clear', detail));

/** An address that changed in the directory keeps its account; targets without an address change are told apart here. */
function differingAddress(desired: DesiredAccount, account: ObservedAccount): string | undefined {
  if (desired.correlationKey === account.correlationKey) return undefined;
  return `the address over there is still ${account.email}: it cannot be changed through this interface`;
}
