import type { Operation, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { groupPath, readGroup } from './read-group.js';
import { isRefusal } from './retool-api.js';
import { groupAnswer, isAutomatic, type RetoolGroup } from './retool-group.js';
import { segment, type RetoolSession } from './session.js';

type AddMember = Extract<Operation, { kind: 'add-member' }>;
type RemoveMember = Extract<Operation, { kind: 'remove-member' }>;

/**
 * Adds one person to a group, unless they are in it.
 *
 * Adding somebody who is in it overwrites whether they administer it. So the group is read right before, members are
 * left as they are, and what is sent for the new one is what they are there: no administrator of it.
 *
 * @throws {TargetError} CONFLICT when group or person are gone; REJECTED for the group that fills itself
 */
export async function addMember(
  session: RetoolSession,
  { groupId, accountId }: AddMember,
  signal: AbortSignal,
): Promise<Outcome> {
  const group = await readGroup(session, groupId, signal);
  if (group === undefined) throw goneGroup(groupId);
  if (group.members.has(accountId)) return { kind: 'already-so', remoteId: groupId };
  refuseAutomatic(group);
  const body = { members: [{ id: accountId, is_group_admin: false }] };
  const path = `${groupPath(groupId)}/members`;
  let after: RetoolGroup;
  try {
    after = await session.api.write({ method: 'POST', path, body, data: groupAnswer, repeatable: false }, signal);
  } catch (error) {
    if (!isRefusal(error) || error.status !== 404) throw error;
    // One unknown id refuses the whole call; users never vanish, so most likely the group did.
    const message = `Retool does not know user ${accountId}, or no longer the group ${group.name} (${error.message})`;
    throw new TargetError('CONFLICT', message, { status: 404 });
  }
  if (!after.members.has(accountId)) throw unchanged(group);
  return { kind: 'done', remoteId: groupId };
}

/** Takes one person out of a group. Whoever is disabled is in it like anybody else. */
export async function removeMember(
  session: RetoolSession,
  { groupId, accountId }: RemoveMember,
  signal: AbortSignal,
): Promise<Outcome> {
  const group = await readGroup(session, groupId, signal);
  if (group?.members.has(accountId) !== true) return { kind: 'already-so', remoteId: groupId };
  refuseAutomatic(group);
  const path = `${groupPath(groupId)}/members/${segment(accountId)}`;
  try {
    const after = await session.api.write({ method: 'DELETE', path, data: groupAnswer, repeatable: true }, signal);
    if (after.members.has(accountId)) throw unchanged(group);
  } catch (error) {
    // "Not a member" is a refusal to some releases: somebody was quicker.
    if (!isRefusal(error) || error.status !== 404) throw error;
    if ((await readGroup(session, groupId, signal))?.members.has(accountId) === true) throw error;
    return { kind: 'already-so', remoteId: groupId };
  }
  return { kind: 'done', remoteId: groupId };
}

function refuseAutomatic(group: RetoolGroup): void {
  if (!isAutomatic(group)) return;
  throw new TargetError('REJECTED', `Retool fills ${group.name} by itself: nobody can be added or removed`);
}

const goneGroup = (id: string): TargetError => new TargetError('CONFLICT', `Retool group ${id} is no longer there`);

const unchanged = ({ name }: RetoolGroup): TargetError =>
  new TargetError('CONFLICT', `Retool took the change of the members of ${name}, and shows others afterwards`);
