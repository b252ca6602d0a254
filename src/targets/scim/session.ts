import type { RemoteId } from '../../model/account.js';
import type { Log } from '../../model/log.js';
import type { ScimTargetConfig } from '../../model/target-config.js';
import type { KeyedLock } from '../keyed-lock.js';
import type { Manners } from './manners.js';
import type { Roster } from './roster.js';
import type { ScimApi } from './scim-api.js';

/** What a first look settled, and what every later read and write needs. One for each target, made by `connect`. */
export interface ScimSession {
  readonly config: ScimTargetConfig;
  readonly api: ScimApi;
  readonly manners: Manners;
  /** Whose token this is, where the server tells by `/Me`. Nothing is ever taken from this user. */
  readonly credentialOwner: RemoteId | undefined;
  readonly roster: Roster;
  /** Groups made by this process and not filled yet: empty, whether or not the server shows members. */
  readonly newGroups: Set<RemoteId>;
  /** Keeps writes apart that could undo each other: those of one user, or of one group. */
  readonly locks: KeyedLock;
  readonly now: () => number;
  readonly log: Log;
}

export const userPath = (id: RemoteId): string => `/Users/${encodeURIComponent(id)}`;
export const groupPath = (id: RemoteId): string => `/Groups/${encodeURIComponent(id)}`;

/** What to send as `If-Match`: nothing where the server turned out not to understand it. */
export const guardedBy = (
  { manners }: Pick<ScimSession, 'manners'>,
  { version }: { readonly version: string | undefined },
): string | undefined => (manners.ifMatch ? version : undefined);
