import { lane } from '../model/lane.js';
import type { UserAttributes } from '../model/scim-attributes.js';
import { buryUser } from './scim-bury-user.js';
import { changedAttributes } from './scim-changed-attributes.js';
import { takeOverTombstones } from './scim-rehire.js';
import { insertUser, updateUserRow } from './scim-user-rows.js';
import { auditUser, markAccountDue } from './scim-user-trail.js';
import { attributesOfUser, findUser } from './scim-users.js';
import { refusingTaken, type ScimWrite } from './scim-write.js';
import type { Store } from './store.js';
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
    const { directory, now } = write;
    const row = await refusingTaken(store, 'userName', () =>
      insertUser(trx, { id, directory, created_at: now }, attributes),
    );
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

    const row = await refusingTaken(store, 'userName', () => updateUserRow(trx, current, after, changed, write.now));
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
