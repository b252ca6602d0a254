import type { Observation } from '../model/observation.js';
import type { Operation, Outcome } from '../model/operation.js';
import type { Licence, RemoteId } from '../model/account.js';

/** What a target can do, as data the planner reads: no target is ever special-cased by name. */
export interface Capabilities {
  /** What one membership write replaces: the whole group, all groups of one account, or nothing but itself. */
  readonly membershipGrain: 'group' | 'account' | 'member';
  /** A new person has no account until they accept. */
  readonly invites: boolean;
  /** False: a sent invitation cannot be seen again, so an unknown outcome must be presumed sent. */
  readonly listsInvitations: boolean;
  readonly cancelsInvitations: boolean;
  /** True: a deactivated account stays listed and can be reactivated. False: it vanishes and is invited again. */
  readonly keepsInactive: boolean;
  /** False: nobody can be taken out through this interface; a leaver's key fails in words instead. */
  readonly deactivates: boolean;
  /** True: an account that comes back brings its old memberships along, so they are cleared first. */
  readonly restoresMemberships: boolean;
  /** Each new account makes the target send a mail, as an invitation always does. */
  readonly mailsNewAccounts: boolean;
  readonly editsNames: boolean;
  readonly editsAddress: boolean;
  /** False: groups and memberships cannot be seen or changed through this interface. */
  readonly managesGroups: boolean;
  /** True: to the target, group names that differ by case alone are one name. */
  readonly groupNamesFold: boolean;
  readonly createsGroups: boolean;
  readonly renamesGroups: boolean;
  readonly deletesGroups: boolean;
  readonly licences: readonly Licence[];
  /** Which further attributes it keeps, by their SCIM names; others are not compared. Left out: all a mapper names. */
  readonly profile?: readonly string[] | undefined;
}

/** What must be observed for a batch. The adapter picks the cheapest complete way. */
export interface ObservationScope {
  /** Accounts whose ids are known. An account absent from the answer is really absent. */
  readonly accounts: readonly RemoteId[];
  /** True: some people have no known account, so every account and invitation must be read to look for them. */
  readonly correlate: boolean;
  /** Groups whose full membership the plan may replace or must compare; `all` for a sweep. */
  readonly members: readonly RemoteId[] | 'all';
}

/** Licences or seats of one sort, as the target counts them. */
export interface Seats {
  readonly licence: Licence;
  readonly used: number;
  /** Undefined: the target names no limit. */
  readonly total: number | undefined;
}

/** The credential as the target knows it. */
export interface CredentialFacts {
  /** Whose it is: an address, or a name such as `API key drawbridge`. Undefined: the target does not say. */
  readonly owner: string | undefined;
  /** What it may do and what it may not, each a short phrase such as `read users`. */
  readonly may: readonly string[];
  readonly mayNot: readonly string[];
}

/** What a first, read-only look at a target told. */
export interface Preflight {
  /** e.g. `v2` or `platform`: which of the vendor's surfaces the reads showed. */
  readonly dialect: string;
  readonly capabilities: Capabilities;
  readonly credential: CredentialFacts;
  /** Empty: the target does not show its seats. */
  readonly seats: readonly Seats[];
  /** Sentences for an operator: native SCIM that would fight us, groups driven by single sign-on, seats nearly gone. */
  readonly warnings: readonly string[];
}

/**
 * One system people get access to. Targets know nothing of SCIM, of the store, or of each other.
 *
 * Every method honours its signal and throws `TargetError`, whose `disposition` says what to do next; nothing else may
 * escape an adapter.
 */
export interface Target {
  readonly name: string;

  /** Looks once at credential, account and dialect; reads only. Must have resolved before `observe` or `apply`. */
  connect(signal: AbortSignal): Promise<Preflight>;

  /**
   * Reads what the scope asks for, following pagination to the end, and changes nothing.
   *
   * A listing that cannot be completed must reject. Resolving with the pages read so far would make the missing
   * accounts look deprovisioned. More than was asked for is welcome: the answer's own `scope` says what it covers.
   */
  observe(scope: ObservationScope, signal: AbortSignal): Promise<Observation>;

  /**
   * Performs one operation. Applying what already holds resolves to `already-so`, so resuming is harmless.
   *
   * Full-state writes read first, change only what the operation names, and send everything back.
   */
  apply(operation: Operation, signal: AbortSignal): Promise<Outcome>;
}
