import type { RemoteId } from '../../model/account.js';
import type { Log } from '../../model/log.js';
import type { RetoolConfig } from '../../model/target-config.js';
import type { KeyedLock } from '../keyed-lock.js';
import type { RetoolAccess } from './access.js';
import type { RetoolApi } from './retool-api.js';
import type { RetoolUser } from './retool-user.js';

/** What a first look settled, and what every later read and write needs. One for each target, made by `connect`. */
export interface RetoolSession {
  readonly config: RetoolConfig;
  readonly api: RetoolApi;
  readonly access: RetoolAccess;
  /** Whose token this is, by `legacy_id`, when the vendor tells. Nothing is ever taken from this person. */
  readonly ownerLegacyId: string | undefined;
  /** What turned out on the way. */
  readonly learned: {
    /** How many people the last complete list held: tells which way of reading is cheaper. */
    users: number;
    /** Whether this release can end somebody's sessions. */
    endsSessions: boolean;
  };
  /** Keeps looks and writes about one address, or one group name, apart. */
  readonly locks: KeyedLock;
  readonly now: () => number;
  readonly log: Log;
}

export function isCredentialOwner(session: RetoolSession, user: RetoolUser): boolean {
  return session.ownerLegacyId !== undefined && user.legacyId === session.ownerLegacyId;
}

export const segment = (id: RemoteId): string => encodeURIComponent(id);
