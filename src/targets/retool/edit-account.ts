import type { AccountChange, Operation, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { enabling, namesToReplace, patchUser } from './patch-user.js';
import { readUser } from './read-user.js';
import { isRefusal } from './retool-api.js';
import { refuseCredentialOwner, vanished } from './account-rules.js';
import type { RetoolSession } from './session.js';

type UpdateAccount = Extract<Operation, { kind: 'update-account' }>;
type ReactivateAccount = Extract<Operation, { kind: 'reactivate-account' }>;

/** Changes somebody's names, and nothing else of them. */
export async function updateAccount(
  session: RetoolSession,
  { accountId, change }: UpdateAccount,
  signal: AbortSignal,
): Promise<Outcome> {
  refuseFixed(change);
  const user = await readUser(session, accountId, signal);
  if (user === undefined) throw vanished(accountId);
  refuseCredentialOwner(session, user);
  const names = namesToReplace(user, change);
  if (names.length === 0) return { kind: 'already-so', remoteId: accountId };
  await patchUser(session, user, names, signal);
  return { kind: 'done', remoteId: accountId };
}

/**
 * Enables a disabled account again, with its old id and its old memberships, and edits its names.
 *
 * A patch is all or nothing: a name Retool refuses must not keep somebody out, so they are then enabled without it, and
 * the refusal is passed on.
 */
export async function reactivateAccount(
  session: RetoolSession,
  { accountId, change }: ReactivateAccount,
  signal: AbortSignal,
): Promise<Outcome> {
  refuseFixed(change);
  const user = await readUser(session, accountId, signal);
  if (user === undefined) throw vanished(accountId);
  refuseCredentialOwner(session, user);
  const names = namesToReplace(user, change);
  const wanted = user.active ? names : [enabling, ...names];
  if (wanted.length === 0) return { kind: 'already-so', remoteId: accountId };
  try {
    await patchUser(session, user, wanted, signal);
  } catch (error) {
    const isAboutNames = isRefusal(error) && error.status !== 403 && error.status !== 404;
    if (!isAboutNames || user.active || names.length === 0) throw error;
    await patchUser(session, user, [enabling], signal);
    throw error;
  }
  return { kind: 'done', remoteId: accountId };
}

function refuseFixed({ email, licence }: AccountChange): void {
  if (email !== undefined) {
    const message = `Retool does not let an address be changed: ${email} needs an account of their own there, see addressChange`;
    throw new TargetError('REJECTED', message);
  }
  if (licence !== undefined) {
    throw new TargetError('REJECTED', 'Retool gives seats by what people do; they cannot be set through its API');
  }
}
