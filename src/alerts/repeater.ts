/**
 * Does the same work again and again: `work` says how many milliseconds later at the latest; `wake` makes it now. A
 * failure is reported and does not end it.
 */
export class Repeater {
  readonly #work: () => Promise<number>;
  readonly #failed: (error: unknown) => number;
  #stopped = false;
  #woken = false;
  #wake: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();

  /** @param failed is told why the work failed and says how many milliseconds later it is tried again */
  constructor(work: () => Promise<number>, failed: (error: unknown) => number) {
    this.#work = work;
    this.#failed = failed;
  }

  start(): void {
    this.#running = this.#run();
  }

  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  /** Resolves when what is under way is done; nothing is begun after it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#woken = false;
      const wait = await this.#work().catch(this.#failed);
      if (!this.#woken) await this.#sleep(wait);
    }
  }

  async #sleep(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
    this.#wake = () => undefined;
  }
}
