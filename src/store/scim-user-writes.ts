import { fold } from '../model/fold.js';
import { lane } from '../model/lane.js';
import type { UserAttributes } from '../model/scim-attributes.js';
import { buryUser } from './scim-bury-user.js';
import { changedAttributes } from './scim-changed-attributes.js';
import { takeOverTombstones } from './scim-rehire.js';
import { auditUser, markAccountDue } from './scim-user-trail.js';
import { attributesOfUser, findUser } from './scim-users.js';
import { refusingTaken, type ScimWrite } from './scim-write.js';
import type { Store, Trx } from './store.js';
import type { ScimUserRow } from './tables.js';

/**
 * Stores a new user under `id`. Somebody who was deleted and comes back keeps the accounts they had: see
 * `takeOverTombstones`.
 *
 * @throws {UniquenessConflict} when the userName is taken, whoever came first.
 */
export async function createUser(
  store: Store,
  write: ScimWrite,
  id: string,
  attributes: UserAttributes,
): Promise<ScimUserRow> {
  return store.write(async (trx) => {
    const row = await refusingTaken(store, 'userName', () =>
      trx
        .insertInto('scim_user')
        .values({
          id,
          directory: write.directory,
          ...columnsOf(attributes),
          version: 1,
          created_at: write.now,
          updated_at: write.now,
          deleted_at: null,
        })
        .returningAll()
        .executeTakeFirstOrThrow(),
    );
    await insertEmails(trx, row.seq, attributes);
    const formerIds = await takeOverTombstones(trx, write, row);

    await markAccountDue(store, trx, write, id, lane.person);
    await auditUser(trx, write, 'user.create', id, {
      userName: row.user_name,
      externalId: row.external_id,
      active: row.active === 1,
      ...(formerIds.length > 0 ? { formerIds } : {}),
    });
    return row;
  });
}

export interface UserUpdate {
  readonly row: ScimUserRow;
  /** False when the user already was as asked: then nothing was written and nothing is due. */
  readonly changed: boolean;
}

/**
 * Reads a user, lets `change` decide what it becomes, and stores that: one transaction, so of two updates at the same
 * time the second builds on the first. Whatever `change` throws leaves everything as it was.
 *
 * Resolves to undefined when the directory has no such user.
 *
 * @throws {UniquenessConflict} when the new userName is taken.
 */
export async function updateUser(
  store: Store,
  write: ScimWrite,
  id: string,
  change: (before: UserAttributes, row: ScimUserRow) => UserAttributes,
): Promise<UserUpdate | undefined> {
  return store.write(async (trx) => {
    const current = await findUser(trx, write.directory, id);
    if (current === undefined) return undefined;
    const before = attributesOfUser(current);
    const after = change(before, current);
    const changed = changedAttributes(before, after);
    if (changed.length === 0) return { row: current, changed: false };

    const row = await refusingTaken(store, 'userName', () =>
      trx
        .updateTable('scim_user')
        .set({ ...columnsOf(after), version: current.version + 1, updated_at: write.now })
        .where('seq', '=', current.seq)
        .returningAll()
        .executeTakeFirstOrThrow(),
    );
    if (changed.includes('emails')) {
      await trx.deleteFrom('scim_email').where('user_seq', '=', row.seq).execute();
      await insertEmails(trx, row.seq, after);
    }

    const leaves = current.active === 1 && row.active === 0;
    const returns = current.active === 0 && row.active === 1;
    await markAccountDue(store, trx, write, id, leaves ? lane.deactivate : lane.person);
    const action = leaves ? 'user.deactivate' : returns ? 'user.activate' : 'user.update';
    await auditUser(trx, write, action, id, { userName: row.user_name, changed });
    return { row, changed: true };
  });
}

/**
 * Turns a user into a tombstone: gone for SCIM and out of every group, its name free again, its accounts due to be
 * deactivated. Resolves to false when the directory has no such user.
 *
 * @param check sees the user first and may throw to refuse.
 */
export async function deleteUser(
  store: Store,
  write: ScimWrite,
  id: string,
  check: (current: ScimUserRow) => void,
): Promise<boolean> {
  return store.write(async (trx) => {
    const current = await findUser(trx, write.directory, id);
    if (current === undefined) return false;
    check(current);
    await buryUser(store, trx, write, current, 'user.delete');
    return true;
  });
}

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
  const rows = (attributes.emails ?? []).flatMap(({ value, type }) =>
    value === undefined
      ? []
      : [{ user_seq: userSeq, type_folded: type === undefined ? null : fold(type), value_folded: fold(value) }],
  );
  if (rows.length > 0) await trx.insertInto('scim_email').values(rows).execute();
}
