import type { DbtCloudConfig } from '../../model/target-config.js';
import type { Log } from '../../model/log.js';
import type { RemoteId } from '../../model/account.js';
import type { KeyedLock } from '../keyed-lock.js';
import type { DbtApi } from './dbt-api.js';
import type { CommonPaths, Dialect, Paths } from './paths.js';
import type { People } from './people.js';

/** What a first look settled, and what every later read and write needs. One for each target, made by `connect`. */
export interface DbtSession {
  readonly config: DbtCloudConfig;
  readonly api: DbtApi;
  readonly dialect: Dialect;
  readonly paths: Paths & CommonPaths;
  /** Whose token this is, when the vendor tells. Nothing is ever taken from this person. */
  readonly credentialOwner: RemoteId | undefined;
  readonly people: People;
  /** What the token turned out to be allowed to do; the capabilities the planner reads follow it. */
  readonly rights: { editsNames: boolean };
  /** Keeps read-merge-write sections apart that could undo each other; see `mergeKey`. */
  readonly locks: KeyedLock;
  readonly now: () => number;
  readonly log: Log;
}

/**
 * Which writes must not overlap. In v2 a person's full state carries their groups and a group's carries its people, so
 * any two can collide; on the platform every write is about one person.
 */
export function mergeKey(session: DbtSession, id: RemoteId): string {
  return session.dialect === 'v2' ? 'everything' : `object ${id}`;
}
