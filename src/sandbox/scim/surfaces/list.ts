import type { Reply } from '../../kit/reply.js';
import type { Filter } from '../filter/filter.js';
import { matches } from '../filter/match-filter.js';
import { parseFilter } from '../filter/parse-filter.js';
import type { Document } from '../schema/document.js';
import type { ResourceType } from '../schema/schemas.js';
import { urns } from '../schema/schemas.js';
import { caseExactIn } from '../state/directory.js';
import { bad } from '../state/refusals.js';
import { answer } from '../wire/reply.js';
import type { Call } from '../wire/route.js';
import { project } from './project.js';

/**
 * A list of resources, oldest first: filtered, one page of it, and each as far as the caller wants to see it.
 *
 * @throws {ScimRefusal} 400 for a filter this server does not understand, or a page that is no number
 */
export function list<R>(
  call: Call,
  type: ResourceType,
  resources: readonly R[],
  present: (resource: R) => Document,
): Reply {
  const filter = filterOf(call, type);
  const caseExact = caseExactIn(call.dir);
  const matching =
    filter === undefined ? resources : resources.filter((each) => matches(filter, present(each), caseExact));
  const { startIndex, count } = pageOf(call, matching.length);
  const page = matching.slice(startIndex - 1, startIndex - 1 + count);
  return answer(call, {
    schemas: [urns.list],
    totalResults: matching.length,
    startIndex,
    itemsPerPage: page.length,
    Resources: page.map((each) => project(type, present(each), call.query)),
  });
}

/** Discovery lists know no paging and no filter (RFC 7644 §4). */
export function plainList(call: Call, resources: readonly unknown[]): Reply {
  const { length } = resources;
  return answer(call, {
    schemas: [urns.list],
    totalResults: length,
    startIndex: 1,
    itemsPerPage: length,
    Resources: resources,
  });
}

function filterOf({ dir, query }: Call, type: ResourceType): Filter | undefined {
  const text = query.get('filter');
  if (text === null) return undefined;
  const { filter: rule, strangeFilter } = dir.rules;
  try {
    if (rule === 'none') throw bad('invalidFilter', 'This server does not filter.');
    const filter = parseFilter(type, text);
    if (rule === 'equality' && !isEquality(type, filter)) throw bad('invalidFilter', 'Unsupported filter.');
    return filter;
  } catch (refusal) {
    if (strangeFilter === 'ignore') return undefined;
    throw refusal;
  }
}

function isEquality({ name }: ResourceType, filter: Filter): boolean {
  if (filter.kind !== 'compare' || filter.operator !== 'eq' || filter.path.length > 1) return false;
  return filter.path[0].name === (name === 'User' ? 'userName' : 'displayName');
}

/** RFC 7644 §3.4.2.4: a start before 1 is 1, a count below 0 is 0. */
function pageOf({ dir, query }: Call, total: number): { readonly startIndex: number; readonly count: number } {
  const { paging, defaultPageSize, maxPageSize } = dir.rules;
  if (paging === 'ignored') return { startIndex: 1, count: total };
  const startIndex = Math.max(1, wholeNumber(query, 'startIndex', 1));
  const count = Math.max(0, wholeNumber(query, 'count', defaultPageSize));
  return { startIndex, count: Math.min(count, maxPageSize) };
}

function wholeNumber(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (!/^-?\d{1,9}$/.test(text)) throw bad('invalidValue', `${name} must be a whole number.`);
  return Number(text);
}
