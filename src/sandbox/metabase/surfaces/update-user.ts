import type { Reply } from '../../kit/reply.js';
import { userById } from '../state/find-user.js';
import type { WantedMembership } from '../state/group-set.js';
import { replaceGroups, requireReplaceable } from '../state/group-set.js';
import { internalUserId } from '../state/ids.js';
import { administratorsId, dataAnalystsId, homeGroupId } from '../state/magic-groups.js';
import { groupIdsOf, join, leave, requireOtherAdmin } from '../state/memberships.js';
import type { User } from '../state/records.js';
import { field, notFound, plain } from '../state/refusal.js';
import type { Site } from '../state/site.js';
import { changeEmail, requireEmailFor } from '../state/users.js';
import { texts } from '../texts.js';
import {
  loginAttributesField,
  localeField,
  membershipsField,
  optionalBoolean,
  optionalEmail,
  optionalId,
  optionalName,
} from '../wire/fields.js';
import type { ReadFields } from '../wire/read-fields.js';
import { readFields } from '../wire/read-fields.js';
import { ok } from '../wire/replies.js';
import type { Call } from '../wire/route.js';
import { idParam, requireAdminOr } from '../wire/route.js';
import { requireTenant } from './create-user.js';
import { viewSingle } from './view-user.js';

const userChange = {
  email: optionalEmail,
  first_name: optionalName,
  last_name: optionalName,
  locale: localeField,
  is_superuser: optionalBoolean,
  is_data_analyst: optionalBoolean,
  login_attributes: loginAttributesField,
  tenant_id: optionalId,
  user_group_memberships: membershipsField,
};
type UserChange = ReadFields<typeof userChange>;

/**
 * `PUT /api/user/:id`: partial, whatever the verb says. Names, locale, attributes and tenant are written when they are
 * sent, null included; a null address or flag is as good as absent. All is checked before anything changes.
 */
export function updateUser(call: Call): Reply {
  const { site } = call;
  const change = readFields(userChange, call.body, site.rules);
  const id = idParam(call);
  const caller = requireAdminOr(call, id);
  if (id === internalUserId) throw plain(texts.internalUser);
  const user = userById(site, id);
  if (!user.active || user.type !== 'personal') throw notFound();

  requireProfile(site, user, change);
  // Only an administrator's word counts for what follows.
  const rights = caller.superuser ? change : {};
  requireRights(site, user, rights);
  writeProfile(site, user, change);
  writeRights(site, user, rights);
  user.updatedAt = site.now();
  return ok(viewSingle(site, user));
}

type Rights = Partial<
  Pick<UserChange, 'is_superuser' | 'is_data_analyst' | 'login_attributes' | 'tenant_id' | 'user_group_memberships'>
>;

function requireProfile(site: Site, user: User, { email, first_name: first, last_name: last }: UserChange): void {
  if (user.ssoSource !== null && first !== undefined && first !== user.firstName) {
    throw field('first_name', texts.firstNameOfSso);
  }
  if (user.ssoSource !== null && last !== undefined && last !== user.lastName) {
    throw field('last_name', texts.lastNameOfSso);
  }
  if (typeof email === 'string') requireEmailFor(site, user, email);
}

function requireRights(site: Site, user: User, rights: Rights): void {
  const superuser = rights.is_superuser ?? undefined;
  const memberships = wantedMemberships(rights);
  if (rights.tenant_id !== undefined) requireTenant(site, rights.tenant_id);
  if (memberships !== undefined) requireReplaceable(site, withTenant(user, rights), memberships, superuser);
  else if (superuser === false && user.superuser) requireOtherAdmin(site, user);
  if (movesTenant(user, rights) && user.superuser) requireOtherAdmin(site, user);
}

function writeProfile(site: Site, user: User, { email, first_name: first, last_name: last, locale }: UserChange): void {
  if (typeof email === 'string') changeEmail(site, user, email);
  if (first !== undefined) user.firstName = first;
  if (last !== undefined) user.lastName = last;
  if (locale !== undefined) user.locale = locale;
}

function writeRights(site: Site, user: User, rights: Rights): void {
  if (rights.login_attributes !== undefined) user.loginAttributes = rights.login_attributes;
  if (movesTenant(user, rights)) moveTenant(site, user, rights.tenant_id ?? null);
  const memberships = wantedMemberships(rights);
  if (memberships !== undefined) replaceGroups(site, user, memberships);
  else setMember(site, user, administratorsId, rights.is_superuser);
  setMember(site, user, dataAnalystsId, site.rules.dataAnalysts ? rights.is_data_analyst : undefined);
}

/** Every membership goes, and only the one everybody of that kind has comes back. */
function moveTenant(site: Site, user: User, tenantId: number | null): void {
  const before = groupIdsOf(site, user);
  for (const each of site.data.memberships.ofUser(user.id)) leave(site, each);
  user.tenantId = tenantId;
  join(site, user, homeGroupId(user));
  site.emit({ kind: 'replaced', set: 'account-groups', id: user.id, before, after: groupIdsOf(site, user) });
}

function setMember(site: Site, user: User, groupId: number, wanted: boolean | null | undefined): void {
  const membership = site.data.memberships.find(user.id, groupId);
  if (wanted === true && membership === undefined) join(site, user, groupId);
  if (wanted === false && membership !== undefined) leave(site, membership);
}

function wantedMemberships({ user_group_memberships: wanted }: Rights): readonly WantedMembership[] | undefined {
  return wanted ?? undefined;
}

function movesTenant(user: User, { tenant_id: tenantId }: Rights): boolean {
  return tenantId !== undefined && tenantId !== user.tenantId;
}

function withTenant(user: User, { tenant_id: tenantId }: Rights): User {
  return tenantId === undefined ? user : { ...user, tenantId };
}
