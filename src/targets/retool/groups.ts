import { fold } from '../../model/fold.js';
import type { Operation, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { groupPath, listGroups, readGroup } from './read-group.js';
import { isRefusal, noAnswer } from './retool-api.js';
import { groupAnswer, isAutomatic, isBuiltIn, type RetoolGroup } from './retool-group.js';
import type { RetoolSession } from './session.js';

type CreateGroup = Extract<Operation, { kind: 'create-group' }>;
type RenameGroup = Extract<Operation, { kind: 'rename-group' }>;
type DeleteGroup = Extract<Operation, { kind: 'delete-group' }>;

/**
 * Everything a group can give, given to nobody: what a left-out field means is nowhere written, and the built-in groups
 * are generous.
 */
const noAccess: Readonly<Record<string, 'none' | false>> = {
  universal_app_access: 'none',
  universal_resource_access: 'none',
  universal_workflow_access: 'none',
  universal_query_library_access: 'none',
  user_list_access: false,
  audit_log_access: false,
  unpublished_release_access: false,
  usage_analytics_access: false,
  theme_access: false,
  account_details_access: false,
};

/**
 * Makes a group that gives no access, unless exactly one of that name is there. Names are compared to the letter.
 *
 * What its members may do is decided in Retool, by whoever owns the apps.
 *
 * @throws {TargetError} REJECTED when several groups have the name, when it is a built-in group's and the operator's map
 *   does not say that one is meant, or with the vendor's reason
 */
export async function createGroup(
  session: RetoolSession,
  { key, name }: CreateGroup,
  signal: AbortSignal,
): Promise<Outcome> {
  const all = await listGroups(session.api, signal);
  const same = all.filter((group) => group.name === name);
  const [only, another] = same;
  if (another !== undefined) throw new TargetError('REJECTED', `${same.length} groups in Retool are named ${name}`);
  if (only !== undefined) {
    if (isAutomatic(only) || (isBuiltIn(only) && !key.startsWith('name:'))) throw builtInName(name);
    return { kind: 'already-so', remoteId: only.id };
  }
  try {
    const { id } = await session.api.write(
      {
        method: 'POST',
        path: '/groups',
        body: { name, ...accessKnownTo(all) },
        data: groupAnswer,
        repeatable: false,
        ownConnection: true,
      },
      signal,
    );
    return { kind: 'done', remoteId: id };
  } catch (error) {
    throw isTaken(error) ? nameTaken(name, all, error) : error;
  }
}

/** Renames a group and nothing else of it: a PUT could empty it. */
export async function renameGroup(
  session: RetoolSession,
  operation: RenameGroup,
  signal: AbortSignal,
): Promise<Outcome> {
  const { groupId, name } = operation;
  const all = await listGroups(session.api, signal);
  const group = all.find(({ id }) => id === groupId);
  if (group === undefined) throw new TargetError('CONFLICT', `Retool group ${groupId} is no longer there`);
  if (group.name === name) return { kind: 'already-so', remoteId: groupId };
  refuseBuiltIn(group);
  if (all.some((other) => other.name === name)) {
    throw new TargetError('REJECTED', `another group in Retool is already named ${name}`);
  }
  const body = { operations: [{ op: 'replace', path: '/name', value: name }] };
  try {
    const after = await session.api.write(
      { method: 'PATCH', path: groupPath(groupId), body, data: groupAnswer, repeatable: true },
      signal,
    );
    if (after.name === name) return { kind: 'done', remoteId: groupId };
  } catch (error) {
    throw isTaken(error) ? nameTaken(name, all, error) : error;
  }
  throw new TargetError('CONFLICT', `Retool took the new name of ${group.name}, and shows another afterwards`);
}

export async function deleteGroup(
  session: RetoolSession,
  operation: DeleteGroup,
  signal: AbortSignal,
): Promise<Outcome> {
  const { groupId } = operation;
  const group = await readGroup(session, groupId, signal);
  if (group === undefined) return { kind: 'already-so', remoteId: groupId };
  refuseBuiltIn(group);
  try {
    const path = groupPath(groupId);
    await session.api.write({ method: 'DELETE', path, data: noAnswer, repeatable: true }, signal);
  } catch (error) {
    if (!isRefusal(error) || error.status !== 404) throw error;
    if ((await readGroup(session, groupId, signal)) !== undefined) throw error;
    return { kind: 'already-so', remoteId: groupId };
  }
  return { kind: 'done', remoteId: groupId };
}

/** Older releases lack some kinds of access; the groups they show tell which. */
function accessKnownTo(groups: readonly RetoolGroup[]): typeof noAccess {
  const shown = new Set(groups.flatMap(({ accessFields }) => [...accessFields]));
  return Object.fromEntries(Object.entries(noAccess).filter(([field]) => shown.size === 0 || shown.has(field)));
}

function refuseBuiltIn(group: RetoolGroup): void {
  if (isBuiltIn(group)) throw new TargetError('REJECTED', `${group.name} is built into Retool and stays as it is`);
}

function builtInName(name: string): TargetError {
  const message = `${name} is built into Retool: no other group can have its name; rename the pushed group, or map it in groups.map`;
  return new TargetError('REJECTED', message);
}

const isTaken = (error: unknown): error is TargetError => isRefusal(error) && error.status === 409;

/** Whether Retool takes names that differ by case alone for one is undocumented. */
function nameTaken(name: string, all: readonly RetoolGroup[], refusal: TargetError): TargetError {
  const similar = all.filter((group) => fold(group.name.trim()) === fold(name.trim())).map((group) => group.name);
  const hint =
    similar.length === 0
      ? 'no group this token sees has that name'
      : `it has ${similar.join(', ')}, so it may not tell upper from lower case; rename one, or map the pushed group in groups.map`;
  return new TargetError('REJECTED', `Retool says the group name ${name} is taken: ${hint} (${refusal.message})`, {
    status: 409,
  });
}
