import { Faults } from './faults/faults.js';
import { Hooks } from './faults/hooks.js';
import type { LedgerEvent, OwnEvent, RemoteId } from './ledger-event.js';
import type { Ledger, LedgerEntry } from './ledger.js';
import type { Live } from './live.js';
import { RateBudget } from './rate-budget.js';

/**
 * What every fake is made of, apart from the wire and its own data: rules, clock, and what watches and disturbs it.
 *
 * A fake extends it with its data, calls `reset` at the end of its constructor, and overrides `reset` to start its data
 * anew.
 */
export abstract class FakeCore<Rules extends object, Own extends OwnEvent = never, Id extends RemoteId = number> {
  abstract readonly ledger: Ledger<Own, Id>;
  readonly faults = new Faults();
  readonly hooks = new Hooks();
  readonly rate = new RateBudget();
  /** The rules in force. */
  rules: Rules;

  readonly #startRules: Rules;
  readonly #clock: () => number;
  #advanced = 0;
  #current: LedgerEntry<Own, Id> | undefined;

  constructor(rules: Rules, clock: () => number) {
    this.rules = rules;
    this.#startRules = rules;
    this.#clock = clock;
  }

  /** Milliseconds since the epoch by the fake's clock. */
  readonly now = (): number => this.#clock() + this.#advanced;

  /** Runs one change; what it emits is written to the entry, when a request caused it, and is lost otherwise. */
  change<T>(entry: LedgerEntry<Own, Id> | undefined, work: () => T): T {
    this.#current = entry;
    try {
      return work();
    } finally {
      this.#current = undefined;
    }
  }

  /** Notes what the change that runs now did beyond the data. */
  readonly emit = (event: LedgerEvent<Id> | Own): void => {
    this.#current?.events.push(event);
  };

  /** Turns single rules around; takes effect with the next request. */
  configure(rules: Partial<Rules>): void {
    this.rules = { ...this.rules, ...rules };
  }

  /** Moves the fake's clock, in milliseconds. */
  advance(ms: number): void {
    this.#advanced += ms;
  }

  /** Rules and data by reference: a reset, or another rule, is seen at once. */
  protected live<Data>(data: () => Data): Live<Rules, Data, Own, Id> {
    const rules = () => this.rules;
    return {
      get rules() {
        return rules();
      },
      get data() {
        return data();
      },
      now: this.now,
      emit: this.emit,
    };
  }

  /** Back to the start: rules, clock, faults and ledger. */
  reset(): void {
    this.rules = this.#startRules;
    this.#advanced = 0;
    this.faults.clear();
    this.hooks.clear();
    this.rate.reset();
    this.ledger.clear();
  }
}
