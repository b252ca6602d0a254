import { fold } from '../../../model/fold.js';
import { Refusal } from '../../kit/refusal.js';
import type { SsoMethod } from '../rules.js';
import { texts } from '../texts.js';
import { awaken } from './activity.js';
import { findUser } from './find-user.js';
import { administratorsId, isHome } from './magic-groups.js';
import { hasOtherAdmin, join, leave } from './memberships.js';
import type { Group, Membership, User } from './records.js';
import { FieldRefusal, unlicensed } from './refusal.js';
import type { Site } from './site.js';
import { addUser, changeEmail } from './users.js';

export interface SsoLogin {
  readonly email: string;
  readonly method: SsoMethod;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  /** The groups the identity provider says; undefined says nothing about them. */
  readonly groups?: readonly string[] | undefined;
}

/**
 * One single sign-on, with all it does to the account: SAML and JWT bring deactivated accounts back when provisioning is
 * on, Google and LDAP never do. Nobody new is mailed.
 *
 * @throws {Refusal} when the method is off, the account is disabled, or nobody may be made
 */
export function ssoLogin(site: Site, login: SsoLogin): User {
  requireMethod(site, login.method);
  const user = signedIn(site, login);
  if (site.rules.ssoOwnsProfile) takeProfile(site, user, login);
  user.lastLogin = site.now();
  if (login.groups !== undefined) syncGroups(site, user, login.groups);
  return user;
}

function signedIn(site: Site, { email, method, firstName, lastName }: SsoLogin): User {
  const found = findUser(site, email);
  const provisions = !isForPro(method) || site.rules.ssoProvisioning;
  if (found === undefined) {
    if (!provisions) throw new Refusal(401, texts.ssoProvisioningOff);
    return addUser(site, { email, firstName, lastName, ssoSource: method });
  }
  if (found.active) return found;
  if (!isForPro(method)) throw new FieldRefusal(401, { _error: texts.accountDisabled });
  if (!provisions) throw new Refusal(401, texts.ssoProvisioningOff);
  awaken(site, found);
  found.ssoSource = method;
  return found;
}

function takeProfile(site: Site, user: User, { email, method, firstName, lastName }: SsoLogin): void {
  changeEmail(site, user, email);
  user.firstName = firstName ?? user.firstName;
  user.lastName = lastName ?? user.lastName;
  user.ssoSource = method;
}

/** Forces the groups the sync is about to what the identity provider says. The last administrator stays, silently. */
function syncGroups(site: Site, user: User, idpGroups: readonly string[]): void {
  const { groupSync } = site.rules;
  if (groupSync === undefined) return;
  const { managed, wanted } = scopeOf(site, groupSync.mapping, idpGroups);
  for (const group of managed) {
    const membership = site.data.memberships.find(user.id, group.id);
    if (wanted.has(group.id) && membership === undefined) join(site, user, group.id);
    if (!wanted.has(group.id) && membership !== undefined) leaveUnlessLast(site, user, membership);
  }
}

function scopeOf(
  site: Site,
  mapping: Readonly<Record<string, readonly number[]>> | null,
  idpGroups: readonly string[],
) {
  const groups = [...site.data.groups.values()].filter((each) => !isHome(each));
  if (mapping === null) {
    const named = new Set(idpGroups.map(fold));
    const managed = groups.filter((each) => each.magic === null && !each.tenantGroup);
    return { managed, wanted: idsOf(managed.filter((each) => named.has(fold(each.name)))) };
  }
  const mapped = new Set(Object.values(mapping).flat());
  const wanted = new Set(idpGroups.flatMap((each) => mapping[each] ?? []));
  return { managed: groups.filter((each) => mapped.has(each.id)), wanted };
}

function leaveUnlessLast(site: Site, user: User, membership: Membership): void {
  if (membership.groupId === administratorsId && !hasOtherAdmin(site, user)) return;
  leave(site, membership);
}

function idsOf(groups: readonly Group[]): Set<number> {
  return new Set(groups.map((each) => each.id));
}

function isForPro(method: SsoMethod): boolean {
  return method === 'saml' || method === 'jwt';
}

function requireMethod({ rules }: Site, method: SsoMethod): void {
  if (isForPro(method) && rules.edition !== 'pro') throw unlicensed('SSO');
  if (!rules.ssoMethods.includes(method)) throw new Refusal(400, `Sign-on by ${method} is off.`);
}
