import type { Generated, Insertable, Selectable } from 'kysely';

/**
 * The columns of every table, alike on both engines: times are epoch milliseconds, booleans 0 or 1, JSON is text.
 * A column ending in `_folded` holds `fold()` of its neighbour and is what look-ups compare.
 */
export interface Tables {
  directory: DirectoryTable;
  scim_user: ScimUserTable;
  scim_email: ScimEmailTable;
  scim_group: ScimGroupTable;
  scim_stretch: ScimStretchTable;
  scim_member: ScimMemberTable;
  target_account: TargetAccountTable;
  target_group: TargetGroupTable;
  target_state: TargetStateTable;
  drift: DriftTable;
  due: DueTable;
  operation: OperationTable;
  hold: HoldTable;
  audit: AuditTable;
  lease: LeaseTable;
  alert: AlertTable;
  notification: NotificationTable;
  scim_rejection: ScimRejectionTable;
}

export interface DirectoryTable {
  name: string;
  created_at: number;
  last_request_at: number | null;
}

export interface ScimUserTable {
  /** Creation order: pages are cut by it, and members refer to it. */
  seq: Generated<number>;
  id: string;
  directory: string;
  user_name: string;
  user_name_folded: string;
  external_id: string | null;
  display_name_folded: string | null;
  active: number;
  /** The attributes as the identity provider sent them, without id, meta, groups and password. */
  resource: string;
  /** Grows with every change; the resource's ETag. */
  version: number;
  created_at: number;
  updated_at: number;
  /** Set on a tombstone: gone for SCIM, still to be removed from, or recognised in, the targets. */
  deleted_at: number | null;
}

/** One row for each address of a user, for indexed look-ups by e-mail. */
export interface ScimEmailTable {
  user_seq: number;
  type_folded: string | null;
  value_folded: string;
}

