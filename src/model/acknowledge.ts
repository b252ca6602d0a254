/**
 * How a SCIM request learns what became of the one user it changed, without knowing any target.
 *
 * Implemented by the engine; `scim/` only waits.
 */
export interface Acknowledge {
  /**
   * Waits until every target of the directory has dealt with the user's latest change, at most `waitSeconds`.
   *
   * Resolves at once to `unknown` when waiting is turned off, a target is unhealthy or paused, or its backlog is long: a
   * slow or throttled target must never hold up the identity provider. Never rejects.
   */
  outcomeOf(directory: string, userId: string): Promise<UserOutcome>;
}

export type UserOutcome =
  /** At least one target took the change and none is outstanding, or no target serves the directory. */
  | { readonly kind: 'settled' }
  /** Every target of the directory refused; each reason is the vendor's, in words. */
  | { readonly kind: 'rejected'; readonly reasons: readonly { readonly target: string; readonly reason: string }[] }
  /** Not known within the wait; it goes on in the background. */
  | { readonly kind: 'unknown' };
