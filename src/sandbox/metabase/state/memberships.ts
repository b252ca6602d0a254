import { texts } from '../texts.js';
import { userById } from './find-user.js';
import { nextId } from './ids.js';
import { administratorsId } from './magic-groups.js';
import type { Membership, User } from './records.js';
import { plain } from './refusal.js';
import type { Site } from './site.js';

/**
 * Makes somebody a member; in Administrators that makes them a superuser.
 *
 * @throws {RangeError} when they are one already
 */
export function join(site: Site, user: User, groupId: number, isManager = false): Membership {
  const membership = { id: nextId(site.data, 'membership'), userId: user.id, groupId, isManager };
  site.data.memberships.add(membership);
  if (groupId === administratorsId) setSuperuser(site, user, true);
  return membership;
}

/** Ends a membership; in Administrators that ends the superuser's rights. Nothing is checked. */
export function leave(site: Site, membership: Membership): void {
  site.data.memberships.delete(membership);
  if (membership.groupId === administratorsId) setSuperuser(site, userById(site, membership.userId), false);
}

/** The ids of somebody's groups, ascending. */
export function groupIdsOf({ data }: Site, user: User): number[] {
  return data.memberships.ofUser(user.id).map((each) => each.groupId);
}

export interface Member {
  readonly user: User;
  readonly membership: Membership;
}

/** Active members, API keys' users included, ascending by user id. */
export function activeMembers(site: Site, groupId: number): Member[] {
  return site.data.memberships
    .ofGroup(groupId)
    .map((membership) => ({ membership, user: userById(site, membership.userId) }))
    .filter(({ user }) => user.active)
    .sort((a, b) => a.user.id - b.user.id);
}

/**
 * Whether there is any active administrator but this one, whatever its type: an API key's user counts, so with a key in
 * Administrators the last human can go.
 */
export function hasOtherAdmin(site: Site, user: User): boolean {
  return activeMembers(site, administratorsId).some((each) => each.user.id !== user.id);
}

/** @throws {Refusal} 400 */
export function requireOtherAdmin(site: Site, user: User): void {
  if (!hasOtherAdmin(site, user)) throw plain(texts.lastAdmin);
}

function setSuperuser(site: Site, user: User, superuser: boolean): void {
  user.superuser = superuser;
  site.emit({ kind: 'admin', userId: user.id, granted: superuser });
}
