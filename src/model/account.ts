/** An id a target gave to an account or a group, always as text. */
export type RemoteId = string;

/**
 * Names one desired group of a target: `scim:<id>` follows a pushed SCIM group through renames,
 * `name:<exact name>` is a group the operator's map points at.
 */
export type GroupKey = string;

/** A target's idea of a licence or role level: for dbt Cloud `developer`, `read_only`, `it`, `analyst`. */
export type Licence = string;

/** The licence of a target that has none, or whose licences the directory does not decide. Never compared. */
export const noLicence: Licence = '';

/**
 * Further attributes by their SCIM name, such as `displayName` or `title`, for targets that keep them. `externalId`
 * is the one a target may find an account by; `emails` is the one address that counts.
 */
export type Profile = Readonly<Record<string, string>>;

/** What a target should hold for one SCIM user. Made by a mapper, read by the planner. */
export interface DesiredAccount {
  readonly userId: string;
  /** Folded e-mail address: what `correlate` compares. Made here and nowhere else. */
  readonly correlationKey: string;
  /** The address as the identity provider sent it: what an invitation is sent to. */
  readonly email: string;
  readonly active: boolean;
  /** Undefined means the identity provider says nothing about it: leave what is there. */
  readonly attributes: { readonly firstName?: string | undefined; readonly lastName?: string | undefined };
  /** Only what the target is to keep; an attribute not named is left as it is. */
  readonly profile?: Profile | undefined;
  readonly licence: Licence;
  readonly entitlements: ReadonlySet<GroupKey>;
  /** Keys whose membership of this person the identity provider ever gave; the only ones we may revoke. */
  readonly owned: ReadonlySet<GroupKey>;
}

/** A group a target should have. */
export interface DesiredGroup {
  readonly key: GroupKey;
  readonly name: string;
  /** False once the SCIM group was deleted: owned members leave, then the group itself if we made it. */
  readonly wanted: boolean;
  /** Whether the operator allows us to make the group when it is absent. */
  readonly mayCreate: boolean;
  readonly membership: 'owned' | 'exact';
}

/** Why a mapper could not say what a resource means over there; shown to people as it stands. */
export interface MappingProblem {
  readonly code: 'no-email' | 'unknown-licence' | 'not-assigned';
  readonly message: string;
}

export type Mapped<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: MappingProblem };
