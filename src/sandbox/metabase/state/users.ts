import { fold } from '../../../model/fold.js';
import { texts } from '../texts.js';
import { findUser } from './find-user.js';
import { nextId } from './ids.js';
import { homeGroupId } from './magic-groups.js';
import { join } from './memberships.js';
import type { User } from './records.js';
import { field } from './refusal.js';
import type { Site } from './site.js';

export interface NewUser {
  readonly email: string;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  readonly type?: User['type'] | undefined;
  readonly tenantId?: number | null | undefined;
  readonly loginAttributes?: Readonly<Record<string, string>> | null | undefined;
  readonly ssoSource?: string | null | undefined;
}

/**
 * An active user in All Users, or in All tenant users. Every user but the internal one is in one of the two.
 *
 * @param id default the next one
 * @throws {Refusal} 400 when the address is taken
 */
export function addUser(site: Site, given: NewUser, id = nextId(site.data, 'user')): User {
  requireFreeEmail(site, given.email);
  const at = site.now();
  const user: User = {
    id,
    type: given.type ?? 'personal',
    email: fold(given.email),
    firstName: given.firstName ?? null,
    lastName: given.lastName ?? null,
    active: true,
    superuser: false,
    ssoSource: given.ssoSource ?? null,
    loginAttributes: given.loginAttributes ?? null,
    locale: null,
    tenantId: given.tenantId ?? null,
    joinedAt: at,
    updatedAt: at,
    lastLogin: null,
    deactivatedAt: null,
    password: null,
    subscriptions: [],
  };
  site.data.users.set(user.id, user);
  site.data.byEmail.set(user.email, user.id);
  if (user.type !== 'internal') join(site, user, homeGroupId(user));
  return user;
}

/** @throws {Refusal} 400, worded as a creation's */
export function requireFreeEmail(site: Site, email: string): void {
  if (findUser(site, email) !== undefined) throw field('email', texts.emailInUse);
}

/** @throws {Refusal} 400, worded as an update's, when somebody else has the address */
export function requireEmailFor(site: Site, user: User, email: string): void {
  const holder = findUser(site, email);
  if (holder !== undefined && holder.id !== user.id) throw field('email', texts.emailOfAnother);
}

/** @throws {Refusal} as `requireEmailFor` */
export function changeEmail(site: Site, user: User, email: string): void {
  requireEmailFor(site, user, email);
  site.data.byEmail.delete(user.email);
  user.email = fold(email);
  site.data.byEmail.set(user.email, user.id);
  user.updatedAt = site.now();
}

/** `null` and absent names leave only the other one, or the address. */
export function commonName({ firstName, lastName, email }: User): string {
  const name = [firstName, lastName].filter((each) => each !== null && each !== '').join(' ');
  return name === '' ? email : name;
}
