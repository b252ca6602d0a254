import type { Kysely } from 'kysely';
import { dbtLabsUrn, enterpriseUrn, type UserAttributes } from '../model/scim-attributes.js';
import type { ScimUser } from '../model/scim-user.js';
import { coreAttributes, enterpriseAttributes, type SimpleAttributes } from '../model/simple-attributes.js';
import { prepared } from './prepared.js';
import { shownColumns, type ShownRow } from './shown-row.js';
import type { ScimUserRow, Tables } from './tables.js';

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

/** The same with what is needed to show it. */
export async function findShownUser(db: Kysely<Tables>, directory: string, id: string): Promise<ShownRow | undefined> {
  return shownUserById.first(db, { id, directory });
}

const shownUserById = prepared<{ id: string; directory: string }, ShownRow>((db, value) =>
  db
    .selectFrom('scim_user')
    .select(shownColumns)
    .where('id', '=', value('id'))
    .where('directory', '=', value('directory'))
    .where('deleted_at', 'is', null),
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
