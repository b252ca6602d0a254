import { z } from 'zod';
import { parseBody } from '../../kit/parse-body.js';
import { expireOverdue, invite, isMember } from '../state/invites.js';
import { licenceType } from '../state/licences.js';
import { requireGroups } from '../state/memberships.js';
import { inviteStatus } from '../state/records.js';
import type { Invite } from '../state/records.js';
import { invalid, notFound } from '../state/refusal.js';
import { requireManualUpdates } from '../state/scim-managed.js';
import { ok } from '../wire/envelope.js';
import { page } from '../wire/page.js';
import type { Routes } from '../wire/route.js';

/** The v2 surface's invitations: one e-mail a call, and by default no way to see them again. */
export const v2InvitationRoutes: Routes = {
  'POST /api/v2/accounts/:account/invitations/': ({ account, body }) => {
    requireManualUpdates(account);
    const wanted = parseBody(invitation, body);
    if (isMember(account, wanted.email)) throw invalid('This user is already a member of the account.');
    const request = { licence: licenceType(wanted.license_type), groups: requireGroups(account, wanted.groups) };
    const [sent] = invite(account, { emails: [wanted.email], ...request });
    if (sent === undefined) throw invalid('No invitation was sent.');
    return ok(viewInvitation(sent), 201);
  },

  'GET /api/v2/accounts/:account/invitations/': ({ seen, query }) => {
    if (!seen.rules.listInvitations) throw notFound();
    expireOverdue(seen);
    return page([...seen.data.invites.values()], query, seen.rules, viewInvitation);
  },
};

const invitation = z.looseObject({
  email: z.email(),
  license_type: z.string().default('developer'),
  groups: z.array(z.int()).default([]),
});

const stateNames: Readonly<Record<Invite['status'], string>> = {
  [inviteStatus.pending]: 'pending',
  [inviteStatus.redeemed]: 'accepted',
  [inviteStatus.expired]: 'expired',
  [inviteStatus.awaitingVerification]: 'pending',
  [inviteStatus.awaitingLogin]: 'pending',
};

function viewInvitation(invite: Invite) {
  return { ...invite.unknown, id: invite.id, email: invite.email, state: stateNames[invite.status] };
}
