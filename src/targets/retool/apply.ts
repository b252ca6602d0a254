import type { Operation, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { createAccount } from './create-account.js';
import { deactivateAccount } from './deactivate-account.js';
import { reactivateAccount, updateAccount } from './edit-account.js';
import { createGroup, deleteGroup, renameGroup } from './groups.js';
import { cancelInvitation, invite } from './invite.js';
import { addMember, removeMember } from './members.js';
import { addressKey } from './retool-user.js';
import type { RetoolSession } from './session.js';

/**
 * Performs one operation; see `Target.apply`.
 *
 * Nothing is ever repeated in here: after an unknown outcome the engine looks again, and decides again.
 */
export async function apply(session: RetoolSession, operation: Operation, signal: AbortSignal): Promise<Outcome> {
  refuseBeyondMode(session, operation);
  switch (operation.kind) {
    case 'invite':
      return session.locks.run(person(operation), () => invite(session, operation, signal));
    case 'cancel-invitation':
      return session.locks.run(person(operation), () => cancelInvitation(session, operation, signal));
    case 'create-account':
      return session.locks.run(person(operation), () => createAccount(session, operation, signal));
    case 'update-account':
      return updateAccount(session, operation, signal);
    case 'deactivate-account':
      return deactivateAccount(session, operation, signal);
    case 'reactivate-account':
      return reactivateAccount(session, operation, signal);
    case 'create-group':
      return session.locks.run('groups', () => createGroup(session, operation, signal));
    case 'rename-group':
      return session.locks.run('groups', () => renameGroup(session, operation, signal));
    case 'delete-group':
      return deleteGroup(session, operation, signal);
    case 'add-member':
      return addMember(session, operation, signal);
    case 'remove-member':
      return removeMember(session, operation, signal);
    case 'set-group-members':
    case 'set-account-groups':
      throw new TargetError('REJECTED', 'memberships in Retool are added and removed one by one');
  }
}

const person = ({ email }: { readonly email: string }): string => `person ${addressKey(email)}`;

/** The planner reads the same from the capabilities; a plan held overnight may have been made under others. */
function refuseBeyondMode({ access }: RetoolSession, operation: Operation): void {
  const { mode } = access;
  if (operation.kind === 'invite' && mode !== 'invite-only') {
    throw new TargetError('REJECTED', 'accounts are made at once here: nobody is invited');
  }
  if (operation.kind === 'deactivate-account' && mode === 'invite-only') {
    const message = `this cannot be done with this plan or token; disable ${operation.email} in Retool by hand`;
    throw new TargetError('REJECTED', message);
  }
  const isAboutPeople = ['create-account', 'update-account', 'reactivate-account'].includes(operation.kind);
  if (isAboutPeople && mode === 'invite-only') {
    throw new TargetError('REJECTED', 'this plan or token shows no accounts: people can only be invited');
  }
  if ('groupId' in operation || operation.kind === 'create-group') {
    if (mode !== 'full') throw new TargetError('REJECTED', 'groups cannot be managed with this plan or token');
  }
}
