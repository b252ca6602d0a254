import type { Operation, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { platformAccounts } from './accounts-platform.js';
import { v2Accounts } from './accounts-v2.js';
import { cancelInvitation } from './cancel-invitation.js';
import { createGroup, deleteGroup, renameGroup } from './groups.js';
import { invite } from './invite.js';
import { setAccountGroups } from './set-account-groups.js';
import { setGroupMembers } from './set-group-members.js';
import { addressKey } from './people.js';
import { mergeKey, type DbtSession } from './session.js';

/**
 * Performs one operation; see `Target.apply`.
 *
 * Nothing is ever repeated in here: after an unknown outcome the engine looks again, and decides again.
 */
export async function apply(session: DbtSession, operation: Operation, signal: AbortSignal): Promise<Outcome> {
  const accounts = session.dialect === 'v2' ? v2Accounts : platformAccounts;
  const alone = (id: string, work: () => Promise<Outcome>): Promise<Outcome> =>
    session.locks.run(mergeKey(session, id), work);
  switch (operation.kind) {
    case 'invite':
      return session.locks.run(`invitation ${addressKey(operation.email)}`, () => invite(session, operation, signal));
    case 'create-account':
      throw new TargetError('REJECTED', 'dbt Cloud has no accounts without an invitation');
    case 'cancel-invitation':
      return cancelInvitation(session, operation, signal);
    case 'update-account':
      return alone(operation.accountId, () => accounts.update(session, operation, signal));
    case 'deactivate-account':
      return alone(operation.accountId, () => accounts.deactivate(session, operation, signal));
    case 'reactivate-account':
      return alone(operation.accountId, () => accounts.reactivate(session, operation, signal));
    case 'create-group':
      return session.locks.run('groups', () => createGroup(session, operation, signal));
    case 'rename-group':
      return alone(operation.groupId, () => renameGroup(session, operation, signal));
    case 'delete-group':
      return alone(operation.groupId, () => deleteGroup(session, operation, signal));
    case 'set-group-members':
      if (session.dialect !== 'v2') throw wrongGrain('account by account');
      return alone(operation.groupId, () => setGroupMembers(session, operation, signal));
    case 'set-account-groups':
      if (session.dialect !== 'platform') throw wrongGrain('group by group');
      return alone(operation.accountId, () => setAccountGroups(session, operation, signal));
    case 'add-member':
    case 'remove-member':
      throw wrongGrain(session.dialect === 'v2' ? 'group by group' : 'account by account');
  }
}

function wrongGrain(grain: string): TargetError {
  return new TargetError('REJECTED', `this dbt Cloud account takes memberships ${grain} only`);
}
