import type { Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { refuseOurselves, refuseTenantUser, vanished, type ReactivateAccount } from './account-operations.js';
import { editAccount } from './edit-account.js';
import type { MetabaseInstance } from './instance.js';
import { aboutFormerAdministrator } from './last-administrator.js';
import { isRefusal } from './metabase-api.js';
import { userAnswer, wireId, type MetabaseUser } from './metabase-user.js';

/**
 * Lets a deactivated account in again, then makes the edits that had to wait for that: Metabase takes edits of active
 * accounts only. Old memberships come back with the account, except that of Administrators; what must not come back is
 * removed before this operation, and what is wanted is added after it.
 *
 * @throws {TargetError} CONFLICT when the account is gone; REJECTED for users of a tenant, and with the reason
 */
export async function reactivateAccount(
  instance: MetabaseInstance,
  operation: ReactivateAccount,
  signal: AbortSignal,
): Promise<Outcome> {
  const { accountId, change } = operation;
  refuseOurselves(instance, accountId);
  const user = await instance.users.read(accountId, signal);
  if (user === undefined) throw vanished(accountId);
  refuseTenantUser(user);
  const now = user.active ? user : await enable(instance, user, signal);
  try {
    const isEdited = await editAccount(instance, now, change, signal);
    return { kind: user.active && !isEdited ? 'already-so' : 'done', remoteId: accountId };
  } catch (error) {
    if (user.active || !isRefusal(error)) throw error;
    // The person has access, and their groups need not wait: the next look plans the refused edit by itself.
    instance.log.warn('an edit after a reactivation was refused', { reason: error.message });
    return { kind: 'done', remoteId: accountId };
  }
}

async function enable(instance: MetabaseInstance, user: MetabaseUser, signal: AbortSignal): Promise<MetabaseUser> {
  const { api, users, memberships } = instance;
  const path = `/user/${wireId(user.id)}/reactivate`;
  try {
    const enabled = await api.write({ method: 'PUT', path, answer: userAnswer }, signal);
    if (enabled.id !== user.id || !enabled.active) {
      throw new TargetError('CONFLICT', `Metabase took the reactivation of ${user.email}, and shows it as inactive`);
    }
    return enabled;
  } catch (refusal) {
    if (!isRefusal(refusal)) throw refusal;
    const now = await users.read(user.id, signal);
    if (now === undefined) throw vanished(user.id);
    if (now.active) return now;
    throw user.administrator ? aboutFormerAdministrator(refusal) : refusal;
  } finally {
    // A former administrator loses that membership on the way.
    if (user.administrator) memberships.forget();
  }
}
