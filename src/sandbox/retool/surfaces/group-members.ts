import { z } from 'zod';
import type { Routes } from '../../kit/vendor.js';
import { groupById } from '../state/groups.js';
import { joinGroup, leaveGroup } from '../state/invite-groups.js';
import { requireInvites } from '../state/invites-of-group.js';
import { inviteById } from '../state/invites.js';
import { addMembers, removeMember, requireEditable } from '../state/members.js';
import { userById } from '../state/users.js';
import { noContent, ok } from '../wire/envelope.js';
import { parseBody } from '../wire/parse-body.js';
import { gatedRoutes, param } from '../wire/route.js';
import type { Call } from '../wire/route.js';
import { memberSchema } from './group-body.js';
import { viewGroup } from './view-group.js';

/** Single memberships: adding and removing answers with the whole group. */
export const groupMemberRoutes: Routes<Call> = gatedRoutes(
  'Groups',
  { read: ['groups:read'], write: ['groups:write'] },
  {
    'POST /api/v2/groups/:id/members': (call) => {
      const group = groupById(call.org, param(call));
      addMembers(call.org, group, parseBody(membersBody, call.body).members);
      return ok(viewGroup(call.org, group));
    },

    'DELETE /api/v2/groups/:id/members/:userId': (call) => {
      const group = groupById(call.org, param(call));
      requireEditable(group);
      removeMember(call.org, group, userById(call.org, param(call, 'userId')));
      return ok(viewGroup(call.org, group));
    },

    'POST /api/v2/groups/:id/user_invites': (call) => {
      const group = groupById(call.org, param(call));
      const { userInviteIds } = parseBody(invitesBody, call.body);
      for (const invite of requireInvites(call.org, userInviteIds)) joinGroup(invite, group.id);
      return ok(viewGroup(call.org, group));
    },

    'DELETE /api/v2/groups/:id/user_invites/:inviteId': (call) => {
      const group = groupById(call.org, param(call));
      leaveGroup(inviteById(call.org, param(call, 'inviteId')), group.id);
      return noContent();
    },
  },
);

const membersBody = z.looseObject({ members: z.array(memberSchema) });
const invitesBody = z.looseObject({ userInviteIds: z.array(z.int()) });
