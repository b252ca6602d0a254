import { Refusal } from '../../kit/refusal.js';
import { inviteState } from './invites.js';
import type { Organisation } from './organisation.js';
import type { Invite, User } from './records.js';
import { signIn } from './lifecycle.js';
import { addUser } from './users.js';

export interface Claimed {
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
}

/**
 * The invitee follows the link: a user with an id of its own, in the groups of the invite that are there still.
 *
 * @throws {Refusal} 400 when the link is used up or too old, 409 when somebody has the address by now
 */
export function claimInvite(org: Organisation, invite: Invite, { firstName, lastName }: Claimed = {}): User {
  const state = inviteState(org, invite);
  if (state !== 'open') throw new Refusal(400, `This invite has been ${state}.`);
  const user = addUser(org, {
    email: invite.email,
    firstName: firstName ?? invite.email.split('@')[0] ?? invite.email,
    lastName: lastName ?? 'Invited',
    metadata: invite.metadata,
    userType: invite.userType === 'mobile' ? 'mobile' : 'default',
  });
  for (const id of invite.groups) {
    const group = org.data.groups.get(id);
    if (group !== undefined && group.builtIn !== 'All Users') {
      group.members = new Map([...group.members, [user.id, false]]);
    }
  }
  invite.claimedBy = user.id;
  invite.claimedAt = org.now();
  signIn(org, user);
  return user;
}
