import type { Kysely } from 'kysely';
import type { GroupAttributes } from '../model/scim-attributes.js';
import type { ScimGroup } from '../model/scim-group.js';
import { prepared } from './prepared.js';
import type { ScimGroupRow, Tables } from './tables.js';

/** The group of that id, or undefined when the directory has none; deleted ones are not found. */
export async function findGroup(db: Kysely<Tables>, directory: string, id: string): Promise<ScimGroupRow | undefined> {
  return groupById.first(db, { id, directory });
}

const groupById = prepared<{ id: string; directory: string }, ScimGroupRow>((db, value) =>
  db
    .selectFrom('scim_group')
    .selectAll()
    .where('id', '=', value('id'))
    .where('directory', '=', value('directory'))
    .where('deleted_at', 'is', null),
);

/** The attributes a group was stored with. */
export function attributesOfGroup(row: Pick<ScimGroupRow, 'resource'>): GroupAttributes {
  return JSON.parse(row.resource) as GroupAttributes;
}

/** A stored group as the mappers and the engine need it. */
export function toScimGroup(row: ScimGroupRow): ScimGroup {
  return {
    id: row.id,
    directory: row.directory,
    displayName: row.display_name,
    externalId: row.external_id ?? undefined,
    deleted: row.deleted_at !== null,
  };
}
