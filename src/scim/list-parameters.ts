import { ScimError } from './scim-error.js';

/** The most resources one page holds, and what `filter.maxResults` says. A client that names no number gets as many. */
export const maxResults = 200;

/** What part of which listing is wanted: RFC 7644 §3.4.2 and RFC 9865 §2, made safe. */
export interface ListParameters {
  readonly filter: string | undefined;
  readonly sortBy: string | undefined;
  readonly sortOrder: 'ascending' | 'descending';
  readonly paging: IndexPaging | CursorPaging;
}

export interface IndexPaging {
  readonly kind: 'index';
  /** From 1. */
  readonly startIndex: number;
  /** From 0; 0 asks for the total alone. */
  readonly count: number;
}

export interface CursorPaging {
  readonly kind: 'cursor';
  /** Empty for the first page. */
  readonly cursor: string;
  readonly count: number;
}

/** The parameters as a query string or a SearchRequest gives them. */
export interface GivenListParameters {
  readonly filter?: string | undefined;
  readonly sortBy?: string | undefined;
  readonly sortOrder?: string | undefined;
  readonly startIndex?: string | number | undefined;
  readonly count?: string | number | undefined;
  readonly cursor?: string | undefined;
}

/**
 * Reads what a client wants listed. Numbers below the lowest sensible one become it, a `count` beyond our maximum is
 * cut, as the RFC asks; what is no whole number is refused. Pages are counted by index unless `cursor` is there, empty
 * or not; both at once contradict each other.
 *
 * @throws {ScimError} 400 `invalidValue`, or `invalidCount` for the count of a cursor page.
 */
export function readListParameters(given: GivenListParameters): ListParameters {
  return {
    filter: given.filter,
    sortBy: given.sortBy === undefined || given.sortBy.trim() === '' ? undefined : given.sortBy.trim(),
    sortOrder: readSortOrder(given.sortOrder),
    paging: readPaging(given),
  };
}

function readPaging({ cursor, startIndex, count }: GivenListParameters): IndexPaging | CursorPaging {
  const countType = cursor === undefined ? 'invalidValue' : 'invalidCount';
  const number = integerOf('count', count, countType) ?? maxResults;
  const part = { count: Math.min(maxResults, Math.max(0, number)) };
  if (cursor === undefined) {
    return {
      kind: 'index',
      startIndex: Math.max(1, integerOf('startIndex', startIndex, 'invalidValue') ?? 1),
      ...part,
    };
  }
  if (startIndex !== undefined && startIndex !== '') {
    throw ScimError.badRequest('invalidValue', 'Give either startIndex or cursor, not both.');
  }
  return { kind: 'cursor', cursor, ...part };
}

function readSortOrder(given: string | undefined): ListParameters['sortOrder'] {
  const order = given?.trim().toLowerCase() ?? '';
  if (order === '' || order === 'ascending') return 'ascending';
  if (order === 'descending') return 'descending';
  throw ScimError.badRequest('invalidValue', 'sortOrder must be "ascending" or "descending".');
}

function integerOf(
  name: string,
  value: string | number | undefined,
  scimType: 'invalidValue' | 'invalidCount',
): number | undefined {
  if (value === undefined || value === '') return undefined;
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw ScimError.badRequest(scimType, `${name} must be a whole number.`);
}
