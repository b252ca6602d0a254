import type { RemoteId } from '../../model/account.js';
import type { Operation, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { lacksGroupPatch, patchGroup } from './edit-group.js';
import { requireGroup } from './read-group.js';
import { requireUser } from './read-user.js';
import { removeByPatch } from './remove-member.js';
import { replaceMembers } from './replace-members.js';
import { accountsIn, type RemoteGroup } from './scim-group.js';
import type { ScimSession } from './session.js';

type Membership = Extract<Operation, { kind: 'add-member' | 'remove-member' }>;

/** Lets one account into a group, or takes it out, and touches no other member. */
export async function changeMembership(
  session: ScimSession,
  operation: Membership,
  signal: AbortSignal,
): Promise<Outcome> {
  const { kind, groupId, accountId } = operation;
  const { group, isMember } = await look(session, groupId, accountId, signal);
  if (isMember === (kind === 'add-member')) return { kind: 'already-so', remoteId: groupId };
  const change = kind === 'add-member' ? { add: [accountId], remove: [] } : { add: [], remove: [accountId] };
  if (!session.manners.groupPatch) return replaceMembers(session, groupId, change, signal);
  try {
    if (kind === 'remove-member') await removeByPatch(session, group, accountId, signal);
    else await patchGroup(session, group, { op: 'add', path: 'members', value: [{ value: accountId }] }, signal);
  } catch (refusal) {
    if (!(await lacksGroupPatch(session, group, refusal, signal))) throw refusal;
    return replaceMembers(session, groupId, change, signal);
  }
  if (isMember === undefined) await seeWhetherMembersShow(session, groupId, accountId, signal);
  return { kind: 'done', remoteId: groupId };
}

interface Look {
  readonly group: Pick<RemoteGroup, 'id' | 'name' | 'version'>;
  /** Undefined: the server does not tell. */
  readonly isMember: boolean | undefined;
}

/** Whether somebody is in a group: as they show it themselves where users do, which spares reading a large group. */
async function look(session: ScimSession, groupId: RemoteId, accountId: RemoteId, signal: AbortSignal): Promise<Look> {
  const { usersShowGroups, groupPatch, demandsVersion } = session.manners;
  if (usersShowGroups && groupPatch && !demandsVersion) {
    const user = await requireUser(session, accountId, signal);
    // Without the group's version nothing guards the write, and one member that comes or goes needs no guard.
    const group = { id: groupId, name: groupId, version: undefined };
    return { group, isMember: user.groups?.includes(groupId) ?? false };
  }
  const group = await requireGroup(session, groupId, signal);
  const isMember = group.members === undefined ? undefined : accountsIn(group.members).has(accountId);
  return { group, isMember };
}

/** Where nobody can see who is in a group, nobody can be taken out of it either: groups are then left alone. */
async function seeWhetherMembersShow(
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
