import type { DesiredAccount, DesiredGroup, GroupKey, MappingProblem, RemoteId } from '../model/account.js';
import type { Observation, ObservedAccount } from '../model/observation.js';
import type { AddressChange } from '../model/target-config.js';
import type { Capabilities } from '../targets/target.js';
import type { Claims } from './correlate-account.js';

/** Everything one plan is made from. No clock, no store, no target: the same input always gives the same plan. */
export interface PlanInput {
  readonly accounts: readonly AccountWork[];
  readonly groups: readonly GroupWork[];
  /** Every group the accounts' entitlements or the due groups speak of. */
  readonly desiredGroups: ReadonlyMap<GroupKey, DesiredGroup>;
  readonly groupShadows: ReadonlyMap<GroupKey, GroupShadow>;
  readonly linkedGroups: ReadonlyMap<RemoteId, GroupKey>;
  readonly claims: Claims;
  readonly observation: Observation;
  /** Groups whose members the target does not show even when asked: nothing may be planned that replaces them. */
  readonly unreadable?: ReadonlySet<RemoteId>;
  readonly capabilities: Capabilities;
  readonly invitations: { readonly expireMs: number; readonly limit: number };
  readonly addressChange: AddressChange;
  readonly now: number;
}

/** One due person. */
export interface AccountWork {
  readonly subject: string;
  readonly userId: string;
  readonly desired:
    | { readonly kind: 'account'; readonly account: DesiredAccount }
    /** Should have no account here any more: left `assign.groups`. */
    | { readonly kind: 'none'; readonly reason: string }
    | { readonly kind: 'problem'; readonly problem: MappingProblem };
  readonly shadow: AccountShadow | undefined;
}

export interface AccountShadow {
  readonly remoteId: RemoteId | undefined;
  readonly state: string;
  readonly correlationKey: string | undefined;
  readonly invitationsSent: number;
  readonly invitedAt: number | undefined;
  readonly detail: string | undefined;
  /** The account as it was last recorded, and when. */
  readonly observed?: { readonly account: ObservedAccount; readonly at: number } | undefined;
}

/** One due group. */
export interface GroupWork {
  readonly subject: string;
  readonly key: GroupKey;
  /** In an `exact` group: the ids of everybody the identity provider wants in it. */
  readonly wantedMembers: ReadonlySet<RemoteId> | undefined;
}

export interface GroupShadow {
  readonly remoteId: RemoteId | undefined;
  readonly createdByUs: boolean;
  readonly name?: string | undefined;
  readonly state?: string | undefined;
}
