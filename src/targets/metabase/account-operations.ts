import type { RemoteId } from '../../model/account.js';
import type { Operation } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import type { MetabaseInstance } from './instance.js';
import type { MetabaseUser } from './metabase-user.js';

export type CreateAccount = Extract<Operation, { kind: 'create-account' }>;
export type UpdateAccount = Extract<Operation, { kind: 'update-account' }>;
export type DeactivateAccount = Extract<Operation, { kind: 'deactivate-account' }>;
export type ReactivateAccount = Extract<Operation, { kind: 'reactivate-account' }>;
export type AddMember = Extract<Operation, { kind: 'add-member' }>;
export type RemoveMember = Extract<Operation, { kind: 'remove-member' }>;

/** Taking something from the account behind the credential would cut the bridge off for good. */
export function refuseOurselves({ ourselves }: MetabaseInstance, accountId: RemoteId): void {
  if (accountId !== ourselves) return;
  throw new TargetError(
    'REJECTED',
    'this account stands behind the credential Drawbridge works with; it is never changed',
  );
}

/** Users of a tenant belong to a customer of this Metabase's owner, who manages them. */
export function refuseTenantUser({ ofTenant, email }: MetabaseUser): void {
  if (!ofTenant) return;
  throw new TargetError('REJECTED', `${email} is a user of a Metabase tenant; tenant users are left alone`);
}

/** Our picture was stale: the engine looks again and decides again. */
export function vanished(accountId: RemoteId): TargetError {
  return new TargetError('CONFLICT', `Metabase has no user ${accountId} any more`);
}
