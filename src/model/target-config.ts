import type { Licence } from './account.js';

export const modes = ['observe', 'grant-only', 'full'] as const;
/** What a target's plan may do: nothing; only give; give and take. Pure filters over a plan. */
export type Mode = (typeof modes)[number];

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

export type AnyTargetConfig = DbtCloudConfig;
