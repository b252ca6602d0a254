/** Longer waits than this are taken for a mistake: a header must not be able to switch a target off for days. */
const longestMs = 3_600_000;
/** A wait of zero, or a date our clock has passed, still means "not this instant". */
const shortestMs = 1_000;

/**
 * How long a target asks to be left alone, in milliseconds; undefined when it does not say.
 *
 * Reads `Retry-After` in both forms of RFC 9110 §10.2.3, seconds and HTTP-date, and the vendors'
 * `x-rate-limit-retry-after-seconds`. Where several are present the longest wins.
 *
 * @param now milliseconds since the epoch, for the HTTP-date
 */
export function retryAfterMs(headers: Readonly<Record<string, unknown>>, now: number): number | undefined {
  const waits = [
    secondsAsMs(headers['retry-after']) ?? dateAsMs(headers['retry-after'], now),
    secondsAsMs(headers['x-rate-limit-retry-after-seconds']),
  ].filter((wait) => wait !== undefined);
  if (waits.length === 0) return undefined;
  return Math.min(longestMs, Math.max(shortestMs, ...waits));
}

function secondsAsMs(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^\s*\d+(\.\d+)?\s*$/.test(value)) return undefined;
  return Math.ceil(Number(value) * 1000);
}

function dateAsMs(value: unknown, now: number): number | undefined {
  // Date.parse is lenient enough to read a bare negative number as a year; a date here starts with a weekday.
  if (typeof value !== 'string' || !/^\s*[A-Za-z]{3}/.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : at - now;
}
