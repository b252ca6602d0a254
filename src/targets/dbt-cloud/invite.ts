import type { Operation, Outcome } from '../../model/operation.js';
import { z } from 'zod';
import { TargetError } from '../target-error.js';
import { addressKey, type Found } from './people.js';
import { isActive } from './read-user.js';
import type { DbtSession } from './session.js';
import { idAnswer, wireId } from './wire-id.js';

type Invite = Extract<Operation, { kind: 'invite' }>;

const v2Sent = z.looseObject({ id: idAnswer.nullish() });
const platformSent = z.looseObject({ sent: z.array(z.string()) });

/**
 * Invites one person, once: looks first, posts at most one invitation, and never posts again by itself.
 *
 * Licence and groups are always sent: without a licence the vendor gives the billed one, without groups the default ones.
 *
 * @throws {TargetError} OUTCOME_UNKNOWN when the mail may have been sent; REJECTED with the vendor's reason
 */
export async function invite(session: DbtSession, operation: Invite, signal: AbortSignal): Promise<Outcome> {
  const key = addressKey(operation.email);
  const known = outcomeOf(session, await session.people.find(key, signal));
  if (known !== undefined) return known;
  try {
    return session.dialect === 'v2' ? await postV2(session, operation, signal) : await post(session, operation, signal);
  } catch (error) {
    session.people.forget();
    if (!(error instanceof TargetError)) throw error;
    if (error.code === 'REJECTED') return await explain(session, key, error, signal);
    throw takenAtItsWord(session, error);
  }
}

/** Answers of a server that failed by its own account; a gateway that gave up waiting (504) cannot know. */
const failures = new Set([500, 502, 503]);

/**
 * Where invitations are listed, the next look tells what an unclear answer meant. Where they are not, an answered
 * failure is taken at its word, or a passing 502 would leave somebody without an invitation until it "expires"; a line
 * that was cut says nothing, and is never followed by a second invitation.
 */
function takenAtItsWord(session: DbtSession, error: TargetError): TargetError {
  const answered = error.status !== undefined && failures.has(error.status);
  if (error.code !== 'OUTCOME_UNKNOWN' || !answered || session.people.listsInvitations) return error;
  const { message, retryAfterMs, status } = error;
  return new TargetError('UNAVAILABLE', message, { retryAfterMs, status });
}

function outcomeOf(session: DbtSession, found: Found): Outcome | undefined {
  if (found.kind === 'nobody') return undefined;
  if (found.kind === 'invited') return { kind: 'pending', remoteId: found.invitationId };
  // Somebody deactivated is not here any more as far as inviting goes: they may be asked back.
  const active = found.users.find((user) => isActive(session, user));
  return active === undefined ? undefined : { kind: 'already-so', remoteId: active.id };
}

/** A refusal may only mean that somebody was quicker: looks once more before passing it on. */
async function explain(session: DbtSession, key: string, refusal: TargetError, signal: AbortSignal): Promise<Outcome> {
  const known = outcomeOf(session, await session.people.find(key, signal));
  if (known !== undefined) return known;
  // Where invitations are not listed, the refusal itself is the only sign that one is open.
  if (/already/i.test(refusal.message) && /invit|pending/i.test(refusal.message)) return { kind: 'pending' };
  throw refusal;
}

async function postV2(session: DbtSession, operation: Invite, signal: AbortSignal): Promise<Outcome> {
  const body = { email: operation.email, license_type: operation.licence, groups: operation.groups.map(wireId) };
  const { id } = await session.api.write(
    { method: 'POST', path: session.paths.invite, body, data: v2Sent, repeatable: false, ownConnection: true },
    signal,
  );
  const key = addressKey(operation.email);
  const remoteId = id === null || id === undefined ? undefined : String(id);
  session.people.noteInvited(key, remoteId);
  return { kind: 'pending', remoteId };
}

async function post(session: DbtSession, operation: Invite, signal: AbortSignal): Promise<Outcome> {
  const body = {
    email_addresses: [operation.email],
    license_type: operation.licence,
    group_ids: operation.groups.map(wireId),
  };
  const { sent } = await session.api.write(
    { method: 'POST', path: session.paths.invite, body, data: platformSent, repeatable: false, ownConnection: true },
    signal,
  );
  const key = addressKey(operation.email);
  if (!sent.some((each) => addressKey(each) === key)) {
    throw new TargetError('REJECTED', `dbt Cloud sent no invitation to ${operation.email} and gave no reason`);
  }
  // The answer names no id; the next look at all invitations shows it, at no cost of its own.
  session.people.noteInvited(key, undefined);
  return { kind: 'pending' };
}
