import type { AlertConfig, ChannelConfig } from '../../model/alert-config.js';
import type { Log } from '../../model/log.js';
import { takeLease } from '../../store/leases.js';
import {
  abandonChannels,
  beginDelivery,
  nextNotificationAt,
  nextNotifications,
  recordDelivery,
  type DeliveryEnd,
} from '../../store/notifications.js';
import type { Store } from '../../store/store.js';
import type { NotificationRow } from '../../store/tables.js';
import { backOffMs } from './back-off.js';
import { messageFor, mostTogether } from './message-for.js';
import { post, type Posted } from './post.js';
import { Tally } from './tally.js';

export interface DelivererOptions {
  readonly store: Store;
  readonly config: Pick<AlertConfig, 'channels' | 'retryDays'>;
  /** Names this process among those that share the store. */
  readonly holder: string;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly random: () => number;
  /** Cuts what is being sent. */
  readonly abort: AbortSignal;
  /** For one message, in milliseconds; default 10,000. */
  readonly timeoutMs?: number | undefined;
}

/** No target can have this name: it is no name a configuration may give. */
const leaseName = 'alerts:deliver';
/** Well over what one message may take. Milliseconds. */
const leaseMs = 90_000;
/** When a message is sent again whose fate nobody wrote down. Milliseconds. */
const unansweredMs = 120_000;
const dayMs = 86_400_000;
const longestWaitMs = 30_000;
const blockedWaitMs = 5_000;

/**
 * Sends what waits in the queue, one message at a time for each channel, in one process at a time. What a receiver does
 * not take is tried again, ever later, for `retryDays`; then it is given up, visibly.
 *
 * At least once: a process that dies between sending and writing it down leaves a repetition, with the same id.
 */
export class Deliverer {
  readonly tally = new Tally();
  readonly #options: DelivererOptions;
  readonly #pausedUntil = new Map<string, number>();

  constructor(options: DelivererOptions) {
    this.#options = options;
  }

  /** Sends everything that may be sent now. @returns when to come back at the latest, in milliseconds from now */
  async pass(): Promise<number> {
    const { store, config, log, now } = this.#options;
    const { channels } = config;
    const next = await nextNotificationAt(store);
    if (next === undefined || next > now()) return waitUntil(next, now());
    const lease = await takeLease(store, leaseName, this.#options.holder, now(), leaseMs);
    if (lease === undefined) return longestWaitMs;
    const names = channels.map(({ name }) => name);
    const abandoned = await abandonChannels(store, names, now());
    if (abandoned > 0)
      log.warn('notifications for channels that are no longer configured were given up', { abandoned });
    const sent = await Promise.all(channels.map((channel) => this.#drain(channel)));
    if (sent.every((count) => count === 0)) return blockedWaitMs;
    return waitUntil(await nextNotificationAt(store), now());
  }

  /** Sends what waits for one channel until it is empty or does not take it. @returns how many messages it took */
  async #drain(channel: ChannelConfig): Promise<number> {
    const { store, now, abort, holder } = this.#options;
    let taken = 0;
    while (!abort.aborted && (this.#pausedUntil.get(channel.name) ?? 0) <= now()) {
      const rows = await nextNotifications(store, channel.name, now(), mostTogether[channel.kind]);
      if (rows.length === 0) return taken;
      if ((await takeLease(store, leaseName, holder, now(), leaseMs)) === undefined) return taken;
      if (!(await this.#send(channel, rows))) return taken;
      taken += 1;
    }
    return taken;
  }

  /** @returns whether the channel can be given the next one */
  async #send(channel: ChannelConfig, wanted: readonly NotificationRow[]): Promise<boolean> {
    const { store, now, abort, timeoutMs = 10_000, log } = this.#options;
    const rows = await beginDelivery(store, wanted, now() + unansweredMs);
    if (rows.length === 0) return true;
    const posted = await post(messageFor(channel, rows, now()), { now, timeoutMs, signal: abort });
    const ends = rows.map((row) => ({ row, end: this.#endOf(row, posted) }));
    await store.write(async (trx) => {
      for (const { row, end } of ends) await recordDelivery(trx, row, end, now());
    });
    for (const { row, end } of ends) {
      this.tally.add(channel.name, end.state === 'waiting' ? 'failed' : end.state);
      if (end.state === 'delivered') continue;
      const { id, attempts } = row;
      const fields = { channel: channel.name, notification: id, attempts, reason: end.error };
      log.warn(end.state === 'waiting' ? 'a notification is tried again' : 'a notification was given up', fields);
    }
    return this.#goesOn(channel, posted, ends);
  }

  #endOf(row: NotificationRow, posted: Posted): DeliveryEnd {
    if (posted.kind === 'accepted') return { state: 'delivered' };
    const { config, now, random } = this.#options;
    const { reason: error, gone } = posted;
    const expired = now() - row.created_at >= config.retryDays * dayMs;
    if (gone || expired) return { state: 'given-up', error };
    return { state: 'waiting', nextAt: now() + backOffMs(row.attempts, random, posted.retryAfterMs), error };
  }

  #goesOn(channel: ChannelConfig, posted: Posted, ends: readonly { readonly end: DeliveryEnd }[]): boolean {
    if (posted.kind === 'accepted' || posted.concerns === 'message') return true;
    const waits = ends.map(({ end }) => (end.state === 'waiting' ? end.nextAt : 0));
    this.#pausedUntil.set(channel.name, Math.max(...waits));
    return false;
  }
}

function waitUntil(at: number | undefined, now: number): number {
  return at === undefined ? longestWaitMs : Math.min(longestWaitMs, Math.max(0, at - now));
}
