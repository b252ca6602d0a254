import type { RetoolApi } from './retool-api.js';
import { invitationAnswer, type RetoolInvitation } from './retool-invitation.js';

/** Reads every invitation: open, accepted and expired. The list has neither a filter nor pages. */
export function listInvitations(api: RetoolApi, signal: AbortSignal): Promise<readonly RetoolInvitation[]> {
  return api.whole('/user_invites', invitationAnswer, signal);
}
