import type { AccountData } from './account.js';

/** Past states of an account, for reads that lag behind the writes. */
export class Timeline {
  #snapshots: { readonly at: number; readonly data: AccountData }[] = [];

  /** Starts over: what `data` is now has always been so. */
  begin(data: AccountData): void {
    this.#snapshots = [{ at: -Infinity, data: structuredClone(data) }];
  }

  record(data: AccountData, at: number): void {
    this.#snapshots.push({ at, data: structuredClone(data) });
  }

  /** The state as it was then; later reads never ask for an earlier time, so what came before is forgotten. */
  asOf(at: number): AccountData | undefined {
    const newest = this.#snapshots.findLastIndex((each) => each.at <= at);
    if (newest > 0) this.#snapshots.splice(0, newest);
    return this.#snapshots[0]?.data;
  }
}
