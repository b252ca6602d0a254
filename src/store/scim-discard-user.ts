import { buryUser } from './scim-bury-user.js';
import { leaveAllGroups } from './scim-members.js';
import { auditUser } from './scim-user-trail.js';
import { findUser } from './scim-users.js';
import type { ScimWrite } from './scim-write.js';
import type { Store, Trx } from './store.js';
import type { ScimUserRow } from './tables.js';

/**
 * Takes back the creation of a user every target refused, as if it had not been asked for. A user who inherited
 * accounts from a tombstone becomes one again instead, because those accounts must not be forgotten; a user changed
 * since `created` is left alone.
 */
export async function discardUser(store: Store, write: ScimWrite, created: ScimUserRow): Promise<void> {
  await store.write(async (trx) => {
    const current = await findUser(trx, write.directory, created.id);
    if (current === undefined || current.version !== created.version) return;
    if (await hasAccounts(trx, created.id)) {
      await buryUser(store, trx, write, current, 'user.discard');
      return;
    }
    await leaveAllGroups(trx, write, current.seq);
    await trx.deleteFrom('due').where('kind', '=', 'account').where('key', '=', current.id).execute();
    await trx.deleteFrom('target_account').where('user_id', '=', current.id).execute();
    await trx.deleteFrom('scim_user').where('seq', '=', current.seq).execute();
    await auditUser(trx, write, 'user.discard', current.id, { userName: current.user_name });
  });
}

async function hasAccounts(trx: Trx, userId: string): Promise<boolean> {
  const account = await trx
    .selectFrom('target_account')
    .select('target')
    .where('user_id', '=', userId)
    .where((where) => where.or([where('remote_id', 'is not', null), where('invitation_id', 'is not', null)]))
    .executeTakeFirst();
  return account !== undefined;
}
