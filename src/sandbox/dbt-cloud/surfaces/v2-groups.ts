import { z } from 'zod';
import { parseBody } from '../../kit/parse-body.js';
import type { Account } from '../state/account.js';
import { addGroup, groupById, removeGroup, renameGroup, requireRenameable } from '../state/groups.js';
import { membersOf, replaceMembers } from '../state/memberships.js';
import type { Group } from '../state/records.js';
import { requireManualUpdates } from '../state/scim-managed.js';
import { ok } from '../wire/envelope.js';
import { page } from '../wire/page.js';
import type { Routes } from '../wire/route.js';
import { idParam } from '../wire/route.js';
import { timestamp } from '../wire/timestamp.js';
import { byId } from './shared.js';

/**
 * The v2 surface's groups: one POST replaces every member.
 *
 * Create, rename and delete are assumed here: the surface's documentation has groups pushed to it but names no call.
 */
export const v2GroupRoutes: Routes = {
  'GET /api/v2/accounts/:account/groups/': ({ seen, query }) => {
    const live = [...seen.data.groups.values()].filter((each) => each.state === 1);
    return page(byId(live), query, seen.rules, (each) => viewRead(seen, each));
  },

  'GET /api/v2/accounts/:account/groups/:id/': (call) => ok(viewRead(call.seen, groupById(call.seen, idParam(call)))),

  'POST /api/v2/accounts/:account/groups/': ({ account, body }) => {
    const { name } = parseBody(newGroup, body);
    return ok(viewWritten(account, addGroup(account, { name })), 201);
  },

  'POST /api/v2/accounts/:account/groups/:id/': (call) => {
    requireManualUpdates(call.account);
    const group = groupById(call.account, idParam(call));
    const { name, users } = parseBody(groupChange, call.body);
    if (name !== undefined) requireRenameable(call.account, group, name);
    if (users !== undefined) replaceMembers(call.account, group, users);
    if (name !== undefined) renameGroup(call.account, group, name);
    return ok(viewWritten(call.account, group));
  },

  'DELETE /api/v2/accounts/:account/groups/:id/': (call) => {
    const group = groupById(call.account, idParam(call));
    removeGroup(call.account, group);
    return ok({ id: group.id, state: group.state });
  },
};

const newGroup = z.looseObject({ name: z.string() });

/** `users` absent leaves the members alone; `[]` empties the group. */
const groupChange = z.looseObject({ name: z.string().optional(), users: z.array(z.int()).optional() });

function viewRead(account: Account, group: Group) {
  return account.rules.showMembers ? viewWritten(account, group) : viewBare(account, group);
}

function viewWritten(account: Account, group: Group) {
  return { ...viewBare(account, group), users: membersOf(account, group) };
}

/** Not even a count of members: a reader has to invert the list of users. */
function viewBare(account: Account, group: Group) {
  return {
    ...group.unknown,
    id: group.id,
    account_id: account.id,
    name: group.name,
    state: group.state,
    created_at: timestamp(group.createdAt, group.id),
    updated_at: timestamp(group.updatedAt, group.id),
  };
}
