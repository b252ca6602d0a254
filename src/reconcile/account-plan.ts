import type { GroupKey, RemoteId } from '../model/account.js';
import type { ObservedAccount } from '../model/observation.js';
import type { PlannedChange } from '../model/planned-change.js';
import type { AccountIndex } from './correlate-account.js';
import type { GroupCorrelation } from './correlate-group.js';
import type { AccountFinding } from './findings.js';
import type { AccountWork, PlanInput } from './plan-input.js';

/** What one due person needs: changes and a finding, a reason why nothing can be done, or a wider look first. */
export type AccountPlan =
  | { readonly kind: 'planned'; readonly changes: readonly PlannedChange[]; readonly finding: AccountFinding }
  | { readonly kind: 'failed'; readonly subject: string; readonly userId: string; readonly reason: string }
  | { readonly kind: 'look-wider' };

export interface AccountContext {
  readonly input: PlanInput;
  readonly index: AccountIndex;
  readonly groups: ReadonlyMap<GroupKey, GroupCorrelation>;
  /** Who of this batch is served first, by address: nobody else may be linked or invited by it at the same time. */
  readonly firstByAddress: ReadonlyMap<string, string>;
}

/** A change for one person. `reason` finishes the sentence "because …". */
export const on = (work: AccountWork, change: PlannedChange['change'], reason: string): PlannedChange => ({
  change,
  reason,
  subjects: [work.subject],
});

export const planned = (changes: readonly PlannedChange[], finding: AccountFinding): AccountPlan => ({
  kind: 'planned',
  changes,
  finding,
});

export const failed = (work: AccountWork, reason: string): AccountPlan => ({
  kind: 'failed',
  subject: work.subject,
  userId: work.userId,
  reason,
});

/** The finding about somebody whose account was seen. */
export function found(
  work: AccountWork,
  account: ObservedAccount,
  state: AccountFinding['state'],
  detail: string | undefined,
): AccountFinding {
  return {
    subject: work.subject,
    userId: work.userId,
    state,
    detail,
    remoteId: account.id,
    correlationKey: account.correlationKey,
    invitationId: undefined,
    invitation: 'clear',
    account,
  };
}

/** The finding about somebody without an account. */
export function absent(
  work: AccountWork,
  correlationKey: string | undefined,
  state: AccountFinding['state'],
  invitation: AccountFinding['invitation'],
  detail: string | undefined,
): AccountFinding {
  const { subject, userId } = work;
  const remoteId: RemoteId | undefined = undefined;
  const invitationId: RemoteId | undefined = undefined;
  const account: ObservedAccount | undefined = undefined;
  return { subject, userId, state, detail, remoteId, correlationKey, invitationId, invitation, account };
}

export const gone = (work: AccountWork, correlationKey: string | undefined, detail: string | undefined): AccountPlan =>
  planned([], absent(work, correlationKey, 'inactive', 'clear', detail));
