import { CompiledQuery, type Kysely } from 'kysely';
import { engineOf } from './engine.js';
import type { Trx } from './store.js';
import type { Tables } from './tables.js';

/** One caller's part of a commit. */
interface Part {
  /** Does the work; gives the way to tell the caller, once the commit holds. */
  readonly perform: (trx: Trx) => Promise<() => void>;
  readonly reject: (error: unknown) => void;
}

/** Enough that the commit itself hardly counts; more would only keep the event loop from everybody else for longer. */
const mostTogether = 64;

/**
 * Lets writes that come together share a transaction. Making a commit durable costs as much as all the statements of a
 * dozen small writes, and on an engine with one writer they would stand in line for it anyway.
 *
 * Writes asked for in one turn of the event loop, or while an earlier commit ran, are done in one transaction, one after
 * the other in the order they were asked for, each in a savepoint of its own: one that fails takes back what it did and
 * nothing else. Nobody hears of success before the commit holds; when the commit itself fails, all of them fail.
 */
export class GroupCommit {
  readonly #db: Kysely<Tables>;
  readonly #waiting: Part[] = [];
  readonly #whenIdle: (() => void)[] = [];
  #scheduled = false;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Does `work` in a transaction it may share. Resolves after the commit; rejects with what `work` threw. */
  run<T>(work: (trx: Trx) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const perform = async (trx: Trx) => {
        const value = await work(trx);
        return () => resolve(value);
      };
      this.#waiting.push({ perform, reject });
      this.#schedule();
    });
  }

  /** Resolves when everything asked for so far has been done. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#scheduled) this.#whenIdle.push(resolve);
      else resolve();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => void this.#next());
  }

  async #next(): Promise<void> {
    await this.#commit(this.#waiting.splice(0, mostTogether));
    this.#scheduled = false;
    if (this.#waiting.length > 0) this.#schedule();
    else for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  /** Never rejects: the callers are told, each for themselves. */
  async #commit(parts: readonly Part[]): Promise<void> {
    const settle: (() => void)[] = [];
    try {
      await this.#db.transaction().execute(async (trx) => {
        for (const part of parts) settle.push(await (parts.length === 1 ? part.perform(trx) : apart(trx, part)));
      });
    } catch (error) {
      for (const part of parts) part.reject(error);
      return;
    }
    for (const tell of settle) tell();
  }
}

/**
 * Does one part so that its failure leaves the others as they are. Should taking it back fail too, because the engine
 * gave up the whole transaction, everything is off and this rejects.
 */
async function apart(trx: Trx, part: Part): Promise<() => void> {
  await execute(trx, savepoint);
  try {
    const tell = await part.perform(trx);
    await execute(trx, release);
    return tell;
  } catch (error) {
    await takeBack(trx, error);
    return () => part.reject(error);
  }
}

/** @throws the reason itself when there is nothing to go back to: what the engine says then is only a consequence. */
async function takeBack(trx: Trx, reason: unknown): Promise<void> {
  try {
    await execute(trx, rollBack);
    await execute(trx, release);
  } catch {
    throw reason;
  }
}

async function execute(trx: Trx, query: CompiledQuery): Promise<void> {
  if (engineOf(trx).rowsNow(trx, query) === undefined) await trx.executeQuery(query);
}

const savepoint = CompiledQuery.raw('savepoint part');
const release = CompiledQuery.raw('release savepoint part');
const rollBack = CompiledQuery.raw('rollback to savepoint part');
