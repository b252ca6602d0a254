import { fold } from '../model/fold.js';
import type { GroupAttributes } from '../model/scim-attributes.js';
import { prepared } from './prepared.js';
import type { Trx } from './store.js';
import type { ScimGroupRow } from './tables.js';

/** Stores a new group's row. The unique index refuses a displayName that is taken. */
export async function insertGroup(
  trx: Trx,
  group: Pick<ScimGroupRow, 'id' | 'directory' | 'created_at'>,
  attributes: GroupAttributes,
): Promise<ScimGroupRow> {
  const row = { ...group, ...columnsOf(attributes), version: 1, updated_at: group.created_at };
  const inserted = await insertRow.first(trx, row);
  if (inserted === undefined) throw new Error('a new group got no row');
  return { ...row, ...inserted, deleted_at: null };
}

/** Stores what became of a group, as its next version. */
export async function updateGroupRow(
  trx: Trx,
  current: ScimGroupRow,
  attributes: GroupAttributes,
  now: number,
): Promise<ScimGroupRow> {
  const row = { ...current, ...columnsOf(attributes), version: current.version + 1, updated_at: now };
  await updateRow.run(trx, row);
  return row;
}

/** Makes the next version of a group whose members changed and nothing else: what no index holds is not written. */
export async function countMemberChange(trx: Trx, current: ScimGroupRow, now: number): Promise<ScimGroupRow> {
  const row = { ...current, version: current.version + 1, updated_at: now };
  await updateVersion.run(trx, row);
  return row;
}

function columnsOf(attributes: GroupAttributes) {
  return {
    display_name: attributes.displayName,
    display_name_folded: fold(attributes.displayName),
    external_id: attributes.externalId ?? null,
    resource: JSON.stringify(attributes),
  };
}

const insertRow = prepared<Omit<ScimGroupRow, 'seq' | 'deleted_at'>, Pick<ScimGroupRow, 'seq'>>((db, value) =>
  db
    .insertInto('scim_group')
    .values({
      id: value('id'),
      directory: value('directory'),
      display_name: value('display_name'),
      display_name_folded: value('display_name_folded'),
      external_id: value('external_id'),
      resource: value('resource'),
      version: value('version'),
      created_at: value('created_at'),
      updated_at: value('updated_at'),
      deleted_at: null,
    })
    .returning('seq'),
);

type Changing = Omit<ScimGroupRow, 'id' | 'directory' | 'created_at' | 'deleted_at'>;

const updateRow = prepared<Changing, unknown>((db, value) =>
  db
    .updateTable('scim_group')
    .set({
      display_name: value('display_name'),
      display_name_folded: value('display_name_folded'),
      external_id: value('external_id'),
      resource: value('resource'),
      version: value('version'),
      updated_at: value('updated_at'),
    })
    .where('seq', '=', value('seq')),
);

const updateVersion = prepared<Pick<ScimGroupRow, 'seq' | 'version' | 'updated_at'>, unknown>((db, value) =>
  db
    .updateTable('scim_group')
    .set({ version: value('version'), updated_at: value('updated_at') })
    .where('seq', '=', value('seq')),
);