export interface ScimGroupTable {
  seq: Generated<number>;
  id: string;
  directory: string;
  display_name: string;
  display_name_folded: string;
  external_id: string | null;
  resource: string;
  version: number;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

/** How many living resources have their `seq` in one stretch of row numbers: kept by the database itself. */
export interface ScimStretchTable {
  directory: string;
  /** The table counted: `scim_user` or `scim_group`. */
  kind: string;
  stretch: number;
  living: number;
}

/**
 * A row for each membership the identity provider ever gave. A removed one stays, with `removed_at`: its existence is
 * what makes a membership ours to revoke; a membership without a row is foreign and never touched.
 */
export interface ScimMemberTable {
  group_seq: number;
  user_seq: number;
  added_at: number;
  removed_at: number | null;
}

/** The shadow of one person's account in one target. */
export interface TargetAccountTable {
  target: string;
  user_id: string;
  remote_id: string | null;
  invitation_id: string | null;
  correlation_key: string | null;
  /** A `ProvisioningState`. */
  state: string;
  /** Why, in words a person can act on. */
  detail: string | null;
  since: number;
  invitations_sent: number;
  invited_at: number | null;
  /** JSON of the last `ObservedAccount`, groups as an array of ids. */
  observed: string | null;
  observed_at: number | null;
}

export interface TargetGroupTable {
  target: string;
  key: string;
  remote_id: string | null;
  name: string;
  created_by_us: number;
  state: string;
  detail: string | null;
  since: number;
}

/** What a target's loop must remember over a restart. */
export interface TargetStateTable {
  target: string;
  paused_until: number | null;
  /** Set while the target as a whole cannot be worked with; the vendor's reason in words. */
  last_error: string | null;
  last_error_at: number | null;
  /** A `TargetErrorCode`. */
  last_error_code: string | null;
  /** When the first of the failures since the last success came. */
  failing_since: number | null;
  last_success_at: number | null;
  last_sweep_at: number | null;
  last_poll_at: number | null;
  /** How many accounts the last complete observation showed. */
  accounts_seen: number | null;
}

/** A key that must be brought into line in one target. Only keys are queued, never changes. */
/** What was found changed in a target although nobody asked for it. */
export interface DriftTable {
  id: string;
  target: string;
  /** Names the change that would put it right. */
  signature: string;
  /** JSON of the `PlannedChange` that would put it right. */
  planned: string;
  /** `open`, `adopted`, `repaired`, `gone` (put right by somebody else), `superseded` (the directory spoke since). */
  state: string;
  found_at: number;
  last_seen_at: number;
  /** When the target was last seen as it should be. */
  last_good_at: number | null;
  closed_at: number | null;
  closed_by: string | null;
}

export interface DueTable {
  target: string;
  /** `account` (key: SCIM user id) or `group` (key: SCIM group id). */
  kind: string;
  key: string;
  /** Grows whenever the key becomes due again, so that an edit during a batch is not lost. */
  generation: number;
  lane: number;
  since: number;
  touched_at: number;
  due_at: number;
  attempts: number;
  /** Set once the target rejected it for good, or a person must decide; retried by a sweep, an edit or a person. */
  gave_up_at: number | null;
  error: string | null;
  /** JSON of the latest `Cause`. */
  cause: string;
}

/** The journal: stored before a write is sent, completed after it. */
export interface OperationTable {
  id: string;
  target: string;
  batch: string;
  /** JSON of the `Operation`. */
  operation: string;
  kind: string;
  /** JSON array of the due keys (`account:<id>`, `group:<id>`) it serves. */
  subjects: string;
  /** JSON of what was observed just before, as far as the operation changes it. */
  before: string | null;
  /** `intended` → `done`, `failed`, or `unknown` when nobody can tell whether it landed. */
  state: string;
  detail: string | null;
  remote_id: string | null;
  /** What it takes away, for the guard's rolling window. */
  removed_accounts: number;
  /** JSON array of `[group id, members removed]`. */
  removed_members: string;
  /** The hold a person released for it. */
  hold: string | null;
  cause: string;
  intended_at: number;
  finished_at: number | null;
}

export interface HoldTable {
  id: string;
  target: string;
  /** `open` → `released`, `rejected` or `superseded`. */
  state: string;
  /** JSON array of the guard's reasons. */
  reasons: string;
  /** JSON array of `PlannedOperation`. */
  operations: string;
  /** JSON array of due keys. */
  subjects: string;
  causes: string;
  created_at: number;
  decided_at: number | null;
  decided_by: string | null;
}

/** Append-only. Each row's hash covers the one before it within the same directory. */
export interface AuditTable {
  seq: Generated<number>;
  directory: string;
  at: number;
  actor: string;
  request_id: string;
  action: string;
  subject_kind: string;
  subject_id: string;
  detail: string;
  previous_hash: string;
  hash: string;
}

export interface LeaseTable {
  target: string;
  holder: string;
  fence: number;
  expires_at: number;
}

/** Something that is, or was, the matter. One row from its opening to its end. */
export interface AlertTable {
  seq: Generated<number>;
  id: string;
  /** An `AlertCondition`'s; unique among the open ones. */
  key: string;
  kind: string;
  severity: string;
  target: string | null;
  directory: string | null;
  person: string | null;
  title: string;
  reason: string;
  action: string;
  since: number;
  opened_at: number;
  last_seen_at: number;
  resolved_at: number | null;
  acknowledged_at: number | null;
  acknowledged_by: string | null;
  /** For when the announcement of its opening was last queued; null when nobody is told of it. */
  notified_at: number | null;
}

/** One event of one alert for one channel. Names the channel only: where it leads is in the configuration. */
export interface NotificationTable {
  seq: Generated<number>;
  id: string;
  channel: string;
  /** Null for a test. */
  alert: string | null;
  event: string;
  /** JSON of what is told. */
  body: string;
  /** `waiting` → `delivered` or `given-up`. */
  state: string;
  created_at: number;
  next_at: number;
  attempts: number;
  last_error: string | null;
  finished_at: number | null;
}

/** How often an identity provider was refused, by what it asked, in stretches of a few minutes. */
export interface ScimRejectionTable {
  directory: string;
  /** `request`, `unauthorized` or `expired-token`. */
  kind: string;
  what: string;
  /** The beginning of the stretch. */
  started_at: number;
  count: number;
  /** What the last of them was told. */
  detail: string | null;
  last_at: number;
}

export type ScimUserRow = Selectable<ScimUserTable>;
export type ScimGroupRow = Selectable<ScimGroupTable>;
export type TargetAccountRow = Selectable<TargetAccountTable>;
export type TargetGroupRow = Selectable<TargetGroupTable>;
export type DueRow = Selectable<DueTable>;
export type OperationRow = Selectable<OperationTable>;
export type NewOperationRow = Insertable<OperationTable>;
export type HoldRow = Selectable<HoldTable>;
export type AuditRow = Selectable<AuditTable>;
export type AlertRow = Selectable<AlertTable>;
export type NotificationRow = Selectable<NotificationTable>;
