import { fold } from '../../../model/fold.js';
import type { RetoolEvent } from '../ledger.js';
import type { Rules } from '../rules.js';
import type { Counters } from './ids.js';
import type { AttributeDefinition, Group, Invite, User } from './records.js';

/** Everything an organisation holds. */
export interface OrganisationData {
  readonly users: Map<string, User>;
  readonly groups: Map<number, Group>;
  readonly invites: Map<number, Invite>;
  readonly attributes: Map<string, AttributeDefinition>;
  readonly counters: Counters;
}

/** The data with what deciding about it needs. */
export interface Organisation {
  readonly data: OrganisationData;
  readonly rules: Rules;
  readonly now: () => number;
  /** Notes what a change did beyond the data. */
  readonly emit: (event: RetoolEvent) => void;
}

/** The form of an address that uniqueness and look-ups compare. */
export function emailKey({ rules }: Pick<Organisation, 'rules'>, email: string): string {
  return rules.emailCase === 'ignored' ? fold(email) : email;
}
