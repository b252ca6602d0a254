import type { RemoteId } from '../../model/account.js';
import { isRefusal, vanished } from './refusals.js';
import { emailOf, userAnswer, type RemoteUser } from './scim-user.js';
import { userPath, type ScimSession } from './session.js';

/**
 * Fetches one user by id.
 *
 * @returns undefined when there is no answer with this user in it, which alone does not prove that they are gone
 */
export async function fetchUser(
  session: ScimSession,
  id: RemoteId,
  signal: AbortSignal,
): Promise<RemoteUser | undefined> {
  try {
    const user = await session.api.resource(userPath(id), userAnswer, signal);
    return user.id === id ? user : undefined;
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/** Reads one user just before a write: by id, else from a complete list, the only proof that somebody is gone. */
export async function readUser(
  session: ScimSession,
  id: RemoteId,
  signal: AbortSignal,
): Promise<RemoteUser | undefined> {
  const user = await fetchUser(session, id, signal);
  return user ?? (await session.roster.readAll(signal)).find((each) => each.id === id);
}

/** @throws {TargetError} CONFLICT when the user is gone */
export async function requireUser(session: ScimSession, id: RemoteId, signal: AbortSignal): Promise<RemoteUser> {
  const user = await readUser(session, id, signal);
  if (user === undefined) throw vanished(`user ${id}`);
  return user;
}

export const called = (user: RemoteUser): string => emailOf(user) || user.id;
