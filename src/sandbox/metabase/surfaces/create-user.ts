import type { Reply } from '../../kit/reply.js';
import { findUser } from '../state/find-user.js';
import { administratorsId, hasTenants } from '../state/magic-groups.js';
import { replaceGroups, requireSet } from '../state/group-set.js';
import { join } from '../state/memberships.js';
import { sendInvitation } from '../state/outbox.js';
import { notFound, uniqueViolation, unlicensed } from '../state/refusal.js';
import type { Site } from '../state/site.js';
import { addUser, commonName, requireFreeEmail } from '../state/users.js';
import {
  anything,
  emailField,
  loginAttributesField,
  membershipsField,
  optionalId,
  optionalName,
} from '../wire/fields.js';
import { readFields } from '../wire/read-fields.js';
import { ok } from '../wire/replies.js';
import type { Call } from '../wire/route.js';
import { requireAdmin } from '../wire/route.js';
import { viewSingle } from './view-user.js';

const newUser = {
  email: emailField,
  first_name: optionalName,
  last_name: optionalName,
  user_group_memberships: membershipsField,
  login_attributes: loginAttributesField,
  tenant_id: optionalId,
  source: anything,
  is_superuser: anything,
};

/**
 * `POST /api/user`: an active local account and one invitation. All is checked before anything is made. Whatever
 * `is_superuser` says is ignored, but `source: "setup"` makes an administrator.
 */
export function createUser(call: Call): Reply {
  const { site } = call;
  const wanted = readFields(newUser, call.body, site.rules);
  const inviter = requireAdmin(call);
  requireUnraced(site, wanted.email);
  requireFreeEmail(site, wanted.email);
  const tenantId = requireTenant(site, wanted.tenant_id ?? null);
  const memberships = wanted.user_group_memberships ?? undefined;
  if (memberships !== undefined) requireSet(site, { tenantId }, memberships);

  const user = addUser(site, {
    email: wanted.email,
    firstName: wanted.first_name,
    lastName: wanted.last_name,
    loginAttributes: wanted.login_attributes,
    tenantId,
  });
  if (memberships !== undefined) replaceGroups(site, user, memberships);
  if (wanted.source === 'setup' && !user.superuser) join(site, user, administratorsId);
  sendInvitation(site, user, commonName(inviter));
  return ok(viewSingle(site, user));
}

/** The check and the insert are two steps: two requests at once can both pass the first. @throws {Refusal} 500 */
function requireUnraced(site: Site, email: string): void {
  const holder = findUser(site, email);
  if (holder !== undefined && site.now() - holder.joinedAt < site.rules.createRaceMs) {
    throw uniqueViolation('core_user', 'email');
  }
}

/** @throws {Refusal} 402 without tenants, 404 for one that is not there */
export function requireTenant(site: Site, id: number | null): number | null {
  if (id === null) return null;
  if (!hasTenants(site.rules)) throw unlicensed('Tenants');
  if (!site.data.tenants.has(id)) throw notFound();
  return id;
}
