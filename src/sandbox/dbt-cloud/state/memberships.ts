import type { Account } from './account.js';
import { activeLicence } from './licences.js';
import type { Group, Person } from './records.js';
import { invalid } from './refusal.js';

const ascending = (a: number, b: number) => a - b;

/** The ids of everybody in the group, ascending. */
export function membersOf(account: Account, group: Group): number[] {
  const members = [...account.data.people.values()].filter((each) => each.groups.has(group.id));
  return members.map((each) => each.id).sort(ascending);
}

/** As long as `membersOf`, without making the list: a page of groups asks a hundred times. */
export function memberCount(account: Account, group: Group): number {
  let count = 0;
  for (const person of account.data.people.values()) if (person.groups.has(group.id)) count += 1;
  return count;
}

export function groupsOf(person: Person): number[] {
  return [...person.groups].sort(ascending);
}

/**
 * Replaces every member of a group.
 *
 * @throws {Refusal} 400, with nothing changed, when an id is unknown, or belongs to somebody inactive who is not a
 *   member already
 */
export function replaceMembers(account: Account, group: Group, userIds: readonly number[]): void {
  const before = membersOf(account, group);
  const wanted = new Set(userIds);
  const refused = [...wanted].filter((id) => !mayBeMember(account, group, id));
  if (refused.length > 0) throw invalid(`users: unknown or inactive ids ${refused.join(', ')}.`);

  for (const person of account.data.people.values()) {
    if (wanted.has(person.id)) person.groups.add(group.id);
    else person.groups.delete(group.id);
  }
  group.updatedAt = account.now();
  account.emit({ kind: 'replaced', set: 'group-members', id: group.id, before, after: [...wanted].sort(ascending) });
}

function mayBeMember(account: Account, group: Group, id: number): boolean {
  const person = account.data.people.get(id);
  if (person === undefined) return false;
  return person.groups.has(group.id) || activeLicence(account, person) !== undefined;
}

/** Replaces every group of one person; the ids must be of live groups. */
export function replaceGroups(account: Account, person: Person, groupIds: readonly number[]): void {
  const before = groupsOf(person);
  person.groups = new Set(groupIds);
  person.updatedAt = account.now();
  account.emit({ kind: 'replaced', set: 'account-groups', id: person.id, before, after: groupsOf(person) });
}

/** @throws {Refusal} 400 naming the first id that is no live group */
export function requireGroups(account: Account, ids: readonly number[]): readonly number[] {
  const unknown = ids.find((id) => !isLiveGroup(account, id));
  if (unknown !== undefined) throw invalid(`groups: invalid pk "${String(unknown)}".`);
  return ids;
}

export function isLiveGroup(account: Account, id: number): boolean {
  return account.data.groups.get(id)?.state === 1;
}

/** The groups everybody gets on joining: Member and Everyone unless somebody changed it. */
export function defaultGroups(account: Account): number[] {
  return [...account.data.groups.values()].filter((each) => each.state === 1 && each.assignByDefault).map((g) => g.id);
}
