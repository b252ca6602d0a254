import { isAdmin, requireOtherAdmin } from './admins.js';
import { groupNamed } from './groups.js';
import type { Organisation } from './organisation.js';
import type { User } from './records.js';
import { touch } from './users.js';

/** A disabled user keeps everything but the way in. Harmless when they are disabled already. @throws {Refusal} 400 */
export function disable(org: Organisation, user: User): void {
  if (!user.active) return;
  const admins = groupNamed(org, 'admin');
  if (admins !== undefined && isAdmin(org, user)) requireOtherAdmin(org, admins, user.id);
  user.active = false;
  if (org.rules.disableEndsSessions) user.sessions = 0;
  touch(org, user);
}

/** Brings a user back with the id, the memberships and everything else they had. */
export function enable(org: Organisation, user: User): void {
  user.active = true;
  touch(org, user);
}

export function signIn(org: Organisation, user: User): void {
  user.sessions += 1;
  user.lastActive = org.now();
}
