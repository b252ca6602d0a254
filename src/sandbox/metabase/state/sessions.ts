import { randomUUID } from 'node:crypto';
import { throttled, texts } from '../texts.js';
import { findUser } from './find-user.js';
import type { User } from './records.js';
import { FieldRefusal } from './refusal.js';
import type { Site } from './site.js';
import { noteFailure, secondsToWait } from './throttle.js';

const minute = 60_000;

/**
 * Signs somebody in with a password, and returns the new session's id.
 *
 * @throws {FieldRefusal} 401: too many failures, a wrong password, a deactivated account, or no password login at all
 */
export function login(site: Site, name: string, password: string): string {
  const wait = secondsToWait(site, name);
  if (wait > 0) throw new FieldRefusal(401, { username: throttled(wait) });
  const user = findUser(site, name);
  if (!site.rules.passwordLogin) throw failed(site, name, '_error', texts.passwordLoginOff);
  if (user?.type !== 'personal' || user.password === null || user.password !== password) {
    throw failed(site, name, 'password', texts.wrongPassword);
  }
  if (!user.active) throw failed(site, name, '_error', texts.accountDisabled);
  user.lastLogin = site.now();
  return openSession(site, user);
}

/** A session, however the person signed in. */
export function openSession(site: Site, user: User): string {
  const id = randomUUID();
  site.data.sessions.set(id, { userId: user.id, createdAt: site.now() });
  return id;
}

/** The session's age is counted from the login; using it prolongs nothing. */
export function isExpired(site: Site, createdAt: number): boolean {
  return site.now() - createdAt > site.rules.maxSessionAgeMinutes * minute;
}

export function endSessions({ data }: Site, user: User): void {
  for (const [id, session] of data.sessions) {
    if (session.userId === user.id) data.sessions.delete(id);
  }
}

/** A new password ends every session. */
export function setPassword(site: Site, user: User, password: string): void {
  user.password = password;
  user.updatedAt = site.now();
  endSessions(site, user);
}

function failed(site: Site, name: string, field: string, message: string): FieldRefusal {
  noteFailure(site, name);
  return new FieldRefusal(401, { [field]: message });
}
