import type { RemoteId } from '../model/account.js';
import type { AccountIndex } from './correlate-account.js';
import type { AccountShadow, PlanInput } from './plan-input.js';

export type InvitationDecision =
  | { readonly kind: 'invite'; readonly detail: undefined }
  | { readonly kind: 'wait'; readonly detail: string | undefined; readonly invitationId: RemoteId | undefined }
  | { readonly kind: 'refuse'; readonly reason: string };

/**
 * Whether somebody without an account is invited, waited for, or left to an operator. One invitation for each address.
 *
 *   target lists invitations │ newest one       │ decision
 *   yes                      │ pending          │ wait
 *   yes                      │ none, but sent a moment ago │ wait: lists may lag behind writes
 *   yes                      │ expired, redeemed (account gone since), none │ invite, up to the limit
 *   no                       │ we sent one, or must presume so, not yet expired │ wait
 *   no                       │ otherwise        │ invite, up to the limit
 */
export function planInvitation(
  correlationKey: string,
  shadow: AccountShadow | undefined,
  index: AccountIndex,
  input: PlanInput,
): InvitationDecision {
  const current = isOutstanding(correlationKey, shadow, index, input);
  if (current.outstanding)
    return {
      kind: 'wait',
      detail: shadow?.state === 'invited' ? shadow.detail : undefined,
      invitationId: current.invitationId,
    };

  // Invitations that went to a former address say nothing about this one.
  const sent = shadow?.correlationKey === correlationKey ? shadow.invitationsSent : 0;
  if (sent >= input.invitations.limit) {
    return {
      kind: 'refuse',
      reason: `${sent} invitations to ${correlationKey} went unanswered; retry it by hand once the person is ready`,
    };
  }
  return { kind: 'invite', detail: undefined };
}

/** Whether an invitation of this address can still be accepted, as far as anybody can tell. */
export function isOutstanding(
  correlationKey: string,
  shadow: AccountShadow | undefined,
  index: AccountIndex,
  input: PlanInput,
): { readonly outstanding: boolean; readonly invitationId: RemoteId | undefined } {
  const isSame = shadow?.correlationKey === correlationKey;
  const age = shadow?.invitedAt === undefined || !isSame ? undefined : input.now - shadow.invitedAt;
  if (index.invitations === undefined) {
    return { outstanding: age !== undefined && age < input.invitations.expireMs, invitationId: undefined };
  }
  const newest = index.invitations.get(correlationKey);
  if (newest?.status === 'pending' || newest?.status === 'awaiting-login')
    return { outstanding: true, invitationId: newest.id };
  const createdBefore =
    newest?.createdAt === undefined || shadow?.invitedAt === undefined || newest.createdAt < shadow.invitedAt;
  const sentMomentsAgo = age !== undefined && age < listLagMs && createdBefore;
  return { outstanding: sentMomentsAgo, invitationId: undefined };
}

/** How long a list may lag behind a write that was confirmed. */
export const listLagMs = 60_000;
