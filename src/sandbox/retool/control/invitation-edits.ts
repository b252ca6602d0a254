import { Refusal } from '../../kit/refusal.js';
import type { RetoolCore } from '../retool-core.js';
import { claimInvite } from '../state/claim.js';
import type { Claimed } from '../state/claim.js';
import { addInvite, inviteById, openInvitesOf } from '../state/invites.js';
import type { NewInvite } from '../state/invites.js';
import type { Organisation } from '../state/organisation.js';
import type { Invite } from '../state/records.js';

/** An invitation by its id, or the open one of an e-mail address. */
export type InviteRef = number | string;

export interface InvitationEdits {
  /** Somebody invites by hand; returns the invite's id. */
  send(invite: Omit<NewInvite, 'invitedBy'>): number;
  /** The invitee follows the link; returns the new user id. @throws {Refusal} 400 when it is not open any more */
  claim(which: InviteRef, names?: Claimed): string;
  expire(which: InviteRef): void;
  delete(which: InviteRef): void;
  /** Open invitations of one address; more than one is a bug of the fake. */
  openFor(email: string): number;
}

export function invitationEdits(core: RetoolCore): InvitationEdits {
  const { org } = core;
  return {
    send: (invite) => core.change(undefined, () => addInvite(org, { ...invite, invitedBy: firstUser(org) }).id),
    claim: (which, names) => core.change(undefined, () => claimInvite(org, findInvite(org, which), names).id),
    expire: (which) => {
      core.change(undefined, () => {
        findInvite(org, which).expiresAt = org.now();
      });
    },
    delete: (which) => {
      core.change(undefined, () => org.data.invites.delete(findInvite(org, which).id));
    },
    openFor: (email) => openInvitesOf(org, email).length,
  };
}

/** The organisation's owner. */
function firstUser(org: Organisation): string {
  return [...org.data.users.keys()][0] ?? '';
}

function findInvite(org: Organisation, which: InviteRef): Invite {
  if (typeof which === 'number') return inviteById(org, which);
  const [open] = openInvitesOf(org, which);
  if (open === undefined) throw new Refusal(404, `No open invite for ${which}`);
  return open;
}
