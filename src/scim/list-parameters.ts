import { ScimError } from './scim-error.js';

/** The most resources one page holds, and what `filter.maxResults` says. A client that names no number gets as many. */
export const maxResults = 200;

/** Which part of a listing is wanted: RFC 7644 §3.4.2.4, made safe. */
export interface ListParameters {
  readonly filter: string | undefined;
  /** From 1. */
  readonly startIndex: number;
  /** From 0; 0 asks for the total alone. */
  readonly count: number;
}

/**
 * Reads paging and filter from a query string or a SearchRequest. Numbers below the lowest sensible one become it, a
 * `count` beyond our maximum is cut, as the RFC asks; what is no whole number is refused.
 *
 * @throws {ScimError} 400 invalidValue
 */
export function readListParameters(given: {
  readonly filter?: string | undefined;
  readonly startIndex?: string | number | undefined;
  readonly count?: string | number | undefined;
}): ListParameters {
  return {
    filter: given.filter,
    startIndex: Math.max(1, integerOf('startIndex', given.startIndex) ?? 1),
    count: Math.min(maxResults, Math.max(0, integerOf('count', given.count) ?? maxResults)),
  };
}

function integerOf(name: string, value: string | number | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw ScimError.badRequest('invalidValue', `${name} must be a whole number.`);
}
