import type { Kysely } from 'kysely';
import { dbtLabsUrn, enterpriseUrn, type UserAttributes } from '../model/scim-attributes.js';
import type { ScimUser } from '../model/scim-user.js';
import { coreAttributes, enterpriseAttributes, type SimpleAttributes } from '../model/simple-attributes.js';
import { prepared } from './prepared.js';
import type { ScimUserRow, Tables, TargetAccountRow } from './tables.js';

/** The user of that id, or undefined when the directory has none; tombstones are not found. */
export async function findUser(db: Kysely<Tables>, directory: string, id: string): Promise<ScimUserRow | undefined> {
  return userById.first(db, { id, directory });
}

const userById = prepared<{ id: string; directory: string }, ScimUserRow>((db, value) =>
  db
    .selectFrom('scim_user')
    .selectAll()
    .where('id', '=', value('id'))
    .where('directory', '=', value('directory'))
    .where('deleted_at', 'is', null),
);

export interface HeldGroup {
  readonly id: string;
  readonly displayName: string;
}

/** The groups each of these users is in, from one indexed query; users in none are absent from the map. */
export async function groupsOfUsers(
  db: Kysely<Tables>,
  users: readonly { readonly seq: number }[],
): Promise<ReadonlyMap<number, readonly HeldGroup[]>> {
  const held = new Map<number, HeldGroup[]>();
  for (const row of await groupsHeld.all(db, { users: users.map(({ seq }) => seq) })) {
    const group = { id: row.id, displayName: row.display_name };
    const groups = held.get(row.user_seq);
    if (groups === undefined) held.set(row.user_seq, [group]);
    else groups.push(group);
  }
  return held;
}

interface GroupHeldRow {
  readonly user_seq: number;
  readonly id: string;
  readonly display_name: string;
}

const groupsHeld = prepared<{ users: readonly number[] }, GroupHeldRow>((db, value, engine) =>
  db
    .selectFrom('scim_member')
    .innerJoin('scim_group', 'scim_group.seq', 'scim_member.group_seq')
    .select(['scim_member.user_seq', 'scim_group.id', 'scim_group.display_name'])
    .where('scim_member.user_seq', 'in', engine.listed(value('users')))
    .where('scim_member.removed_at', 'is', null)
    .where('scim_group.deleted_at', 'is', null)
    .orderBy('scim_member.user_seq')
    .orderBy('scim_member.group_seq'),
);

/** What each target was last seen to hold for these users, by user id. */
export async function accountsOfUsers(
  db: Kysely<Tables>,
  users: readonly { readonly id: string }[],
): Promise<ReadonlyMap<string, readonly TargetAccountRow[]>> {
  const accounts = new Map<string, TargetAccountRow[]>();
  for (const row of await accountsHeld.all(db, { users: users.map(({ id }) => id) })) {
    const known = accounts.get(row.user_id);
    if (known === undefined) accounts.set(row.user_id, [row]);
    else known.push(row);
  }
  return accounts;
}

const accountsHeld = prepared<{ users: readonly string[] }, TargetAccountRow>((db, value, engine) =>
  db
    .selectFrom('target_account')
    .selectAll()
    .where('user_id', 'in', engine.listed(value('users'))),
);

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
    simple: simpleAttributes(attributes),
  };
}

function simpleAttributes(attributes: UserAttributes): SimpleAttributes {
  const enterprise = attributes[enterpriseUrn] ?? {};
  const named = [
    ...coreAttributes.map((name) => [name, attributes[name]] as const),
    ...enterpriseAttributes.map((name) => [name, enterprise[name]] as const),
  ];
  return Object.fromEntries(named.filter(([, value]) => typeof value === 'string' && value.trim() !== ''));
}
