import { texts } from '../texts.js';
import { administratorsId } from './magic-groups.js';
import { activeMembers, leave, requireOtherAdmin } from './memberships.js';
import type { User } from './records.js';
import { notFound, plain, throwable } from './refusal.js';
import { endSessions } from './sessions.js';
import type { Site } from './site.js';

/**
 * Deactivates a person, who keeps groups and address and loses dashboard subscriptions for good. Doing it again, or to
 * the user of an API key, changes nothing.
 *
 * @throws {Refusal} 400 for the last active administrator, 400 for the internal user
 */
export function deactivate(site: Site, user: User): void {
  if (user.type === 'internal') throw plain(texts.internalUser);
  if (user.type === 'api-key' || !user.active) return;
  if (user.superuser) requireOtherAdmin(site, user);
  user.active = false;
  user.deactivatedAt = site.now();
  user.updatedAt = site.now();
  if (user.subscriptions.length > 0) {
    site.emit({ kind: 'subscriptions-lost', userId: user.id, subscriptions: user.subscriptions });
  }
  user.subscriptions = [];
  if (site.rules.sessionsEndAtDeactivation) endSessions(site, user);
}

/**
 * Brings a person back with the groups they had, but never as an administrator.
 *
 * @throws {Refusal} 404 for anybody who is no person; 400 when active, or when the tenant is deactivated
 */
export function reactivate(site: Site, user: User): void {
  if (user.type !== 'personal') throw notFound();
  if (user.active) throw throwable(texts.reactivateActive);
  if (user.tenantId !== null && site.data.tenants.get(user.tenantId)?.active !== true) {
    throw throwable(texts.reactivateInDeadTenant);
  }
  const { rules, data } = site;
  const admin = data.memberships.find(user.id, administratorsId);
  const active = activeMembers(site, administratorsId).length;
  if (admin !== undefined && rules.reactivateFormerAdmin === 'refused-when-one-admin' && active === 1) {
    throw plain(texts.lastAdmin);
  }
  if (admin !== undefined) leave(site, admin);
  awaken(site, user);
  const { ssoSource } = user;
  if ((ssoSource === 'google' || ssoSource === 'ldap') && !rules.ssoMethods.includes(ssoSource)) user.ssoSource = null;
}

/** Only turns the account on: a former administrator comes back as one. */
export function awaken(site: Site, user: User): void {
  user.active = true;
  user.deactivatedAt = null;
  user.updatedAt = site.now();
}
