import type { RemoteId } from '../model/account.js';
import { fold } from '../model/fold.js';
import type { Observation, ObservedAccount } from '../model/observation.js';
import { signatureOf, type Change, type PlannedChange } from '../model/planned-change.js';
import type { GuardLimits } from '../model/target-config.js';
import { takes } from './filter-mode.js';
import { countMemberships, overLimit, type OverLimit } from './guard-limits.js';
import { findLastAdministrators, isAdministrator } from './last-administrators.js';

export const holdReasons = {
  'credential-owner': 'it takes from the account whose credential Drawbridge uses',
  'last-administrator': 'nobody would be left to administer the target',
  protected: 'the account or group is on the protect list',
  'too-many-accounts': 'it removes more accounts than the limit allows in the window',
  'too-many-members': 'it removes more members from one group than the limit allows in the window',
  'too-many-memberships': 'it removes more memberships in all than the limit allows in the window',
  'empties-group': 'it would leave a large group empty',
  'implausible-observation': 'the target shows far fewer accounts than last time',
  unsettled: 'it was written several times and did not stay: somebody or something else is changing it',
} as const;

export type HoldReason = keyof typeof holdReasons;

/** Reasons no approval can lift: acting would cut Drawbridge, or everybody, off. */
export const notReleasable: ReadonlySet<HoldReason> = new Set<HoldReason>(['credential-owner', 'last-administrator']);

export interface GuardInput {
  readonly changes: readonly PlannedChange[];
  readonly observation: Observation;
  readonly limits: GuardLimits;
  readonly protect: { readonly users: readonly string[]; readonly groups: readonly string[] };
  /** What this target lost in the window already, approved removals not counted. */
  readonly history: { readonly accounts: number; readonly membersByGroup: ReadonlyMap<RemoteId, number> };
  /** Active accounts of the target, and how many accounts the last complete observation before this one showed. */
  readonly size: { readonly activeAccounts: number; readonly accountsSeenBefore: number | undefined };
  /** Signatures a person released, or rejected. */
  readonly approved: ReadonlySet<string>;
  readonly rejected: ReadonlySet<string>;
  /** Signatures that were written repeatedly without effect. */
  readonly unsettled: ReadonlySet<string>;
}

export interface Held {
  readonly reason: HoldReason;
  /** The group a limit was reached in, where one was. */
  readonly groupId: RemoteId | undefined;
  readonly planned: PlannedChange;
}

export interface Verdict {
  readonly pass: readonly PlannedChange[];
  readonly held: readonly Held[];
  /** A person said no; nothing happens until the identity provider speaks about it again. */
  readonly rejected: readonly PlannedChange[];
}

/**
 * Decides which changes go ahead and which wait for a person. It holds, it never drops.
 *
 * Removals of accounts, of memberships in all, and of members group by group, are counted over a rolling window against
 * the size at its start; when a batch goes over, all of its removals of that sort wait, because half a mistake is still one. What gives
 * access is not held up by what takes it, nor one person by another's plan.
 */
export function guard(input: GuardInput): Verdict {
  const rejected = input.changes.filter(({ change }) => input.rejected.has(signatureOf(change)));
  const considered = input.changes.filter(({ change }) => !input.rejected.has(signatureOf(change)));
  if (isImplausible(input)) {
    const isApproved = ({ change }: PlannedChange): boolean => input.approved.has(signatureOf(change));
    const held = considered.filter((each) => !isApproved(each));
    return {
      pass: considered.filter(isApproved),
      held: held.map((planned) => ({ reason: 'implausible-observation', groupId: undefined, planned })),
      rejected,
    };
  }
  const limits = overLimit(considered, input);
  const lastAdministrators = findLastAdministrators(considered, input.observation);
  const pass: PlannedChange[] = [];
  const held: Held[] = [];
  for (const planned of considered) {
    const verdict = judge(planned.change, limits, lastAdministrators, input);
    const approved = input.approved.has(signatureOf(planned.change));
    if (verdict === undefined || (approved && !notReleasable.has(verdict.reason))) pass.push(planned);
    else held.push({ ...verdict, planned });
  }
  return { pass, held, rejected };
}

function judge(
  change: Change,
  over: OverLimit,
  lastAdministrators: ReadonlySet<string>,
  input: GuardInput,
): { reason: HoldReason; groupId: RemoteId | undefined } | undefined {
  const because = (reason: HoldReason, groupId?: RemoteId) => ({ reason, groupId });
  if (input.unsettled.has(signatureOf(change))) return because('unsettled');
  if (!takes(change)) return undefined;
  const account = 'accountId' in change ? input.observation.accounts.get(change.accountId) : undefined;
  if (account?.guarded === 'credential-owner') return because('credential-owner');
  if (lastAdministrators.has(signatureOf(change))) return because('last-administrator');
  if (isProtected(change, account, input)) return because('protected');
  if (change.kind === 'deactivate-account' && over.accounts) return because('too-many-accounts');
  if (change.kind === 'revoke') {
    const reason = over.groups.get(change.groupId);
    if (reason !== undefined) return because(reason, change.groupId);
    if (over.memberships) return because('too-many-memberships');
  }
  return undefined;
}

function isProtected(change: Change, account: ObservedAccount | undefined, { protect }: GuardInput): boolean {
  const email = account?.correlationKey ?? ('email' in change ? fold(change.email) : undefined);
  if (email !== undefined && protect.users.some((each) => fold(each) === email)) return true;
  const group = change.kind === 'revoke' ? change.groupName : change.kind === 'delete-group' ? change.name : undefined;
  return group !== undefined && protect.groups.includes(group);
}

/** Zero where there were many, or less than half: a bind gone wrong reads just like everybody having left. */
function isImplausible({ observation, size, limits }: GuardInput): boolean {
  const before = size.accountsSeenBefore;
  if (observation.scope !== 'all' || before === undefined || before <= limits.removals) return false;
  return observation.accounts.size === 0 || (before >= 20 && observation.accounts.size < before / 2);
}

/** Whether judging a change takes a look at everybody: administrators, or a group's size, cannot be told from a part. */
export function guardNeedsEverybody(
  changes: readonly PlannedChange[],
  observation: Observation,
  activeAccountsKnown: boolean,
  limits: GuardLimits,
): boolean {
  if (observation.scope === 'all') return false;
  const revokes = changes.filter(({ change }) => change.kind === 'revoke' && takes(change)).length;
  if (revokes > limits.removals && countMemberships(observation) === undefined) return true;
  return changes.some(({ change }) => {
    if (!takes(change) || !('accountId' in change)) return false;
    const account = observation.accounts.get(change.accountId);
    if (account === undefined || isAdministrator(account, observation)) return true;
    if (change.kind !== 'revoke' && change.kind !== 'deactivate-account') return false;
    if (change.kind === 'deactivate-account') return !activeAccountsKnown;
    const group = observation.groups.get(change.groupId);
    return group?.members === undefined && group?.memberCount === undefined;
  });
}
