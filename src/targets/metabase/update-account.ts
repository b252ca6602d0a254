import type { Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { refuseOurselves, refuseTenantUser, vanished, type UpdateAccount } from './account-operations.js';
import { editAccount } from './edit-account.js';
import type { MetabaseInstance } from './instance.js';

/**
 * Changes names and address of an active account.
 *
 * @throws {TargetError} CONFLICT when the account is gone or was deactivated: its edits wait for its return
 */
export async function updateAccount(
  instance: MetabaseInstance,
  { accountId, change }: UpdateAccount,
  signal: AbortSignal,
): Promise<Outcome> {
  refuseOurselves(instance, accountId);
  const user = await instance.users.read(accountId, signal);
  if (user === undefined) throw vanished(accountId);
  refuseTenantUser(user);
  if (!user.active) {
    throw new TargetError('CONFLICT', `${user.email} is deactivated, and Metabase takes edits of active accounts only`);
  }
  const isEdited = await editAccount(instance, user, change, signal);
  return { kind: isEdited ? 'done' : 'already-so', remoteId: accountId };
}
