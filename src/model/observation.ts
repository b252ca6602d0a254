import type { Licence, Profile, RemoteId } from './account.js';

/** One account as a target showed it a moment ago. */
export interface ObservedAccount {
  readonly id: RemoteId;
  /** As received; `correlationKey` is the folded form. */
  readonly email: string;
  readonly correlationKey: string;
  readonly active: boolean;
  readonly firstName: string;
  readonly lastName: string;
  /** `noLicence` where the target has none. */
  readonly licence: Licence;
  readonly groups: ReadonlySet<RemoteId>;
  readonly profile?: Profile | undefined;
  /** True: single sign-on owns the names, and the target refuses to have them edited. */
  readonly namesLocked?: boolean | undefined;
  /** Set when nobody may touch it: the credential's owner, an account administrator, a row native SCIM manages. */
  readonly guarded?: 'credential-owner' | 'administrator' | 'managed-elsewhere' | undefined;
  /** Milliseconds since the epoch; null when the target shows the attribute and it is empty. */
  readonly lastLoginAt?: number | null | undefined;
}

/** An invitation as a target lists it. Targets that list none say so in their capabilities. */
export interface ObservedInvitation {
  readonly id: RemoteId;
  readonly correlationKey: string;
  /** `awaiting-login`: accepted, but a first single sign-on is still missing; to us it is as pending. */
  readonly status: 'pending' | 'awaiting-login' | 'expired' | 'redeemed';
  readonly licence: Licence | undefined;
  readonly groups: ReadonlySet<RemoteId>;
  readonly createdAt: number | undefined;
}

export interface ObservedGroup {
  readonly id: RemoteId;
  readonly name: string;
  /**
   * Everybody in it, managed or not, active or not. Undefined: this observation did not look.
   * Never a part of the truth: a set here is the whole set.
   */
  readonly members: ReadonlySet<RemoteId> | undefined;
  /** How many members the target says there are, where it says so without listing them. */
  readonly memberCount?: number | undefined;
  /**
   * Why it is not managed like any other: `built-in` (Owner, Administrators) unless the operator's map names it;
   * `automatic` (All Users): the target fills it by itself and refuses every edit; driven by single sign-on, or by
   * native SCIM.
   */
  readonly guarded?: 'built-in' | 'automatic' | 'sso-mapped' | 'managed-elsewhere' | undefined;
  /** Holding it makes an account an administrator of the target. */
  readonly administrators: boolean;
}

/**
 * What a target holds, complete for its scope: an observation that could not be completed is an error, never a
 * shorter observation.
 */
export interface Observation {
  /** `all`: every account, invitation and group. `accounts`: only those asked for; an absent one is really absent. */
  readonly scope: 'all' | 'accounts';
  readonly accounts: ReadonlyMap<RemoteId, ObservedAccount>;
  /** Newest first. Undefined: the target has no list of invitations, so absence proves nothing. */
  readonly invitations: readonly ObservedInvitation[] | undefined;
  readonly groups: ReadonlyMap<RemoteId, ObservedGroup>;
  /** Milliseconds since the epoch at which the first read of this observation began. */
  readonly observedAt: number;
}
