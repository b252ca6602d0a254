import { noLicence, type RemoteId } from '../../model/account.js';
import type { Observation, ObservedAccount } from '../../model/observation.js';
import { listInvitations } from './list-invitations.js';
import { toObservedInvitations, type RetoolInvitation } from './retool-invitation.js';
import type { RetoolSession } from './session.js';

/**
 * What can be seen where users cannot: invitations, and behind each accepted one an account, of which its id and
 * address are all that is known. It is taken for active, as nobody can tell otherwise: it must not be invited again,
 * and its leaving must not seem done.
 */
export async function observeInvited(session: RetoolSession, signal: AbortSignal): Promise<Observation> {
  const observedAt = session.now();
  const invitations = await listInvitations(session.api, signal);
  const accounts = new Map<RemoteId, ObservedAccount>();
  for (const invitation of invitations) {
    if (invitation.claimedBy !== undefined)
      accounts.set(invitation.claimedBy, toAccount(invitation, invitation.claimedBy));
  }
  return {
    scope: 'all',
    accounts,
    invitations: toObservedInvitations(invitations, observedAt),
    groups: new Map(),
    observedAt,
  };
}

function toAccount(invitation: RetoolInvitation, id: RemoteId): ObservedAccount {
  return {
    id,
    email: invitation.email,
    correlationKey: invitation.correlationKey,
    active: true,
    firstName: '',
    lastName: '',
    licence: invitation.userType ?? noLicence,
    groups: new Set(),
  };
}
