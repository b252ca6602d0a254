import { EventEmitter } from 'node:events';
import type { Acknowledge, UserOutcome } from '../model/acknowledge.js';
import { readBacklog, readDue } from '../store/due-queue.js';
import { releaseLeases, voidLeases } from '../store/leases.js';
import type { Store } from '../store/store.js';
import { readTargetState } from '../store/target-states.js';
import { sweepTarget } from '../store/sweep.js';
import type { Runtime } from './runtime.js';
import type { Signals } from './signals.js';
import { TargetLoop, type Pass } from './target-loop.js';

export interface EngineOptions {
  readonly store: Store;
  readonly runtimes: readonly Runtime[];
  readonly holder: string;
  /** How long a SCIM request about one user waits for its outcome; 0 turns waiting off. */
  readonly waitSeconds: number;
  readonly sweepMs: number;
  readonly pollMs: number;
  readonly leaseMs?: number;
}

/** A backlog longer than this is not waited for. */
const shortBacklog = 20;

/** All loops of this process: starts and stops them, and tells SCIM requests what became of one user. */
export class Engine implements Acknowledge {
  readonly loops: ReadonlyMap<string, TargetLoop>;
  readonly #options: EngineOptions;
  readonly #worked = new EventEmitter().setMaxListeners(0);
  readonly #stopping = new AbortController();
  readonly #abort = new AbortController();
  readonly #wakers = new Map<string, () => void>();
  #running: Promise<unknown> = Promise.resolve();
  #stopListening: () => void = () => undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
    const { holder, sweepMs, pollMs, leaseMs = 90_000 } = options;
    this.loops = new Map(
      options.runtimes.map((runtime) => {
        const { name } = runtime.config;
        const onWorked = (userIds: readonly string[]): void => {
          for (const userId of userIds) this.#worked.emit(`${name}:${userId}`);
        };
        return [name, new TargetLoop(runtime, { holder, leaseMs, sweepMs, pollMs, onWorked })];
      }),
    );
  }

  /** Starts every loop. An embedded store belongs to this process alone, so leases left in it are void. */
  async start(): Promise<void> {
    const { store } = this.#options;
    if (store.engine.name === 'sqlite') await voidLeases(store);
    this.#stopListening = store.onDue((target) => this.#wakers.get(target)?.());
    this.#running = Promise.all([...this.loops.values()].map((loop) => this.#run(loop)));
  }

  /** Begins nothing new, lets what is under way finish for `graceMs`, then cuts it; its outcome stays journaled. */
  async close(graceMs = 10_000): Promise<void> {
    this.#stopping.abort();
    this.#stopListening();
    for (const wake of this.#wakers.values()) wake();
    const timer = setTimeout(() => this.#abort.abort(), graceMs);
    await this.#running;
    clearTimeout(timer);
    await releaseLeases(this.#options.store, this.#options.holder);
  }

  /** One pass of one target's loop; for tests and for the moment after a sync. */
  async pass(target: string): Promise<Pass> {
    const loop = this.loops.get(target);
    if (loop === undefined) throw new RangeError(`no target is named ${target}`);
    return loop.pass(this.#signals());
  }

  /** Makes every key of a target due now. @returns how many are, or undefined when there is no such target */
  async sync(target: string, requestId: string): Promise<number | undefined> {
    const loop = this.loops.get(target);
    if (loop === undefined) return undefined;
    return sweepTarget(this.#options.store, target, loop.runtime.now(), {
      actor: 'engine',
      requestId: `sync:${requestId}`,
    });
  }

  async outcomeOf(directory: string, userId: string): Promise<UserOutcome> {
    const { store, waitSeconds } = this.#options;
    const targets = store.targetsOf(directory).filter((target) => this.loops.has(target));
    if (targets.length === 0) return { kind: 'settled' };
    if (waitSeconds <= 0) return { kind: 'unknown' };
    const timeout = AbortSignal.any([AbortSignal.timeout(waitSeconds * 1000), this.#stopping.signal]);
    const outcomes = await Promise.all(targets.map((target) => this.#outcomeIn(target, userId, timeout)));
    const reasons = outcomes.flatMap((outcome) => (outcome.kind === 'rejected' ? outcome.reasons : []));
    if (reasons.length === targets.length) return { kind: 'rejected', reasons };
    return outcomes.some((outcome) => outcome.kind === 'unknown') ? { kind: 'unknown' } : { kind: 'settled' };
  }

  async #outcomeIn(target: string, userId: string, timeout: AbortSignal): Promise<UserOutcome> {
    const { store } = this.#options;
    const event = `${target}:${userId}`;
    for (;;) {
      const worked = this.#nextWork(event, timeout);
      const [row] = await readDue(store, target, 'account', [userId]);
      if (row === undefined) return { kind: 'settled' };
      if (row.gave_up_at !== null) return { kind: 'rejected', reasons: [{ target, reason: row.error ?? 'refused' }] };
      if (row.attempts > 0 || timeout.aborted || !(await this.#isPrompt(target))) return { kind: 'unknown' };
      await worked;
    }
  }

  #nextWork(event: string, timeout: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#worked.off(event, done);
        timeout.removeEventListener('abort', done);
        resolve();
      };
      this.#worked.on(event, done);
      timeout.addEventListener('abort', done);
    });
  }

  /** Healthy, not throttled, and not behind: only then may an identity provider's request wait for a target. */
  async #isPrompt(target: string): Promise<boolean> {
    const { store } = this.#options;
    const loop = this.loops.get(target);
    const state = await readTargetState(store, target);
    if (loop === undefined || state.last_error !== null || (state.paused_until ?? 0) > loop.runtime.now()) return false;
    return (await readBacklog(store, target)).due <= shortBacklog;
  }

  async #run(loop: TargetLoop): Promise<void> {
    const { config, now, log } = loop.runtime;
    while (!this.#stopping.signal.aborted) {
      let wait = 1000;
      const woken = this.#waker(config.name);
      try {
        const pass = await loop.pass(this.#signals());
        if (pass === 'led-elsewhere') wait = this.#options.leaseMs ?? 5000;
        else wait = (await loop.nextPassAt()) - now();
      } catch (error) {
        // The store failed, or there is a defect: the keys are still due, so trying again is harmless.
        log.error('a pass failed', {
          target: config.name,
          error: error instanceof Error ? error.message : String(error),
        });
      }
      await woken(Math.min(Math.max(wait, 0), 60_000));
    }
  }

  /** Waits, from before the pass on, for new work or the time given, whichever comes first. */
  #waker(target: string): (ms: number) => Promise<void> {
    let wake: () => void = () => undefined;
    const rung = new Promise<void>((resolve) => (wake = resolve));
    this.#wakers.set(target, wake);
    return async (ms) => {
      let timer: NodeJS.Timeout | undefined;
      const elapsed = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
      await Promise.race([rung, elapsed]);
      clearTimeout(timer);
    };
  }

  #signals(): Signals {
    return { stopping: this.#stopping.signal, abort: this.#abort.signal };
  }
}
