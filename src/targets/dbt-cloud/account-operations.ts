import type { Operation, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import type { DbtUser } from './dbt-user.js';
import type { DbtSession } from './session.js';

export type UpdateAccount = Extract<Operation, { kind: 'update-account' }>;
export type DeactivateAccount = Extract<Operation, { kind: 'deactivate-account' }>;
export type ReactivateAccount = Extract<Operation, { kind: 'reactivate-account' }>;

/** What a dialect does to one account. Callers keep writes that could undo each other apart. */
export interface AccountOperations {
  readonly update: (session: DbtSession, operation: UpdateAccount, signal: AbortSignal) => Promise<Outcome>;
  readonly deactivate: (session: DbtSession, operation: DeactivateAccount, signal: AbortSignal) => Promise<Outcome>;
  readonly reactivate: (session: DbtSession, operation: ReactivateAccount, signal: AbortSignal) => Promise<Outcome>;
}

/** Removing or changing the token's own user would cut the bridge off for good. */
export function refuseCredentialOwner(session: DbtSession, accountId: string): void {
  if (accountId !== session.credentialOwner) return;
  throw new TargetError('REJECTED', 'this account owns the token Drawbridge works with; it is never changed');
}

/** Our picture was stale: the engine looks again and decides again. */
export function vanished(accountId: string): TargetError {
  return new TargetError('CONFLICT', `dbt Cloud user ${accountId} is no longer in the account`);
}

export function stillActive(user: DbtUser): TargetError {
  return new TargetError(
    'CONFLICT',
    `dbt Cloud took the removal of ${user.email}, and still shows the account as active`,
  );
}

/** The target refused in so many words, as opposed to failing or being out of reach. */
export function isRefusal(error: unknown): error is TargetError {
  return error instanceof TargetError && error.code === 'REJECTED';
}
