import type { RemoteId } from '../../model/account.js';
import { noLicence } from '../../model/account.js';
import type { Observation, ObservedAccount, ObservedGroup } from '../../model/observation.js';
import type { ObservationScope } from '../target.js';
import { TargetError } from '../target-error.js';
import { readGroups } from './groups.js';
import type { MetabaseInstance } from './instance.js';
import { guardOf, type MetabaseGroup } from './metabase-group.js';
import { addressKey, type MetabaseUser } from './metabase-user.js';

interface Seen {
  readonly users: readonly MetabaseUser[];
  readonly everybody: boolean;
}

/**
 * Reads what the scope asks for in the cheapest complete way; see `Target.observe`.
 *
 * The list of users shows everybody's groups, so one call for the groups and the pages of that list are all it takes. A
 * few known accounts are fetched one by one, unless one cannot be found: some releases hide deactivated people that way.
 *
 * Only colleagues count: users and groups of tenants are left out, as are the hidden accounts of API keys, which are
 * members of groups like anybody else and would make groups look larger, and Administrators look attended.
 */
export async function observe(
  instance: MetabaseInstance,
  scope: ObservationScope,
  signal: AbortSignal,
): Promise<Observation> {
  const observedAt = instance.now();
  // What is planned from this look must not be judged by an older one.
  instance.memberships.forget();
  const [all, seen] = await Promise.all([readGroups(instance.api, signal), see(instance, scope, signal)]);
  const groups = new Map(all.filter((group) => !group.ofTenants).map((group) => [group.id, group]));
  if (!groups.has(instance.administrators)) throw noAdministrators();
  const accounts = seen.users.filter((user) => !user.ofTenant).map((user) => toAccount(instance, user, groups));
  const members = seen.everybody ? invert(accounts, groups) : undefined;
  return {
    scope: seen.everybody ? 'all' : 'accounts',
    accounts: new Map(accounts.map((account) => [account.id, account])),
    invitations: undefined,
    groups: new Map([...groups.values()].map((group) => [group.id, toGroup(group, members)])),
    observedAt,
  };
}

async function see(instance: MetabaseInstance, scope: ObservationScope, signal: AbortSignal): Promise<Seen> {
  const { users } = instance;
  const isFew = !scope.correlate && scope.members !== 'all' && scope.members.length === 0;
  if (isFew && users.isCheaperOneByOne(scope.accounts.length)) {
    const found = await Promise.all(scope.accounts.map((id) => users.fetch(id, signal)));
    const shown = found.filter((user) => user?.groups !== undefined).filter((user) => user !== undefined);
    if (shown.length === found.length) return { users: shown, everybody: false };
  }
  return { users: await withGroups(instance, await users.readAll(signal), signal), everybody: true };
}

/** Where the list does not show groups, the map of all memberships does. */
async function withGroups(
  { memberships }: MetabaseInstance,
  users: readonly MetabaseUser[],
  signal: AbortSignal,
): Promise<readonly MetabaseUser[]> {
  if (users.every((user) => user.groups !== undefined)) return users;
  const groups = await memberships.readGroupsByUser(signal);
  return users.map((user) => ({ ...user, groups: groups.get(user.id) ?? [] }));
}

function toAccount(
  instance: MetabaseInstance,
  user: MetabaseUser,
  all: ReadonlyMap<RemoteId, MetabaseGroup>,
): ObservedAccount {
  // Groups that the list hides have no effect, and nobody could plan anything about them.
  const groups = new Set((user.groups ?? []).filter((id) => all.has(id)));
  return {
    id: user.id,
    email: user.email,
    correlationKey: addressKey(user.email),
    active: user.active,
    firstName: user.firstName,
    lastName: user.lastName,
    licence: noLicence,
    groups,
    namesLocked: user.ssoSource !== undefined,
    guarded: guardOfUser(instance, user, groups),
    lastLoginAt: user.lastLoginAt,
  };
}

function guardOfUser(
  { ourselves, ownScim, administrators }: MetabaseInstance,
  user: MetabaseUser,
  groups: ReadonlySet<RemoteId>,
): ObservedAccount['guarded'] {
  if (user.id === ourselves) return 'credential-owner';
  if (ownScim && user.ssoSource === 'scim') return 'managed-elsewhere';
  return user.administrator || groups.has(administrators) ? 'administrator' : undefined;
}

function invert(
  accounts: readonly ObservedAccount[],
  groups: ReadonlyMap<RemoteId, MetabaseGroup>,
): ReadonlyMap<RemoteId, ReadonlySet<RemoteId>> {
  const members = new Map([...groups.keys()].map((id) => [id, new Set<RemoteId>()]));
  for (const account of accounts) for (const id of account.groups) members.get(id)?.add(account.id);
  return members;
}

function toGroup(
  group: MetabaseGroup,
  members: ReadonlyMap<RemoteId, ReadonlySet<RemoteId>> | undefined,
): ObservedGroup {
  return {
    id: group.id,
    name: group.name,
    // Metabase's own count includes API keys, so it is never passed on.
    members: members?.get(group.id),
    guarded: guardOf(group),
    administrators: group.purpose === 'administrators',
  };
}

/** Without it nobody could tell who the last administrator is. */
export function noAdministrators(): TargetError {
  return new TargetError('UNEXPECTED_RESPONSE', "Metabase's list of groups shows no group Administrators");
}
