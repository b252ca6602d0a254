import type { RateRule } from '../kit/rate-budget.js';

export type Edition = 'oss' | 'pro';
export type SsoMethod = 'google' | 'ldap' | 'saml' | 'jwt';

/**
 * What the fake does where instances differ, where releases differ, or where the vendor's behaviour is inferred and not
 * documented. Defaults are the newest release with single sign-on set up; tests turn single rules around.
 */
export interface Rules {
  /** `pro` adds group managers, tenants, Data Analysts in lists, and sign-on by SAML and JWT. */
  edition: Edition;
  /** Whether an SMTP server is set: without one no invitation is ever mailed. */
  smtp: boolean;
  /** Pro: users of tenants, their groups, and another name for All Users. */
  tenants: boolean;
  /** Whether the release knows the Data Analysts group and `is_data_analyst`. */
  dataAnalysts: boolean;

  passwordLogin: boolean;
  /** Sign-on methods that are on; SAML and JWT count on Pro only. */
  ssoMethods: readonly SsoMethod[];
  /** Pro: SAML and JWT logins make unknown accounts and bring deactivated ones back. */
  ssoProvisioning: boolean;
  /** Whether a sign-on takes over names and `sso_source` of an existing account. Older: fixed at creation. */
  ssoOwnsProfile: boolean;
  /**
   * What a sign-on does to memberships. With `mapping`, the groups it names are forced to what the identity provider
   * says and all others are left alone; null forces every group that is not magic, by name. Undefined: nothing.
   */
  groupSync: { readonly mapping: Readonly<Record<string, readonly number[]>> | null } | undefined;

  maxSessionAgeMinutes: number;
  /** Newest: sessions are gone with the deactivation. Older: they come back to life with the account. */
  sessionsEndAtDeactivation: boolean;
  /** Newest: active people who never signed in are reminded of their invitation on day 3. */
  reminders: boolean;

  /** Older releases answer 404 for a deactivated user's id. */
  getDeactivated: 'shown' | 'not-found';
  /** Older Pro releases want `is_group_manager` in every entry of `user_group_memberships`. */
  strictGroupManager: boolean;
  /** Older releases counted a deactivated former administrator among those that must not be the last. */
  reactivateFormerAdmin: 'allowed' | 'refused-when-one-admin';
  /** Older releases ignore `tenancy` and `tenant_id` in the list of users. */
  tenancyParameter: 'known' | 'ignored';
  /** Older releases do not say `type` of a group's members. */
  memberType: 'shown' | 'absent';
  /** Older releases do not say which groups are magic: only their ids tell. */
  magicType: 'shown' | 'absent';

  /** Inferred: keys of a body nobody knows. */
  unknownKeys: 'ignored' | 'refused';
  /** Inferred: `%` and `_` of a search are wildcards, as in SQL. */
  searchWildcards: boolean;
  /** Inferred: a second creation of one address within this many milliseconds loses a race in the database: 500, not 400. */
  createRaceMs: number;
  /** Inferred: a group's new name that differs from its own by case only. */
  caseOnlyRename: 'refused' | 'allowed';
  /** Inferred: adding a member who is one already. */
  repeatedMembership: 'unique-violation' | 'ok';
  /** Inferred: a membership of somebody, or in a group, that does not exist. Older releases met the foreign key. */
  unknownInMembership: 'tenant-mismatch' | 'foreign-key-error';
  /** Inferred: deleting a group that is not there. */
  deleteMissingGroup: 'no-content' | 'not-found';

  /** The vendor publishes no limits; a proxy in front may have one. */
  rate: RateRule | undefined;
}

const days = 24 * 60;

/** The rules in force when nothing is said. */
export function rulesWith(given: Partial<Rules>): Rules {
  return {
    edition: 'oss',
    smtp: true,
    tenants: false,
    dataAnalysts: true,
    passwordLogin: true,
    ssoMethods: ['google', 'ldap', 'saml', 'jwt'],
    ssoProvisioning: true,
    ssoOwnsProfile: true,
    groupSync: undefined,
    maxSessionAgeMinutes: 14 * days,
    sessionsEndAtDeactivation: true,
    reminders: true,
    getDeactivated: 'shown',
    strictGroupManager: false,
    reactivateFormerAdmin: 'allowed',
    tenancyParameter: 'known',
    memberType: 'shown',
    magicType: 'shown',
    unknownKeys: 'ignored',
    searchWildcards: true,
    createRaceMs: 0,
    caseOnlyRename: 'refused',
    repeatedMembership: 'unique-violation',
    unknownInMembership: 'tenant-mismatch',
    deleteMissingGroup: 'no-content',
    rate: undefined,
    ...given,
  };
}
