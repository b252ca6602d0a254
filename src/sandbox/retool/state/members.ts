import { Refusal } from '../../kit/refusal.js';
import { requireOtherAdmin } from './admins.js';
import type { Organisation } from './organisation.js';
import type { Group, User } from './records.js';
import { builtIn } from './refusals.js';
import { userById } from './users.js';

export interface Member {
  readonly user: User;
  readonly isGroupAdmin: boolean;
}

export interface WantedMember {
  readonly id: string;
  readonly is_group_admin: boolean;
}

/** Disabled users are members like any other; `All Users` has everybody without anybody's doing. */
export function membersOf(org: Organisation, group: Group): Member[] {
  if (group.builtIn === 'All Users') {
    const all = [...org.data.users.values()].filter((each) => each.active || org.rules.allUsersHasDisabled);
    return all.map((user) => ({ user, isGroupAdmin: false }));
  }
  return [...group.members].flatMap(([id, isGroupAdmin]) => {
    const user = org.data.users.get(id);
    return user === undefined ? [] : [{ user, isGroupAdmin }];
  });
}

export function groupsOf(org: Organisation, user: User): Group[] {
  return [...org.data.groups.values()].filter((group) =>
    group.builtIn === 'All Users' ? user.active || org.rules.allUsersHasDisabled : group.members.has(user.id),
  );
}

/**
 * Adds members, or overwrites the group-admin flag of those who are in the group already.
 *
 * @throws {Refusal} 404 when any of them is nobody, 400 for `All Users`; nobody is added then
 */
export function addMembers(org: Organisation, group: Group, wanted: readonly WantedMember[]): void {
  requireEditable(group);
  const added = requireUsers(org, wanted);
  noteFlags(org, group, added);
  group.members = new Map([...group.members, ...added]);
}

/** @throws {Refusal} 400 for `All Users`; for somebody who is no member, what the rule says */
export function removeMember(org: Organisation, group: Group, user: User): void {
  requireEditable(group);
  if (!group.members.has(user.id)) {
    if (org.rules.removeAbsentMember === 'ok') return;
    throw new Refusal(404, `User ${user.id} is not a member of group ${String(group.id)}`);
  }
  if (group.builtIn === 'admin') requireOtherAdmin(org, group, user.id);
  group.members = new Map([...group.members].filter(([id]) => id !== user.id));
  org.emit({ kind: 'removed', userId: user.id, groupId: group.id });
}

/** Makes `wanted` the whole membership. @throws {Refusal} as `requireReplaceable` */
export function replaceMembers(org: Organisation, group: Group, wanted: readonly WantedMember[]): void {
  const members = requireReplaceable(org, group, wanted);
  noteFlags(org, group, members);
  const before = [...group.members.keys()];
  org.emit({ kind: 'replaced', set: 'group-members', id: group.id, before, after: [...members.keys()] });
  group.members = members;
}

/** @throws {Refusal} 400 for `All Users`, which fills itself */
export function requireEditable(group: Group): void {
  if (group.builtIn === 'All Users') throw builtIn('The members of All Users cannot be changed.');
}

/** @throws {Refusal} 404 when any of them is nobody, 400 for `All Users`, and by rule for an end of all admins */
export function requireReplaceable(
  org: Organisation,
  group: Group,
  wanted: readonly WantedMember[],
): Map<string, boolean> {
  requireEditable(group);
  const members = requireUsers(org, wanted);
  if (group.builtIn === 'admin') {
    for (const id of group.members.keys()) if (!members.has(id)) requireOtherAdmin(org, group, id, members);
  }
  return members;
}

/** The last mention of somebody counts. @throws {Refusal} 404 when any of them is nobody */
export function requireUsers(org: Organisation, wanted: readonly WantedMember[]): Map<string, boolean> {
  return new Map(wanted.map(({ id, is_group_admin: isGroupAdmin }) => [userById(org, id).id, isGroupAdmin] as const));
}

function noteFlags(org: Organisation, group: Group, members: ReadonlyMap<string, boolean>): void {
  for (const [userId, after] of members) {
    const before = group.members.get(userId);
    if (before === undefined || before === after) continue;
    org.emit({ kind: 'flag', userId, groupId: group.id, before, after });
  }
}
