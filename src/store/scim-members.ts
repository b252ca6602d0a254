import { batches } from './scim-batches.js';
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
  const removed = wanted.exact
    ? await removeAllBut(trx, write, groupSeq, new Set(users.keys()))
    : await removeUsers(trx, write, groupSeq, [...wanted.absent]);
  const added = await addUsers(trx, write, groupSeq, [...users.keys()]);
  return { added: added.flatMap((seq) => users.get(seq) ?? []), removed: await idsOf(trx, removed) };
}

/** Ends all memberships of a user, and lets the groups it was in count the change. Rows stay: they say what is ours. */
export async function leaveAllGroups(trx: Trx, write: ScimWrite, userSeq: number): Promise<void> {
  const left = await trx
    .updateTable('scim_member')
    .set({ removed_at: write.now })
    .where('user_seq', '=', userSeq)
    .where('removed_at', 'is', null)
    .returning('group_seq')
    .execute();
  for (const batch of batches(left.map((row) => row.group_seq))) {
    await trx
      .updateTable('scim_group')
      .set((group) => ({ version: group('version', '+', 1), updated_at: write.now }))
      .where('seq', 'in', batch)
      .execute();
  }
}

export interface Member {
  readonly groupSeq: number;
  readonly id: string;
  readonly display: string;
}

async function resolveUsers(trx: Trx, directory: string, ids: readonly string[]): Promise<Map<number, string>> {
  const users = new Map<number, string>();
  for (const batch of batches(ids)) {
    const rows = await trx
      .selectFrom('scim_user')
      .select(['seq', 'id'])
      .where('id', 'in', batch)
      .where('directory', '=', directory)
      .where('deleted_at', 'is', null)
      .execute();
    for (const row of rows) users.set(row.seq, row.id);
  }
  if (users.size < ids.length) {
    const known = new Set(users.values());
    throw new UnknownMembers(ids.filter((id) => !known.has(id)));
  }
  return users;
}

async function addUsers(
  trx: Trx,
  write: ScimWrite,
  groupSeq: number,
  userSeqs: readonly number[],
): Promise<readonly number[]> {
  const added: number[] = [];
  for (const batch of batches(userSeqs)) {
    const rows = await trx
      .insertInto('scim_member')
      .values(batch.map((seq) => ({ group_seq: groupSeq, user_seq: seq, added_at: write.now, removed_at: null })))
      .onConflict((conflict) =>
        conflict
          .columns(['group_seq', 'user_seq'])
          .doUpdateSet({ added_at: write.now, removed_at: null })
          .where('scim_member.removed_at', 'is not', null),
      )
      .returning('user_seq')
      .execute();
    for (const row of rows) added.push(row.user_seq);
  }
  return added;
}

async function removeUsers(
  trx: Trx,
  write: ScimWrite,
  groupSeq: number,
  ids: readonly string[],
): Promise<readonly number[]> {
  const removed: number[] = [];
  for (const batch of batches(ids)) {
    const rows = await trx
      .updateTable('scim_member')
      .set({ removed_at: write.now })
      .where('group_seq', '=', groupSeq)
      .where('removed_at', 'is', null)
      .where('user_seq', 'in', (users) =>
        users.selectFrom('scim_user').select('seq').where('id', 'in', batch).where('directory', '=', write.directory),
      )
      .returning('user_seq')
      .execute();
    for (const row of rows) removed.push(row.user_seq);
  }
  return removed;
}

async function removeAllBut(
  trx: Trx,
  write: ScimWrite,
  groupSeq: number,
  keep: ReadonlySet<number>,
): Promise<readonly number[]> {
  const present = await trx
    .selectFrom('scim_member')
    .select('user_seq')
    .where('group_seq', '=', groupSeq)
    .where('removed_at', 'is', null)
    .execute();
  const leaving = present.map((row) => row.user_seq).filter((seq) => !keep.has(seq));
  for (const batch of batches(leaving)) {
    await trx
      .updateTable('scim_member')
      .set({ removed_at: write.now })
      .where('group_seq', '=', groupSeq)
      .where('user_seq', 'in', batch)
      .execute();
  }
  return leaving;
}

async function idsOf(trx: Trx, userSeqs: readonly number[]): Promise<string[]> {
  const ids: string[] = [];
  for (const batch of batches(userSeqs)) {
    const rows = await trx.selectFrom('scim_user').select('id').where('seq', 'in', batch).execute();
    for (const row of rows) ids.push(row.id);
  }
  return ids;
}
