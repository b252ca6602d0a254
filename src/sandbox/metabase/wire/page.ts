import { throwable } from '../state/refusal.js';
import { badPaging } from '../texts.js';

/** What an offset alone brings. */
const defaultLimit = 50;

export interface Paging {
  readonly limit: number | null;
  readonly offset: number | null;
}

/** With neither parameter everything comes at once; one of them brings the other's default. @throws {Refusal} 400 */
export function pagingOf(query: URLSearchParams): Paging {
  const limit = wholeNumber(query.get('limit'));
  const offset = wholeNumber(query.get('offset'));
  if (limit === null && offset === null) return { limit, offset };
  return { limit: limit ?? defaultLimit, offset: offset ?? 0 };
}

export function pageOf<T>(rows: readonly T[], { limit, offset }: Paging): T[] {
  const start = offset ?? 0;
  return rows.slice(start, limit === null ? undefined : start + limit);
}

function wholeNumber(text: string | null): number | null {
  if (text === null) return null;
  if (!/^\d{1,9}$/.test(text)) throw throwable(badPaging(text));
  return Number(text);
}
