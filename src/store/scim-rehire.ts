import { sql } from 'kysely';
import { prepared } from './prepared.js';
import type { ScimWrite } from './scim-write.js';
import type { Trx } from './store.js';
import type { ScimUserRow } from './tables.js';

/**
 * Lets a new user inherit from the tombstones that carry the same externalId or userName: their accounts in the
 * targets, so that a person who comes back is found again rather than invited twice, and their memberships, as
 * removed ones, so that what we once gave stays ours to revoke.
 *
 * An emptied tombstone is deleted along with its due work: left behind, it would go on asking the targets to
 * deactivate the account its successor now uses. A tombstone whose account would be the successor's second in one
 * target is left as it is; both accounts exist, and only one can be carried on.
 *
 * @returns the ids of the former users, most trusted first.
 */
export async function takeOverTombstones(trx: Trx, write: ScimWrite, heir: ScimUserRow): Promise<string[]> {
  const formerIds: string[] = [];
  for (const tombstone of await tombstonesOf(trx, heir)) {
    if (await wouldCollide(trx, tombstone.id, heir.id)) continue;
    await inherit(trx, write, tombstone, heir);
    formerIds.push(tombstone.id);
  }
  return formerIds;
}

type Tombstone = Pick<ScimUserRow, 'seq' | 'id'>;

/** Those with the same externalId first: it names the person; a userName may have been given to somebody else. */
async function tombstonesOf(trx: Trx, heir: ScimUserRow): Promise<readonly Tombstone[]> {
  const { directory, external_id, user_name_folded } = heir;
  const byExternalId = external_id === null ? [] : await buriedByExternalId.all(trx, { directory, external_id });
  const byName = await buriedByName.all(trx, { directory, user_name_folded });
  if (byName.length === 0) return byExternalId;
  const known = new Set(byExternalId.map(({ seq }) => seq));
  return [...byExternalId, ...byName.filter(({ seq }) => !known.has(seq))];
}

const buriedByExternalId = prepared<{ directory: string; external_id: string }, Tombstone>((db, value) =>
  db
    .selectFrom('scim_user')
    .select(['seq', 'id'])
    .where('directory', '=', value('directory'))
    .where('external_id', '=', value('external_id'))
    .where('deleted_at', 'is not', null)
    .orderBy('deleted_at', 'desc'),
);

const buriedByName = prepared<{ directory: string; user_name_folded: string }, Tombstone>((db, value) =>
  db
    .selectFrom('scim_user')
    .select(['seq', 'id'])
    .where('directory', '=', value('directory'))
    .where('user_name_folded', '=', value('user_name_folded'))
    .where('deleted_at', 'is not', null)
    .orderBy('deleted_at', 'desc'),
);

async function wouldCollide(trx: Trx, formerId: string, heirId: string): Promise<boolean> {
  const both = await trx
    .selectFrom('target_account as former')
    .innerJoin('target_account as own', 'own.target', 'former.target')
    .select('own.target')
    .where('former.user_id', '=', formerId)
    .where('own.user_id', '=', heirId)
    .executeTakeFirst();
  return both !== undefined;
}

async function inherit(trx: Trx, write: ScimWrite, former: Tombstone, heir: ScimUserRow): Promise<void> {
  await trx.updateTable('target_account').set({ user_id: heir.id }).where('user_id', '=', former.id).execute();
  await trx
    .insertInto('scim_member')
    .columns(['group_seq', 'user_seq', 'added_at', 'removed_at'])
    .expression((query) =>
      query
        .selectFrom('scim_member')
        .select((each) => [
          'group_seq',
          each.val(heir.seq).as('user_seq'),
          'added_at',
          sql<number>`coalesce(removed_at, ${write.now})`.as('removed_at'),
        ])
        .where('user_seq', '=', former.seq),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await trx.deleteFrom('due').where('kind', '=', 'account').where('key', '=', former.id).execute();
  await trx.deleteFrom('scim_user').where('seq', '=', former.seq).execute();
}
