import { noLicence, type RemoteId } from '../../model/account.js';
import type { Observation, ObservedAccount, ObservedGroup } from '../../model/observation.js';
import type { ObservationScope } from '../target.js';
import { textOf } from './attributes.js';
import { listGroups, readGroup } from './read-group.js';
import { fetchUser } from './read-user.js';
import { accountsIn, type RemoteGroup } from './scim-group.js';
import { emailOf, nameKey, type RemoteUser } from './scim-user.js';
import type { ScimSession } from './session.js';

type Members = ReadonlyMap<RemoteId, ReadonlySet<RemoteId>>;

interface Seen {
  readonly users: readonly RemoteUser[];
  readonly groups: readonly RemoteGroup[];
  /** Of the groups whose members are known. */
  readonly members: Members;
  readonly everybody: boolean;
}

/**
 * Reads what the scope asks for in the cheapest complete way; see `Target.observe`.
 *
 * A few known accounts are fetched one by one where users show their groups, unless one of them cannot be found: only a
 * complete list shows that somebody is gone. Otherwise everybody is listed, and members are read where they are shown:
 * in the list of groups, or group by group. Where a server shows them nowhere, `members` stays undefined.
 */
export async function observe(
  session: ScimSession,
  scope: ObservationScope,
  signal: AbortSignal,
): Promise<Observation> {
  const observedAt = session.now();
  const few = isCheaperOneByOne(session, scope) ? await seeFew(session, scope, signal) : undefined;
  const seen = few ?? (await seeEverybody(session, scope, signal));
  const { users, groups, members, everybody } = seen;
  const held = groupsByAccount(members);
  const accounts = users.map((user) => toAccount(session, user, held, seen));
  return {
    scope: everybody ? 'all' : 'accounts',
    accounts: new Map(accounts.map((account) => [account.id, account])),
    invitations: undefined,
    groups: new Map(groups.map((group) => [group.id, toGroup(group, members)])),
    observedAt,
  };
}

/** One GET for each person and group, against one for every page of people. */
function isCheaperOneByOne({ manners, roster }: ScimSession, scope: ObservationScope): boolean {
  if (scope.correlate || scope.members === 'all') return false;
  if (manners.managesGroups && !manners.usersShowGroups) return false;
  return scope.accounts.length + scope.members.length < Math.ceil(roster.lastCount / manners.pageSize);
}

/** @returns undefined when somebody was not found, which only a complete list can confirm */
async function seeFew(session: ScimSession, scope: ObservationScope, signal: AbortSignal): Promise<Seen | undefined> {
  const found = await Promise.all(scope.accounts.map((id) => fetchUser(session, id, signal)));
  const users = found.filter((user) => user !== undefined);
  if (users.length < found.length) return undefined;
  if (!session.manners.managesGroups) return { users, groups: [], members: new Map(), everybody: false };
  const groups = await listGroups(session, { members: false }, signal);
  const wanted = groups.filter(({ id }) => scope.members.includes(id));
  return { users, groups, members: await readMembers(session, wanted, signal), everybody: false };
}

async function seeEverybody(session: ScimSession, scope: ObservationScope, signal: AbortSignal): Promise<Seen> {
  const { manners } = session;
  const listed = await session.roster.readAll(signal);
  const users = [...listed, ...(await readUnlisted(session, scope, listed, signal))];
  if (!manners.managesGroups) return { users, groups: [], members: new Map(), everybody: true };
  if (users.some((user) => (user.groups ?? []).length > 0)) manners.usersShowGroups = true;

  const groups = await listGroups(session, { members: true }, signal);
  if (manners.membersInLists) {
    const listed = groups.map(({ id, members }) => [id, accountsIn(members ?? [])] as const);
    return { users, groups, members: new Map(listed), everybody: true };
  }
  // Either nobody is in any group, or lists do not show it. Users who show their groups make most of the reads needless.
  const isAsked = ({ id }: RemoteGroup): boolean => scope.members === 'all' || scope.members.includes(id);
  const wanted = manners.usersShowGroups ? groups.filter(isAsked) : groups;
  return { users, groups, members: await readMembers(session, wanted, signal), everybody: true };
}

/** Some servers leave inactive users out of lists, and still answer for them by id. */
async function readUnlisted(
  session: ScimSession,
  scope: ObservationScope,
  listed: readonly RemoteUser[],
  signal: AbortSignal,
): Promise<readonly RemoteUser[]> {
  const ids = new Set([...scope.accounts, ...session.roster.unlisted]);
  for (const { id } of listed) ids.delete(id);
  const users = await Promise.all([...ids].map((id) => fetchUser(session, id, signal)));
  return users.filter((user) => user !== undefined);
}

/** Asks each group for its members; one that does not show them, or is gone by now, is left out. */
async function readMembers(
  session: ScimSession,
  groups: readonly RemoteGroup[],
  signal: AbortSignal,
): Promise<Members> {
  const read = await Promise.all(groups.map(({ id }) => readGroup(session, id, signal)));
  const shown = read.flatMap((group) =>
    group?.members === undefined ? [] : [[group.id, accountsIn(group.members)] as const],
  );
  return new Map(shown);
}

function groupsByAccount(members: Members): ReadonlyMap<RemoteId, ReadonlySet<RemoteId>> {
  const held = new Map<RemoteId, Set<RemoteId>>();
  for (const [groupId, accounts] of members) {
    for (const id of accounts) {
      const groups = held.get(id) ?? new Set();
      held.set(id, groups.add(groupId));
    }
  }
  return held;
}

function toAccount(
  session: ScimSession,
  user: RemoteUser,
  held: ReadonlyMap<RemoteId, ReadonlySet<RemoteId>>,
  { groups, members }: Seen,
): ObservedAccount {
  // Where the group itself tells, it has the last word: users may show groups they are in by way of others.
  const told = new Set(groups.map(({ id }) => id).filter((id) => !members.has(id)));
  const shown = session.manners.usersShowGroups ? (user.groups ?? []).filter((id) => told.has(id)) : [];
  return {
    id: user.id,
    email: emailOf(user),
    correlationKey: nameKey(user.userName),
    active: user.active,
    firstName: textOf(user.raw, 'givenName') ?? '',
    lastName: textOf(user.raw, 'familyName') ?? '',
    licence: noLicence,
    groups: new Set([...(held.get(user.id) ?? []), ...shown]),
    profile: user.profile,
    guarded: user.id === session.credentialOwner ? 'credential-owner' : undefined,
  };
}

function toGroup({ id, name }: RemoteGroup, members: Members): ObservedGroup {
  return { id, name, members: members.get(id), administrators: false };
}
