import { fixedMembership, texts } from '../texts.js';
import { administratorsId, homeGroupId } from './magic-groups.js';
import { groupIdsOf, join, leave, requireOtherAdmin } from './memberships.js';
import { requireFits } from './member-fit.js';
import type { User } from './records.js';
import { field, plain } from './refusal.js';
import type { Site } from './site.js';

/** One entry of `user_group_memberships`. */
export interface WantedMembership {
  readonly id: number;
  readonly is_group_manager?: boolean | undefined;
}

/** Who the set is for: somebody to be made, or somebody there. */
type Holder = Pick<User, 'tenantId'>;

/**
 * Checks a whole set of groups before anything is written.
 *
 * @throws {Refusal} 400 without All Users (or All tenant users), for a group that does not fit, or, by rule, for an
 *   entry that does not say whether its holder manages the group
 */
export function requireSet(site: Site, holder: Holder, wanted: readonly WantedMembership[]): void {
  const { rules, data } = site;
  const home = homeGroupId(holder);
  const unsaid = wanted.some((each) => each.is_group_manager === undefined);
  const strict = rules.strictGroupManager && rules.edition === 'pro' && unsaid;
  if (strict || !wanted.some((each) => each.id === home)) {
    throw plain(fixedMembership(data.groups.get(home)?.name ?? ''));
  }
  for (const { id } of wanted) requireFits(site, holder, data.groups.get(id));
  const manages = rules.edition === 'pro' && wanted.some((each) => each.is_group_manager === true);
  if (manages && isAdminSet(wanted)) throw plain(texts.adminAsManager);
}

/**
 * Checks that a set may replace what somebody has.
 *
 * @param superuser what the same request says about it, if anything
 * @throws {Refusal} as `requireSet`; 400 when the two disagree, or when the last administrator would go
 */
export function requireReplaceable(
  site: Site,
  user: User,
  wanted: readonly WantedMembership[],
  superuser: boolean | undefined,
): void {
  requireSet(site, user, wanted);
  if (superuser !== undefined && superuser !== isAdminSet(wanted)) throw field('is_superuser', texts.adminMismatch);
  if (user.superuser && !isAdminSet(wanted)) requireOtherAdmin(site, user);
}

/** Makes a checked set the whole of somebody's groups. Memberships that stay keep their ids. */
export function replaceGroups(site: Site, user: User, wanted: readonly WantedMembership[]): void {
  const { data, rules } = site;
  const managed = new Map(wanted.map((each) => [each.id, rules.edition === 'pro' && each.is_group_manager === true]));
  const before = groupIdsOf(site, user);
  for (const membership of data.memberships.ofUser(user.id)) {
    const isManager = managed.get(membership.groupId);
    if (isManager === undefined) leave(site, membership);
    else {
      if (membership.isManager && !isManager) {
        site.emit({ kind: 'demoted', userId: user.id, groupId: membership.groupId });
      }
      membership.isManager = isManager;
    }
  }
  for (const [groupId, isManager] of managed) {
    if (data.memberships.find(user.id, groupId) === undefined) join(site, user, groupId, isManager);
  }
  site.emit({ kind: 'replaced', set: 'account-groups', id: user.id, before, after: groupIdsOf(site, user) });
}

function isAdminSet(wanted: readonly WantedMembership[]): boolean {
  return wanted.some((each) => each.id === administratorsId);
}
