import type { RemoteId } from '../../model/account.js';
import type { Observation, ObservedAccount, ObservedGroup, ObservedInvitation } from '../../model/observation.js';
import type { ObservationScope } from '../target.js';
import { TargetError } from '../target-error.js';
import { groupAnswer, guardOf, type DbtGroup } from './dbt-group.js';
import type { DbtUser } from './dbt-user.js';
import { pageLimit } from './page-limit.js';
import { addressKey } from './people.js';
import { fetchUser, isPresent } from './read-user.js';
import type { DbtSession } from './session.js';

interface Seen {
  readonly users: readonly DbtUser[];
  readonly invitations: readonly ObservedInvitation[] | undefined;
  readonly everybody: boolean;
}

type Members = ReadonlyMap<RemoteId, ReadonlySet<RemoteId>>;

/**
 * Reads what the scope asks for in the cheapest complete way; see `Target.observe`.
 *
 * A few known accounts are fetched one by one, unless one of them cannot be found: "not found" also means "not
 * permitted", so only a complete list shows that somebody is gone. Members are known where a group shows them or where
 * everybody's groups are; where neither is, `members` stays undefined, because an empty set would be a claim.
 */
export async function observe(session: DbtSession, scope: ObservationScope, signal: AbortSignal): Promise<Observation> {
  const observedAt = session.now();
  const groups = (await session.api.list('groups', session.paths.groups, groupAnswer, signal)).filter(isLive);
  const few = isCheaperOneByOne(session, scope) ? await seeFew(session, scope, groups, signal) : undefined;
  const { seen, shown } = few ?? (await seeEverybody(session, scope, groups, signal));

  const members = seen.everybody ? new Map([...invert(seen.users, groups), ...shown]) : shown;
  const present = seen.users.filter((user) => isPresent(session, user));
  const accounts = present.map((user) => toAccount(session, user, groupsOf(session, user, members), groups));
  return {
    scope: seen.everybody ? 'all' : 'accounts',
    accounts: new Map(accounts.map((account) => [account.id, account])),
    invitations: seen.invitations,
    groups: new Map(groups.map((group) => [group.id, toGroup(group, members)])),
    observedAt,
  };
}

/** One GET for each person, against one for every hundred people. */
function isCheaperOneByOne(session: DbtSession, scope: ObservationScope): boolean {
  if (scope.correlate || scope.members === 'all') return false;
  // The platform shows members only from the people's side.
  if (session.dialect === 'platform' && scope.members.length > 0) return false;
  return scope.accounts.length + scope.members.length < Math.ceil(session.people.lastCount / pageLimit);
}

/** @returns undefined when this way cannot be complete: somebody not found, or members not shown */
async function seeFew(
  session: DbtSession,
  scope: ObservationScope,
  groups: readonly DbtGroup[],
  signal: AbortSignal,
): Promise<{ seen: Seen; shown: Members } | undefined> {
  const wanted = groups.filter((group) => scope.members.includes(group.id));
  const shown = await shownMembers(session, wanted, signal);
  if (wanted.some((group) => !shown.has(group.id))) return undefined;

  const users = await Promise.all(scope.accounts.map((id) => fetchUser(session, id, signal)));
  const found = users.filter((user) => user !== undefined);
  if (found.length < users.length || found.some((user) => user.groups === undefined)) return undefined;
  return { seen: { users: found, invitations: undefined, everybody: false }, shown };
}

async function seeEverybody(
  session: DbtSession,
  scope: ObservationScope,
  groups: readonly DbtGroup[],
  signal: AbortSignal,
): Promise<{ seen: Seen; shown: Members }> {
  const { users: listed, invitations } = await session.people.readEverybody(signal);
  const hidden = session.dialect === 'v2' ? await unlisted(session, scope, listed, signal) : [];
  const users = [...listed, ...hidden];
  // When people show their groups, everybody's membership is already here and costs no further call.
  const shown = users.every((user) => user.groups !== undefined)
    ? membersInList(groups)
    : await shownMembers(session, groups, signal);
  return { seen: { users, invitations, everybody: true }, shown };
}

/** Some v2 servers leave deactivated people out of the list and still answer for them by id. */
async function unlisted(
  session: DbtSession,
  scope: ObservationScope,
  listed: readonly DbtUser[],
  signal: AbortSignal,
): Promise<DbtUser[]> {
  const ids = new Set(listed.map((user) => user.id));
  const missing = scope.accounts.filter((id) => !ids.has(id));
  const users = await Promise.all(missing.map((id) => fetchUser(session, id, signal)));
  return users.filter((user) => user !== undefined).filter((user) => !user.isActive);
}

/** Asks each group for its members; groups that do not show them are left out. */
async function shownMembers(session: DbtSession, groups: readonly DbtGroup[], signal: AbortSignal): Promise<Members> {
  const inList = membersInList(groups);
  if (session.dialect === 'platform') return inList;
  const members = new Map(inList);
  for (const group of groups.filter((each) => !inList.has(each.id))) {
    const { users } = await session.api.get(session.paths.group(group.id), groupAnswer, signal);
    // A server that does not show one group's members shows nobody's.
    if (users === undefined) break;
    members.set(group.id, new Set(users));
  }
  return members;
}

function membersInList(groups: readonly DbtGroup[]): Members {
  return new Map(groups.flatMap(({ id, users }) => (users === undefined ? [] : [[id, new Set(users)] as const])));
}

/** Everybody's groups turned into every group's people; nothing where one person's groups are not shown. */
function invert(users: readonly DbtUser[], groups: readonly DbtGroup[]): Members {
  if (users.some((user) => user.groups === undefined)) return new Map();
  const members = new Map(groups.map((group) => [group.id, new Set<RemoteId>()]));
  for (const user of users) for (const id of user.groups ?? []) members.get(id)?.add(user.id);
  return members;
}

function groupsOf(session: DbtSession, user: DbtUser, members: Members): ReadonlySet<RemoteId> {
  if (user.groups !== undefined) return new Set(user.groups);
  if (session.dialect === 'platform') {
    // Their groups are replaced as a whole; a guess here would take away the ones we did not see.
    throw new TargetError('UNEXPECTED_RESPONSE', `dbt Cloud does not show the groups of ${user.email}`);
  }
  return new Set([...members].filter(([, people]) => people.has(user.id)).map(([id]) => id));
}

function toAccount(
  session: DbtSession,
  user: DbtUser,
  groups: ReadonlySet<RemoteId>,
  all: readonly DbtGroup[],
): ObservedAccount {
  return {
    id: user.id,
    email: user.email,
    correlationKey: addressKey(user.email),
    active: user.isActive && user.licence?.live !== false,
    firstName: user.firstName,
    lastName: user.lastName,
    licence: user.licence?.type ?? '',
    groups,
    guarded: guardOfUser(session, user, groups, all),
    lastLoginAt: user.lastLoginAt,
  };
}

function guardOfUser(
  session: DbtSession,
  user: DbtUser,
  groups: ReadonlySet<RemoteId>,
  all: readonly DbtGroup[],
): ObservedAccount['guarded'] {
  if (user.id === session.credentialOwner) return 'credential-owner';
  if (user.scimManaged) return 'managed-elsewhere';
  return all.some((group) => group.administrators && groups.has(group.id)) ? 'administrator' : undefined;
}

function toGroup(group: DbtGroup, members: Members): ObservedGroup {
  const { id, name, administrators, memberCount } = group;
  return { id, name, administrators, memberCount, members: members.get(id), guarded: guardOf(group) };
}

const isLive = (group: DbtGroup): boolean => !group.deleted;
