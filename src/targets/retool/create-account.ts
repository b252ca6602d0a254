import type { Operation, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { namesForCreation } from './names-for-creation.js';
import { findByAddress, findInList } from './read-user.js';
import { isRefusal } from './retool-api.js';
import { addressKey, userAnswer, type RetoolUser } from './retool-user.js';
import type { RetoolSession } from './session.js';

type CreateAccount = Extract<Operation, { kind: 'create-account' }>;

/**
 * Makes an account, once: looks first, since single sign-on or somebody in Retool may have been quicker. An address is
 * taken for ever, by a disabled account too.
 *
 * @throws {TargetError} CONFLICT when a disabled account has the address: it is to be enabled again, not made anew;
 *   REJECTED when several have it, or with the vendor's reason; OUTCOME_UNKNOWN when the account may be there
 */
export async function createAccount(
  session: RetoolSession,
  operation: CreateAccount,
  signal: AbortSignal,
): Promise<Outcome> {
  const { email } = operation;
  const known = outcomeOf(email, await findByAddress(session, email, signal));
  if (known !== undefined) return known;
  try {
    const body = { email, ...namesForCreation(operation), active: true };
    const made = await session.api.write(
      { method: 'POST', path: '/users', body, data: userAnswer, repeatable: false, ownConnection: true },
      signal,
    );
    return confirmed(email, made);
  } catch (error) {
    if (!isRefusal(error) || error.status !== 409) throw error;
    return await explain(session, email, error, signal);
  }
}

function outcomeOf(email: string, [user, ...others]: readonly RetoolUser[]): Outcome | undefined {
  if (user === undefined) return undefined;
  if (others.length > 0) {
    throw new TargetError('REJECTED', `${others.length + 1} Retool accounts have the address ${email}`);
  }
  if (user.active) return { kind: 'already-so', remoteId: user.id };
  throw new TargetError(
    'CONFLICT',
    `Retool has a disabled account with the address ${email}; it is to be enabled again`,
  );
}

function confirmed(email: string, made: RetoolUser): Outcome {
  if (made.active && addressKey(made.email) === addressKey(email)) return { kind: 'done', remoteId: made.id };
  throw new TargetError('CONFLICT', `Retool took the account of ${email}, and shows something else afterwards`);
}

/** The address is taken: by whom, only the whole list tells for certain. */
async function explain(
  session: RetoolSession,
  email: string,
  refusal: TargetError,
  signal: AbortSignal,
): Promise<Outcome> {
  const known = outcomeOf(email, await findInList(session, addressKey(email), signal));
  if (known !== undefined) return known;
  const message = `Retool says that ${email} is taken and shows nobody who has it; an open invitation may hold it (${refusal.message})`;
  throw new TargetError('REJECTED', message, { status: 409 });
}
