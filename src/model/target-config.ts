import type { Licence } from './account.js';

export const modes = ['observe', 'grant-only', 'full'] as const;
/** What a target's plan may do: nothing; only give; give and take. Pure filters over a plan. */
export type Mode = (typeof modes)[number];

/**
 * What an address that changed in the directory leads to where the target does not let it be edited: the account keeps
 * its old one, with a remark; the change is refused, visibly; or a new account takes the old one's place.
 */
export const addressChanges = ['keep', 'refuse', 'recreate'] as const;
export type AddressChange = (typeof addressChanges)[number];

/**
 * What happens to something changed in a target although nobody asked for it: it is put right; it is only reported; or
 * it is taken over as what is wanted, until the directory speaks about it again.
 */
export const driftPolicies = ['repair', 'report', 'adopt'] as const;
export type DriftPolicy = (typeof driftPolicies)[number];

/** What every target's configuration has in common, defaults filled in. */
export interface TargetConfig {
  readonly name: string;
  readonly type: string;
  readonly mode: Mode;
  readonly licence: LicenceRule;
  readonly groups: {
    /** Whether a pushed SCIM group that is absent over there may be created. */
    readonly create: boolean;
    /** SCIM group name → exact names over there. A name not listed stands for itself. */
    readonly map: Readonly<Record<string, readonly string[]>>;
    /** `owned`: remove only members the identity provider once gave. `exact`: it alone decides. */
    readonly membership: 'owned' | 'exact';
  };
  /** When set, only members of these SCIM groups (by name) get an account. */
  readonly assign: { readonly groups?: readonly string[] | undefined };
  /** E-mail addresses and exact group names over there that no operation may take anything from. */
  readonly protect: { readonly users: readonly string[]; readonly groups: readonly string[] };
  readonly guard: GuardLimits;
  readonly limits: { readonly perMinute: number; readonly concurrency: number };
  readonly addressChange: AddressChange;
  /** Default `repair`. */
  readonly drift?: DriftPolicy | undefined;
  readonly invitations: {
    /** After how many days an invitation nobody can look up counts as expired. */
    readonly expireDays: number;
    /** How many times one person is invited at the most before an operator must decide. */
    readonly limit: number;
  };
}

export interface LicenceRule {
  readonly default: Licence;
  /** Licence → the SCIM groups (by name) whose members get it; the first licence in `precedence` order wins. */
  readonly byGroup: Readonly<Record<Licence, readonly string[]>>;
}

/** More than `max(removals, fraction × size)` removals within the window are held for a person. */
export interface GuardLimits {
  readonly removals: number;
  readonly fraction: number;
  readonly windowMinutes: number;
}

export interface DbtCloudConfig extends TargetConfig {
  readonly type: 'dbt-cloud';
  /** Scheme and host, a path prefix allowed, no slash at the end, without `/api/v2`. */
  readonly baseUrl: string;
  readonly accountId: string;
  readonly token: string;
  readonly dialect: 'auto' | 'v2' | 'platform';
  /** True: try the platform's undocumented route to withdraw an invitation nobody needs any more. Default: do not. */
  readonly revokeInvitations?: boolean | undefined;
}

export interface MetabaseConfig extends TargetConfig {
  readonly type: 'metabase';
  /** Scheme and host, a path prefix allowed, no slash at the end, without `/api`. */
  readonly baseUrl: string;
  readonly credential:
    | { readonly kind: 'api-key'; readonly apiKey: string }
    | { readonly kind: 'session'; readonly username: string; readonly password: string };
}

export interface RetoolConfig extends TargetConfig {
  readonly type: 'retool';
  /** Scheme and host, a path prefix allowed, no slash at the end, without `/api/v2`. */
  readonly baseUrl: string;
  readonly token: string;
}

/** Any server that speaks SCIM 2.0: the vendor's own once the customer's plan has it, or another Drawbridge. */
export interface ScimTargetConfig extends TargetConfig {
  readonly type: 'scim';
  /** Up to and including the SCIM root, such as `https://x.example/scim/v2`, no slash at the end. */
  readonly baseUrl: string;
  readonly token: string;
  /** What becomes of a leaver's user over there: set inactive, or deleted with everything that hangs on it. */
  readonly deprovision: 'deactivate' | 'delete';
  /** Whether to send PATCH: as the server says of itself, or whatever it says. */
  readonly patch: 'auto' | 'always' | 'never';
}

/** Cloud customers of Retool share this host; there, the token alone picks the organisation. */
const sharedGateway = 'https://api.retool.com';

/**
 * Names the space of accounts a target writes to. Two targets of one space would each take the other's people for
 * foreign, or for gone. Contains a credential where nothing else tells the spaces apart: compare it, never show it.
 */
export function accountSpace(config: AnyTargetConfig): string {
  const account = config.type === 'dbt-cloud' ? config.accountId : '';
  const picked = config.baseUrl.startsWith(sharedGateway) && 'token' in config ? config.token : '';
  return [config.type, config.baseUrl, account, picked].join(' ');
}

export type AnyTargetConfig = DbtCloudConfig | MetabaseConfig | RetoolConfig | ScimTargetConfig;
