import type { Kysely } from 'kysely';
import type { GroupAttributes } from '../model/scim-attributes.js';
import type { ScimGroup } from '../model/scim-group.js';
import { prepared } from './prepared.js';
import { batches } from './scim-batches.js';
import type { Store } from './store.js';
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

export interface Member {
  readonly id: string;
  /** The user's displayName, or their userName when they have none. */
  readonly display: string;
}

/** The members of these groups by the groups' `seq`, oldest user first; groups without members are absent. */
export async function membersOfGroups(
  store: Store,
  groups: readonly { readonly seq: number }[],
): Promise<ReadonlyMap<number, readonly Member[]>> {
  const members = new Map<number, Member[]>();
  for (const batch of batches(groups)) {
    const rows = await store.db
      .selectFrom('scim_member')
      .innerJoin('scim_user', 'scim_user.seq', 'scim_member.user_seq')
      .select(({ ref }) => [
        'scim_member.group_seq',
        'scim_user.id',
        'scim_user.user_name',
        store.engine.jsonValue(ref('scim_user.resource'), ['displayName']).as('display_name'),
      ])
      .where(
        'scim_member.group_seq',
        'in',
        batch.map((group) => group.seq),
      )
      .where('scim_member.removed_at', 'is', null)
      .orderBy('scim_member.group_seq')
      .orderBy('scim_member.user_seq')
      .execute();
    for (const row of rows) {
      const member = { id: row.id, display: typeof row.display_name === 'string' ? row.display_name : row.user_name };
      const known = members.get(row.group_seq);
      if (known === undefined) members.set(row.group_seq, [member]);
      else known.push(member);
    }
  }
  return members;
}

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
