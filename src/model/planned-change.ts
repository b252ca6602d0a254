import { noLicence, type GroupKey, type Profile, type RemoteId } from './account.js';
import type { AccountChange } from './operation.js';

/**
 * One thing that must become different in a target, before it is cut to the vendor's grain.
 *
 * Memberships are single grants and revokes here, whatever the vendor's writes replace: modes and the guard can then
 * take one of them away without touching the others, and `compose` builds the whole sets from what is left.
 */
export type Change =
  | { readonly kind: 'invite'; readonly email: string; readonly licence: string; readonly groups: readonly RemoteId[] }
  | {
      readonly kind: 'create-account';
      readonly email: string;
      readonly firstName?: string | undefined;
      readonly lastName?: string | undefined;
      readonly licence: string;
      readonly profile?: Profile | undefined;
    }
  | {
      readonly kind: 'update-account';
      readonly accountId: RemoteId;
      readonly email: string;
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
  | { readonly kind: 'rename-group'; readonly groupId: RemoteId; readonly from: string; readonly name: string }
  | { readonly kind: 'delete-group'; readonly groupId: RemoteId; readonly name: string }
  | {
      readonly kind: 'grant';
      readonly accountId: RemoteId;
      readonly groupId: RemoteId;
      readonly email: string;
      readonly groupName: string;
    }
  | {
      readonly kind: 'revoke';
      readonly accountId: RemoteId;
      readonly groupId: RemoteId;
      readonly email: string;
      readonly groupName: string;
      /** True: the account is inactive, so nobody loses access they have now. */
      readonly clearing?: boolean | undefined;
    };

/** A change with the due keys it serves. Plain data: stored in a hold, shown, compared. */
export interface PlannedChange {
  readonly change: Change;
  /** Why, in words that finish the sentence "because …". */
  readonly reason: string;
  /** `account:<SCIM user id>` or `group:<SCIM group id>`. */
  readonly subjects: readonly string[];
}

/** Names a change so that a plan made again later can be compared with one a person approved. */
export function signatureOf(change: Change): string {
  switch (change.kind) {
    case 'invite':
    case 'create-account':
    case 'cancel-invitation':
      return `${change.kind}:${change.email}`;
    case 'update-account':
    case 'deactivate-account':
    case 'reactivate-account':
      return `${change.kind}:${change.accountId}`;
    case 'create-group':
      return `${change.kind}:${change.key}`;
    case 'rename-group':
    case 'delete-group':
      return `${change.kind}:${change.groupId}`;
    case 'grant':
    case 'revoke':
      return `${change.kind}:${change.accountId}:${change.groupId}`;
  }
}

/** The change as a person reads it in a held plan or a log. */
export function describeChange(change: Change): string {
  switch (change.kind) {
    case 'invite':
      return `invite ${change.email}${withLicence(change.licence)}`;
    case 'create-account':
      return `create an account for ${change.email}${withLicence(change.licence)}`;
    case 'cancel-invitation':
      return `cancel the invitation of ${change.email}`;
    case 'update-account':
      return `update ${change.email}: ${describeEdit(change.change)}`;
    case 'deactivate-account':
      return `deactivate ${change.email}`;
    case 'reactivate-account':
      return `reactivate ${change.email}`;
    case 'create-group':
      return `create group ${change.name}`;
    case 'rename-group':
      return `rename group ${change.from} to ${change.name}`;
    case 'delete-group':
      return `delete group ${change.name}`;
    case 'grant':
      return `add ${change.email} to ${change.groupName}`;
    case 'revoke':
      return `remove ${change.email} from ${change.groupName}`;
  }
}

const withLicence = (licence: string): string => (licence === noLicence ? '' : ` with licence ${licence}`);

function describeEdit({ profile, ...own }: AccountChange): string {
  return Object.entries({ ...own, ...profile })
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
}
