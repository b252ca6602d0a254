import { Refusal } from '../../kit/refusal.js';
import { choices, inviteLifetimeMs } from '../choices.js';
import { digest } from './ids.js';
import { groupById } from './groups.js';
import { emailKey } from './organisation.js';
import type { Organisation } from './organisation.js';
import type { Invite, InviteUserType, Metadata } from './records.js';
import { noSuchInvite } from './refusals.js';
import { requireFreeEmail } from './users.js';

export interface NewInvite {
  readonly email: string;
  readonly invitedBy: string;
  readonly groups?: readonly number[] | undefined;
  readonly metadata?: Metadata | undefined;
  readonly userType?: InviteUserType | null | undefined;
}

export type InviteState = 'open' | 'claimed' | 'expired';

export function inviteState(org: Organisation, invite: Invite): InviteState {
  if (invite.claimedBy !== null) return 'claimed';
  return org.now() < invite.expiresAt ? 'open' : 'expired';
}

/** Mails the invitee. @throws {Refusal} 409 for somebody who is a user or was invited already, 404 for an unknown group */
export function addInvite(org: Organisation, invite: NewInvite): Invite {
  requireFreeEmail(org, invite.email);
  if (openInvitesOf(org, invite.email).length > 0) {
    throw new Refusal(choices.emailTaken, `User invite for ${invite.email} already exists`);
  }
  const groups = (invite.groups ?? []).map((id) => groupById(org, id).id);
  const at = org.now();
  org.data.counters.invite += 1;
  const id = org.data.counters.invite;
  const added: Invite = {
    id,
    createdAt: at,
    invitedBy: invite.invitedBy,
    email: invite.email,
    userType: invite.userType === undefined ? 'default' : invite.userType,
    link: `https://acme.retool.test/invites/${digest(`invite ${String(id)}`)}`,
    expiresAt: at + inviteLifetimeMs,
    metadata: invite.metadata ?? {},
    groups: new Set(groups),
    claimedBy: null,
    claimedAt: null,
  };
  org.data.invites.set(id, added);
  org.emit({ kind: 'mail', email: invite.email });
  return added;
}

/** @throws {Refusal} 404; 400 for what is no whole number */
export function inviteById(org: Organisation, id: string | number): Invite {
  if (!/^\d{1,15}$/.test(String(id))) throw new Refusal(choices.malformedGroupId, 'Invalid user invite id');
  const invite = org.data.invites.get(Number(id));
  if (invite === undefined) throw noSuchInvite(id);
  return invite;
}

export function openInvitesOf(org: Organisation, email: string): Invite[] {
  const key = emailKey(org, email);
  return [...org.data.invites.values()].filter(
    (each) => emailKey(org, each.email) === key && inviteState(org, each) === 'open',
  );
}
