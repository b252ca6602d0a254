import type { RemoteId } from '../../model/account.js';
import type { Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { membersToSend, putGroup } from './edit-group.js';
import { requireGroup, requireMembers, requireShown } from './read-group.js';
import { accountsIn, groupAnswer, type RemoteGroup } from './scim-group.js';
import type { ScimSession } from './session.js';

/**
 * Replaces a group, computed from who is in it right before the write: whoever was added there by hand a moment ago
 * stays, and so do the groups in the group.
 *
 * @throws {TargetError} CONFLICT when the group is gone, or does not hold afterwards what was sent; REJECTED where the
 *   server does not show members, or keeps those it was asked to take out
 */
export async function replaceMembers(
  session: ScimSession,
  groupId: RemoteId,
  change: { readonly add: readonly RemoteId[]; readonly remove: readonly RemoteId[] },
  signal: AbortSignal,
): Promise<Outcome> {
  const group = await requireGroup(session, groupId, signal);
  const held = requireMembers(group);
  const before = accountsIn(held);
  const wanted = new Set([...before, ...change.add]);
  for (const id of change.remove) wanted.delete(id);
  if (isSame(wanted, before)) return { kind: 'already-so', remoteId: groupId };

  const answer = await putGroup(session, group, { members: membersToSend(held, wanted) }, signal);
  session.newGroups.delete(groupId);
  const [somebody] = wanted;
  if (!session.manners.membersShown && somebody !== undefined) await requireShown(session, groupId, somebody, signal);
  const after = accountsIn(requireMembers(await shown(session, groupId, answer, wanted, signal)));
  if (isSame(wanted, after)) return { kind: 'done', remoteId: groupId };
  if (wanted.size === 0 && isSame(before, after)) {
    // Metabase's SCIM does: an empty list there means "as they were".
    const message = `the SCIM server does not take the last members out of ${group.name}; take them out there by hand`;
    throw new TargetError('REJECTED', message);
  }
  throw new TargetError('CONFLICT', `the SCIM server took the members of ${group.name}, and shows others afterwards`);
}

/** The answer, where it shows the group as wanted; else what a fresh read shows. */
async function shown(
  session: ScimSession,
  groupId: RemoteId,
  answer: unknown,
  wanted: ReadonlySet<RemoteId>,
  signal: AbortSignal,
): Promise<RemoteGroup> {
  const told = groupAnswer.safeParse(answer);
  const isTold = told.success && told.data.members !== undefined && isSame(wanted, accountsIn(told.data.members));
  return isTold ? told.data : requireGroup(session, groupId, signal);
}

function isSame(one: ReadonlySet<RemoteId>, other: ReadonlySet<RemoteId>): boolean {
  return one.size === other.size && [...one].every((id) => other.has(id));
}
