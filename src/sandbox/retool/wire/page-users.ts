import { z } from 'zod';
import type { Reply } from '../../kit/reply.js';
import { largestPage } from '../choices.js';
import type { Organisation } from '../state/organisation.js';
import type { User } from '../state/records.js';
import { badBody } from '../state/refusals.js';
import { okList } from './envelope.js';
import { has } from './version.js';

/**
 * The list of users: everybody at once, last written last, or with `limit` one page by ascending `legacy_id`.
 *
 * @throws {Refusal} 400 for a limit outside 1 to 100, or a token that is none of ours
 */
export function pageUsers(
  { rules }: Organisation,
  users: readonly User[],
  query: URLSearchParams,
  view: (user: User) => unknown,
): Reply {
  const limit = has('paging', rules.version) ? parseLimit(query.get('limit')) : undefined;
  if (limit === undefined) return okList(users.toSorted((a, b) => a.written - b.written).map(view));

  const after = lastIdOf(query.get('next_token') ?? '');
  const ahead = users.toSorted((a, b) => a.legacyId - b.legacyId).filter((each) => each.legacyId > after);
  const rows = ahead.slice(0, limit);
  const last = rows.at(-1);
  const nextToken = last === undefined || ahead.length === rows.length ? null : tokenAfter(last);
  return okList(rows.map(view), {
    totalCount: rules.totalCount === 'page' ? rows.length : users.length,
    nextToken,
  });
}

function parseLimit(text: string | null): number | undefined {
  if (text === null) return undefined;
  const limit = Number(/^\d{1,4}$/.test(text) ? text : 0);
  if (limit < 1 || limit > largestPage) throw badBody('Invalid value for query parameter: limit');
  return limit;
}

const cursorSchema = z.strictObject({ lastId: z.int() });

function tokenAfter({ legacyId }: User): string {
  return Buffer.from(JSON.stringify({ lastId: legacyId })).toString('base64');
}

/** Nobody comes before the first page. */
function lastIdOf(token: string): number {
  if (token === '') return 0;
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(token, 'base64').toString('utf8'))).lastId;
  } catch {
    throw badBody('Invalid value for query parameter: next_token');
  }
}
