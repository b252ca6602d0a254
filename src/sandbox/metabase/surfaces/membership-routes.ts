import type { Reply } from '../../kit/reply.js';
import { clearGroup, groupById, requireFreeMembership } from '../state/groups.js';
import { administratorsId } from '../state/magic-groups.js';
import { requireFits } from '../state/member-fit.js';
import { join, leave, requireOtherAdmin } from '../state/memberships.js';
import { userById } from '../state/find-user.js';
import type { Membership, User } from '../state/records.js';
import { notFound, plain, uniqueViolation, unlicensed } from '../state/refusal.js';
import type { Site } from '../state/site.js';
import { texts } from '../texts.js';
import { booleanField, idField, optionalBoolean } from '../wire/fields.js';
import { readFields } from '../wire/read-fields.js';
import { noContent, ok } from '../wire/replies.js';
import type { Call, Routes } from '../wire/route.js';
import { idParam, requireAdmin } from '../wire/route.js';
import { viewMembers, viewMembership } from './view-group.js';

export const membershipRoutes: Routes = {
  'GET /api/permissions/membership': membershipMap,
  'POST /api/permissions/membership': addMembership,

  'PUT /api/permissions/membership/:id/clear': (call) => {
    requireAdmin(call);
    clearGroup(call.site, groupById(call.site, idParam(call)));
    return noContent();
  },

  'PUT /api/permissions/membership/:id': (call) => {
    const { site } = call;
    const { is_group_manager: isManager } = readFields({ is_group_manager: booleanField }, call.body, site.rules);
    requireAdmin(call);
    if (site.rules.edition !== 'pro') throw unlicensed('Group Managers');
    const membership = membershipById(site, idParam(call));
    if (isManager) requireMayManage(userById(site, membership.userId));
    membership.isManager = isManager;
    return ok(viewMembership(membership));
  },

  'DELETE /api/permissions/membership/:id': (call) => {
    requireAdmin(call);
    removeMembership(call.site, membershipById(call.site, idParam(call)));
    return noContent();
  },
};

/** By user id, deactivated people and keys' users included; the internal user is in no group. */
function membershipMap(call: Call): Reply {
  requireAdmin(call);
  const map: Record<string, unknown[]> = {};
  for (const each of call.site.data.memberships.all()) (map[String(each.userId)] ??= []).push(viewMembership(each));
  return ok(map);
}

const newMembership = { group_id: idField, user_id: idField, is_group_manager: optionalBoolean };

/** Answers with the group's active members; somebody deactivated is added all the same. */
function addMembership(call: Call): Reply {
  const { site } = call;
  const wanted = readFields(newMembership, call.body, site.rules);
  requireAdmin(call);
  const isManager = wanted.is_group_manager === true;
  if (isManager && site.rules.edition !== 'pro') throw unlicensed('Group Managers');
  const user = site.data.users.get(wanted.user_id);
  const group = site.data.groups.get(wanted.group_id);
  if (group !== undefined) requireFreeMembership(group);
  requireFits(site, user, group);
  if (user === undefined || group === undefined) throw notFound();
  if (isManager) requireMayManage(user);

  const existing = site.data.memberships.find(user.id, group.id);
  if (existing === undefined) join(site, user, group.id, isManager);
  else if (site.rules.repeatedMembership === 'unique-violation') {
    throw uniqueViolation('permissions_group_membership', 'user_id_group_id');
  }
  return ok(viewMembers(site, group.id));
}

function removeMembership(site: Site, membership: Membership): void {
  const { userId, groupId } = membership;
  const user = userById(site, userId);
  const group = site.data.groups.get(groupId);
  if (group !== undefined) requireFreeMembership(group);
  if (groupId === administratorsId) requireOtherAdmin(site, user);
  leave(site, membership);
  site.emit({ kind: 'removed', userId, groupId });
}

/** @throws {Refusal} 400: administrators manage every group as it is */
function requireMayManage(user: User): void {
  if (user.superuser) throw plain(texts.adminAsManager);
}

function membershipById({ data }: Site, id: number): Membership {
  const membership = data.memberships.byId(id);
  if (membership === undefined) throw notFound();
  return membership;
}
