import { isDeepStrictEqual } from 'node:util';

/** One claim about a step, and everything that speaks against it. */
export interface Check {
  readonly claim: string;
  /** Empty: it held. */
  readonly differences: readonly Difference[];
}

export interface Difference {
  /** Where to look, such as `people › ada@acme.test › licence`. */
  readonly at: string;
  readonly expected: string;
  readonly actual: string;
}

export function held(check: Check): boolean {
  return check.differences.length === 0;
}

export function difference(at: string, expected: unknown, actual: unknown): Difference {
  return { at, expected: inWords(expected), actual: inWords(actual) };
}

function inWords(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

/** Where two values differ: objects are followed down to what differs in them, everything else is compared whole. */
export function differences(expected: unknown, actual: unknown, at: string): readonly Difference[] {
  if (!isObject(expected) || !isObject(actual)) {
    return isDeepStrictEqual(expected, actual) ? [] : [difference(at, expected, actual)];
  }
  const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  return [...keys].flatMap((key) => differences(expected[key], actual[key], `${at} › ${key}`));
}

/** Like `differences`, for somebody who only cares about what they named. */
export function missing(expected: unknown, actual: unknown, at: string): readonly Difference[] {
  if (!isObject(expected) || !isObject(actual)) return differences(expected, actual, at);
  return Object.entries(expected).flatMap(([key, value]) => missing(value, actual[key], `${at} › ${key}`));
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
