import type { Live } from '../../kit/live.js';
import type { Rules } from '../rules.js';
import type { Group, Invite, LicenceMap, Person, ScimConfig } from './records.js';

/** Everything one dbt Cloud account holds, as plain data that can be cloned. */
export interface AccountData {
  readonly people: Map<number, Person>;
  /** Folded e-mail → person id; kept by `people.ts` alone. */
  readonly byEmail: Map<string, number>;
  readonly groups: Map<number, Group>;
  readonly invites: Map<number, Invite>;
  readonly licenceMaps: Map<number, LicenceMap>;
  readonly scim: ScimConfig;
  /** Whose personal token the fake accepts. */
  tokenOwner: number;
  readonly ids: {
    next: number;
    nextGroup: number;
    /** Licence ids that are nobody's user id yet, oldest first. */
    readonly unclaimed: number[];
    /** User ids that are nobody's licence id yet. */
    readonly unmirrored: number[];
  };
}

/** A full-state write left out fields it had been shown. */
export interface LostEvent {
  readonly kind: 'lost';
  readonly object: 'user' | 'licence' | 'group';
  readonly id: number;
  /** Unknown fields a full-state write did not send back. */
  readonly fields: readonly string[];
}

/** One account as the functions of this folder see it. `data` is replaced whole when a read lags behind. */
export interface Account extends Live<Rules, AccountData, LostEvent> {
  readonly id: number;
}
