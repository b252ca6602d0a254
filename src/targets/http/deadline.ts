/** Ends a call that takes too long as a whole, however steadily its bytes drip, and remembers who ended it. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #outer: AbortSignal;
  readonly #stop = (): void => this.#end('stopped');
  interruption: 'time-out' | 'stopped' | undefined;

  constructor(timeoutMs: number, outer: AbortSignal) {
    this.#outer = outer;
    this.#timer = setTimeout(() => this.#end('time-out'), timeoutMs);
    outer.addEventListener('abort', this.#stop, { once: true });
    if (outer.aborted) this.#stop();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  release(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener('abort', this.#stop);
  }

  #end(why: 'time-out' | 'stopped'): void {
    this.interruption ??= why;
    this.#controller.abort();
  }
}
