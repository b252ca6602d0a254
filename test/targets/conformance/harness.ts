import type { Profile, RemoteId } from '../../../src/model/account.js';
import type { Target } from '../../../src/targets/target.js';

/** How a vendor can misbehave, in words every fake understands. */
export type Misbehaviour =
  | 'bad-credential'
  | 'forbidden'
  /** Where the vendor hides what the credential may not see, this is how it says so. */
  | 'not-found'
  | 'conflict'
  /** Refused, with `refusalWords` as the vendor's reason. */
  | 'invalid'
  /** 429 with `Retry-After: 7`. */
  | 'throttled-seconds'
  /** 429 with the date seven seconds from now. */
  | 'throttled-date'
  /** 429 without a word on when to come back. */
  | 'throttled-silent'
  | 'unavailable'
  /** A gateway's page, with a status of its own: 502. */
  | 'html'
  /** A page where an answer should be, with status 200. */
  | 'html-ok'
  | 'truncated'
  | 'wrong-shape'
  | 'cut'
  | 'cut-after-commit'
  /** The request is heard and never answered. */
  | 'silence'
  /** Carried out; the headers and half of the answer come, and the rest not for minutes. */
  | 'slow-body';

/** What the vendor says with the misbehaviour `invalid`. */
export const refusalWords = 'No developer license available.';

/** Fakes answer at once (`Harness`); a server that is a whole system of its own has to be waited for. */
export type Awaitable<T> = T | Promise<T>;

/** What a vendor's fake really holds of one account. */
export interface HeldAccount {
  readonly active: boolean;
  /** As the vendor keeps it; needed where addresses can be edited. */
  readonly email?: string;
  readonly firstName: string;
  readonly lastName: string;
  /** Null or absent: the vendor has none, or the account holds none. */
  readonly licence?: string | null;
  readonly groups: readonly RemoteId[];
  /** Needed where the subject names attributes beyond the names. */
  readonly profile?: Profile;
}

/**
 * One fresh vendor with an adapter in front of it. Its clock stands still on a whole second, and its request budget, like
 * the configured one, is wide enough for every case.
 *
 * "Reads" and "writes" are calls about accounts, invitations, groups and memberships. What an adapter does besides, such
 * as logging in, renewing a session or ending somebody's sessions, is neither: it is not counted, and nothing strikes it.
 */
export interface AwaitedHarness {
  readonly target: Target;
  /** Another adapter on the same vendor: a process that remembers nothing. */
  newTarget(options?: { readonly timeoutMs?: number }): Target;
  /** How many accounts a fresh vendor shows before anybody is added. */
  readonly bornAccounts: number;
  /** An active account somebody else made, in no group but those named. */
  addAccount(
    email: string,
    more?: { readonly licence?: string | undefined; readonly groups?: readonly RemoteId[] },
  ): Awaitable<RemoteId>;
  addGroup(name: string): Awaitable<RemoteId>;
  /** The invited person accepts; returns the account. Only called where the target invites. */
  accept(email: string): Awaitable<RemoteId>;
  /** Somebody adds a member by hand. */
  join(groupId: RemoteId, accountId: RemoteId): Awaitable<void>;
  held(accountId: RemoteId): Awaitable<HeldAccount | undefined>;
  /** Members are those managed like any other: nobody the adapter leaves out of every count. */
  heldGroup(groupId: RemoteId): Awaitable<{ readonly name: string; readonly members: readonly RemoteId[] } | undefined>;
  mailsTo(email: string): number;
  /** How many reads were asked for, answered or not. */
  reads(): number;
  /** How many writes were carried out. */
  writes(): number;
  /** Fields a full-state write failed to send back. */
  lostFields(): readonly unknown[];
  /** Lets `after` reads or writes pass (default 0), then strikes the next `times` (default 1). */
  misbehave(how: Misbehaviour, when: 'reading' | 'writing', times?: number, after?: number): void;
  /** Does something right before the next write is carried out. */
  beforeNextWrite(action: () => Awaitable<unknown>): void;
  /** Removes and adds accounts between two pages of the next listing. Only called where lists come in pages. */
  shiftPages(shift: { readonly remove: readonly RemoteId[]; readonly insert: readonly string[] }): void;
  close(): Promise<void>;
}

/** A vendor whose fake lives in this process, and answers at once. */
export interface Harness extends AwaitedHarness {
  addAccount(
    email: string,
    more?: { readonly licence?: string | undefined; readonly groups?: readonly RemoteId[] },
  ): RemoteId;
  addGroup(name: string): RemoteId;
  accept(email: string): RemoteId;
  join(groupId: RemoteId, accountId: RemoteId): void;
  held(accountId: RemoteId): HeldAccount | undefined;
  heldGroup(groupId: RemoteId): { readonly name: string; readonly members: readonly RemoteId[] } | undefined;
}
