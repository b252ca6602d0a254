import type { GroupKey, Licence, Profile, RemoteId } from './account.js';

/**
 * One write to one target, as plain data: a plan can be stored, shown, held overnight and resumed by another process.
 * A group that does not exist yet is named by its key; the engine fills in the id before the operation is applied.
 */
export type Operation =
  | { readonly kind: 'invite'; readonly email: string; readonly licence: Licence; readonly groups: readonly RemoteId[] }
  | {
      /** The account exists at once and is active. Memberships follow as writes of their own. */
      readonly kind: 'create-account';
      readonly email: string;
      readonly firstName?: string | undefined;
      readonly lastName?: string | undefined;
      readonly licence: Licence;
      readonly profile?: Profile | undefined;
    }
  | {
      readonly kind: 'update-account';
      readonly accountId: RemoteId;
      /** Only what must change. The adapter reads, merges and sends everything. */
      readonly change: AccountChange;
    }
  | { readonly kind: 'deactivate-account'; readonly accountId: RemoteId; readonly email: string }
  | {
      readonly kind: 'reactivate-account';
      readonly accountId: RemoteId;
      readonly email: string;
      readonly change: AccountChange;
      readonly groups: readonly RemoteId[];
    }
  | { readonly kind: 'cancel-invitation'; readonly invitationId: RemoteId | undefined; readonly email: string }
  | { readonly kind: 'create-group'; readonly key: GroupKey; readonly name: string }
  | { readonly kind: 'rename-group'; readonly groupId: RemoteId; readonly name: string }
  | { readonly kind: 'delete-group'; readonly groupId: RemoteId; readonly name: string }
  | {
      /** Grain `group`: `resulting` replaces every member: what we want plus every foreign member just seen. */
      readonly kind: 'set-group-members';
      readonly groupId: RemoteId;
      readonly add: readonly RemoteId[];
      readonly remove: readonly RemoteId[];
      readonly resulting: readonly RemoteId[];
    }
  | {
      /** Grain `account`: `resulting` replaces every group of the account, foreign groups carried along. */
      readonly kind: 'set-account-groups';
      readonly accountId: RemoteId;
      readonly add: readonly RemoteId[];
      readonly remove: readonly RemoteId[];
      readonly resulting: readonly RemoteId[];
    }
  | { readonly kind: 'add-member'; readonly groupId: RemoteId; readonly accountId: RemoteId }
  | { readonly kind: 'remove-member'; readonly groupId: RemoteId; readonly accountId: RemoteId };

export interface AccountChange {
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly licence?: Licence | undefined;
  /** The new address, where the target lets it be edited. */
  readonly email?: string | undefined;
  readonly profile?: Profile | undefined;
}

/** What an operation led to. Failures are thrown as `TargetError`. */
export type Outcome =
  /** Done and confirmed by the answer. `remoteId`: the account, group or invitation it was about, when it is known. */
  | { readonly kind: 'done'; readonly remoteId?: RemoteId | undefined }
  /** The target already was as asked. */
  | { readonly kind: 'already-so'; readonly remoteId?: RemoteId | undefined }
  /** A person must act before it takes effect (an invitation was sent). */
  | { readonly kind: 'pending'; readonly remoteId?: RemoteId | undefined };
