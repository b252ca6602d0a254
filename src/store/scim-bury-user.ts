import { lane } from '../model/lane.js';
import { leaveAllGroups } from './scim-members.js';
import { auditUser, markAccountDue } from './scim-user-trail.js';
import type { ScimWrite } from './scim-write.js';
import type { Store, Trx } from './store.js';
import type { ScimUserRow } from './tables.js';

/** Makes a tombstone of a user: see `deleteUser`. `action` is what the audit trail calls it. */
export async function buryUser(
  store: Store,
  trx: Trx,
  write: ScimWrite,
  user: ScimUserRow,
  action: string,
): Promise<void> {
  await leaveAllGroups(trx, write, user.seq);
  await trx
    .updateTable('scim_user')
    .set({ deleted_at: write.now, updated_at: write.now, version: user.version + 1 })
    .where('seq', '=', user.seq)
    .execute();
  await markAccountDue(store, trx, write, user.id, lane.deactivate);
  await auditUser(trx, write, action, user.id, { userName: user.user_name, externalId: user.external_id });
}
