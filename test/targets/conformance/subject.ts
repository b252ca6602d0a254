import type { Profile, RemoteId } from '../../../src/model/account.js';
import type { TargetErrorCode } from '../../../src/targets/target-error.js';
import type { Capabilities } from '../../../src/targets/target.js';
import type { AwaitedHarness, Misbehaviour } from './harness.js';

/** One way to run one kind of target: a vendor, an edition or dialect of it, a kind of credential. */
export interface ConformanceSubject {
  readonly name: string;
  /** Declared here because tests are named before anything runs; the first test compares them with what connect says. */
  readonly capabilities: Capabilities;
  /** A licence other than the cheapest, and the cheapest. Left out: the target has none. */
  readonly licences?: readonly [string, string];
  /** Attributes beyond the names that the target keeps, by their SCIM names, with values nobody has at first. */
  readonly profile?: Profile;
  /** False: the vendor stores addresses in lower case. Default: as typed. */
  readonly keepsAddressCase?: boolean;
  /** True: only who knows the id of an inactive account ever sees it. */
  readonly hidesInactive?: boolean;
  /** True: accounts have no address apart from their user name, so that it cannot be changed alone. */
  readonly addressIsUserName?: boolean;
  /** True: lists come in one piece, so that no row can move between two pages. */
  readonly unpaged?: boolean;
  /** True: lists carry no total, so that who comes while one is read may be seen only the next time. */
  readonly mayMissLatecomers?: boolean;
  /** True: the vendor itself never has two groups of one name. */
  readonly uniqueGroupNames?: boolean;
  /** An id nobody has, in the form the vendor's ids have. Default `999999`. */
  readonly unknownId?: RemoteId;
  /** What a misbehaviour means to this vendor's adapter where it differs from most. */
  readonly readErrors?: Partial<Record<Misbehaviour, TargetErrorCode>>;
  readonly writeErrors?: Partial<Record<Misbehaviour, readonly TargetErrorCode[]>>;
  /** True: another subject of the same adapter shows the cases in which time passes. */
  readonly variant?: boolean;
  readonly start: () => Promise<AwaitedHarness>;
}
