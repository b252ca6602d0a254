/** What a Retool organisation keeps. Times are milliseconds since the epoch. */

export const userTypes = ['default', 'mobile', 'embed'] as const;
export type UserType = (typeof userTypes)[number];

/** A different set than for users. */
export const inviteUserTypes = ['default', 'mobile', 'external'] as const;
export type InviteUserType = (typeof inviteUserTypes)[number];

/** Free keys; values of user attributes live here too. */
export type Metadata = Readonly<Record<string, unknown>>;

export interface User {
  /** `user_` and 32 hexadecimal digits: what every path and every membership takes. */
  readonly id: string;
  /** The number of the database row; addresses nothing in the API. */
  readonly legacyId: number;
  readonly createdAt: number;
  email: string;
  active: boolean;
  firstName: string | null;
  lastName: string | null;
  lastActive: number | null;
  metadata: Metadata;
  twoFactor: boolean;
  userType: UserType;
  /** Open sessions; whether disabling ends them is a rule. */
  sessions: number;
  /** Grows with each write of any user: the list without `limit` follows it. */
  written: number;
}

export const accessLevels = ['none', 'use', 'edit', 'own'] as const;
export const libraryAccessLevels = ['none', 'use', 'edit'] as const;

/** What the members of a group may do, and where they land. Names and order as the API shows them. */
export interface GroupAccess {
  readonly universal_app_access: (typeof accessLevels)[number];
  readonly universal_resource_access: (typeof accessLevels)[number];
  readonly universal_workflow_access: (typeof accessLevels)[number];
  readonly universal_query_library_access: (typeof libraryAccessLevels)[number];
  readonly user_list_access: boolean;
  readonly audit_log_access: boolean;
  readonly unpublished_release_access: boolean;
  readonly usage_analytics_access: boolean;
  readonly theme_access: boolean;
  readonly account_details_access: boolean;
  readonly landing_page_app_id: string | null;
}

export const noAccess: GroupAccess = {
  universal_app_access: 'none',
  universal_resource_access: 'none',
  universal_workflow_access: 'none',
  universal_query_library_access: 'none',
  user_list_access: false,
  audit_log_access: false,
  unpublished_release_access: false,
  usage_analytics_access: false,
  theme_access: false,
  account_details_access: false,
  landing_page_app_id: null,
};

/** The four groups every organisation has. Nothing in the API marks them but their names. */
export const builtInGroups = ['admin', 'editor', 'viewer', 'All Users'] as const;
export type BuiltInGroup = (typeof builtInGroups)[number];

export interface Group {
  readonly id: number;
  readonly createdAt: number;
  readonly builtIn: BuiltInGroup | undefined;
  updatedAt: number;
  name: string;
  access: GroupAccess;
  /** User id → is the user a group admin. Empty for `All Users`, whose members are worked out. */
  members: ReadonlyMap<string, boolean>;
}

export interface Invite {
  readonly id: number;
  readonly createdAt: number;
  /** The user id of whoever's token or hand sent it. */
  readonly invitedBy: string;
  readonly email: string;
  readonly userType: InviteUserType | null;
  readonly link: string;
  expiresAt: number;
  metadata: Metadata;
  /** Groups the invitee joins at the claim. */
  groups: ReadonlySet<number>;
  /** The id of the user it became. */
  claimedBy: string | null;
  claimedAt: number | null;
}

/** The definition of a user attribute; without one, no user can have a value for it. */
export interface AttributeDefinition {
  readonly id: string;
  readonly name: string;
  readonly label: string;
}
