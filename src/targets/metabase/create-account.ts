import type { Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { refuseTenantUser, type CreateAccount } from './account-operations.js';
import type { MetabaseInstance } from './instance.js';
import { isRefusal } from './metabase-api.js';
import { addressKey, userAnswer, type MetabaseUser } from './metabase-user.js';

/**
 * Makes one account, active at once, in no group but the automatic one; memberships follow as writes of their own.
 * Metabase sends the person an invitation by mail when it has a mail server; there is no switch against it.
 *
 * @throws {TargetError} CONFLICT when a deactivated account has the address, so that it is reactivated; REJECTED with
 *   the reason; OUTCOME_UNKNOWN when nobody knows
 */
export async function createAccount(
  instance: MetabaseInstance,
  operation: CreateAccount,
  signal: AbortSignal,
): Promise<Outcome> {
  const { users } = instance;
  const holder = await users.findAddress(operation.email, signal);
  if (holder !== undefined) return outcomeOf(holder);
  try {
    return await post(instance, operation, signal);
  } catch (refusal) {
    if (!isRefusal(refusal) || refusal.status !== 400) throw refusal;
    // Somebody was quicker, or the search does not find what the address check does.
    const taken = await users.findAddressInAll(operation.email, signal);
    if (taken === undefined) throw refusal;
    return outcomeOf(taken);
  }
}

async function post({ api }: MetabaseInstance, operation: CreateAccount, signal: AbortSignal): Promise<Outcome> {
  const { email, firstName, lastName } = operation;
  // Nothing else is sent: `source` and group lists are ways to make an administrator (metabase.users-rest).
  const body = {
    email: email.trim(),
    ...(firstName === undefined || firstName === '' ? {} : { first_name: firstName }),
    ...(lastName === undefined || lastName === '' ? {} : { last_name: lastName }),
  };
  const write = { method: 'POST', path: '/user', body, answer: userAnswer, ownConnection: true } as const;
  const made = await api.write(write, signal);
  if (addressKey(made.email) !== addressKey(email) || !made.active) {
    const message = `Metabase took ${email}, and answered with ${made.active ? '' : 'the deactivated '}${made.email}`;
    throw new TargetError('CONFLICT', message);
  }
  return { kind: 'done', remoteId: made.id };
}

/** What it means for a newcomer that an account has their address. */
function outcomeOf(holder: MetabaseUser): Outcome {
  refuseTenantUser(holder);
  if (holder.active) return { kind: 'already-so', remoteId: holder.id };
  throw new TargetError('CONFLICT', `a deactivated account of Metabase has the address ${holder.email}`);
}
