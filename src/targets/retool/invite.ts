import type { Operation, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { listInvitations } from './list-invitations.js';
import { isMissing, isRefusal, noAnswer } from './retool-api.js';
import { invitationAnswer, stateOf, type RetoolInvitation } from './retool-invitation.js';
import { addressKey } from './retool-user.js';
import { segment, type RetoolSession } from './session.js';

type Invite = Extract<Operation, { kind: 'invite' }>;
type Cancel = Extract<Operation, { kind: 'cancel-invitation' }>;

/**
 * Invites one person, once: looks first, and posts at most one invitation. One that expired cannot be renewed, only
 * taken away and sent anew.
 *
 * @throws {TargetError} OUTCOME_UNKNOWN when the mail may have been sent; REJECTED with the vendor's reason, or when the
 *   person has an account that cannot be seen here
 */
export async function invite(session: RetoolSession, operation: Invite, signal: AbortSignal): Promise<Outcome> {
  const { email, groups } = operation;
  const sent = await invitationsTo(session, email, signal);
  const known = outcomeOf(session, sent);
  if (known !== undefined) return known;
  for (const dead of sent) await withdraw(session, dead, signal);
  // Group ids can be named where groups are known at all; the keys of this body are in camel case.
  const body = { email, ...(groups.length === 0 ? {} : { defaultGroupIds: groups.map(Number) }) };
  try {
    const { id } = await session.api.write(
      { method: 'POST', path: '/user_invites', body, data: invitationAnswer, repeatable: false, ownConnection: true },
      signal,
    );
    return { kind: 'pending', remoteId: id };
  } catch (error) {
    if (!isRefusal(error) || error.status !== 409) throw error;
    return outcomeOf(session, await invitationsTo(session, email, signal)) ?? refuseKnown(email, error);
  }
}

/** Takes away what somebody could still accept. After that, accepting is as good as an account, and this says nothing. */
export async function cancelInvitation(
  session: RetoolSession,
  operation: Cancel,
  signal: AbortSignal,
): Promise<Outcome> {
  const { email, invitationId } = operation;
  const open = (await invitationsTo(session, email, signal)).filter((each) => isOpen(session, each));
  if (open.length === 0) return { kind: 'already-so', remoteId: invitationId };
  for (const each of open) await withdraw(session, each, signal);
  return { kind: 'done', remoteId: open[0]?.id };
}

async function invitationsTo(
  session: RetoolSession,
  email: string,
  signal: AbortSignal,
): Promise<readonly RetoolInvitation[]> {
  const key = addressKey(email);
  return (await listInvitations(session.api, signal)).filter((each) => each.correlationKey === key);
}

function outcomeOf(session: RetoolSession, sent: readonly RetoolInvitation[]): Outcome | undefined {
  const claimed = sent.find((each) => each.claimed);
  if (claimed !== undefined) return { kind: 'already-so', remoteId: claimed.claimedBy };
  const open = sent.find((each) => isOpen(session, each));
  return open === undefined ? undefined : { kind: 'pending', remoteId: open.id };
}

const isOpen = (session: RetoolSession, each: RetoolInvitation): boolean => stateOf(each, session.now()) === 'open';

/** Gone already is as good, once a fresh list shows that it is. */
async function withdraw(session: RetoolSession, { id }: RetoolInvitation, signal: AbortSignal): Promise<void> {
  const path = `/user_invites/${segment(id)}`;
  try {
    await session.api.write({ method: 'DELETE', path, data: noAnswer, repeatable: true }, signal);
  } catch (error) {
    if (!isMissing(error)) throw error;
    if ((await listInvitations(session.api, signal)).some((each) => each.id === id)) throw error;
  }
}

function refuseKnown(email: string, refusal: TargetError): never {
  const message = `${email} already has a Retool account, which this plan or token does not show: nothing was sent. Manage this person in Retool by hand (${refusal.message})`;
  throw new TargetError('REJECTED', message, { status: 409 });
}
