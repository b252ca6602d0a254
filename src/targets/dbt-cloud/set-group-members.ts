import type { RemoteId } from '../../model/account.js';
import { anything } from './dbt-api.js';
import type { Operation, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { groupAnswer } from './dbt-group.js';
import { membersOfGroup } from './group-members.js';
import { readGroup } from './groups.js';
import { pageLimit } from './page-limit.js';
import type { DbtSession } from './session.js';
import { wireId } from './wire-id.js';

type SetGroupMembers = Extract<Operation, { kind: 'set-group-members' }>;

/** Up to so many people, looking again right before the write costs a handful of calls. */
const cheapToReadAgain = 5 * pageLimit;

/**
 * Replaces the members of a v2 group, computed from who is in it right before the write, so that somebody added there a
 * moment ago stays. Where looking again is dear or shows nothing, the plan's own `resulting` is sent.
 *
 * @throws {TargetError} CONFLICT when the group is gone or does not hold afterwards what was sent
 */
export async function setGroupMembers(
  session: DbtSession,
  operation: SetGroupMembers,
  signal: AbortSignal,
): Promise<Outcome> {
  const { groupId, add, remove, resulting } = operation;
  const group = await readGroup(session, groupId, signal);
  if (group === undefined) throw new TargetError('CONFLICT', `dbt Cloud group ${groupId} is no longer there`);
  const isCheap = group.users !== undefined || session.people.lastCount <= cheapToReadAgain;
  const fresh = isCheap ? await membersOfGroup(session, group, signal) : undefined;
  const wanted = fresh === undefined ? new Set(resulting) : merge(fresh, add, remove);
  if (fresh !== undefined && isSame(wanted, fresh)) return { kind: 'already-so', remoteId: groupId };

  const path = session.paths.group(groupId);
  const body = { users: [...wanted].map(wireId) };
  const answer = await session.api.write({ method: 'POST', path, body, data: anything, repeatable: false }, signal);
  const written = groupAnswer.safeParse(answer);
  const held = (written.success ? written.data.users : undefined) ?? (await shownMembers(session, groupId, signal));
  if (held !== undefined && !isSame(wanted, held)) {
    throw new TargetError('CONFLICT', `dbt Cloud took the members of ${group.name}, and shows others afterwards`);
  }
  return { kind: 'done', remoteId: groupId };
}

/** What is there, with our additions and without our removals. */
export function merge(
  fresh: readonly RemoteId[],
  add: readonly RemoteId[],
  remove: readonly RemoteId[],
): Set<RemoteId> {
  const wanted = new Set([...fresh, ...add]);
  for (const id of remove) wanted.delete(id);
  return wanted;
}

function isSame(wanted: ReadonlySet<RemoteId>, held: readonly RemoteId[]): boolean {
  return new Set(held).size === wanted.size && held.every((id) => wanted.has(id));
}

/** The answer should show them (it does in the vendor's examples); if not, the group itself may. */
async function shownMembers(session: DbtSession, groupId: RemoteId, signal: AbortSignal) {
  return (await readGroup(session, groupId, signal))?.users;
}
