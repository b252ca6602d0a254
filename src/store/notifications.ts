import { sql } from 'kysely';
import type { NotificationEvent } from '../model/alert.js';
import { batches } from './scim-batches.js';
import type { Store, Trx } from './store.js';
import type { NotificationRow } from './tables.js';

export interface NewNotification {
  readonly id: string;
  readonly channel: string;
  readonly alert: string | undefined;
  readonly event: NotificationEvent;
  /** JSON, sent as it is however often it is tried: the receiver knows a repetition by it. */
  readonly body: string;
  readonly nextAt: number;
}

/** Queues notifications, in the transaction that stores what they tell of. */
export async function queueNotifications(trx: Trx, all: readonly NewNotification[], now: number): Promise<void> {
  for (const { id, channel, alert, event, body, nextAt } of all) {
    await trx
      .insertInto('notification')
      .values({
        id,
        channel,
        alert: alert ?? null,
        event,
        body,
        state: 'waiting',
        created_at: now,
        next_at: nextAt,
        attempts: 0,
        last_error: null,
        finished_at: null,
      })
      .execute();
  }
}

/** What may be sent to a channel now, oldest first. Of one alert, nothing overtakes what was queued before it. */
export async function nextNotifications(
  store: Store,
  channel: string,
  now: number,
  limit: number,
): Promise<NotificationRow[]> {
  return store.db
    .selectFrom('notification')
    .selectAll()
    .where('channel', '=', channel)
    .where('state', '=', 'waiting')
    .where('next_at', '<=', now)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('notification as earlier')
            .select('earlier.seq')
            .whereRef('earlier.alert', '=', 'notification.alert')
            .whereRef('earlier.channel', '=', 'notification.channel')
            .whereRef('earlier.seq', '<', 'notification.seq')
            .where('earlier.state', '=', 'waiting'),
        ),
      ),
    )
    .orderBy('seq')
    .limit(limit)
    .execute();
}

/** When to look again; undefined while nothing waits. Epoch milliseconds. */
export async function nextNotificationAt(store: Store): Promise<number | undefined> {
  const row = await store.db
    .selectFrom('notification')
    .select(({ fn }) => fn.min('next_at').as('at'))
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  return row?.at ?? undefined;
}

/**
 * Writes down that these are about to be sent. Should the process end before the answer is recorded, they are sent
 * again after `until`, with the same id.
 *
 * @returns those still there: what was called back meanwhile is not sent
 */
export async function beginDelivery(
  store: Store,
  rows: readonly NotificationRow[],
  until: number,
): Promise<NotificationRow[]> {
  return store.write(async (trx) =>
    trx
      .updateTable('notification')
      .set({ attempts: sql<number>`attempts + 1`, next_at: until })
      .where('state', '=', 'waiting')
      .where(
        'seq',
        'in',
        rows.map(({ seq }) => seq),
      )
      .returningAll()
      .execute(),
  );
}

/** How an attempt ended: `waiting` is tried again at `nextAt`. */
export type DeliveryEnd =
  | { readonly state: 'delivered' }
  | { readonly state: 'waiting'; readonly nextAt: number; readonly error: string }
  | { readonly state: 'given-up'; readonly error: string };

export async function recordDelivery(
  trx: Trx,
  row: Pick<NotificationRow, 'seq'>,
  end: DeliveryEnd,
  now: number,
): Promise<void> {
  await trx
    .updateTable('notification')
    .set({
      state: end.state,
      last_error: end.state === 'delivered' ? null : end.error,
      ...(end.state === 'waiting' ? { next_at: end.nextAt } : { finished_at: now }),
    })
    .where('seq', '=', row.seq)
    .execute();
}

/** Gives up what waits for channels that are not configured any more. @returns how many */
export async function abandonChannels(store: Store, known: readonly string[], now: number): Promise<number> {
  const gone = await store.db
    .selectFrom('notification')
    .select('seq')
    .where('state', '=', 'waiting')
    .$if(known.length > 0, (query) => query.where('channel', 'not in', known))
    .execute();
  if (gone.length === 0) return 0;
  const error = 'the channel is not in the configuration any more';
  await store.write(async (trx) => {
    for (const row of gone) await recordDelivery(trx, row, { state: 'given-up', error }, now);
  });
  return gone.length;
}

/** Calls back what nobody has tried to send yet. @returns the channels whose message of this event was called back */
export async function callBack(
  trx: Trx,
  alert: string,
  wanted: { readonly events: readonly NotificationEvent[]; readonly dueAfter: number },
): Promise<string[]> {
  const rows = await trx
    .deleteFrom('notification')
    .where('alert', '=', alert)
    .where('event', 'in', wanted.events)
    .where('state', '=', 'waiting')
    .where('attempts', '=', 0)
    .where('next_at', '>', wanted.dueAfter)
    .returning('channel')
    .execute();
  return rows.map(({ channel }) => channel);
}

/** The channels that were, or will be, told that an alert began. */
export async function channelsTold(trx: Trx, alert: string): Promise<string[]> {
  const rows = await trx
    .selectFrom('notification')
    .select('channel')
    .where('alert', '=', alert)
    .where('event', '=', 'opened')
    .execute();
  return [...new Set(rows.map(({ channel }) => channel))];
}

/** Those of these alerts whose end somebody was told, or may have been: they cannot go on as if nothing had been said. */
export async function declaredOver(trx: Trx, alerts: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const batch of batches(alerts)) {
    const rows = await trx
      .selectFrom('notification')
      .select('alert')
      .where('alert', 'in', batch)
      .where('event', '=', 'resolved')
      .where(({ or, eb }) => or([eb('attempts', '>', 0), eb('state', '!=', 'waiting')]))
      .execute();
    for (const { alert } of rows) if (alert !== null) found.add(alert);
  }
  return found;
}
