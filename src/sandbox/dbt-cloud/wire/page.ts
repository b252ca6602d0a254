import type { Reply } from '../../kit/reply.js';
import type { Rules } from '../rules.js';
import { invalid } from '../state/refusal.js';
import { okList } from './envelope.js';

const defaultLimit = 100;
const maxLimit = 100;

/**
 * One page of rows that are already in order, each shown by `view`; an offset past the end is an empty page.
 *
 * @throws {Refusal} 400 for a limit or offset that is no whole number, and, by rule, for a limit over 100
 */
export function page<T>(
  rows: readonly T[],
  query: URLSearchParams,
  { limitOver100 }: Pick<Rules, 'limitOver100'>,
  view: (row: T) => unknown,
): Reply {
  const asked = wholeNumber(query, 'limit', defaultLimit);
  if (asked > maxLimit && limitOver100 === 'refuse') throw invalid(`limit: must be at most ${String(maxLimit)}.`);
  const limit = Math.min(asked, maxLimit);
  const offset = wholeNumber(query, 'offset', 0);

  const data = rows.slice(offset, offset + limit).map(view);
  return okList(data, {
    filters: { limit, offset },
    order_by: query.get('order_by') ?? 'id',
    pagination: { count: data.length, total_count: rows.length },
  });
}

function wholeNumber(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (!/^\d{1,9}$/.test(text)) throw invalid(`${name}: A valid integer is required.`);
  return Number(text);
}
