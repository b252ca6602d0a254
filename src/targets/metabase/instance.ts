import type { Log } from '../../model/log.js';
import type { RemoteId } from '../../model/account.js';
import type { KeyedLock } from '../keyed-lock.js';
import type { Memberships } from './memberships.js';
import type { MetabaseApi } from './metabase-api.js';
import type { Users } from './users.js';

/** What a first look settled about one Metabase, and what every later read and write needs. Made by `connect`. */
export interface MetabaseInstance {
  readonly api: MetabaseApi;
  /** The account behind the credential: a person's, or the hidden one of an API key. Nothing is ever done to it. */
  readonly ourselves: RemoteId;
  /** The id of the group Administrators. */
  readonly administrators: RemoteId;
  /** True: Metabase's own SCIM is switched on, and the accounts it made belong to it. */
  readonly ownScim: boolean;
  readonly users: Users;
  readonly memberships: Memberships;
  readonly locks: KeyedLock;
  readonly now: () => number;
  readonly log: Log;
}
