import type { MembershipTable } from './membership-table.js';

/** Milliseconds since the epoch, like every time in here. */
type Time = number;

/** A person, the hidden user of an API key, or the vendor's own internal user. */
export interface User {
  readonly id: number;
  readonly type: 'personal' | 'api-key' | 'internal';
  /** Always folded; a deactivated user keeps it. */
  email: string;
  firstName: string | null;
  lastName: string | null;
  active: boolean;
  /** Always equal to membership of the Administrators group. */
  superuser: boolean;
  ssoSource: string | null;
  loginAttributes: Readonly<Record<string, string>> | null;
  locale: string | null;
  tenantId: number | null;
  readonly joinedAt: Time;
  updatedAt: Time;
  lastLogin: Time | null;
  deactivatedAt: Time | null;
  /** Null until the person followed the invitation. */
  password: string | null;
  /** Names of the dashboard subscriptions this user receives. */
  subscriptions: readonly string[];
}

export interface Group {
  readonly id: number;
  name: string;
  readonly magic: MagicType | null;
  readonly tenantGroup: boolean;
}

export type MagicType = 'all-internal-users' | 'admin' | 'all-external-users' | 'data-analyst';

export interface Membership {
  readonly id: number;
  readonly userId: number;
  readonly groupId: number;
  isManager: boolean;
}

export interface ApiKey {
  readonly id: number;
  readonly userId: number;
  name: string;
  groupId: number;
  key: string;
  readonly createdAt: Time;
  updatedAt: Time;
}

export interface Session {
  readonly userId: number;
  readonly createdAt: Time;
}

export interface Tenant {
  readonly id: number;
  readonly name: string;
  active: boolean;
}

export interface Mail {
  readonly kind: 'invitation' | 'reminder';
  readonly to: string;
  readonly at: Time;
  /** Who invited, as the mail says it: for a call with an API key, the key's name. */
  readonly inviter: string;
  /** Where the link leads: to the login page when only single sign-on can get in. */
  readonly link: 'set-password' | 'login';
}

/** Everything one Metabase holds. */
export interface SiteData {
  readonly users: Map<number, User>;
  /** Folded e-mail → user id, whoever holds it; kept by `users.ts` alone. */
  readonly byEmail: Map<string, number>;
  readonly groups: Map<number, Group>;
  readonly memberships: MembershipTable;
  readonly keys: Map<number, ApiKey>;
  readonly sessions: Map<string, Session>;
  readonly tenants: Map<number, Tenant>;
  readonly outbox: Mail[];
  /** Times of failed logins by folded user name. */
  readonly failedLogins: { readonly name: string; readonly at: Time }[];
  readonly ids: { user: number; group: number; membership: number; key: number; tenant: number };
}
