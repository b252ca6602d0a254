const firstMs = 5_000;
const longestMs = 900_000;

/**
 * How long to wait before a notification is tried again, in milliseconds: exponential with jitter, at most 15 minutes.
 * What the receiver asks for counts instead, whichever it is.
 *
 * @param attempts how often it was tried, this time included
 * @param random from 0 up to, not including, 1
 */
export function backOffMs(attempts: number, random: () => number, askedForMs: number | undefined): number {
  if (askedForMs !== undefined) return askedForMs;
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(attempts - 1, 20));
  return Math.floor(ceiling / 2 + (random() * ceiling) / 2);
}
