import type { GroupKey, RemoteId } from '../model/account.js';
import type { ObservedAccount } from '../model/observation.js';
import type { ProvisioningState } from '../model/provisioning-state.js';

/** What a plan found out about one person, to be recorded once nothing is left to do. */
export interface AccountFinding {
  readonly subject: string;
  readonly userId: string;
  readonly state: ProvisioningState;
  readonly detail: string | undefined;
  /** Undefined keeps what the shadow has: an account that vanished may come back under the same id. */
  readonly remoteId: RemoteId | undefined;
  readonly correlationKey: string | undefined;
  readonly invitationId: RemoteId | undefined;
  /** `keep`: an invitation is, or must be presumed, outstanding. `clear`: none is. */
  readonly invitation: 'keep' | 'clear';
  readonly account: ObservedAccount | undefined;
}

export interface GroupFinding {
  readonly key: GroupKey;
  /** `unsupported`: groups cannot be managed through this target's interface; the status warns of it. */
  readonly state: 'active' | 'pending' | 'removed' | 'failed' | 'unsupported';
  readonly detail: string | undefined;
  readonly remoteId: RemoteId | undefined;
  readonly name: string;
}
