/** `failed`: and it is tried again. */
export type Outcome = 'delivered' | 'failed' | 'given-up';

/** How attempts to deliver ended since the process started, for its metrics. */
export class Tally {
  readonly #counts = new Map<string, Map<Outcome, number>>();

  add(channel: string, outcome: Outcome): void {
    const counts = this.#counts.get(channel) ?? new Map<Outcome, number>();
    this.#counts.set(channel, counts.set(outcome, (counts.get(outcome) ?? 0) + 1));
  }

  *counts(): Generator<{ readonly channel: string; readonly outcome: Outcome; readonly count: number }> {
    for (const [channel, counts] of this.#counts) {
      for (const [outcome, count] of counts) yield { channel, outcome, count };
    }
  }
}
