import type { RemoteId } from '../../model/account.js';
import { TargetError } from '../target-error.js';
import type { MetabaseInstance } from './instance.js';
import { groupMembersAnswer } from './metabase-group.js';
import { isKeyAddress } from './metabase-user.js';

/** Active people in the group Administrators. API keys are members, too, and administer nothing when nobody is left. */
export async function readAdministrators(
  { api, administrators }: Pick<MetabaseInstance, 'api' | 'administrators'>,
  signal: AbortSignal,
): Promise<readonly { readonly id: RemoteId; readonly email: string }[]> {
  const members = await api.get(`/permissions/group/${administrators}`, groupMembersAnswer, signal);
  return members
    .filter(({ type, email }) => type !== 'api-key' && !isKeyAddress(email))
    .map(({ userId, email }) => ({ id: userId, email }));
}

/**
 * Takes administration from somebody, unless they are the last active person who has it.
 *
 * Metabase's own check counts API keys as administrators, ours among them, and so would let the last person go. The
 * look and the write after it are kept apart from others of their kind: two people could each be taken for the other's
 * successor.
 *
 * @throws {TargetError} REJECTED when nobody would be left
 */
export async function unlessLastAdministrator<T>(
  instance: MetabaseInstance,
  accountId: RemoteId,
  signal: AbortSignal,
  write: () => Promise<T>,
): Promise<T> {
  return instance.locks.run('administrators', async () => {
    const people = await readAdministrators(instance, signal);
    const [only, another] = people;
    if (only?.id === accountId && another === undefined) {
      const message = `${only.email} is the last person who administers Metabase (API keys do not count): make somebody else an administrator first`;
      throw new TargetError('REJECTED', message);
    }
    return write();
  });
}

/**
 * Metabase's refusal about somebody who administered it until they were deactivated, with what helps.
 *
 * Older releases count wrongly then: the former administrator neither loses that membership nor comes back while exactly
 * one other administrator is active (metabase#59776).
 */
export function aboutFormerAdministrator({ code, message, status, words }: TargetError): TargetError {
  const cure =
    'Older releases refuse this about a former administrator while only one other is active: make one more person an administrator until the account is back, or upgrade Metabase';
  return new TargetError(code, `${message.replace(/\.$/, '')}. ${cure}`, { status, words });
}
