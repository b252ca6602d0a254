import type { Operation, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { deactivateAccount, reactivateAccount, updateAccount } from './accounts.js';
import { createAccount } from './create-account.js';
import { createGroup, deleteGroup, renameGroup } from './groups.js';
import { changeMembership } from './memberships.js';
import { replaceMembers } from './replace-members.js';
import { nameKey } from './scim-user.js';
import type { ScimSession } from './session.js';

/**
 * Performs one operation; see `Target.apply`.
 *
 * After an unknown outcome nothing is repeated in here: the engine looks again, and decides again. Another way to the
 * same end is tried only after a refusal, when nothing has happened yet.
 */
export async function apply(session: ScimSession, operation: Operation, signal: AbortSignal): Promise<Outcome> {
  const { locks } = session;
  switch (operation.kind) {
    case 'invite':
    case 'cancel-invitation':
      throw new TargetError('REJECTED', 'a SCIM server knows no invitations: accounts are made at once');
    case 'create-account': {
      const userName = operation.profile?.['userName'] ?? operation.email;
      return locks.run(`name ${nameKey(userName)}`, () => createAccount(session, operation, signal));
    }
    case 'update-account':
      return locks.run(`user ${operation.accountId}`, () => updateAccount(session, operation, signal));
    case 'deactivate-account':
      return locks.run(`user ${operation.accountId}`, () => deactivateAccount(session, operation, signal));
    case 'reactivate-account':
      return locks.run(`user ${operation.accountId}`, () => reactivateAccount(session, operation, signal));
    case 'set-account-groups':
      throw new TargetError('REJECTED', 'a SCIM server takes memberships group by group only');
    default:
      return applyToGroup(session, operation, signal);
  }
}

type GroupOperation = Extract<
  Operation,
  { kind: 'create-group' | 'rename-group' | 'delete-group' | 'set-group-members' | 'add-member' | 'remove-member' }
>;

async function applyToGroup(session: ScimSession, operation: GroupOperation, signal: AbortSignal): Promise<Outcome> {
  if (!session.manners.managesGroups) {
    throw new TargetError('REJECTED', 'the groups of this SCIM server cannot be seen, and are left alone');
  }
  if (operation.kind === 'create-group') {
    return session.locks.run('new groups', () => createGroup(session, operation, signal));
  }
  return session.locks.run(`group ${operation.groupId}`, () => {
    switch (operation.kind) {
      case 'rename-group':
        return renameGroup(session, operation, signal);
      case 'delete-group':
        return deleteGroup(session, operation, signal);
      case 'set-group-members':
        return replaceMembers(session, operation.groupId, operation, signal);
      case 'add-member':
      case 'remove-member':
        return changeMembership(session, operation, signal);
    }
  });
}
