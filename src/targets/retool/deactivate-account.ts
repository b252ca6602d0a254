import type { Operation, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { refuseCredentialOwner } from './account-rules.js';
import { disabling, patchUser } from './patch-user.js';
import { readUser } from './read-user.js';
import { isClosed, noAnswer } from './retool-api.js';
import type { RetoolUser } from './retool-user.js';
import { segment, type RetoolSession } from './session.js';

type DeactivateAccount = Extract<Operation, { kind: 'deactivate-account' }>;

/**
 * Disables somebody: Retool deletes nobody, so the account stays, with its memberships and its address.
 *
 * The vendor's DELETE does the same and answers nothing; a patch shows what became of them.
 */
export async function deactivateAccount(
  session: RetoolSession,
  { accountId }: DeactivateAccount,
  signal: AbortSignal,
): Promise<Outcome> {
  const user = await readUser(session, accountId, signal);
  if (user === undefined || !user.active) return { kind: 'already-so', remoteId: accountId };
  refuseCredentialOwner(session, user);
  await endSessions(session, user, signal);
  await patchUser(session, user, [disabling], signal);
  return { kind: 'done', remoteId: accountId };
}

/**
 * Whether disabling ends open sessions is nowhere written, so they are ended first, where the release can do it.
 *
 * Being disabled matters more: whatever goes wrong here, short of having to stop altogether, is logged and left behind.
 */
async function endSessions(session: RetoolSession, user: RetoolUser, signal: AbortSignal): Promise<void> {
  if (!session.learned.endsSessions) return;
  const path = `/users/${segment(user.id)}/logout`;
  try {
    await session.api.write({ method: 'POST', path, body: {}, data: noAnswer, repeatable: true }, signal);
  } catch (error) {
    if (!(error instanceof TargetError) || mustStop(error)) throw error;
    // The person was there a moment ago, so it is the route that is missing.
    if (isClosed(error) && error.status !== 403) session.learned.endsSessions = false;
    else session.log.warn('open sessions were not ended before disabling', { reason: error.message });
  }
}

function mustStop({ code }: TargetError): boolean {
  return code === 'RATE_LIMITED' || code === 'UNAUTHORIZED' || code === 'NEVER_SENT';
}
