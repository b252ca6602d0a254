import { sql } from 'kysely';
import type { GroupKey, RemoteId } from '../model/account.js';
import { batches } from './scim-batches.js';
import type { Store, Trx } from './store.js';
import type { TargetAccountRow, TargetGroupRow } from './tables.js';

/** The shadows of these people's accounts in one target, by user id. */
export async function readAccountShadows(
  store: Store,
  target: string,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, TargetAccountRow>> {
  const shadows = new Map<string, TargetAccountRow>();
  for (const batch of batches(userIds)) {
    const rows = await store.db
      .selectFrom('target_account')
      .selectAll()
      .where('target', '=', target)
      .where('user_id', 'in', batch)
      .execute();
    for (const row of rows) shadows.set(row.user_id, row);
  }
  return shadows;
}

/** Who holds a claim on these addresses or accounts in one target. `living`: neither deactivated nor deleted. */
export interface ClaimRow {
  readonly userId: string;
  readonly remoteId: RemoteId | undefined;
  readonly correlationKey: string | undefined;
  readonly living: boolean;
}

export async function readClaims(
  store: Store,
  target: string,
  wanted: { readonly correlationKeys: readonly string[]; readonly remoteIds: readonly RemoteId[] },
): Promise<ClaimRow[]> {
  const claims: ClaimRow[] = [];
  for (const [column, values] of [
    ['correlation_key', wanted.correlationKeys],
    ['remote_id', wanted.remoteIds],
  ] as const) {
    for (const batch of batches(values)) {
      const rows = await store.db
        .selectFrom('target_account')
        .leftJoin('scim_user', 'scim_user.id', 'target_account.user_id')
        .select(['user_id', 'remote_id', 'correlation_key', 'state', 'invited_at'])
        .select(['scim_user.active', 'scim_user.deleted_at'])
        .where('target_account.target', '=', target)
        .where(`target_account.${column}`, 'in', batch)
        .execute();
      for (const row of rows) {
        claims.push({
          userId: row.user_id,
          remoteId: row.remote_id ?? undefined,
          correlationKey: row.correlation_key ?? undefined,
          living: row.active === 1 && row.deleted_at === null && row.state !== 'inactive' && hasSomething(row),
        });
      }
    }
  }
  return claims;
}

/** A failing or held key takes nobody's account from them. */
function hasSomething(row: Pick<TargetAccountRow, 'remote_id' | 'invited_at' | 'state'>): boolean {
  return row.remote_id !== null || row.invited_at !== null || row.state === 'active' || row.state === 'invited';
}

export interface AccountRecord {
  readonly target: string;
  readonly userId: string;
  readonly state: string;
  readonly detail: string | undefined;
  /** Undefined keeps the known id. */
  readonly remoteId: RemoteId | undefined;
  readonly invitationId: RemoteId | undefined;
  readonly invitation: 'keep' | 'clear';
  readonly correlationKey: string | undefined;
  /** JSON of what was observed; undefined keeps what is known. */
  readonly observed: string | undefined;
  readonly at: number;
}

/**
 * Saves what was last seen of one account. `since` moves only with the state.
 *
 * An invitation that was found, whoever sent it, counts as sent from then on: its address is the person's until it ends.
 */
export async function saveAccountShadow(trx: Trx, record: AccountRecord): Promise<void> {
  if (record.remoteId !== undefined) await yieldRemoteId(trx, record.target, record.remoteId, record.userId);
  const cleared = record.invitation === 'clear';
  const invitedAt = record.state === 'invited' && !cleared ? record.at : null;
  await trx
    .insertInto('target_account')
    .values({
      target: record.target,
      user_id: record.userId,
      remote_id: record.remoteId ?? null,
      invitation_id: record.invitationId ?? null,
      correlation_key: record.correlationKey ?? null,
      state: record.state,
      detail: record.detail ?? null,
      since: record.at,
      invitations_sent: 0,
      invited_at: invitedAt,
      observed: record.observed ?? null,
      observed_at: record.at,
    })
    .onConflict((conflict) =>
      conflict.columns(['target', 'user_id']).doUpdateSet({
        remote_id: sql`coalesce(excluded.remote_id, target_account.remote_id)`,
        invitation_id: cleared ? null : sql`coalesce(excluded.invitation_id, target_account.invitation_id)`,
        correlation_key: sql`coalesce(excluded.correlation_key, target_account.correlation_key)`,
        since: sql`case when target_account.state = excluded.state then target_account.since else excluded.since end`,
        state: sql`excluded.state`,
        detail: sql`excluded.detail`,
        invited_at: cleared ? null : sql`coalesce(target_account.invited_at, excluded.invited_at)`,
        ...(record.state === 'active' ? { invitations_sent: 0 } : {}),
        observed: sql`coalesce(excluded.observed, target_account.observed)`,
        observed_at: sql`excluded.observed_at`,
      }),
    )
    .execute();
}

/** An account found to belong to somebody else now: the former owner, deactivated or deleted, lets go of it. */
async function yieldRemoteId(trx: Trx, target: string, remoteId: RemoteId, userId: string): Promise<void> {
  await trx
    .updateTable('target_account')
    .set({ remote_id: null })
    .where('target', '=', target)
    .where('remote_id', '=', remoteId)
    .where('user_id', '!=', userId)
    .execute();
}

/** Remembers that an invitation went out, or must be presumed to have. */
export async function saveInvitation(
  trx: Trx,
  invitation: {
    target: string;
    userId: string;
    correlationKey: string;
    invitationId: RemoteId | undefined;
    detail: string | undefined;
    at: number;
  },
): Promise<void> {
  await trx
    .insertInto('target_account')
    .values({
      target: invitation.target,
      user_id: invitation.userId,
      remote_id: null,
      invitation_id: invitation.invitationId ?? null,
      correlation_key: invitation.correlationKey,
      state: 'invited',
      detail: invitation.detail ?? null,
      since: invitation.at,
      invitations_sent: 1,
      invited_at: invitation.at,
      observed: null,
      observed_at: null,
    })
    .onConflict((conflict) =>
      conflict.columns(['target', 'user_id']).doUpdateSet({
        invitation_id: sql`excluded.invitation_id`,
        correlation_key: sql`excluded.correlation_key`,
        since: sql`case when target_account.state = 'invited' then target_account.since else excluded.since end`,
        state: 'invited',
        detail: sql`excluded.detail`,
        // Counted for each address: what went to a former one says nothing about this one.
        invitations_sent: sql`case when target_account.correlation_key = excluded.correlation_key
          then target_account.invitations_sent + 1 else 1 end`,
        invited_at: sql`excluded.invited_at`,
      }),
    )
    .execute();
}

/** A person decided that somebody may be invited again: the count of unanswered invitations starts afresh. */
export async function forgetInvitations(trx: Trx, target: string, userId: string): Promise<void> {
  await trx
    .updateTable('target_account')
    .set({ invitations_sent: 0, invited_at: null })
    .where('target', '=', target)
    .where('user_id', '=', userId)
    .execute();
}

/** People whose invitation may be accepted at any time, leavers who were still pending included. */
export async function listInvited(store: Store, target: string): Promise<string[]> {
  const rows = await store.db
    .selectFrom('target_account')
    .select('user_id')
    .where('target', '=', target)
    .where((eb) => eb.or([eb('state', '=', 'invited'), eb('invited_at', 'is not', null)]))
    .execute();
  return rows.map((row) => row.user_id);
}

export async function readGroupShadows(store: Store, target: string): Promise<ReadonlyMap<GroupKey, TargetGroupRow>> {
  const rows = await store.db.selectFrom('target_group').selectAll().where('target', '=', target).execute();
  return new Map(rows.map((row) => [row.key, row]));
}

/** Saves what was last seen of one group; `createdByUs` and a known id are kept when not given. */
export async function saveGroupShadow(
  trx: Trx,
  record: {
    target: string;
    key: GroupKey;
    name: string;
    state: string;
    detail: string | undefined;
    remoteId: RemoteId | undefined;
    createdByUs?: boolean;
    at: number;
  },
): Promise<void> {
  await trx
    .insertInto('target_group')
    .values({
      target: record.target,
      key: record.key,
      remote_id: record.remoteId ?? null,
      name: record.name,
      created_by_us: record.createdByUs === true ? 1 : 0,
      state: record.state,
      detail: record.detail ?? null,
      since: record.at,
    })
    .onConflict((conflict) =>
      conflict.columns(['target', 'key']).doUpdateSet({
        remote_id: sql`coalesce(excluded.remote_id, target_group.remote_id)`,
        name: sql`excluded.name`,
        ...(record.createdByUs === undefined ? {} : { created_by_us: record.createdByUs ? 1 : 0 }),
        since: sql`case when target_group.state = excluded.state then target_group.since else excluded.since end`,
        state: sql`excluded.state`,
        detail: sql`excluded.detail`,
      }),
    )
    .execute();
}

export async function forgetGroupShadow(trx: Trx, target: string, key: GroupKey): Promise<void> {
  await trx.deleteFrom('target_group').where('target', '=', target).where('key', '=', key).execute();
}

/** What an invited person's shadow says while nobody knows whether the invitation went out. */
export const presumedSent =
  'the invitation was sent but never confirmed, and this target lists none: presumed sent, so that nobody is invited twice';

/** How many invitations of each target are only presumed to have been sent. */
export async function countPresumedSent(store: Store): Promise<{ readonly target: string; readonly count: number }[]> {
  return store.db
    .selectFrom('target_account')
    .select(({ fn }) => ['target', fn.countAll<number>().as('count')])
    .where('state', '=', 'invited')
    .where('detail', '=', presumedSent)
    .groupBy('target')
    .execute();
}
