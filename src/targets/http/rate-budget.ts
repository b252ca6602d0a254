const minuteMs = 60_000;

/**
 * Sees to it that no 60 seconds ever hold more than `perMinute` calls. Up to that, nobody waits.
 *
 * One writer owns a target in the whole cluster, so a budget in this process is the cluster's budget.
 */
export class RateBudget {
  /** When the last `perMinute` calls were sent, or are to be sent: a ring, oldest next. */
  readonly #sent: Float64Array;
  readonly #clock: () => number;
  #next = 0;

  /**
   * @param perMinute a whole number, at least 1
   * @param clock milliseconds that never run backwards; a wall clock set back would stall every call
   */
  constructor(perMinute: number, clock: () => number) {
    this.#sent = new Float64Array(Math.max(1, Math.floor(perMinute))).fill(-Infinity);
    this.#clock = clock;
  }

  /** Takes the next place in line and returns how many milliseconds to wait for it; 0 means now. */
  reserve(): number {
    const now = this.#clock();
    const sendAt = Math.max(now, (this.#sent[this.#next] ?? -Infinity) + minuteMs);
    this.#sent[this.#next] = sendAt;
    this.#next = (this.#next + 1) % this.#sent.length;
    return sendAt - now;
  }
}
