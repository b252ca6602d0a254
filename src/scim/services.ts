import type { Acknowledge } from '../model/acknowledge.js';
import type { Log } from '../model/log.js';
import type { Store } from '../store/store.js';
import type { CursorSeal } from './cursor-seal.js';

/** What the handlers work with. */
export interface Services {
  readonly store: Store;
  readonly acknowledge: Acknowledge;
  readonly log: Log;
  /** Makes the id of a new resource: a UUID, never used twice. */
  readonly newId: () => string;
  readonly cursors: CursorSeal;
}
