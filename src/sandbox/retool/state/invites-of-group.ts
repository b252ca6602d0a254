import { invitesTo, joinGroup, leaveGroup } from './invite-groups.js';
import { inviteById } from './invites.js';
import type { Organisation } from './organisation.js';
import type { Group, Invite } from './records.js';

/** Makes these the invites that will join the group. @throws {Refusal} 404 when any of them is none */
export function replaceInvites(org: Organisation, group: Group, wanted: readonly number[]): void {
  const invites = requireInvites(org, wanted);
  for (const gone of invitesTo(org, group).filter((each) => !invites.includes(each))) {
    leaveGroup(gone, group.id);
    org.emit({ kind: 'lost', what: 'invite', of: group.id, name: String(gone.id) });
  }
  for (const invite of invites) joinGroup(invite, group.id);
}

/** @throws {Refusal} 404 when any of them is none */
export function requireInvites(org: Organisation, wanted: readonly number[]): Invite[] {
  return wanted.map((id) => inviteById(org, id));
}
