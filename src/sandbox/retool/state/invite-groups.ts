import type { Organisation } from './organisation.js';
import type { Group, Invite } from './records.js';

/** The invites that will join a group once they are claimed. */
export function invitesTo(org: Organisation, group: Group): Invite[] {
  return [...org.data.invites.values()].filter((each) => each.claimedBy === null && each.groups.has(group.id));
}

export function joinGroup(invite: Invite, groupId: number): void {
  invite.groups = new Set([...invite.groups, groupId]);
}

export function leaveGroup(invite: Invite, groupId: number): void {
  invite.groups = new Set([...invite.groups].filter((each) => each !== groupId));
}
