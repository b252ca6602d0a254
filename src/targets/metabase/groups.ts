import { z } from 'zod';
import type { RemoteId } from '../../model/account.js';
import { fold } from '../../model/fold.js';
import type { Operation, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import type { MetabaseInstance } from './instance.js';
import { isMissing, isRefusal, type MetabaseApi } from './metabase-api.js';
import { groupAnswer, groupMembersAnswer, groupsAnswer, type MetabaseGroup } from './metabase-group.js';
import { isKeyAddress, wireId } from './metabase-user.js';

type CreateGroup = Extract<Operation, { kind: 'create-group' }>;
type RenameGroup = Extract<Operation, { kind: 'rename-group' }>;
type DeleteGroup = Extract<Operation, { kind: 'delete-group' }>;

/** Every group, those of tenants included, in one answer. */
export async function readGroups(api: MetabaseApi, signal: AbortSignal): Promise<readonly MetabaseGroup[]> {
  return api.list('groups', '/permissions/group', groupsAnswer, signal);
}

/**
 * Makes a group, unless one of that name is there, in whatever case: to Metabase those are one name.
 *
 * What the group may see is for an administrator to say; Drawbridge gives it a name only.
 *
 * @throws {TargetError} REJECTED when the name is a built-in group's or a tenant group's
 */
export async function createGroup(
  { api }: MetabaseInstance,
  { name }: CreateGroup,
  signal: AbortSignal,
): Promise<Outcome> {
  const known = await groupNamed(api, name, signal);
  if (known !== undefined) return adopt(known);
  try {
    const write = { method: 'POST', path: '/permissions/group', body: { name }, ownConnection: true } as const;
    const { id } = await api.write({ ...write, answer: groupAnswer }, signal);
    return { kind: 'done', remoteId: id };
  } catch (refusal) {
    const made = isRefusal(refusal) ? await groupNamed(api, name, signal) : undefined;
    if (made === undefined) throw refusal;
    return adopt(made);
  }
}

function adopt(group: MetabaseGroup): Outcome {
  refuseSpecial(group);
  return { kind: 'already-so', remoteId: group.id };
}

/**
 * Renames a group.
 *
 * @throws {TargetError} CONFLICT when it is gone; REJECTED when it is built in, or another group has the name
 */
export async function renameGroup(
  { api }: MetabaseInstance,
  { groupId, name }: RenameGroup,
  signal: AbortSignal,
): Promise<Outcome> {
  const groups = await readGroups(api, signal);
  const group = groups.find((each) => each.id === groupId);
  if (group === undefined) throw new TargetError('CONFLICT', `Metabase group ${groupId} is no longer there`);
  if (group.name === name) return { kind: 'already-so', remoteId: groupId };
  refuseSpecial(group);
  const other = groups.find((each) => each.id !== groupId && fold(each.name) === fold(name));
  if (other !== undefined)
    throw new TargetError('REJECTED', `another group in Metabase is already named ${other.name}`);
  try {
    await rename(api, groupId, name, signal);
  } catch (refusal) {
    if (!isRefusal(refusal) || fold(group.name) !== fold(name)) throw refusal;
    // Metabase compares a new name with the group's own, too, and without regard to case: it takes a detour.
    await rename(api, groupId, `${name} (${groupId})`, signal);
    await rename(api, groupId, name, signal);
  }
  return { kind: 'done', remoteId: groupId };
}

async function rename(api: MetabaseApi, id: RemoteId, name: string, signal: AbortSignal): Promise<void> {
  const path = `/permissions/group/${wireId(id)}`;
  await api.write({ method: 'PUT', path, body: { name }, answer: groupAnswer }, signal);
}

/**
 * Deletes a group.
 *
 * @throws {TargetError} REJECTED when it is built in, or an API key belongs to it: the key would silently lose the
 *   group's rights
 */
export async function deleteGroup(
  { api, memberships }: MetabaseInstance,
  { groupId, name }: DeleteGroup,
  signal: AbortSignal,
): Promise<Outcome> {
  const group = (await readGroups(api, signal)).find((each) => each.id === groupId);
  if (group === undefined) return { kind: 'already-so', remoteId: groupId };
  refuseSpecial(group);
  const path = `/permissions/group/${wireId(groupId)}`;
  try {
    const members = await api.get(path, groupMembersAnswer, signal);
    const keys = members.filter(({ type, email }) => type === 'api-key' || isKeyAddress(email));
    if (keys.length > 0) {
      const message = `${keys.length} API keys belong to the group ${name} and would lose its rights: move them, or delete it by hand`;
      throw new TargetError('REJECTED', message);
    }
    await api.write({ method: 'DELETE', path, answer: z.unknown() }, signal);
  } catch (error) {
    if (!isMissing(error)) throw error;
    const isThere = (await readGroups(api, signal)).some((each) => each.id === groupId);
    if (isThere) throw error;
    return { kind: 'already-so', remoteId: groupId };
  }
  memberships.forget();
  return { kind: 'done', remoteId: groupId };
}

async function groupNamed(api: MetabaseApi, name: string, signal: AbortSignal): Promise<MetabaseGroup | undefined> {
  return (await readGroups(api, signal)).find((each) => fold(each.name) === fold(name));
}

function refuseSpecial({ name, purpose, ofTenants }: MetabaseGroup): void {
  if (ofTenants)
    throw new TargetError('REJECTED', `${name} is a group of Metabase tenants; tenant groups are left alone`);
  if (purpose !== undefined) throw new TargetError('REJECTED', `${name} is built into Metabase and stays as it is`);
}
