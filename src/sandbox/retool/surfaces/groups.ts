import type { Routes } from '../../kit/vendor.js';
import { addGroup, groupById, removeGroup } from '../state/groups.js';
import { patchBodySchema } from '../state/json-patch.js';
import { replaceInvites, requireInvites } from '../state/invites-of-group.js';
import { addMembers, requireUsers } from '../state/members.js';
import { badBody } from '../state/refusals.js';
import { noContent, ok, okList } from '../wire/envelope.js';
import { parseBody } from '../wire/parse-body.js';
import { gatedRoutes, param } from '../wire/route.js';
import type { Call } from '../wire/route.js';
import { has } from '../wire/version.js';
import { accessOf, groupBodySchema } from './group-body.js';
import { patchGroup, replaceGroup } from './replace-group.js';
import { viewGroup } from './view-group.js';

/** Groups: the list has all of them with their members and takes no parameters. */
export const groupRoutes: Routes<Call> = gatedRoutes(
  'Groups',
  { read: ['groups:read'], write: ['groups:write'] },
  {
    'GET /api/v2/groups': ({ org }) =>
      okList([...org.data.groups.values()].toSorted((a, b) => a.id - b.id).map((group) => viewGroup(org, group))),

    'GET /api/v2/groups/:id': (call) => {
      const activeOnly = has('paging', call.org.rules.version) && call.query.get('excludeDisabledUsers') === 'true';
      return ok(viewGroup(call.org, groupById(call.org, param(call)), { activeOnly }));
    },

    'POST /api/v2/groups': ({ org, body }) => {
      const wanted = parseBody(groupBodySchema, body);
      if (wanted.name === undefined) throw badBody('Missing required body parameter: name');
      const [members, invites] = [wanted.members ?? [], wanted.user_invites ?? []];
      requireUsers(org, members);
      requireInvites(org, invites);
      const group = addGroup(org, wanted.name, accessOf(wanted));
      addMembers(org, group, members);
      replaceInvites(org, group, invites);
      return ok(viewGroup(org, group));
    },

    'PATCH /api/v2/groups/:id': (call) => {
      const group = groupById(call.org, param(call));
      patchGroup(call.org, group, parseBody(patchBodySchema, call.body).operations);
      return ok(viewGroup(call.org, group));
    },

    'PUT /api/v2/groups/:id': (call) => {
      const group = groupById(call.org, param(call));
      replaceGroup(call.org, group, parseBody(groupBodySchema, call.body));
      return ok(viewGroup(call.org, group));
    },

    'DELETE /api/v2/groups/:id': (call) => {
      removeGroup(call.org, groupById(call.org, param(call)));
      return noContent();
    },
  },
);
