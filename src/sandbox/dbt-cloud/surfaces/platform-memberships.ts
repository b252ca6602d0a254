import { z } from 'zod';
import { parseBody } from '../../kit/parse-body.js';
import { groupById } from '../state/groups.js';
import { newId } from '../state/ids.js';
import { activeLicence } from '../state/licences.js';
import { isLiveGroup, replaceGroups } from '../state/memberships.js';
import { personById } from '../state/people.js';
import { invalid } from '../state/refusal.js';
import { requireManualUpdates } from '../state/scim-managed.js';
import { ok } from '../wire/envelope.js';
import type { Routes } from '../wire/route.js';
import { idParam } from '../wire/route.js';
import { viewGroupPermission, viewHeldGroup } from './view-group.js';

/** The platform API's memberships, one whole user at a time, and what a group may do. */
export const platformMembershipRoutes: Routes = {
  'POST /api/v3/accounts/:account/assign-groups/': ({ account, body }) => {
    requireManualUpdates(account);
    const wanted = parseBody(assignment, body);
    const person = personById(account, wanted.user_id);
    if (activeLicence(account, person) === undefined) throw invalid('The user has no license in this account.');
    if (account.rules.tokenKind === 'personal' && person.id === account.data.tokenOwner) {
      throw invalid('You cannot change your own group memberships.');
    }
    // Unknown ids vanish without a word: only the answer tells.
    const known = wanted.desired_group_ids.filter((id) => isLiveGroup(account, id));
    replaceGroups(account, person, known);
    const held = [...new Set(known)].flatMap((id) => account.data.groups.get(id) ?? []);
    return ok(held.map((each) => viewHeldGroup(account, each)));
  },

  'POST /api/v3/accounts/:account/group-permissions/:id/': (call) => {
    const group = groupById(call.account, idParam(call));
    group.permissions = parseBody(permissions, call.body).map((each) => ({
      id: newId(call.account.data),
      permissionSet: each.permission_set,
      projectId: each.project_id ?? null,
    }));
    return ok(group.permissions.map((each) => viewGroupPermission(call.account, group, each)));
  },
};

const assignment = z.looseObject({ user_id: z.int(), desired_group_ids: z.array(z.int()) });

const permissions = z.array(z.looseObject({ permission_set: z.string(), project_id: z.int().nullish() }));
