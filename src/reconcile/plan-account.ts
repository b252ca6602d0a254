import type { DesiredAccount } from '../model/account.js';
import type { ObservedAccount } from '../model/observation.js';
import { absent, failed, found, gone, on, planned, type AccountContext, type AccountPlan } from './account-plan.js';
import { addressTaken, correlateAccount, type AccountIndex } from './correlate-account.js';
import { isOutstanding, planInvitation } from './plan-invitation.js';
import type { AccountWork, PlanInput } from './plan-input.js';
import { planFarewell, resolveGroups } from './plan-memberships.js';
import { decideAddressChange, planPresent } from './plan-present.js';

/**
 * Decides what must change for one person.
 *
 *   wanted    account           │ decision
 *   active    active            │ update what differs; grant and revoke
 *   active    inactive          │ reactivate
 *   active    none, invited     │ wait: groups and licence are parked until they accept
 *   active    none              │ invite, once, or create, as the target does it
 *   inactive  active            │ deactivate; memberships stay as they are
 *   inactive  none, invited     │ cancel where that works, and watch: remove the moment they accept
 *   inactive  inactive          │ leave groups the directory deleted, so that those can go; else leave alone
 *   inactive  none              │ leave alone
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
  const externalId = desired.profile?.['externalId'];
  const person = { userId, correlationKey: address, remoteId: shadow?.remoteId, externalId };
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
  const { account } = correlation;
  const moved = decideAddressChange(work, desired, account, context);
  if (moved.kind === 'replace' && !index.everybody) return { kind: 'look-wider' };
  if (!desired.active) {
    const successor = moved.kind === 'replace' ? moved.by : undefined;
    return planLeaver(work, desired.correlationKey, account, context, 'inactive in the directory, or deleted', {
      desired,
      successor,
    });
  }
  if (moved.kind === 'refuse') return failed(work, moved.reason);
  if (moved.kind === 'replace') return planSuccession(work, desired, account, moved.by, context);
  return planPresent(work, desired, account, context);
}

/** Both accounts of somebody whose address changed in the middle of it leave with them. */
function planLeaver(
  work: AccountWork,
  correlationKey: string,
  account: ObservedAccount,
  context: AccountContext,
  reason: string,
  { desired, successor }: { readonly desired?: DesiredAccount; readonly successor?: ObservedAccount | undefined } = {},
): AccountPlan {
  const { input } = context;
  const leaving = [account, ...(successor === undefined ? [] : [successor])].filter((each) => each.active);
  if (leaving.length === 0) {
    const farewell = desired === undefined ? [] : planFarewell(work, desired, account, context);
    return planned(farewell, found(work, account, 'inactive', undefined));
  }
  if (!input.capabilities.deactivates) return failed(work, cannotDeactivate(account));
  const changes = leaving.map(({ id: accountId, email }) =>
    on(work, { kind: 'deactivate-account', accountId, email }, reason),
  );
  const finding = found(work, account, 'pending', 'being deactivated');
  return planned(changes, { ...finding, correlationKey });
}

const cannotDeactivate = ({ email }: ObservedAccount): string =>
  `${email} still has access: this interface cannot deactivate anybody, so it must be done in the target by hand`;

/** A new account takes the old one's place. The old one stays linked, and open, until the new one is there. */
function planSuccession(
  work: AccountWork,
  desired: DesiredAccount,
  former: ObservedAccount,
  successor: ObservedAccount | undefined,
  context: AccountContext,
): AccountPlan {
  if (successor === undefined) return planJoiner(work, desired, desired.correlationKey, context);
  const present = planPresent(work, desired, successor, context);
  if (present.kind !== 'planned' || !former.active) return present;
  const { id: accountId, email } = former;
  const reason = `the account ${successor.email} took its place`;
  const farewell = on(work, { kind: 'deactivate-account', accountId, email }, reason);
  return planned([...present.changes, farewell], { ...present.finding, remoteId: former.id });
}

/** Nobody there, and somebody should be. */
function planJoiner(work: AccountWork, desired: DesiredAccount, address: string, context: AccountContext): AccountPlan {
  const { input, index } = context;
  const decision = planInvitation(address, work.shadow, index, input);
  if (!input.capabilities.invites && decision.kind !== 'wait') return planNewcomer(work, desired, address);
  if (decision.kind === 'refuse') return failed(work, decision.reason);
  const former = address === desired.correlationKey ? undefined : `invited at their former address ${address}`;
  const state = decision.kind === 'wait' ? 'invited' : 'pending';
  const finding = absent(work, address, state, 'keep', former ?? decision.detail);
  if (decision.kind === 'wait') return planned([], { ...finding, invitationId: decision.invitationId });
  const groups = [...resolveGroups(desired, context).ids].toSorted();
  const invitation = { kind: 'invite', email: desired.email, licence: desired.licence, groups } as const;
  return planned([on(work, invitation, withoutAccount)], finding);
}

const withoutAccount = 'active in the directory, without an account here';

/** The account is made at once; memberships are planned when the next look shows it. */
function planNewcomer(work: AccountWork, desired: DesiredAccount, address: string): AccountPlan {
  const { email, licence, profile } = desired;
  const creation = { kind: 'create-account', email, ...desired.attributes, licence, profile } as const;
  return planned([on(work, creation, withoutAccount)], absent(work, address, 'pending', 'clear', 'being created'));
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
  const cancellation = { kind: 'cancel-invitation', invitationId: outstanding.invitationId, email } as const;
  return planned([on(work, cancellation, 'the directory no longer wants them here')], finding);
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
  return planLeaver(work, correlationKey, correlation.account, context, reason);
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
