import { fold } from '../model/fold.js';
import type { UserAttributes } from '../model/scim-attributes.js';
import { prepared } from './prepared.js';
import type { Trx } from './store.js';
import type { ScimUserRow } from './tables.js';

/** Stores a new user's row and its e-mail addresses. The unique index refuses a userName that is taken. */
export async function insertUser(
  trx: Trx,
  user: Pick<ScimUserRow, 'id' | 'directory' | 'created_at'>,
  attributes: UserAttributes,
): Promise<ScimUserRow> {
  const { created_at } = user;
  const row = { ...user, ...columnsOf(attributes), version: 1, updated_at: created_at };
  const inserted = await insertRow.first(trx, row);
  if (inserted === undefined) throw new Error('a new user got no row');
  await insertEmails(trx, inserted.seq, attributes);
  return { ...row, ...inserted, deleted_at: null };
}

/**
 * Stores what became of a user, as its next version. Indexes are touched only when something they hold has changed.
 */
export async function updateUserRow(
  trx: Trx,
  current: ScimUserRow,
  attributes: UserAttributes,
  changed: readonly string[],
  now: number,
): Promise<ScimUserRow> {
  const { seq } = current;
  const version = current.version + 1;
  const { active, resource, ...names } = columnsOf(attributes);
  const body = { seq, active, resource, version, updated_at: now };
  if (changed.some((name) => indexed.has(name))) await updateNames.run(trx, { ...body, ...names });
  else await updateBody.run(trx, body);
  if (changed.includes('emails')) {
    await deleteEmails.run(trx, { seq });
    await insertEmails(trx, seq, attributes);
  }
  return { ...current, ...body, ...names };
}

/** Attributes with a column that an index holds. */
const indexed: ReadonlySet<string> = new Set(['userName', 'externalId', 'displayName']);

function columnsOf(attributes: UserAttributes) {
  return {
    user_name: attributes.userName,
    user_name_folded: fold(attributes.userName),
    external_id: attributes.externalId ?? null,
    display_name_folded: attributes.displayName === undefined ? null : fold(attributes.displayName),
    active: attributes.active === false ? 0 : 1,
    resource: JSON.stringify(attributes),
  };
}

async function insertEmails(trx: Trx, userSeq: number, attributes: UserAttributes): Promise<void> {
  for (const { value, type } of attributes.emails ?? []) {
    if (value === undefined) continue;
    const type_folded = type === undefined ? null : fold(type);
    await insertEmail.run(trx, { user_seq: userSeq, type_folded, value_folded: fold(value) });
  }
}

const insertRow = prepared<Omit<ScimUserRow, 'seq' | 'deleted_at'>, Pick<ScimUserRow, 'seq'>>((db, value) =>
  db
    .insertInto('scim_user')
    .values({
      id: value('id'),
      directory: value('directory'),
      user_name: value('user_name'),
      user_name_folded: value('user_name_folded'),
      external_id: value('external_id'),
      display_name_folded: value('display_name_folded'),
      active: value('active'),
      resource: value('resource'),
      version: value('version'),
      created_at: value('created_at'),
      updated_at: value('updated_at'),
      deleted_at: null,
    })
    .returning('seq'),
);

type Body = Pick<ScimUserRow, 'seq' | 'active' | 'resource' | 'version' | 'updated_at'>;
type Names = Pick<ScimUserRow, 'user_name' | 'user_name_folded' | 'external_id' | 'display_name_folded'>;

const updateBody = prepared<Body, unknown>((db, value) =>
  db
    .updateTable('scim_user')
    .set({
      active: value('active'),
      resource: value('resource'),
      version: value('version'),
      updated_at: value('updated_at'),
    })
    .where('seq', '=', value('seq')),
);

const updateNames = prepared<Body & Names, unknown>((db, value) =>
  db
    .updateTable('scim_user')
    .set({
      user_name: value('user_name'),
      user_name_folded: value('user_name_folded'),
      external_id: value('external_id'),
      display_name_folded: value('display_name_folded'),
      active: value('active'),
      resource: value('resource'),
      version: value('version'),
      updated_at: value('updated_at'),
    })
    .where('seq', '=', value('seq')),
);

const insertEmail = prepared<{ user_seq: number; type_folded: string | null; value_folded: string }, unknown>(
  (db, value) =>
    db.insertInto('scim_email').values({
      user_seq: value('user_seq'),
      type_folded: value('type_folded'),
      value_folded: value('value_folded'),
    }),
);

const deleteEmails = prepared<{ seq: number }, unknown>((db, value) =>
  db.deleteFrom('scim_email').where('user_seq', '=', value('seq')),
);
