import type { Account } from './account.js';
import { expireOverdue } from './invites.js';
import { issueLicence } from './licences.js';
import { defaultGroups, isLiveGroup } from './memberships.js';
import { addPerson, findPerson } from './people.js';
import { inviteStatus, isOpen } from './records.js';
import type { Invite, LicenceType, Person } from './records.js';
import { invalid } from './refusal.js';
import { requireSeats } from './seats.js';

/**
 * The invitee follows the link in the mail.
 *
 * With single sign-on the person appears only at the first login, and the invitation waits for it.
 *
 * @throws {Refusal} 400 when the invitation is no longer open or no seat is left
 */
export function acceptInvite(account: Account, invite: Invite): Person | undefined {
  expireOverdue(account);
  if (!isOpen(invite)) throw invalid('This invitation is no longer valid.');
  if (account.rules.singleSignOn) {
    invite.status = inviteStatus.awaitingLogin;
    return undefined;
  }
  return join(account, invite, invite.licence);
}

/**
 * Makes the account: the same user id for somebody who comes back, with their names, but a new licence id and only the
 * groups of this invitation.
 *
 * @throws {Refusal} 400 without a free seat, nothing changed
 */
export function join(account: Account, invite: Invite, licence: LicenceType): Person {
  redeem(account, invite, licence);
  const person =
    findPerson(account, invite.email) ?? addPerson(account, { email: invite.email, ...namesFrom(invite.email) });
  issueLicence(account, person, licence);
  person.groups = new Set(groupsAtJoin(account, invite));
  person.updatedAt = account.now();
  return person;
}

/** Spends the invitation first, because the seat it leads to may be the one it holds. */
function redeem(account: Account, invite: Invite, licence: LicenceType): void {
  const before = invite.status;
  invite.status = inviteStatus.redeemed;
  try {
    requireSeats(account, licence, 1);
  } catch (error) {
    invite.status = before;
    throw error;
  }
  invite.redeemedAt = account.now();
}

function groupsAtJoin(account: Account, invite: Invite): number[] {
  const invited = invite.groups.filter((id) => isLiveGroup(account, id));
  const adds = account.rules.defaultGroups === 'always' || invite.groups.length === 0;
  return adds ? [...invited, ...defaultGroups(account)] : invited;
}

/** `ana.ruiz@acme.io` introduces herself as Ana Ruiz. */
function namesFrom(email: string): { firstName: string; lastName: string } {
  const [first = 'New', ...rest] = (email.split('@')[0] ?? '').split(/[._-]/).filter((part) => part !== '');
  return { firstName: capitalised(first), lastName: rest.map(capitalised).join(' ') || 'User' };
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
