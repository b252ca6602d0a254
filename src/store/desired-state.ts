import type { RemoteId } from '../model/account.js';
import { fold } from '../model/fold.js';
import type { ScimGroup } from '../model/scim-group.js';
import type { ScimUser } from '../model/scim-user.js';
import { batches } from './scim-batches.js';
import { toScimGroup } from './scim-groups.js';
import { toScimUser } from './scim-users.js';
import type { Store, Trx } from './store.js';

/** One membership the identity provider ever gave a person; `present` while it still does. */
export interface Membership {
  readonly group: ScimGroup;
  readonly present: boolean;
}

export interface DesiredPerson {
  readonly user: ScimUser;
  readonly memberships: readonly Membership[];
}

/** What the directories want for these users, tombstones included, by user id. Discarded users are absent. */
export async function loadPeople(
  store: Store,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, DesiredPerson>> {
  const people = new Map<string, DesiredPerson>();
  const groups = new Map<number, ScimGroup>();
  for (const batch of batches(userIds)) {
    const rows = await store.db.selectFrom('scim_user').selectAll().where('id', 'in', batch).execute();
    const members = await store.db
      .selectFrom('scim_member')
      .select(['user_seq', 'group_seq', 'removed_at'])
      .where(
        'user_seq',
        'in',
        rows.map((row) => row.seq),
      )
      .execute();
    await loadGroupsBySeq(
      store,
      members.map((member) => member.group_seq),
      groups,
    );
    const bySeq = new Map<number, Membership[]>(rows.map((row) => [row.seq, []]));
    for (const member of members) {
      const group = groups.get(member.group_seq);
      if (group !== undefined)
        bySeq.get(member.user_seq)?.push({ group, present: member.removed_at === null && !group.deleted });
    }
    for (const row of rows) people.set(row.id, { user: toScimUser(row), memberships: bySeq.get(row.seq) ?? [] });
  }
  return people;
}

async function loadGroupsBySeq(store: Store, seqs: readonly number[], known: Map<number, ScimGroup>): Promise<void> {
  const missing = [...new Set(seqs)].filter((seq) => !known.has(seq));
  for (const batch of batches(missing)) {
    const rows = await store.db.selectFrom('scim_group').selectAll().where('seq', 'in', batch).execute();
    for (const row of rows) known.set(row.seq, toScimGroup(row));
  }
}

/** These SCIM groups, deleted ones included, by id. */
export async function loadGroups(store: Store, ids: readonly string[]): Promise<ReadonlyMap<string, ScimGroup>> {
  const groups = new Map<string, ScimGroup>();
  for (const batch of batches(ids)) {
    const rows = await store.db.selectFrom('scim_group').selectAll().where('id', 'in', batch).execute();
    for (const row of rows) groups.set(row.id, toScimGroup(row));
  }
  return groups;
}

/** The accounts, in one target, of everybody a SCIM group has now: what an `exact` group may hold. */
export async function loadMemberAccounts(store: Store, target: string, groupId: string): Promise<RemoteId[]> {
  const rows = await store.db
    .selectFrom('scim_group')
    .innerJoin('scim_member', 'scim_member.group_seq', 'scim_group.seq')
    .innerJoin('scim_user', 'scim_user.seq', 'scim_member.user_seq')
    .innerJoin('target_account', 'target_account.user_id', 'scim_user.id')
    .select('target_account.remote_id')
    .where('scim_group.id', '=', groupId)
    .where('scim_member.removed_at', 'is', null)
    .where('target_account.target', '=', target)
    .where('target_account.remote_id', 'is not', null)
    .execute();
  return rows.map((row) => row.remote_id).filter((id) => id !== null);
}

/** The ids of a target's SCIM groups with one of these names, whatever their case. */
export async function findGroupsNamed(store: Store, target: string, names: readonly string[]): Promise<string[]> {
  const directories = store.directoriesOf(target);
  if (names.length === 0 || directories.length === 0) return [];
  const rows = await store.db
    .selectFrom('scim_group')
    .select('id')
    .where('directory', 'in', directories)
    .where('display_name_folded', 'in', names.map(fold))
    .where('deleted_at', 'is', null)
    .execute();
  return rows.map((row) => row.id);
}

/** The users now in a SCIM group. */
export async function memberIdsOf(trx: Trx, groupId: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('scim_group')
    .innerJoin('scim_member', 'scim_member.group_seq', 'scim_group.seq')
    .innerJoin('scim_user', 'scim_user.seq', 'scim_member.user_seq')
    .select('scim_user.id')
    .where('scim_group.id', '=', groupId)
    .where('scim_member.removed_at', 'is', null)
    .execute();
  return rows.map((row) => row.id);
}
