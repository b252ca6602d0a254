import type { RemoteId } from '../model/account.js';
import { groupBy } from '../model/group-by.js';
import type { Observation } from '../model/observation.js';
import { signatureOf, type PlannedChange } from '../model/planned-change.js';
import { takes } from './filter-mode.js';
import type { GuardInput } from './guard.js';

type LimitInput = Pick<GuardInput, 'limits' | 'history' | 'size' | 'observation' | 'approved'>;

export interface OverLimit {
  readonly accounts: boolean;
  readonly groups: ReadonlyMap<RemoteId, 'too-many-members' | 'empties-group'>;
  readonly memberships: boolean;
}

/** What goes over which limit; approved changes are not counted, nor those that take nothing from anybody. */
export function overLimit(changes: readonly PlannedChange[], input: LimitInput): OverLimit {
  const { limits, history, size, observation } = input;
  const counted = changes.map(({ change }) => change).filter((change) => !input.approved.has(signatureOf(change)));
  const allowed = (sizeNow: number, already: number) =>
    Math.max(limits.removals, Math.floor(limits.fraction * (sizeNow + already)));

  const leavers = counted.filter((change) => change.kind === 'deactivate-account').length;
  const accounts = history.accounts + leavers > allowed(size.activeAccounts, history.accounts);

  const groups = new Map<RemoteId, 'too-many-members' | 'empties-group'>();
  const revokes = counted.filter((change) => change.kind === 'revoke').filter(takes);
  for (const [groupId, leaving] of groupBy(revokes, (change) => change.groupId)) {
    const members = membersOf(groupId, observation);
    const already = history.membersByGroup.get(groupId) ?? 0;
    if (members > limits.removals && leaving.length >= members) groups.set(groupId, 'empties-group');
    if (already + leaving.length > allowed(members, already)) groups.set(groupId, 'too-many-members');
  }
  const already = sum(history.membersByGroup.values());
  const total = countMemberships(observation);
  const memberships = total !== undefined && already + revokes.length > allowed(total, already);
  return { accounts, memberships, groups };
}

/** Where neither members nor their number were shown, those of the accounts seen; never more than there are. */
function membersOf(groupId: RemoteId, observation: Observation): number {
  const group = observation.groups.get(groupId);
  const shown = group?.members?.size ?? group?.memberCount;
  if (shown !== undefined) return shown;
  return [...observation.accounts.values()].filter((account) => account.groups.has(groupId)).length;
}

/** All memberships people hold over there; undefined when this look cannot tell. What a target fills itself is left out. */
export function countMemberships(observation: Observation): number | undefined {
  const managed = [...observation.groups.values()].filter(({ guarded }) => guarded !== 'automatic');
  const sizes = managed.map(({ members, memberCount }) => members?.size ?? memberCount);
  if (sizes.every((size) => size !== undefined)) return sum(sizes);
  if (observation.scope !== 'all') return undefined;
  const ids = new Set(managed.map(({ id }) => id));
  return sum([...observation.accounts.values()].map(({ groups }) => [...groups].filter((id) => ids.has(id)).length));
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const each of numbers) total += each;
  return total;
}
