import type { RemoteId } from '../../model/account.js';
import { TargetError } from '../target-error.js';
import { patchGroup } from './edit-group.js';
import { requireGroup, requireMembers } from './read-group.js';
import { isRefusal } from './refusals.js';
import { replaceMembers } from './replace-members.js';
import type { RemoteGroup } from './scim-group.js';
import type { ScimSession } from './session.js';

type GroupRef = Pick<RemoteGroup, 'id' | 'name' | 'version'>;

/**
 * Takes one member out: by a filter in the path (RFC 7644 §3.5.2.2), and where the server refuses that, by the list of
 * values Entra ID sends.
 */
export async function removeByPatch(
  session: ScimSession,
  group: GroupRef,
  accountId: RemoteId,
  signal: AbortSignal,
): Promise<void> {
  const { manners } = session;
  if (manners.removal === 'filter') {
    try {
      const path = `members[value eq ${JSON.stringify(accountId)}]`;
      await patchGroup(session, group, { op: 'remove', path }, signal);
      return;
    } catch (refusal) {
      if (!isAboutThePath(refusal)) throw refusal;
      const { members } = await requireGroup(session, group.id, signal);
      // `noTarget`: somebody else was quicker.
      if (members !== undefined && !members.some(({ id }) => id === accountId)) return;
      if (members === undefined) throw refusal;
    }
  }
  await removeByList(session, group.id, accountId, signal);
}

/** A refusal of the way it was asked for, as opposed to what was asked for. */
function isAboutThePath(error: unknown): boolean {
  if (!isRefusal(error) || error.status !== 400) return false;
  return error.words === undefined || /path|filter|syntax|support|parse|target|members|operation/i.test(error.words);
}

/**
 * To the letter of RFC 7644, a removal with the path `members` empties the group, whatever its value says. The group is
 * therefore read before and after: whoever else is gone is put back at once, and this way is never taken again.
 */
async function removeByList(
  session: ScimSession,
  groupId: RemoteId,
  accountId: RemoteId,
  signal: AbortSignal,
): Promise<void> {
  const { manners } = session;
  const change = { add: [], remove: [accountId] };
  if (manners.removal === 'never') {
    await replaceMembers(session, groupId, change, signal);
    return;
  }
  const before = await requireGroup(session, groupId, signal);
  const others = requireMembers(before).filter(({ id }) => id !== accountId);
  const operation = { op: 'remove', path: 'members', value: [{ value: accountId }] } as const;
  try {
    await patchGroup(session, before, operation, signal);
  } catch (refusal) {
    if (!isAboutThePath(refusal)) throw refusal;
    manners.removal = 'never';
    await replaceMembers(session, groupId, change, signal);
    return;
  }
  manners.removal = 'list';
  const after = await requireGroup(session, groupId, signal);
  const left = new Set(requireMembers(after).map(({ id }) => id));
  const lost = others.filter(({ id }) => !left.has(id));
  if (lost.length > 0) {
    manners.removal = 'never';
    session.log.warn('the SCIM server took out more members than it was asked to; they are put back', {
      group: before.name,
      members: lost.length,
    });
    const value = lost.map(({ raw }) => raw);
    await patchGroup(session, after, { op: 'add', path: 'members', value }, signal);
  }
  if (left.has(accountId)) {
    throw new TargetError(
      'CONFLICT',
      `the SCIM server took the removal from ${before.name}, and still shows the member`,
    );
  }
}
