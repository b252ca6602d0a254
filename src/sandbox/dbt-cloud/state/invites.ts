import { fold } from '../../../model/fold.js';
import type { Account } from './account.js';
import { newId } from './ids.js';
import { activeLicence } from './licences.js';
import { findPerson } from './people.js';
import { inviteStatus, isOpen } from './records.js';
import type { Invite, LicenceType } from './records.js';
import { invalid } from './refusal.js';
import { requireSeats } from './seats.js';
import { bornUnknown } from './unknown-fields.js';

export interface InviteRequest {
  readonly emails: readonly string[];
  readonly licence: LicenceType;
  readonly groups: readonly number[];
}

/**
 * Sends one mail to each address that is no current member, and returns their invitations.
 *
 * All or nothing: without a free seat for each of them, nothing is sent. Inviting again while an invitation is open
 * mails the same invitation again, unchanged.
 *
 * @throws {Refusal} 400
 */
export function invite(account: Account, { emails, licence, groups }: InviteRequest): Invite[] {
  const invitees = [...new Map(emails.map((email) => [fold(email), email])).values()].filter(
    (email) => !isMember(account, email),
  );
  requireSeats(account, licence, invitees.length);
  if (account.rules.reinviteWhilePending === 'refuse' && invitees.some((each) => openInvite(account, each))) {
    throw invalid('An invitation for this email is already pending.');
  }
  return invitees.map((email) => {
    account.emit({ kind: 'mail', email });
    return openInvite(account, email) ?? addInvite(account, { email, licence, groups });
  });
}

export function isMember(account: Account, email: string): boolean {
  const person = findPerson(account, email);
  return person !== undefined && activeLicence(account, person) !== undefined;
}

/** The invitation that can still lead to an account. */
export function openInvite(account: Account, email: string): Invite | undefined {
  expireOverdue(account);
  const key = fold(email);
  return [...account.data.invites.values()].findLast((each) => each.key === key && isOpen(each));
}

/** Turns overdue pending invitations into expired ones; called before anybody looks. */
export function expireOverdue(account: Account): void {
  const oldest = account.now() - account.rules.invitationLifetimeMs;
  for (const each of account.data.invites.values()) {
    if (isOpen(each) && each.createdAt <= oldest) each.status = inviteStatus.expired;
  }
}

function addInvite(account: Account, given: Pick<Invite, 'email' | 'licence' | 'groups'>): Invite {
  const added: Invite = {
    id: newId(account.data),
    ...given,
    key: fold(given.email),
    status: inviteStatus.pending,
    redeemedAt: null,
    createdAt: account.now(),
    unknown: bornUnknown(account, 'invite'),
  };
  account.data.invites.set(added.id, added);
  return added;
}
