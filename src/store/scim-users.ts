import type { Expression, Kysely, SqlBool } from 'kysely';
import { dbtLabsUrn, type UserAttributes } from '../model/scim-attributes.js';
import type { ScimUser } from '../model/scim-user.js';
import { batches } from './scim-batches.js';
import type { Store } from './store.js';
import type { ScimUserRow, Tables, TargetAccountRow } from './tables.js';

/** One page of a listing, in order of creation, with the number of resources the whole listing has. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

/** Which part of a listing is wanted: `offset` counts from 0; a `limit` of 0 asks for the total alone. */
export interface PageRequest {
  readonly where?: Expression<SqlBool> | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** The user of that id, or undefined when the directory has none; tombstones are not found. */
export async function findUser(db: Kysely<Tables>, directory: string, id: string): Promise<ScimUserRow | undefined> {
  return db
    .selectFrom('scim_user')
    .selectAll()
    .where('id', '=', id)
    .where('directory', '=', directory)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

/** Lists the users of a directory. The order is the order of creation, so it is the same on every page. */
export async function listUsers(store: Store, directory: string, page: PageRequest): Promise<Page<ScimUserRow>> {
  const { where } = page;
  let wanted = store.db.selectFrom('scim_user').where('directory', '=', directory).where('deleted_at', 'is', null);
  if (where !== undefined) wanted = wanted.where(where);

  const rows =
    page.limit === 0 ? [] : await wanted.selectAll().orderBy('seq').limit(page.limit).offset(page.offset).execute();
  if (page.offset === 0 && rows.length < page.limit) return { rows, total: rows.length };

  const { total } = await wanted
    .select((expression) => expression.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  return { rows, total };
}

export interface HeldGroup {
  readonly id: string;
  readonly displayName: string;
}

/** The groups each of these users is in, from one indexed query a batch; users in none are absent from the map. */
export async function groupsOfUsers(
  db: Kysely<Tables>,
  users: readonly { readonly seq: number }[],
): Promise<ReadonlyMap<number, readonly HeldGroup[]>> {
  const held = new Map<number, HeldGroup[]>();
  for (const batch of batches(users)) {
    const rows = await db
      .selectFrom('scim_member')
      .innerJoin('scim_group', 'scim_group.seq', 'scim_member.group_seq')
      .select(['scim_member.user_seq', 'scim_group.id', 'scim_group.display_name'])
      .where(
        'scim_member.user_seq',
        'in',
        batch.map((user) => user.seq),
      )
      .where('scim_member.removed_at', 'is', null)
      .where('scim_group.deleted_at', 'is', null)
      .orderBy('scim_member.user_seq')
      .orderBy('scim_member.group_seq')
      .execute();
    for (const row of rows) {
      const group = { id: row.id, displayName: row.display_name };
      const groups = held.get(row.user_seq);
      if (groups === undefined) held.set(row.user_seq, [group]);
      else groups.push(group);
    }
  }
  return held;
}

/** What each target was last seen to hold for these users, by user id. */
export async function accountsOfUsers(
  db: Kysely<Tables>,
  users: readonly { readonly id: string }[],
): Promise<ReadonlyMap<string, readonly TargetAccountRow[]>> {
  const accounts = new Map<string, TargetAccountRow[]>();
  for (const batch of batches(users)) {
    const rows = await db
      .selectFrom('target_account')
      .selectAll()
      .where(
        'user_id',
        'in',
        batch.map((user) => user.id),
      )
      .execute();
    for (const row of rows) {
      const known = accounts.get(row.user_id);
      if (known === undefined) accounts.set(row.user_id, [row]);
      else known.push(row);
    }
  }
  return accounts;
}

/** The attributes a user was stored with. */
export function attributesOfUser(row: Pick<ScimUserRow, 'resource'>): UserAttributes {
  return JSON.parse(row.resource) as UserAttributes;
}

/** A stored user as the mappers and the engine need it. */
export function toScimUser(row: ScimUserRow): ScimUser {
  const attributes = attributesOfUser(row);
  const deleted = row.deleted_at !== null;
  return {
    id: row.id,
    directory: row.directory,
    userName: row.user_name,
    externalId: row.external_id ?? undefined,
    active: row.active === 1 && !deleted,
    deleted,
    displayName: attributes.displayName,
    name: attributes.name,
    emails: (attributes.emails ?? []).flatMap(({ value, type, primary }) =>
      value === undefined ? [] : [{ value, type, primary }],
    ),
    licenseType: attributes[dbtLabsUrn]?.licenseType,
  };
}
