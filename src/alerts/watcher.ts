import { pruneAlerts } from '../store/alerts.js';
import { pruneRejections } from '../store/alerts-rejections.js';
import { takeLease } from '../store/leases.js';
import { pruneNotifications } from '../store/notifications-list.js';
import type { Log } from '../model/log.js';
import { recordAlerts, type RecordOptions } from './record-alerts.js';
import { Survey, type SurveyOptions } from './survey.js';

export interface WatcherOptions extends SurveyOptions, Pick<RecordOptions, 'newId'> {
  /** Names this process among those that share the store. */
  readonly holder: string;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** No target can have this name: it is no name a configuration may give. */
const leaseName = 'alerts:watch';
const leaseMs = 90_000;
const pruneEveryMs = 3_600_000;
const dayMs = 86_400_000;

/** How long what is over can still be looked up, in milliseconds. */
const kept = { alerts: 90 * dayMs, notifications: 30 * dayMs, rejections: 2 * dayMs } as const;

/** Keeps the alerts true to what is the matter; in one process at a time. */
export class Watcher {
  readonly #options: WatcherOptions;
  #survey: Survey | undefined;
  #prunedAt = -Infinity;

  constructor(options: WatcherOptions) {
    this.#options = options;
  }

  /** Looks once. @returns false while another process does it */
  async look(): Promise<boolean> {
    const { store, config, holder, now, log, newId } = this.#options;
    if ((await takeLease(store, leaseName, holder, now(), leaseMs)) === undefined) {
      this.#survey = undefined; // what it remembers would be old by the time it is this one's turn again
      return false;
    }
    this.#survey ??= new Survey(this.#options);
    const at = now();
    const sightings = await this.#survey.look(at);
    const { open, raise, resolve } = await recordAlerts({ store, channels: config.channels, newId }, sightings, at);
    for (const { kind, subject, words } of open) log.warn('an alert opened', { kind, ...subject, title: words.title });
    for (const { condition } of raise) {
      log.warn('an alert became more severe', { kind: condition.kind, title: condition.words.title });
    }
    for (const { kind, title } of resolve) log.info('an alert is over', { kind, title });
    await this.#prune(at);
    return true;
  }

  async #prune(at: number): Promise<void> {
    if (at - this.#prunedAt < pruneEveryMs) return;
    await this.#options.store.write(async (trx) => {
      await pruneAlerts(trx, at - kept.alerts);
      await pruneNotifications(trx, at - kept.notifications);
      await pruneRejections(trx, at - kept.rejections);
    });
    this.#prunedAt = at;
  }
}
