import type { RemoteId } from '../../model/account.js';
import { noLicence } from '../../model/account.js';
import type { Observation, ObservedAccount } from '../../model/observation.js';
import type { ObservationScope } from '../target.js';
import { listUsers, pageLimit } from './list-users.js';
import { listGroups } from './read-group.js';
import { fetchUser, isUserId } from './read-user.js';
import { listInvitations } from './list-invitations.js';
import { observeInvited } from './observe-invited.js';
import { toObservedGroup, type RetoolGroup } from './retool-group.js';
import { toObservedInvitations } from './retool-invitation.js';
import { addressKey, type RetoolUser } from './retool-user.js';
import { isCredentialOwner, type RetoolSession } from './session.js';

/**
 * Reads what the scope asks for in the cheapest complete way; see `Target.observe`.
 *
 * One call shows all groups with all their members. A few known people are fetched one by one, unless one of them is
 * not found: only a complete list shows that somebody is gone.
 */
export async function observe(
  session: RetoolSession,
  scope: ObservationScope,
  signal: AbortSignal,
): Promise<Observation> {
  if (session.access.mode === 'invite-only') return observeInvited(session, signal);
  const observedAt = session.now();
  const few = isCheaperOneByOne(session, scope) ? await seeFew(session, scope.accounts, signal) : undefined;
  // Invitations before users: whoever accepts in between is then in both, and never in neither.
  const invitations = few === undefined ? await openList(session, signal) : undefined;
  const users = few ?? (await seeEverybody(session, signal));
  const groups = session.access.mode === 'full' ? await listGroups(session.api, signal) : [];
  const groupsOf = invert(groups);
  return {
    scope: few === undefined ? 'all' : 'accounts',
    accounts: new Map(users.map((user) => [user.id, toAccount(session, user, groupsOf.get(user.id) ?? new Set())])),
    invitations,
    groups: new Map(groups.map((group) => [group.id, toObservedGroup(group)])),
    observedAt,
  };
}

/** One GET for each person, against one for every hundred people. */
function isCheaperOneByOne(session: RetoolSession, { accounts, correlate, members }: ObservationScope): boolean {
  if (correlate || members === 'all' || !accounts.every(isUserId)) return false;
  return accounts.length < Math.ceil(session.learned.users / pageLimit);
}

/** @returns undefined when one of them is not found */
async function seeFew(
  session: RetoolSession,
  ids: readonly RemoteId[],
  signal: AbortSignal,
): Promise<readonly RetoolUser[] | undefined> {
  const users = await Promise.all(ids.map((id) => fetchUser(session, id, signal)));
  const found = users.filter((user) => user !== undefined);
  return found.length < ids.length ? undefined : found;
}

async function seeEverybody(session: RetoolSession, signal: AbortSignal): Promise<readonly RetoolUser[]> {
  const users = await listUsers(session.api, signal);
  session.learned.users = users.length;
  return users;
}

async function openList(session: RetoolSession, signal: AbortSignal): Promise<Observation['invitations']> {
  if (!session.access.showsInvitations) return undefined;
  return toObservedInvitations(await listInvitations(session.api, signal), session.now());
}

function invert(groups: readonly RetoolGroup[]): ReadonlyMap<RemoteId, ReadonlySet<RemoteId>> {
  const groupsOf = new Map<RemoteId, Set<RemoteId>>();
  for (const group of groups) {
    for (const userId of group.members.keys()) {
      groupsOf.set(userId, (groupsOf.get(userId) ?? new Set()).add(group.id));
    }
  }
  return groupsOf;
}

function toAccount(session: RetoolSession, user: RetoolUser, groups: ReadonlySet<RemoteId>): ObservedAccount {
  return {
    id: user.id,
    email: user.email,
    correlationKey: addressKey(user.email),
    active: user.active,
    firstName: user.firstName,
    lastName: user.lastName,
    licence: user.seat ?? noLicence,
    groups,
    guarded: isCredentialOwner(session, user)
      ? 'credential-owner'
      : user.isAdmin === true
        ? 'administrator'
        : undefined,
    lastLoginAt: user.lastActive,
  };
}
