import type { RemoteId } from '../../model/account.js';
import { TargetError } from '../target-error.js';
import { isRefusal, vanished } from './refusals.js';
import { groupAnswer, type Member, type RemoteGroup } from './scim-group.js';
import { groupPath, type ScimSession } from './session.js';

/** Lists all groups; members as far as lists show them, or left out to spare both sides. */
export async function listGroups(
  session: ScimSession,
  { members }: { readonly members: boolean },
  signal: AbortSignal,
): Promise<readonly RemoteGroup[]> {
  const { pageSize } = session.manners;
  const query = members ? {} : { excludedAttributes: 'members' };
  const groups = await session.api.list('groups', groupAnswer, { pageSize, query }, signal);
  if (members && groups.some((group) => (group.members ?? []).length > 0)) {
    session.manners.membersInLists = true;
    session.manners.membersShown = true;
  }
  return groups;
}

/**
 * Reads one group with its members.
 *
 * Servers leave out what is empty (RFC 7643 §2.5), and some leave out members until asked. A group without any is taken
 * for empty only where the server is known to show members; otherwise they are unknown.
 *
 * @returns undefined when a fresh, complete list does not hold the group
 */
export async function readGroup(
  session: ScimSession,
  id: RemoteId,
  signal: AbortSignal,
): Promise<RemoteGroup | undefined> {
  const group = await fetchGroup(session, id, signal);
  if (group === undefined) return undefined;
  const asked =
    group.members ?? (await fetchGroup(session, id, signal, { attributes: 'displayName,members' }))?.members;
  if (asked !== undefined) session.manners.membersShown = true;
  const isEmpty = session.manners.membersShown || session.newGroups.has(id);
  return { ...group, members: asked ?? (isEmpty ? [] : undefined) };
}

/** @throws {TargetError} CONFLICT when the group is gone */
export async function requireGroup(session: ScimSession, id: RemoteId, signal: AbortSignal): Promise<RemoteGroup> {
  const group = await readGroup(session, id, signal);
  if (group === undefined) throw vanished(`group ${id}`);
  return group;
}

/** The members, for a write that replaces all of them. @throws {TargetError} REJECTED where they are not shown */
export function requireMembers(group: RemoteGroup): readonly Member[] {
  if (group.members !== undefined) return group.members;
  const message = `the SCIM server does not show who is in ${group.name}, and replacing its members could take others out; if it is empty, put somebody into any group there by hand, once, to show that members can be seen`;
  throw new TargetError('REJECTED', message);
}

/**
 * Looks whether somebody just let in is shown. Where nobody can see who is in a group, nobody can be taken out of it
 * either: groups are then left alone.
 *
 * @throws {TargetError} REJECTED when the group does not show them
 */
export async function requireShown(
  session: ScimSession,
  groupId: RemoteId,
  accountId: RemoteId,
  signal: AbortSignal,
): Promise<void> {
  const { members, name } = await requireGroup(session, groupId, signal);
  if (members?.some(({ id }) => id === accountId) === true) return;
  session.manners.managesGroups = false;
  const message = `the SCIM server does not show who is in ${name}, so that nobody could be taken out again: its groups are left alone`;
  session.log.warn(message);
  throw new TargetError('REJECTED', message);
}

async function fetchGroup(
  session: ScimSession,
  id: RemoteId,
  signal: AbortSignal,
  query?: Readonly<Record<string, string>>,
): Promise<RemoteGroup | undefined> {
  try {
    const group = await session.api.resource(groupPath(id), groupAnswer, signal, query);
    if (group.id === id) return group;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // Some servers refuse to have attributes named; what they show without that is all there is.
    if (query !== undefined) return undefined;
  }
  return (await listGroups(session, { members: false }, signal)).find((group) => group.id === id);
}
