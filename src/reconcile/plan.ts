import type { GroupKey, RemoteId } from '../model/account.js';
import type { PlannedChange } from '../model/planned-change.js';
import { indexAccounts } from './correlate-account.js';
import { correlateGroup, type GroupCorrelation } from './correlate-group.js';
import type { AccountFinding, GroupFinding } from './findings.js';
import { planAccount } from './plan-account.js';
import { planGroup } from './plan-group.js';
import type { AccountWork, PlanInput } from './plan-input.js';

export interface Plan {
  readonly changes: readonly PlannedChange[];
  readonly accounts: readonly AccountFinding[];
  readonly groups: readonly GroupFinding[];
  /** Keys nothing can be done for, with the reason in words. */
  readonly failures: ReadonlyMap<string, string>;
  /** What must be observed before this plan can be trusted; nothing may be applied while it is not empty. */
  readonly needs: { readonly everybody: boolean; readonly membersOf: readonly RemoteId[] };
}

/**
 * Compares what a batch's people and groups should have with what the target showed, and lists every change with the
 * keys it serves. Pure: no clock, no store, no target.
 */
export function plan(input: PlanInput): Plan {
  const groups = correlateGroups(input);
  const changes: PlannedChange[] = [];
  const accountChanges: PlannedChange[] = [];
  const findings: AccountFinding[] = [];
  const groupFindings: GroupFinding[] = [];
  const failures = new Map<string, string>();
  const membersOf = new Set<RemoteId>();
  let everybody = false;

  const context = { input, index: indexAccounts(input.observation), groups, firstByAddress: firstByAddress(input) };
  const decided = new Set<RemoteId>();
  for (const work of input.accounts) {
    const result = planAccount(work, context);
    if (result.kind === 'look-wider') everybody = true;
    else if (result.kind === 'failed') failures.set(result.subject, result.reason);
    else {
      accountChanges.push(...result.changes);
      findings.push(result.finding);
      const isWanted = work.desired.kind === 'account' && work.desired.account.active;
      if (isWanted && result.finding.remoteId !== undefined) decided.add(result.finding.remoteId);
    }
  }

  const servedKeys = keysOfGroups(input, groups);
  for (const work of input.groups) {
    const correlation = groups.get(work.key) ?? { kind: 'unmatched' };
    const result = planGroup(work, correlation, { ...input, decided, servedKeys });
    if (result.kind === 'needs-members') {
      if (input.unreadable?.has(result.groupId)) failures.set(work.subject, blind(result.groupId, input));
      else membersOf.add(result.groupId);
      continue;
    }
    groupFindings.push(result.finding);
    if (result.kind === 'failed') failures.set(result.subject, result.reason);
    else changes.push(...result.changes);
  }

  const merged = mergeSameChanges([...changes, ...accountChanges]).filter(({ change, subjects }) => {
    const isBlind = (change.kind === 'grant' || change.kind === 'revoke') && input.unreadable?.has(change.groupId);
    if (!isBlind) return true;
    for (const subject of subjects) failures.set(subject, blind(change.groupId, input));
    return false;
  });
  if (input.capabilities.membershipGrain === 'group') {
    for (const id of groupsWithoutMembers(merged, input)) membersOf.add(id);
  }
  return {
    changes: merged,
    accounts: findings,
    groups: groupFindings,
    failures,
    needs: { everybody, membersOf: [...membersOf] },
  };
}

function blind(groupId: RemoteId, { observation }: PlanInput): string {
  const name = observation.groups.get(groupId)?.name ?? groupId;
  return `the target does not show who is in ${name}: a whole-group write would be blind`;
}

/** A whole-group write needs the whole group: which of the groups to be written were not read with their members. */
function groupsWithoutMembers(changes: readonly PlannedChange[], input: PlanInput): Set<RemoteId> {
  const missing = new Set<RemoteId>();
  for (const { change } of changes) {
    if (change.kind !== 'grant' && change.kind !== 'revoke') continue;
    if (input.observation.groups.get(change.groupId)?.members === undefined) missing.add(change.groupId);
  }
  return missing;
}

function correlateGroups(input: PlanInput): Map<GroupKey, GroupCorrelation> {
  const result = new Map<GroupKey, GroupCorrelation>();
  for (const [key, desired] of input.desiredGroups) {
    const remoteId = input.groupShadows.get(key)?.remoteId;
    const { groupNamesFold } = input.capabilities;
    result.set(key, correlateGroup(desired, remoteId, input.observation.groups, input.linkedGroups, groupNamesFold));
  }
  return result;
}

/** Of several people with one address, whoever has an account or an invitation already goes first. */
function firstByAddress({ accounts }: PlanInput): ReadonlyMap<string, string> {
  const first = new Map<string, string>();
  const isKnown = ({ shadow }: AccountWork): boolean =>
    shadow?.remoteId !== undefined || shadow?.invitedAt !== undefined;
  for (const { desired, userId } of [...accounts.filter(isKnown), ...accounts]) {
    if (desired.kind !== 'account' || !desired.account.active) continue;
    const { correlationKey } = desired.account;
    if (!first.has(correlationKey)) first.set(correlationKey, userId);
  }
  return first;
}

/** Which groups of the directories each remote group serves: one that was deleted must leave it to the others. */
function keysOfGroups(
  input: PlanInput,
  groups: ReadonlyMap<GroupKey, GroupCorrelation>,
): ReadonlyMap<RemoteId, ReadonlySet<GroupKey>> {
  const keys = new Map<RemoteId, Set<GroupKey>>();
  for (const [id, key] of input.linkedGroups) keys.set(id, new Set([key]));
  for (const [key, correlation] of groups) {
    if (correlation.kind !== 'linked' || input.desiredGroups.get(key)?.wanted !== true) continue;
    keys.set(correlation.group.id, (keys.get(correlation.group.id) ?? new Set()).add(key));
  }
  return keys;
}

/** An `exact` group and the person themselves may ask for the same revoke: it is one change that serves both. */
function mergeSameChanges(changes: readonly PlannedChange[]): PlannedChange[] {
  const revokes = new Map<string, number>();
  const merged: PlannedChange[] = [];
  for (const each of changes) {
    if (each.change.kind !== 'revoke') {
      merged.push(each);
      continue;
    }
    const name = `${each.change.accountId}:${each.change.groupId}`;
    const at = revokes.get(name);
    const known = at === undefined ? undefined : merged[at];
    if (at === undefined || known === undefined) {
      revokes.set(name, merged.push(each) - 1);
    } else {
      merged[at] = { ...known, subjects: [...new Set([...known.subjects, ...each.subjects])] };
    }
  }
  return merged;
}
