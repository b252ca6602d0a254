import type { RemoteId } from '../../model/account.js';
import { TargetError } from '../target-error.js';
import { listUsers } from './list-users.js';
import { isRefusal } from './retool-api.js';
import { addressKey, userAnswer, type RetoolUser } from './retool-user.js';
import { segment, type RetoolSession } from './session.js';

/** Anything else is refused as malformed, by some releases with a failure (500). */
export const isUserId = (id: RemoteId): boolean => /^user_[a-z0-9]+$/.test(id);

/**
 * Fetches one person by id.
 *
 * @returns undefined when the answer is none, which alone proves nothing
 */
export async function fetchUser(
  { api }: RetoolSession,
  id: RemoteId,
  signal: AbortSignal,
): Promise<RetoolUser | undefined> {
  try {
    const user = await api.get(`/users/${segment(id)}`, userAnswer, signal);
    return user.id === id ? user : undefined;
  } catch (error) {
    if (isRefusal(error) || (error instanceof TargetError && error.isPage)) return undefined;
    throw error;
  }
}

/** Reads one person just before a write: by id, else from a complete list, which alone proves that they are gone. */
export async function readUser(
  session: RetoolSession,
  id: RemoteId,
  signal: AbortSignal,
): Promise<RetoolUser | undefined> {
  const user = isUserId(id) ? await fetchUser(session, id, signal) : undefined;
  return user ?? (await listUsers(session.api, signal)).find((each) => each.id === id);
}

/**
 * Looks for one address by the vendor's filter, which finds disabled people too.
 *
 * How it compares is undocumented, so everybody it names is compared again. Where it names strangers, or says there
 * are more, it is not to be trusted with "nobody", and the whole list is read.
 */
export async function findByAddress(
  session: RetoolSession,
  email: string,
  signal: AbortSignal,
): Promise<readonly RetoolUser[]> {
  const key = addressKey(email);
  const { rows, hasMore } = await session.api.page('/users', userAnswer, { email, limit: 100 }, signal);
  const found = rows.filter((user) => addressKey(user.email) === key);
  return found.length < rows.length || hasMore ? findInList(session, key, signal) : found;
}

/** @param key the folded address */
export async function findInList(
  session: RetoolSession,
  key: string,
  signal: AbortSignal,
): Promise<readonly RetoolUser[]> {
  return (await listUsers(session.api, signal)).filter((user) => addressKey(user.email) === key);
}
