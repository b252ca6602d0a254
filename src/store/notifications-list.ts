import { appendAudit } from './audit.js';
import type { Cause } from '../model/cause.js';
import type { Store, Trx } from './store.js';
import type { NotificationRow } from './tables.js';

/** What of the notifications is wanted, newest first; `before` is the number of the last one of the page before. */
export interface NotificationPage {
  readonly state?: string | undefined;
  readonly channel?: string | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

export async function pageNotifications(store: Store, page: NotificationPage): Promise<NotificationRow[]> {
  const { state, channel, before, limit } = page;
  return store.db
    .selectFrom('notification')
    .selectAll()
    .$if(state !== undefined, (query) => query.where('state', '=', state ?? ''))
    .$if(channel !== undefined, (query) => query.where('channel', '=', channel ?? ''))
    .$if(before !== undefined, (query) => query.where('seq', '<', before ?? 0))
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
}

export async function findNotification({ db }: Pick<Store, 'db'>, id: string): Promise<NotificationRow | undefined> {
  return db.selectFrom('notification').selectAll().where('id', '=', id).executeTakeFirst();
}

export type Retry = 'retried' | 'unknown-notification' | 'not-given-up';

/** Tries something given up again, as a person asks: it starts afresh and may be tried as long as a new one. */
export async function retryNotification(store: Store, id: string, cause: Cause, now: number): Promise<Retry> {
  return store.write(async (trx) => {
    const row = await findNotification({ db: trx }, id);
    if (row === undefined) return 'unknown-notification';
    if (row.state !== 'given-up') return 'not-given-up';
    await trx
      .updateTable('notification')
      .set({ state: 'waiting', created_at: now, next_at: now, attempts: 0, finished_at: null })
      .where('seq', '=', row.seq)
      .execute();
    const entry = { directory: 'engine', action: 'notification-retried', subjectKind: 'notification' } as const;
    const detail = { channel: row.channel, event: row.event };
    await appendAudit(trx, cause, now, { ...entry, subjectId: id, detail });
    return 'retried';
  });
}

/** How a channel has been doing. */
export interface ChannelTrouble {
  readonly channel: string;
  /** How many wait although they were tried. */
  readonly waiting: number;
  /** How many were given up at `givenUpSince` or later. */
  readonly givenUp: number;
  /** When the oldest of them was queued. */
  readonly oldest: number;
  readonly lastError: string;
}

/** Channels that do not take what they are sent; tests of a person do not count. */
export async function listChannelTrouble(store: Store, givenUpSince: number): Promise<ChannelTrouble[]> {
  const rows = await store.db
    .selectFrom('notification')
    .select(['channel', 'state', 'created_at', 'last_error'])
    .where('event', '!=', 'test')
    .where(({ or, and, eb }) =>
      or([
        and([eb('state', '=', 'waiting'), eb('last_error', 'is not', null)]),
        and([eb('state', '=', 'given-up'), eb('finished_at', '>=', givenUpSince)]),
      ]),
    )
    .orderBy('seq')
    .execute();
  const troubles = new Map<string, ChannelTrouble>();
  for (const { channel, state, created_at, last_error } of rows) {
    const { waiting = 0, givenUp = 0, oldest = created_at } = troubles.get(channel) ?? {};
    troubles.set(channel, {
      channel,
      waiting: waiting + (state === 'waiting' ? 1 : 0),
      givenUp: givenUp + (state === 'given-up' ? 1 : 0),
      oldest: Math.min(oldest, created_at),
      lastError: last_error ?? 'unknown',
    });
  }
  return [...troubles.values()];
}

/** Forgets what was delivered, or given up, before this time. */
export async function pruneNotifications(trx: Trx, finishedBefore: number): Promise<void> {
  await trx.deleteFrom('notification').where('finished_at', '<', finishedBefore).execute();
}
