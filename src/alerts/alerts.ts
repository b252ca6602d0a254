import { randomUUID } from 'node:crypto';
import type { Cause } from '../model/cause.js';
import { releaseLeases } from '../store/leases.js';
import { Deliverer, type DelivererOptions } from './delivery/deliverer.js';
import type { Tally } from './delivery/tally.js';
import { tryChannel, type TrialOutcome } from './delivery/try-channel.js';
import { Repeater } from './repeater.js';
import { Watcher, type WatcherOptions } from './watcher.js';

export interface AlertsOptions
  extends Omit<WatcherOptions, 'holder' | 'newId'>, Pick<DelivererOptions, 'random' | 'timeoutMs'> {
  readonly newId?: (() => string) | undefined;
}

/** How often what is the matter is looked at. Milliseconds. */
const lookEveryMs = 30_000;
const afterFailureMs = 30_000;

/** Everything of this process that has to do with alerts: looks what is the matter, and tells the channels. */
export class Alerts {
  readonly #options: AlertsOptions;
  readonly #holder = randomUUID();
  readonly #abort = new AbortController();
  readonly #watcher: Watcher;
  readonly #deliverer: Deliverer;
  readonly #looking: Repeater;
  readonly #delivering: Repeater;

  constructor(options: AlertsOptions) {
    this.#options = options;
    const { newId = randomUUID } = options;
    const holder = this.#holder;
    this.#watcher = new Watcher({ ...options, newId, holder });
    this.#deliverer = new Deliverer({ ...options, holder, abort: this.#abort.signal });
    this.#looking = new Repeater(
      async () => {
        await this.#watcher.look();
        this.#delivering.wake();
        return lookEveryMs;
      },
      (error) => this.#failed('looking for alerts failed', error),
    );
    this.#delivering = new Repeater(
      () => this.#deliverer.pass(),
      (error) => this.#failed('delivering notifications failed', error),
    );
  }

  /** How delivering went since the process started. */
  get tally(): Tally {
    return this.#deliverer.tally;
  }

  get channels(): readonly string[] {
    return this.#options.config.channels.map(({ name }) => name);
  }

  start(): void {
    this.#looking.start();
    this.#delivering.start();
  }

  /** Begins nothing new and lets the messages under way be answered for `graceMs`; what is left waits in the store. */
  async close(graceMs = 3_000): Promise<void> {
    const cut = setTimeout(() => this.#abort.abort(), graceMs);
    await Promise.all([this.#looking.stop(), this.#delivering.stop()]);
    clearTimeout(cut);
    await releaseLeases(this.#options.store, this.#holder);
  }

  /** Looks and delivers once, now; for tests, and for whoever cannot wait. */
  async pass(): Promise<void> {
    await this.#watcher.look();
    await this.#deliverer.pass();
  }

  /** Something was queued: do not wait for the next turn. */
  wake(): void {
    this.#delivering.wake();
  }

  /** Sends a test over a channel at once. @returns what came of it, or undefined when there is no such channel */
  async try(channel: string, cause: Cause): Promise<TrialOutcome | undefined> {
    const { config, newId = randomUUID } = this.#options;
    const known = config.channels.find(({ name }) => name === channel);
    return known && tryChannel(known, cause, { ...this.#options, newId, abort: this.#abort.signal, tally: this.tally });
  }

  /** The store failed, or there is a defect: whatever is the matter still is, so looking again is harmless. */
  #failed(message: string, error: unknown): number {
    this.#options.log.error(message, { error: error instanceof Error ? error.message : String(error) });
    return afterFailureMs;
  }
}
