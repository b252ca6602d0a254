import { z } from 'zod';
import type { RemoteId } from '../../model/account.js';
import { anything } from './dbt-api.js';
import type { Operation, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { isRefusal } from './account-operations.js';
import { groupAnswer, isBuiltIn, type DbtGroup } from './dbt-group.js';
import { membersOfGroup } from './group-members.js';
import type { DbtSession } from './session.js';
import { idAnswer, wireId } from './wire-id.js';

type CreateGroup = Extract<Operation, { kind: 'create-group' }>;
type RenameGroup = Extract<Operation, { kind: 'rename-group' }>;
type DeleteGroup = Extract<Operation, { kind: 'delete-group' }>;

const created = z.looseObject({ id: idAnswer });

/**
 * Makes a group, unless exactly one of that name is there. Names are compared to the letter.
 *
 * A new group gives no access until somebody attaches a permission set to it: what access means is not ours to say.
 *
 * @throws {TargetError} REJECTED when several groups have the name, or the plan has no custom groups
 */
export async function createGroup(session: DbtSession, { name }: CreateGroup, signal: AbortSignal): Promise<Outcome> {
  const same = await groupsNamed(session, name, signal);
  const [only, another] = same;
  if (another !== undefined) throw new TargetError('REJECTED', `${same.length} groups in dbt Cloud are named ${name}`);
  if (only !== undefined) return { kind: 'already-so', remoteId: only.id };
  const account_id = wireId(session.config.accountId);
  const body = { account_id, name, state: 1, assign_by_default: false, sso_mapping_groups: [] };
  try {
    const { id } = await session.api.write(
      { method: 'POST', path: session.paths.groups, body, data: created, repeatable: false, ownConnection: true },
      signal,
    );
    return { kind: 'done', remoteId: String(id) };
  } catch (error) {
    if (!isRefusal(error) || error.status !== 404) throw error;
    const message = `dbt Cloud does not let groups be made here: custom groups need an Enterprise plan and the right to write groups. Map ${name} to an existing group in groups.map`;
    throw new TargetError('REJECTED', message, { status: 404 });
  }
}

/** Renames a group and keeps everything else of it: the write is the whole object. */
export async function renameGroup(session: DbtSession, operation: RenameGroup, signal: AbortSignal): Promise<Outcome> {
  const { groupId, name } = operation;
  const group = await readGroup(session, groupId, signal);
  if (group === undefined) throw new TargetError('CONFLICT', `dbt Cloud group ${groupId} is no longer there`);
  if (group.name === name) return { kind: 'already-so', remoteId: groupId };
  refuseBuiltIn(group);
  const taken = (await groupsNamed(session, name, signal)).some((each) => each.id !== groupId);
  if (taken) throw new TargetError('REJECTED', `another group in dbt Cloud is already named ${name}`);
  const members = session.dialect === 'v2' ? await membersToKeep(session, group, signal) : {};
  await writeWhole(session, group, { name, ...members }, signal);
  return { kind: 'done', remoteId: groupId };
}

/** Deletes a group: softly on the platform, as the vendor has no other way there. */
export async function deleteGroup(session: DbtSession, operation: DeleteGroup, signal: AbortSignal): Promise<Outcome> {
  const { groupId } = operation;
  const group = await readGroup(session, groupId, signal);
  if (group === undefined) return { kind: 'already-so', remoteId: groupId };
  refuseBuiltIn(group);
  try {
    if (session.dialect === 'platform') await writeWhole(session, group, { state: 2 }, signal);
    else await deleteV2(session, group, signal);
  } catch (refusal) {
    if (!isRefusal(refusal) || (await listedGroup(session, groupId, signal)) !== undefined) throw refusal;
    return { kind: 'already-so', remoteId: groupId };
  }
  return { kind: 'done', remoteId: groupId };
}

/** The brief names no way to delete a group: DELETE as for users, and where there is none, softly as on the platform. */
async function deleteV2(session: DbtSession, group: DbtGroup, signal: AbortSignal): Promise<void> {
  const path = session.paths.group(group.id);
  try {
    await session.api.write({ method: 'DELETE', path, data: anything, repeatable: true }, signal);
  } catch (refusal) {
    if (!isRefusal(refusal) || (refusal.status !== 404 && refusal.status !== 405)) throw refusal;
    if ((await listedGroup(session, group.id, signal)) === undefined) return;
    await writeWhole(session, group, { state: 2 }, signal);
    // A server that knows no such state takes the write, and keeps the group.
    if ((await listedGroup(session, group.id, signal)) !== undefined) throw refusal;
  }
}

/** The whole object as read, with the change in place; the fields the vendor requires are there in any case. */
async function writeWhole(
  session: DbtSession,
  group: DbtGroup,
  change: { readonly name?: string; readonly state?: 2; readonly users?: readonly (number | string)[] },
  signal: AbortSignal,
): Promise<void> {
  const body = {
    account_id: wireId(session.config.accountId),
    assign_by_default: false,
    sso_mapping_groups: group.ssoMappings,
    state: 1,
    ...group.raw,
    ...change,
  };
  const path = session.paths.group(group.id);
  const repeatable = 'state' in change;
  await session.api.write({ method: 'POST', path, body, data: anything, repeatable }, signal);
}

/** v2 replaces the members by what a group's POST carries; what it does without them is nowhere written. */
async function membersToKeep(session: DbtSession, group: DbtGroup, signal: AbortSignal) {
  const members = await membersOfGroup(session, group, signal);
  if (members === undefined) {
    throw new TargetError('REJECTED', `dbt Cloud does not show who is in ${group.name}; renaming it could empty it`);
  }
  return { users: members.map(wireId) };
}

function refuseBuiltIn(group: DbtGroup): void {
  if (isBuiltIn(group)) throw new TargetError('REJECTED', `${group.name} is built into dbt Cloud and stays as it is`);
}

/** @returns the group; undefined when a fresh, complete list does not hold it */
export async function readGroup(session: DbtSession, id: RemoteId, signal: AbortSignal): Promise<DbtGroup | undefined> {
  try {
    const group = await session.api.get(session.paths.group(id), groupAnswer, signal);
    if (group.id === id && !group.deleted) return group;
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  return listedGroup(session, id, signal);
}

async function listedGroup(session: DbtSession, id: RemoteId, signal: AbortSignal): Promise<DbtGroup | undefined> {
  return (await liveGroups(session, signal)).find((group) => group.id === id);
}

async function groupsNamed(session: DbtSession, name: string, signal: AbortSignal): Promise<DbtGroup[]> {
  return (await liveGroups(session, signal)).filter((group) => group.name === name);
}

async function liveGroups(session: DbtSession, signal: AbortSignal): Promise<DbtGroup[]> {
  const groups = await session.api.list('groups', session.paths.groups, groupAnswer, signal);
  return groups.filter((group) => !group.deleted);
}
