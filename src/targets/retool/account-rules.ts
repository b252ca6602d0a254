import type { RemoteId } from '../../model/account.js';
import { TargetError } from '../target-error.js';
import type { RetoolUser } from './retool-user.js';
import { isCredentialOwner, type RetoolSession } from './session.js';

/** Disabling or demoting whoever made the token may end it, and the bridge with it. */
export function refuseCredentialOwner(session: RetoolSession, user: RetoolUser): void {
  if (!isCredentialOwner(session, user)) return;
  throw new TargetError('REJECTED', `${user.email} made the token Drawbridge works with; the account is never changed`);
}

/** Our picture was stale: the engine looks again and decides again. */
export function vanished(accountId: RemoteId): TargetError {
  return new TargetError('CONFLICT', `Retool user ${accountId} is no longer in the organisation`);
}
