import type { Log } from '../model/log.js';

/** What every adapter is given besides its configuration. */
export interface AdapterDeps {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log?: Log | undefined;
  /** For one call, in milliseconds; default 30,000. */
  readonly timeoutMs?: number | undefined;
}
