import { TargetError } from '../target-error.js';
import { isMissing, isOvertaken, isUnsupported } from './refusals.js';
import { readGroup, requireMembers } from './read-group.js';
import type { Member, RemoteGroup } from './scim-group.js';
import { groupPath, guardedBy, type ScimSession } from './session.js';
import { patchUrn, writable } from './wire.js';

/** One operation of a PATCH to a group. */
export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  readonly value?: unknown;
}

/** Sends one operation, once. @throws {TargetError} CONFLICT when somebody changed the group since it was read */
export async function patchGroup(
  session: ScimSession,
  group: Pick<RemoteGroup, 'id' | 'name' | 'version'>,
  operation: PatchOperation,
  signal: AbortSignal,
): Promise<unknown> {
  const body = { schemas: [patchUrn], Operations: [operation] };
  const write = { method: 'PATCH', path: groupPath(group.id), body, repeatable: true } as const;
  return guarded(
    session,
    group,
    () => session.api.write({ ...write, ifMatch: guardedBy(session, group) }, signal),
    signal,
  );
}

/** Replaces a group: everything as read, with the name or the members as wanted. */
export async function putGroup(
  session: ScimSession,
  group: RemoteGroup,
  wanted: { readonly name?: string; readonly members?: readonly unknown[] },
  signal: AbortSignal,
): Promise<unknown> {
  const members = wanted.members ?? requireMembers(group).map(({ raw }) => raw);
  const body = { ...writable(group.raw), displayName: wanted.name ?? group.name, members };
  const write = { method: 'PUT', path: groupPath(group.id), body, repeatable: false } as const;
  return guarded(
    session,
    group,
    () => session.api.write({ ...write, ifMatch: guardedBy(session, group) }, signal),
    signal,
  );
}

/**
 * Whether a refused PATCH means that the server has none for groups: then the whole group is put. Remembered when it is
 * beyond doubt, and the planner is told by the capabilities.
 */
export async function lacksGroupPatch(
  session: ScimSession,
  group: Pick<RemoteGroup, 'id'>,
  refusal: unknown,
  signal: AbortSignal,
): Promise<boolean> {
  const { manners, config } = session;
  if (config.patch === 'always') return false;
  if (isUnsupported(refusal)) {
    manners.groupPatch = false;
    return true;
  }
  // No such group, or no such route: only the first is about the group.
  return isMissing(refusal) && (await readGroup(session, group.id, signal)) !== undefined;
}

/** The members a whole-group write sends for accounts: those there as they were received, newcomers by their id. */
export function membersToSend(held: readonly Member[], accounts: ReadonlySet<string>): readonly unknown[] {
  const there = new Set(held.map(({ id }) => id));
  const staying = held.filter(({ id, isGroup }) => isGroup || accounts.has(id)).map(({ raw }) => raw);
  const joining = [...accounts].filter((id) => !there.has(id)).map((value) => ({ value }));
  return [...staying, ...joining];
}

async function guarded(
  session: ScimSession,
  { id, name, version }: Pick<RemoteGroup, 'id' | 'name' | 'version'>,
  write: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<unknown> {
  try {
    return await write();
  } catch (refusal) {
    if (!isOvertaken(refusal)) throw refusal;
    if (version === undefined) session.manners.demandsVersion = true;
    // A server that refuses the version it has just shown does not understand `If-Match`; it is spared it from then on.
    else if ((await readGroup(session, id, signal))?.version === version) session.manners.ifMatch = false;
    throw new TargetError('CONFLICT', `group ${name} changed on the SCIM server in between`, { status: 412 });
  }
}
