import type { RemoteId } from '../../model/account.js';
import { TargetError } from '../target-error.js';
import { cutShort, type Page, type RetoolApi } from './retool-api.js';
import { userAnswer, type RetoolUser } from './retool-user.js';

/** The most rows a page holds. */
export const pageLimit = 100;
const attempts = 4;
const path = '/users';

type Walk =
  | { readonly kind: 'whole'; readonly users: readonly RetoolUser[] }
  /** A row came twice, or there were fewer than the answers say: the list changed underneath. */
  | { readonly kind: 'moved' }
  /** The server gives the same page again and again: it does not know `next_token`. */
  | { readonly kind: 'repeats' };

/**
 * Reads every user, disabled ones included, or fails.
 *
 * Pages follow the vendor's own cursor. A release from before paging ignores `limit` and gives everything at once, or
 * one and the same page each time; then the list is read once more without `limit`, which is documented to hold
 * everybody.
 *
 * @throws {TargetError} UNEXPECTED_RESPONSE when an answer says there are more and not where; UNAVAILABLE when the list
 *   never held still
 */
export async function listUsers(api: RetoolApi, signal: AbortSignal): Promise<readonly RetoolUser[]> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const walk = await walkPages((next) => userPage(api, next, signal));
    if (walk.kind === 'whole') return walk.users;
    if (walk.kind === 'repeats') return unique(await api.whole(path, userAnswer, signal));
  }
  const message = "Retool's list of users could not be read completely: it kept changing, or holds fewer than it says";
  throw new TargetError('UNAVAILABLE', message);
}

/** @param next where the page begins; undefined for the first */
export function userPage(api: RetoolApi, next: string | undefined, signal: AbortSignal): Promise<Page<RetoolUser>> {
  const query = { limit: pageLimit, ...(next === undefined ? {} : { next_token: next }) };
  return api.page(path, userAnswer, query, signal);
}

async function walkPages(fetchPage: (next: string | undefined) => Promise<Page<RetoolUser>>): Promise<Walk> {
  const users = new Map<RemoteId, RetoolUser>();
  const followed = new Set<string>();
  let next: string | undefined;
  let most = 0;
  for (;;) {
    const page = await fetchPage(next);
    const known = page.rows.filter(({ id }) => users.has(id)).length;
    if (next !== undefined && page.rows.length > 0 && known === page.rows.length) return { kind: 'repeats' };
    for (const user of page.rows) users.set(user.id, user);
    const isNew = unique(page.rows).length === page.rows.length && known === 0;
    if (!isNew || (page.hasMore && page.rows.length === 0)) return { kind: 'moved' };
    most = Math.max(most, page.total);
    if (!page.hasMore) return users.size >= most ? { kind: 'whole', users: [...users.values()] } : { kind: 'moved' };
    if (page.next === undefined) throw cutShort(path);
    if (followed.has(page.next)) return { kind: 'repeats' };
    followed.add(page.next);
    next = page.next;
  }
}

function unique(users: readonly RetoolUser[]): readonly RetoolUser[] {
  return [...new Map(users.map((user) => [user.id, user])).values()];
}
