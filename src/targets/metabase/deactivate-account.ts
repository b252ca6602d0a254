import { z } from 'zod';
import type { RemoteId } from '../../model/account.js';
import type { Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { refuseOurselves, refuseTenantUser, type DeactivateAccount } from './account-operations.js';
import type { MetabaseInstance } from './instance.js';
import { unlessLastAdministrator } from './last-administrator.js';
import { isMissing } from './metabase-api.js';
import { wireId } from './metabase-user.js';

const deactivated = z.looseObject({ success: z.boolean().nullish() });

/**
 * Deactivates one account. It keeps its address, its groups and what it made; its dashboard subscriptions are gone for
 * good, and newer releases end its sessions, which no longer work in any.
 *
 * @throws {TargetError} REJECTED for the account behind the credential, the last person who administers Metabase, and
 *   users of a tenant
 */
export async function deactivateAccount(
  instance: MetabaseInstance,
  { accountId }: DeactivateAccount,
  signal: AbortSignal,
): Promise<Outcome> {
  refuseOurselves(instance, accountId);
  const user = await instance.users.read(accountId, signal);
  if (user === undefined || !user.active) return { kind: 'already-so', remoteId: accountId };
  refuseTenantUser(user);
  const write = (): Promise<Outcome> => deactivate(instance, accountId, signal);
  const administers = user.administrator || user.groups?.includes(instance.administrators) === true;
  return administers ? unlessLastAdministrator(instance, accountId, signal, write) : write();
}

async function deactivate(instance: MetabaseInstance, id: RemoteId, signal: AbortSignal): Promise<Outcome> {
  const { api, users } = instance;
  try {
    const { success } = await api.write({ method: 'DELETE', path: `/user/${wireId(id)}`, answer: deactivated }, signal);
    if (success === false)
      throw new TargetError('CONFLICT', `Metabase took the deactivation of user ${id}, without success`);
  } catch (error) {
    if (!isMissing(error) || (await users.read(id, signal))?.active === true) throw error;
    return { kind: 'already-so', remoteId: id };
  }
  return { kind: 'done', remoteId: id };
}
