import { z } from 'zod';
import type { Routes } from '../../kit/vendor.js';
import { withAttribute, withoutAttribute } from '../state/attributes.js';
import { addInvite, inviteById } from '../state/invites.js';
import { inviteUserTypes } from '../state/records.js';
import { noContent, ok, okList } from '../wire/envelope.js';
import { parseBody } from '../wire/parse-body.js';
import { gatedRoutes, param } from '../wire/route.js';
import type { Call } from '../wire/route.js';
import { attributeValue } from './user-actions.js';
import { viewInvite } from './view-invite.js';

/** Invites: no filter, no way to send one again or to change one; claimed and expired ones stay in the list. */
export const inviteRoutes: Routes<Call> = gatedRoutes(
  'User Invites',
  { read: ['users:read'], write: ['users:write'] },
  {
    'GET /api/v2/user_invites': ({ org }) =>
      okList([...org.data.invites.values()].map((invite) => viewInvite(org, invite))),

    'GET /api/v2/user_invites/:id': (call) => ok(viewInvite(call.org, inviteById(call.org, param(call)))),

    'POST /api/v2/user_invites': ({ org, token, body }) => {
      const wanted = parseBody(newInvite, body);
      const invite = addInvite(org, {
        email: wanted.email,
        invitedBy: token?.owner ?? '',
        groups: wanted.defaultGroupIds,
        metadata: wanted.metadata,
        userType: wanted.userType,
      });
      return ok(viewInvite(org, invite));
    },

    'DELETE /api/v2/user_invites/:id': (call) => {
      call.org.data.invites.delete(inviteById(call.org, param(call)).id);
      return noContent();
    },

    'POST /api/v2/user_invites/:id/user_attributes': (call) => {
      const invite = inviteById(call.org, param(call));
      const { name, value } = parseBody(attributeValue, call.body);
      invite.metadata = withAttribute(call.org, invite.metadata, name, value);
      return ok({ metadata: invite.metadata });
    },

    'DELETE /api/v2/user_invites/:id/user_attributes/:name': (call) => {
      const invite = inviteById(call.org, param(call));
      invite.metadata = withoutAttribute(call.org, invite.metadata, param(call, 'name'));
      return ok({ metadata: invite.metadata });
    },
  },
);

/** In camel case, unlike everything else. */
const newInvite = z.strictObject({
  email: z.email(),
  defaultGroupIds: z.array(z.int()).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  userType: z.enum(inviteUserTypes).optional(),
});
