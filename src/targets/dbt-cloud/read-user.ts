import type { RemoteId } from '../../model/account.js';
import { TargetError } from '../target-error.js';
import { userAnswer, type DbtUser } from './dbt-user.js';
import type { DbtSession } from './session.js';

/**
 * Fetches one person by id.
 *
 * @returns undefined when the answer is none: missing, not permitted, or the delisted route failing as it did for service
 *   tokens in August 2023. None of these proves absence; only `readUser` does
 * @throws {TargetError} for what concerns every call: a bad credential, a pause, a lost connection
 */
export async function fetchUser(session: DbtSession, id: RemoteId, signal: AbortSignal): Promise<DbtUser | undefined> {
  try {
    const { api, paths, config } = session;
    const user = await api.get(paths.user(id), userAnswer(config.accountId), signal);
    return user.id === id ? user : undefined;
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    const answered = error.status !== undefined && error.status !== 401 && error.status !== 429;
    if (answered || error.code === 'UNEXPECTED_RESPONSE') return undefined;
    throw error;
  }
}

/**
 * Reads one person just before a write: by id, else from a complete list.
 *
 * @returns the person with their groups; undefined when a complete list does not show them
 */
export async function readUser(session: DbtSession, id: RemoteId, signal: AbortSignal): Promise<DbtUser | undefined> {
  const user = await fetchUser(session, id, signal);
  return user?.groups === undefined ? listedUser(session, id, signal) : user;
}

/** Picks one person from a fresh, complete list: the only proof that somebody is gone. */
export async function listedUser(session: DbtSession, id: RemoteId, signal: AbortSignal): Promise<DbtUser | undefined> {
  return (await session.people.readUsers(signal)).find((user) => user.id === id);
}

/**
 * Whether somebody has an account here at all. In v2 a deactivated person still does; on the platform whoever holds no
 * licence of this account is a stranger, even when listed.
 */
export function isPresent(session: DbtSession, user: DbtUser): boolean {
  return session.dialect === 'v2' || user.licence?.live === true;
}

export const isActive = (session: DbtSession, user: DbtUser): boolean =>
  isPresent(session, user) && user.isActive && user.licence?.live !== false;
