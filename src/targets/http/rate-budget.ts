/**
 * Spreads calls so that no minute ever sees more than `perMinute` of them, with a small burst at the start.
 *
 * One writer owns a target in the whole cluster, so a budget in this process is the cluster's budget.
 */
export class RateBudget {
  readonly #intervalMs: number;
  readonly #slackMs: number;
  readonly #clock: () => number;
  #due = -Infinity;

  /**
   * @param perMinute calls in any 60 seconds, at least 1
   * @param clock milliseconds that never run backwards; a wall clock set back would stall every call
   */
  constructor(perMinute: number, clock: () => number) {
    // Burst and steady rate together stay within the limit of any window, not only of whole minutes.
    const burst = Math.max(1, Math.floor(perMinute / 10));
    this.#intervalMs = 60_000 / Math.max(1, perMinute - burst);
    this.#slackMs = (burst - 1) * this.#intervalMs;
    this.#clock = clock;
  }

  /** Takes the next place in line and returns how many milliseconds to wait for it; 0 means now. */
  reserve(): number {
    const now = this.#clock();
    this.#due = Math.max(this.#due, now);
    const waitMs = Math.max(0, this.#due - this.#slackMs - now);
    this.#due += this.#intervalMs;
    return waitMs;
  }
}
