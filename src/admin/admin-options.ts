import type { Alerts } from '../alerts/alerts.js';
import type { Log } from '../model/log.js';
import type { Engine } from '../reconcile/engine.js';
import type { Store } from '../store/store.js';

/** What the admin API is made from. */
export interface AdminOptions {
  readonly store: Store;
  readonly engine: Engine;
  /** SHA-256 of the admin token, in lower-case hexadecimal. */
  readonly tokenSha256: string;
  readonly version: string;
  /** Epoch milliseconds at which the process started. */
  readonly startedAt: number;
  readonly warnings: readonly string[];
  readonly now: () => number;
  readonly log: Log;
  /** Absent: nobody looks for alerts here, and no channel can be tried. */
  readonly alerts?: Alerts | undefined;
}
