import { z } from 'zod';
import { fold } from '../../model/fold.js';
import type { Operation, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { lacksGroupPatch, patchGroup, putGroup } from './edit-group.js';
import { listGroups, readGroup, requireGroup } from './read-group.js';
import { isRefusal, isUnsupported } from './refusals.js';
import type { RemoteGroup } from './scim-group.js';
import { groupPath, guardedBy, type ScimSession } from './session.js';
import { groupUrn, idAnswer } from './wire.js';

type CreateGroup = Extract<Operation, { kind: 'create-group' }>;
type RenameGroup = Extract<Operation, { kind: 'rename-group' }>;
type DeleteGroup = Extract<Operation, { kind: 'delete-group' }>;

const made = z.looseObject({ id: idAnswer });

/**
 * Makes a group, unless exactly one of that name is there.
 *
 * @throws {TargetError} REJECTED when several groups have the name
 */
export async function createGroup(session: ScimSession, { name }: CreateGroup, signal: AbortSignal): Promise<Outcome> {
  const known = await groupOfName(session, name, signal);
  if (known !== undefined) return { kind: 'already-so', remoteId: known.id };
  const body = { schemas: [groupUrn], displayName: name };
  try {
    const { id } = await session.api.send({ method: 'POST', path: '/Groups', body, repeatable: false }, made, signal);
    session.newGroups.add(id);
    return { kind: 'done', remoteId: id };
  } catch (refusal) {
    // Somebody may have been quicker.
    const there = isRefusal(refusal) ? await groupOfName(session, name, signal) : undefined;
    if (there === undefined) throw refusal;
    return { kind: 'already-so', remoteId: there.id };
  }
}

/** Renames a group and keeps everything else of it. */
export async function renameGroup(session: ScimSession, operation: RenameGroup, signal: AbortSignal): Promise<Outcome> {
  const { groupId, name } = operation;
  const done: Outcome = { kind: 'done', remoteId: groupId };
  const group = await requireGroup(session, groupId, signal);
  if (group.name === name) return { kind: 'already-so', remoteId: groupId };
  const others = (await groupsNamed(session, name, signal)).filter(({ id }) => id !== groupId);
  if (others.length > 0) throw new TargetError('REJECTED', `another group on the SCIM server is already named ${name}`);
  if (session.manners.groupPatch) {
    try {
      await patchGroup(session, group, { op: 'replace', path: 'displayName', value: name }, signal);
    } catch (refusal) {
      if (!(await lacksGroupPatch(session, group, refusal, signal))) throw refusal;
      await putGroup(session, group, { name }, signal);
    }
  } else await putGroup(session, group, { name }, signal);
  const after = await requireGroup(session, groupId, signal);
  if (after.name !== name) {
    throw new TargetError('CONFLICT', `the SCIM server took the name ${name}, and still shows ${after.name}`);
  }
  return done;
}

/** Deletes a group; its people stay. */
export async function deleteGroup(session: ScimSession, operation: DeleteGroup, signal: AbortSignal): Promise<Outcome> {
  const { groupId } = operation;
  const group = await readGroup(session, groupId, signal);
  if (group === undefined) return { kind: 'already-so', remoteId: groupId };
  try {
    const write = { method: 'DELETE', path: groupPath(groupId), repeatable: true } as const;
    await session.api.write({ ...write, ifMatch: guardedBy(session, group) }, signal);
  } catch (refusal) {
    if (isUnsupported(refusal)) {
      session.manners.deletesGroups = false;
      const message = `the SCIM server deletes no groups; delete ${group.name} there by hand`;
      throw new TargetError('REJECTED', message, { status: refusal.status });
    }
    const isGone = isRefusal(refusal) && !(await isListed(session, groupId, signal));
    if (!isGone) throw refusal;
    return { kind: 'already-so', remoteId: groupId };
  }
  return { kind: 'done', remoteId: groupId };
}

/** @throws {TargetError} REJECTED when several have the name: between them nobody chooses */
async function groupOfName(session: ScimSession, name: string, signal: AbortSignal): Promise<RemoteGroup | undefined> {
  const same = await groupsNamed(session, name, signal);
  if (same.length <= 1) return same[0];
  throw new TargetError('REJECTED', `${same.length} groups on the SCIM server are named ${name}`);
}

async function groupsNamed(session: ScimSession, name: string, signal: AbortSignal): Promise<readonly RemoteGroup[]> {
  const key = session.manners.foldsGroupNames ? fold : (text: string): string => text;
  const groups = await listGroups(session, { members: false }, signal);
  return groups.filter((group) => key(group.name) === key(name));
}

async function isListed(session: ScimSession, id: string, signal: AbortSignal): Promise<boolean> {
  return (await listGroups(session, { members: false }, signal)).some((group) => group.id === id);
}
