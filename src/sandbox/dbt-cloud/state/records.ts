export const licenceTypes = ['developer', 'read_only', 'it', 'analyst'] as const;
export type LicenceType = (typeof licenceTypes)[number];

/** The vendor's state codes: 1 active, 2 soft-deleted. */
export type State = 1 | 2;

/** Fields of an object that no client knows: stored as sent, and gone when a full-state write leaves them out. */
export type UnknownFields = Readonly<Record<string, unknown>>;

/** A person's right to be in one account. Removing somebody soft-deletes it; coming back issues a new one. */
export interface Licence {
  readonly id: number;
  readonly accountId: number;
  readonly userId: number;
  type: LicenceType;
  state: State;
  scimManaged: boolean;
  unknown: UnknownFields;
}

export interface Person {
  readonly id: number;
  email: string;
  firstName: string;
  lastName: string;
  /** Milliseconds since the epoch, like every time in here. */
  lastLogin: number | null;
  readonly createdAt: number;
  updatedAt: number;
  /** Every licence ever held, other accounts' included and first. */
  licences: Licence[];
  /** The one truth about membership: every view of it is derived from here. */
  groups: Set<number>;
  /** Listed although no licence was ever given (`permissions: []`). */
  readonly listedUnlicensed: boolean;
  unknown: UnknownFields;
}

export interface GroupPermission {
  readonly id: number;
  readonly permissionSet: string;
  readonly projectId: number | null;
}

export interface Group {
  readonly id: number;
  name: string;
  state: State;
  assignByDefault: boolean;
  ssoMappingGroups: readonly string[];
  scimManaged: boolean;
  permissions: readonly GroupPermission[];
  readonly createdAt: number;
  updatedAt: number;
  unknown: UnknownFields;
}

/** The vendor's codes: 4 waits for e-mail verification, 5 is verified and waits for the first single sign-on. */
export const inviteStatus = { pending: 1, redeemed: 2, expired: 3, awaitingVerification: 4, awaitingLogin: 5 } as const;
export type InviteStatus = (typeof inviteStatus)[keyof typeof inviteStatus];

export interface Invite {
  readonly id: number;
  readonly email: string;
  /** The folded address, made once: invitations are looked up by it all the time. */
  readonly key: string;
  readonly licence: LicenceType;
  readonly groups: readonly number[];
  status: InviteStatus;
  redeemedAt: number | null;
  readonly createdAt: number;
  unknown: UnknownFields;
}

/** Whether the invitation can still lead to an account. */
export function isOpen({ status }: Invite): boolean {
  return status !== inviteStatus.redeemed && status !== inviteStatus.expired;
}

export interface LicenceMap {
  readonly id: number;
  licence: LicenceType;
  ssoGroups: readonly string[];
}

export interface ScimConfig {
  enabled: boolean;
  manualUpdatesAllowed: boolean;
  controlsLicence: boolean;
}
