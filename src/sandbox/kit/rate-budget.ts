import type { RetryHeader } from './retry-headers.js';

const minute = 60_000;

/** Requests per minute, whoever sends them; after that, 429 for `cooldownSeconds`. */
export interface RateRule {
  readonly perMinute: number;
  readonly cooldownSeconds: number;
  readonly header: RetryHeader;
}

/** A vendor's request budget, shared by all callers: so many a minute, then nothing until the cooldown ends. */
export class RateBudget {
  #windowStart = -Infinity;
  #used = 0;
  #closedUntil = -Infinity;

  /** Counts one request; answers how many milliseconds remain when it may not pass, else 0. */
  spend(now: number, { perMinute, cooldownSeconds }: RateRule): number {
    if (now < this.#closedUntil) return this.#closedUntil - now;
    if (now >= this.#windowStart + minute) {
      this.#windowStart = now;
      this.#used = 0;
    }
    this.#used += 1;
    if (this.#used <= perMinute) return 0;
    this.#closedUntil = now + cooldownSeconds * 1000;
    this.#windowStart = -Infinity;
    return this.#closedUntil - now;
  }

  reset(): void {
    this.#closedUntil = -Infinity;
    this.#windowStart = -Infinity;
  }
}
