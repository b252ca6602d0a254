import { lane } from '../model/lane.js';
import type { GroupAttributes } from '../model/scim-attributes.js';
import { appendAudit, type AuditEntry } from './audit.js';
import { changedAttributes } from './scim-changed-attributes.js';
import { markDue } from './mark-due.js';
import { batches } from './scim-batches.js';
import { countMemberChange, insertGroup, updateGroupRow } from './scim-group-rows.js';
import { attributesOfGroup, findGroup } from './scim-groups.js';
import type { MemberStep } from './scim-member-steps.js';
import { changeMembers, type MemberChange } from './scim-members.js';
import { refusingTaken, type ScimWrite } from './scim-write.js';
import type { Store, Trx } from './store.js';
import type { ScimGroupRow } from './tables.js';

/**
 * Stores a new group under `id` with these members.
 *
 * @throws {UniquenessConflict} when the displayName is taken, whoever came first: Entra matches groups by it.
 * @throws {UnknownMembers} when a member is no user of the directory.
 */
export async function createGroup(
  store: Store,
  write: ScimWrite,
  id: string,
  attributes: GroupAttributes,
  memberIds: readonly string[],
): Promise<ScimGroupRow> {
  return store.write(async (trx) => {
    const { directory, now } = write;
    const row = await refusingTaken(store, 'displayName', () =>
      insertGroup(trx, { id, directory, created_at: now }, attributes),
    );
    const members = await changeMembers(trx, write, row.seq, [{ kind: 'add', ids: memberIds }]);

    await markGroupDue(store, trx, write, id);
    await markMembersDue(store, trx, write, members);
    const detail = { displayName: row.display_name, externalId: row.external_id };
    await auditGroup(trx, write, id, [{ action: 'group.create', detail }, ...memberEntries(members)]);
    return row;
  });
}

/** What a request makes of a group: all its attributes as they shall be, and the steps to take to its members. */
export interface GroupChange {
  readonly attributes: GroupAttributes;
  readonly steps: readonly MemberStep[];
}

export interface GroupUpdate {
  readonly row: ScimGroupRow;
  /** False when the group already was as asked: then nothing was written and nothing is due. */
  readonly changed: boolean;
}

/**
 * Reads a group without its members, lets `change` decide what happens to it, and stores that in the same transaction.
 * Whatever `change` throws leaves everything as it was. Resolves to undefined when the directory has no such group.
 *
 * @throws {UniquenessConflict} when the new displayName is taken.
 * @throws {UnknownMembers} when somebody to be added is no user of the directory.
 */
export async function updateGroup(
  store: Store,
  write: ScimWrite,
  id: string,
  change: (before: GroupAttributes, row: ScimGroupRow) => GroupChange,
): Promise<GroupUpdate | undefined> {
  return store.write(async (trx) => {
    const current = await findGroup(trx, write.directory, id);
    if (current === undefined) return undefined;
    const before = attributesOfGroup(current);
    const { attributes: after, steps } = change(before, current);
    const members = await changeMembers(trx, write, current.seq, steps);
    const changed = changedAttributes(before, after);
    const movedMembers = members.added.length + members.removed.length;
    if (changed.length === 0 && movedMembers === 0) return { row: current, changed: false };

    const row = await refusingTaken(store, 'displayName', () =>
      changed.length === 0
        ? countMemberChange(trx, current, write.now)
        : updateGroupRow(trx, current, after, write.now),
    );
    if (changed.includes('displayName')) await markGroupDue(store, trx, write, id);
    await markMembersDue(store, trx, write, members);
    const detail = { displayName: row.display_name, formerly: current.display_name, changed };
    const update = changed.length === 0 ? [] : [{ action: 'group.update', detail }];
    await auditGroup(trx, write, id, [...update, ...memberEntries(members)]);
    return { row, changed: true };
  });
}

/**
 * Deletes a group for SCIM; its row and its members' rows stay as the record of what was ours. The group and everybody
 * who was in it become due. Resolves to false when the directory has no such group.
 *
 * @param check sees the group first and may throw to refuse.
 */
export async function deleteGroup(
  store: Store,
  write: ScimWrite,
  id: string,
  check: (current: ScimGroupRow) => void,
): Promise<boolean> {
  return store.write(async (trx) => {
    const current = await findGroup(trx, write.directory, id);
    if (current === undefined) return false;
    check(current);
    const members = await changeMembers(trx, write, current.seq, [{ kind: 'clear' }]);
    await trx
      .updateTable('scim_group')
      .set({ deleted_at: write.now, updated_at: write.now, version: current.version + 1 })
      .where('seq', '=', current.seq)
      .execute();

    await markGroupDue(store, trx, write, id);
    await markMembersDue(store, trx, write, members);
    const detail = { displayName: current.display_name, externalId: current.external_id };
    await auditGroup(trx, write, id, [{ action: 'group.delete', detail }, ...memberEntries(members)]);
    return true;
  });
}

async function markGroupDue(store: Store, trx: Trx, write: ScimWrite, id: string): Promise<void> {
  await markDue(store, trx, { ...write, kind: 'group', keys: [id], lane: lane.bulk });
}

async function markMembersDue(store: Store, trx: Trx, write: ScimWrite, members: MemberChange): Promise<void> {
  const keys = [...members.added, ...members.removed];
  await markDue(store, trx, { ...write, kind: 'account', keys, lane: lane.bulk });
}

type GroupEntry = Pick<AuditEntry, 'action' | 'detail'>;

/** Everybody is named, in entries of a size that can still be shown. */
function memberEntries(members: MemberChange): GroupEntry[] {
  return [
    ...[...batches(members.added)].map((added) => ({ action: 'group.members', detail: { added } })),
    ...[...batches(members.removed)].map((removed) => ({ action: 'group.members', detail: { removed } })),
  ];
}

async function auditGroup(trx: Trx, write: ScimWrite, id: string, entries: readonly GroupEntry[]): Promise<void> {
  const subject = { directory: write.directory, subjectKind: 'group' as const, subjectId: id };
  await appendAudit(trx, write.cause, write.now, ...entries.map((entry) => ({ ...subject, ...entry })));
}
