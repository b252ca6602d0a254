import { fold } from '../../../model/fold.js';
import type { DbtCore } from '../dbt-core.js';
import { acceptInvite } from '../state/acceptance.js';
import type { Account } from '../state/account.js';
import { expireOverdue, openInvite } from '../state/invites.js';
import type { Invite } from '../state/records.js';
import { inviteStatus, isOpen } from '../state/records.js';
import { notFound } from '../state/refusal.js';

/** An invitation by its id, or the open one of an e-mail address. */
export type InviteRef = number | string;

export interface InvitationEdits {
  /**
   * The invitee follows the link. Resolves to the new user id, or undefined when a first single sign-on is still due.
   *
   * @throws {Refusal} 404 without such an invitation; 400 when it is no longer open or no seat is left
   */
  accept(which: InviteRef): number | undefined;
  expire(which: InviteRef): void;
  /** Status 4: the address must be verified first. */
  awaitVerification(which: InviteRef): void;
  /** Open invitations of one address; more than one is a bug of the fake. */
  openFor(email: string): number;
}

export function invitationEdits(core: DbtCore): InvitationEdits {
  const { account } = core;
  const setStatus = (which: InviteRef, status: Invite['status']) => {
    core.change(undefined, () => {
      findInvite(account, which).status = status;
    });
  };
  return {
    accept: (which) => core.change(undefined, () => acceptInvite(account, findInvite(account, which))?.id),
    expire: (which) => {
      setStatus(which, inviteStatus.expired);
    },
    awaitVerification: (which) => {
      setStatus(which, inviteStatus.awaitingVerification);
    },
    openFor: (email) => {
      expireOverdue(account);
      return [...account.data.invites.values()].filter((each) => isOpen(each) && each.key === fold(email)).length;
    },
  };
}

function findInvite(account: Account, which: InviteRef): Invite {
  const found = typeof which === 'number' ? account.data.invites.get(which) : openInvite(account, which);
  if (found === undefined) throw notFound();
  return found;
}
