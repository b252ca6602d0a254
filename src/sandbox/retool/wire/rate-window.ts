import { Refusal } from '../../kit/refusal.js';
import { retryHeaders } from '../../kit/retry-headers.js';
import type { Rules } from '../rules.js';

const windowMs = 60_000;

/** The message of a 429. */
export const throttled = 'Too many requests, please try again later.';

/** A 429 with what its headers say. */
export class RateLimited extends Refusal {
  readonly headers: Readonly<Record<string, string>>;

  constructor(headers: Readonly<Record<string, string>>) {
    super(429, throttled);
    this.headers = headers;
  }
}

/** One token's requests of the last minute. A request that was turned away is not counted. */
export class RateWindow {
  #passed: number[] = [];

  /** @throws {RateLimited} when the window is full; it frees up one request at a time, not all at once */
  spend(now: number, { perMinute, header }: Rules['rate']): void {
    if (perMinute === null) return;
    this.#passed = this.#passed.filter((at) => at > now - windowMs);
    if (this.#passed.length < perMinute) {
      this.#passed.push(now);
      return;
    }
    const oldest = this.#passed[this.#passed.length - perMinute] ?? now;
    throw new RateLimited(retryHeaders(header, oldest + windowMs - now, now, undefined));
  }
}
