import type { Directory, Group } from './directory.js';
import { bad } from './refusals.js';
import { touch } from './resources.js';

/** Groups somebody is a member of, directly. */
export function groupsOf(dir: Directory, id: string): Group[] {
  return [...dir.data.groups.values()].filter((each) => each.members.has(id));
}

/**
 * The ids that can be members: users and groups.
 *
 * @throws {ScimRefusal} 400 invalidValue when one is nobody; by rule that one is left out instead
 */
export function knownMembers(dir: Directory, ids: readonly string[]): Set<string> {
  const { users, groups } = dir.data;
  const unknown = ids.find((id) => !users.has(id) && !groups.has(id));
  if (unknown !== undefined && dir.rules.unknownMember === 'refuse') {
    throw bad('invalidValue', `The member ${unknown} does not exist.`);
  }
  return new Set(ids.filter((id) => users.has(id) || groups.has(id)));
}

/** Sets the members; the ledger hears of a write of the whole set, and else of each member that was taken away. */
export function setMembers(dir: Directory, group: Group, members: ReadonlySet<string>, how: 'whole' | 'named'): void {
  const before = [...group.members];
  const gone = before.filter((id) => !members.has(id));
  if (how === 'whole') {
    dir.emit({ kind: 'replaced', set: 'group-members', id: group.id, before, after: [...members] });
  } else {
    for (const userId of gone) dir.emit({ kind: 'removed', userId, groupId: group.id });
  }
  if (gone.length === 0 && members.size === before.length) return;
  group.members = members;
  touch(dir, group);
}

/** Takes somebody who is gone out of every group. */
export function forgetMember(dir: Directory, id: string): void {
  for (const group of groupsOf(dir, id)) {
    group.members = new Set([...group.members].filter((each) => each !== id));
    touch(dir, group);
  }
}
