import type { Operation, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { createAccount } from './create-account.js';
import { deactivateAccount } from './deactivate-account.js';
import { createGroup, deleteGroup, renameGroup } from './groups.js';
import type { MetabaseInstance } from './instance.js';
import { addMember, removeMember } from './members.js';
import { reactivateAccount } from './reactivate-account.js';
import { updateAccount } from './update-account.js';

/**
 * Performs one operation; see `Target.apply`.
 *
 * No write is repeated in here: after an unknown outcome the engine looks again, and decides again.
 */
export async function apply(instance: MetabaseInstance, operation: Operation, signal: AbortSignal): Promise<Outcome> {
  switch (operation.kind) {
    case 'create-account':
      return createAccount(instance, operation, signal);
    case 'update-account':
      return updateAccount(instance, operation, signal);
    case 'deactivate-account':
      return deactivateAccount(instance, operation, signal);
    case 'reactivate-account':
      return reactivateAccount(instance, operation, signal);
    case 'create-group':
      return createGroup(instance, operation, signal);
    case 'rename-group':
      return renameGroup(instance, operation, signal);
    case 'delete-group':
      return deleteGroup(instance, operation, signal);
    case 'add-member':
      return addMember(instance, operation, signal);
    case 'remove-member':
      return removeMember(instance, operation, signal);
    case 'invite':
    case 'cancel-invitation':
      throw new TargetError('REJECTED', 'Metabase has no invitations apart from accounts');
    case 'set-group-members':
    case 'set-account-groups':
      throw new TargetError('REJECTED', 'memberships of Metabase are written one by one only');
  }
}
