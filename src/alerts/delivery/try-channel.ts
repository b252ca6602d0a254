import type { ChannelConfig } from '../../model/alert-config.js';
import type { Cause } from '../../model/cause.js';
import { appendAudit } from '../../store/audit.js';
import { beginDelivery, queueNotifications, recordDelivery, type DeliveryEnd } from '../../store/notifications.js';
import { findNotification } from '../../store/notifications-list.js';
import { notificationBody } from '../notification-body.js';
import type { DelivererOptions } from './deliverer.js';
import { messageFor } from './message-for.js';
import { post } from './post.js';
import type { Tally } from './tally.js';

export interface TrialOptions extends Pick<DelivererOptions, 'store' | 'now' | 'abort' | 'timeoutMs'> {
  readonly newId: () => string;
  readonly tally: Tally;
}

export interface TrialOutcome {
  /** The notification that was sent. */
  readonly id: string;
  readonly delivered: boolean;
  /** Why not, in words. */
  readonly reason: string | undefined;
}

/** Sends one test and waits for what the receiver says. It is not tried again: a person is looking at it. */
export async function tryChannel(channel: ChannelConfig, cause: Cause, options: TrialOptions): Promise<TrialOutcome> {
  const { store, now, abort, timeoutMs = 10_000, newId, tally } = options;
  const id = newId();
  const body = notificationBody(id, 'test', undefined, now());
  const notification = { id, channel: channel.name, alert: undefined, event: 'test', body } as const;
  await store.write(async (trx) => {
    // Far off, so that nobody else takes it from the queue.
    await queueNotifications(trx, [{ ...notification, nextAt: now() + timeoutMs * 10 }], now());
    const entry = { directory: 'engine', action: 'alert-channel-tested', subjectKind: 'notification' } as const;
    await appendAudit(trx, cause, now(), { ...entry, subjectId: id, detail: { channel: channel.name } });
  });
  const row = await findNotification(store, id);
  const [begun] = row === undefined ? [] : await beginDelivery(store, [row], now() + timeoutMs * 10);
  if (begun === undefined) throw new Error('the test vanished from the queue');

  const posted = await post(messageFor(channel, [begun], now()), { now, timeoutMs, signal: abort });
  const end: DeliveryEnd =
    posted.kind === 'accepted' ? { state: 'delivered' } : { state: 'given-up', error: posted.reason };
  await store.write((trx) => recordDelivery(trx, begun, end, now()));
  tally.add(channel.name, end.state);
  return { id, delivered: end.state === 'delivered', reason: end.state === 'delivered' ? undefined : end.error };
}
