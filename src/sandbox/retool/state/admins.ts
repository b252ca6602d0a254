import { groupNamed } from './groups.js';
import type { Organisation } from './organisation.js';
import type { Group, User } from './records.js';
import { builtIn } from './refusals.js';

/** Administrators are the members of the group `admin`, and nobody else. */
export function isAdmin(org: Organisation, user: User): boolean {
  return groupNamed(org, 'admin')?.members.has(user.id) ?? false;
}

/** By rule: somebody else who is active must stay in `admin`. @throws {Refusal} 400 */
export function requireOtherAdmin(
  org: Organisation,
  admins: Group,
  leaving: string,
  staying: ReadonlyMap<string, boolean> = admins.members,
): void {
  if (org.rules.lastAdmin === 'removable') return;
  const others = [...staying.keys()].filter((id) => id !== leaving && org.data.users.get(id)?.active === true);
  if (others.length === 0) throw builtIn('An organization needs at least one active admin.');
}
