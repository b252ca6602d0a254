import type { AccountChange } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { userAnswer, type RetoolUser } from './retool-user.js';
import { segment, type RetoolSession } from './session.js';

export interface Replacement {
  readonly op: 'replace';
  readonly path: '/active' | '/first_name' | '/last_name';
  readonly value: boolean | string;
}

const replace = (path: Replacement['path'], value: boolean | string): Replacement => ({ op: 'replace', path, value });

export const enabling = replace('/active', true);
export const disabling = replace('/active', false);

/** The names that must change; none where they are as wanted. */
export function namesToReplace(user: RetoolUser, change: AccountChange): readonly Replacement[] {
  const { firstName = user.firstName, lastName = user.lastName } = change;
  return [
    ...(firstName === user.firstName ? [] : [replace('/first_name', firstName)]),
    ...(lastName === user.lastName ? [] : [replace('/last_name', lastName)]),
  ];
}

/**
 * Edits one user: all of the operations, or none. Only `operations` with add, remove and replace are understood, and
 * there is no PUT.
 *
 * @throws {TargetError} CONFLICT when the answer shows something else than was sent
 */
export async function patchUser(
  session: RetoolSession,
  user: RetoolUser,
  operations: readonly Replacement[],
  signal: AbortSignal,
): Promise<void> {
  const path = `/users/${segment(user.id)}`;
  const after = await session.api.write(
    { method: 'PATCH', path, body: { operations }, data: userAnswer, repeatable: true },
    signal,
  );
  if (after.id === user.id && operations.every((each) => holds(after, each))) return;
  throw new TargetError('CONFLICT', `Retool took the change of ${user.email}, and shows something else afterwards`);
}

function holds(user: RetoolUser, { path, value }: Replacement): boolean {
  switch (path) {
    case '/active':
      return user.active === value;
    case '/first_name':
      return user.firstName === value;
    case '/last_name':
      return user.lastName === value;
  }
}
