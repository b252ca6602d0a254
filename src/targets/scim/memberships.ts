import type { RemoteId } from '../../model/account.js';
import type { Operation, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { lacksGroupPatch, patchGroup } from './edit-group.js';
import { requireGroup, requireShown } from './read-group.js';
import { requireUser } from './read-user.js';
import { removeByPatch } from './remove-member.js';
import { replaceMembers } from './replace-members.js';
import { accountsIn, groupAnswer, type RemoteGroup } from './scim-group.js';
import type { ScimSession } from './session.js';

type Membership = Extract<Operation, { kind: 'add-member' | 'remove-member' }>;

/** Lets one account into a group, or takes it out, and touches no other member. */
export async function changeMembership(
  session: ScimSession,
  operation: Membership,
  signal: AbortSignal,
): Promise<Outcome> {
  const { kind, groupId, accountId } = operation;
  const { group, isMember, by } = await look(session, groupId, accountId, signal);
  if (isMember === (kind === 'add-member')) return { kind: 'already-so', remoteId: groupId };
  const change = kind === 'add-member' ? { add: [accountId], remove: [] } : { add: [], remove: [accountId] };
  if (!session.manners.groupPatch) return replaceMembers(session, groupId, change, signal);
  try {
    if (kind === 'remove-member') await removeByPatch(session, group, accountId, signal);
    else await addByPatch(session, group, accountId, signal);
  } catch (refusal) {
    // Refused for want of a version, which only the group shows: nothing has happened yet.
    if (by === 'user' && session.manners.demandsVersion) return changeMembership(session, operation, signal);
    if (!(await lacksGroupPatch(session, group, refusal, signal))) throw refusal;
    return replaceMembers(session, groupId, change, signal);
  }
  if (isMember === undefined) await requireShown(session, groupId, accountId, signal);
  return { kind: 'done', remoteId: groupId };
}

interface Look {
  readonly group: Pick<RemoteGroup, 'id' | 'name' | 'version'>;
  /** Undefined: the server does not tell. */
  readonly isMember: boolean | undefined;
  readonly by: 'user' | 'group';
}

/** Whether somebody is in a group: as they show it themselves where users do, which spares reading a large group. */
async function look(session: ScimSession, groupId: RemoteId, accountId: RemoteId, signal: AbortSignal): Promise<Look> {
  const { usersShowGroups, groupPatch, demandsVersion } = session.manners;
  if (usersShowGroups && groupPatch && !demandsVersion) {
    const user = await requireUser(session, accountId, signal);
    // Without the group's version nothing guards the write, and one member that comes or goes needs no guard.
    const group = { id: groupId, name: groupId, version: undefined };
    return { group, isMember: user.groups?.includes(groupId) ?? false, by: 'user' };
  }
  const group = await requireGroup(session, groupId, signal);
  const isMember = group.members === undefined ? undefined : accountsIn(group.members).has(accountId);
  return { group, isMember, by: 'group' };
}

async function addByPatch(
  session: ScimSession,
  group: Look['group'],
  accountId: RemoteId,
  signal: AbortSignal,
): Promise<void> {
  const operation = { op: 'add', path: 'members', value: [{ value: accountId }] } as const;
  const told = groupAnswer.safeParse(await patchGroup(session, group, operation, signal));
  if (!told.success) return;
  // A group that shows nobody is empty, or answers to PATCH are shorter than the resource.
  const isMember =
    told.data.members?.some(({ id }) => id === accountId) ??
    (await look(session, group.id, accountId, signal)).isMember;
  if (isMember !== false) return;
  const message = `the SCIM server took user ${accountId} into group ${group.name}, and does not show them in it`;
  throw new TargetError('CONFLICT', message);
}
