import { batches } from './scim-batches.js';
import {
  addMembers,
  leaveGroups,
  livingUsers,
  nextVersions,
  removeNamed,
  removeOthers,
  userIds,
  type Moved,
} from './scim-member-rows.js';
import { sumOf, type MemberStep } from './scim-member-steps.js';
import { UnknownMembers, type ScimWrite } from './scim-write.js';
import type { Trx } from './store.js';

/** The ids of the users whose membership really changed. */
export interface MemberChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Takes steps, in order, to a group's members. Only rows that change are written, and but for `replace` and `clear`
 * only rows of the given ids are looked at: the cost follows the change, never the size of the group.
 *
 * Adding a member twice and removing somebody who is no member, or no user any more, change nothing.
 *
 * @throws {UnknownMembers} naming every id to be added that is no user of the directory.
 */
export async function changeMembers(
  trx: Trx,
  write: ScimWrite,
  groupSeq: number,
  steps: readonly MemberStep[],
): Promise<MemberChange> {
  const wanted = sumOf(steps);
  const users = await resolveUsers(trx, write.directory, [...wanted.present]);
  const seqs = [...users.keys()];
  const { now } = write;
  const removed = wanted.exact
    ? await removeOthers.all(trx, { groupSeq, now, keep: seqs })
    : await removeMembers(trx, write, groupSeq, [...wanted.absent]);
  const added = seqs.length === 0 ? [] : await addMembers.all(trx, { groupSeq, now, users: seqs });
  return { added: added.flatMap(({ user_seq }) => users.get(user_seq) ?? []), removed: await idsOf(trx, removed) };
}

/** Ends all memberships of a user, and lets the groups it was in count the change. Rows stay: they say what is ours. */
export async function leaveAllGroups(trx: Trx, write: ScimWrite, userSeq: number): Promise<void> {
  const left = await leaveGroups.all(trx, { userSeq, now: write.now });
  if (left.length === 0) return;
  await nextVersions.run(trx, { groups: left.map((row) => row.group_seq), now: write.now });
}

async function resolveUsers(trx: Trx, directory: string, ids: readonly string[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const rows = await livingUsers.all(trx, { directory, ids });
  const users = new Map(rows.map(({ seq, id }) => [seq, id]));
  if (users.size < ids.length) {
    const known = new Set(users.values());
    const missing = ids.filter((id) => !known.has(id));
    throw new UnknownMembers(missing, await groupsAmong(trx, directory, missing));
  }
  return users;
}

async function removeMembers(
  trx: Trx,
  { directory, now }: ScimWrite,
  groupSeq: number,
  ids: readonly string[],
): Promise<readonly Moved[]> {
  return ids.length === 0 ? [] : removeNamed.all(trx, { groupSeq, directory, now, ids });
}

async function idsOf(trx: Trx, moved: readonly Moved[]): Promise<string[]> {
  if (moved.length === 0) return [];
  const rows = await userIds.all(trx, { seqs: moved.map(({ user_seq }) => user_seq) });
  return rows.map(({ id }) => id);
}

/** Those of the ids that are groups: somebody tried to nest them. */
async function groupsAmong(trx: Trx, directory: string, ids: readonly string[]): Promise<readonly string[]> {
  const groups: string[] = [];
  for (const batch of batches(ids)) {
    const rows = await trx
      .selectFrom('scim_group')
      .select('id')
      .where('id', 'in', batch)
      .where('directory', '=', directory)
      .where('deleted_at', 'is', null)
      .execute();
    groups.push(...rows.map(({ id }) => id));
  }
  return groups;
}
