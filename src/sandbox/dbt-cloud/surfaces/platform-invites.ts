import { z } from 'zod';
import { parseBody } from '../../kit/parse-body.js';
import type { Account } from '../state/account.js';
import { expireOverdue, invite } from '../state/invites.js';
import { licenceType } from '../state/licences.js';
import { requireGroups } from '../state/memberships.js';
import type { Invite } from '../state/records.js';
import { inviteStatus, isOpen } from '../state/records.js';
import { invalid, notFound } from '../state/refusal.js';
import { requireManualUpdates } from '../state/scim-managed.js';
import { ok } from '../wire/envelope.js';
import { page } from '../wire/page.js';
import type { Routes } from '../wire/route.js';
import { idParam } from '../wire/route.js';
import { viewInvite } from './view-invite.js';

/** The platform API's invitations: sent in a batch without ids in the answer, listed under another path. */
export const platformInviteRoutes: Routes = {
  'POST /api/v3/accounts/:account/invites/': ({ account, body }) => {
    requireManualUpdates(account);
    const wanted = parseBody(batch, body);
    const sent = invite(account, {
      emails: wanted.email_addresses,
      licence: licenceType(wanted.license_type),
      groups: requireGroups(account, wanted.group_ids),
    });
    return ok({ sent: sent.map((each) => each.email) });
  },

  'GET /api/v2/accounts/:account/invites/': ({ seen, query }) => {
    expireOverdue(seen);
    return page([...seen.data.invites.values()], query, seen.rules, (each) => viewInvite(seen, each));
  },

  'GET /api/v2/accounts/:account/invites/:id/': (call) =>
    ok(viewInvite(call.seen, inviteById(call.seen, idParam(call)))),

  'POST /api/v2/accounts/:account/invites/:id/': (call) => {
    if (!call.account.rules.revokeRoute) throw notFound();
    const revoked = inviteById(call.account, idParam(call));
    if (!isOpen(revoked)) throw invalid('This invitation is no longer valid.');
    revoked.status = inviteStatus.expired;
    return ok(viewInvite(call.account, revoked));
  },
};

const batch = z.looseObject({
  email_addresses: z.array(z.email()).min(1),
  license_type: z.string(),
  group_ids: z.array(z.int()).default([]),
});

function inviteById(account: Account, id: number): Invite {
  expireOverdue(account);
  const found = account.data.invites.get(id);
  if (found === undefined) throw notFound();
  return found;
}
