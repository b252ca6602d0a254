import { Faults } from './faults/faults.js';
import { Hooks } from './faults/hooks.js';
import { Ledger } from './ledger.js';
import type { LedgerEntry } from './ledger.js';
import type { Rules } from './rules.js';
import { rulesWith } from './rules.js';
import type { Account, AccountData } from './state/account.js';
import { emptyData, populate } from './state/birth.js';
import { Timeline } from './state/timeline.js';
import { RateBudget } from './wire/rate-budget.js';

export interface CoreOptions {
  readonly accountId: number;
  readonly token: string;
  readonly clock: () => number;
  readonly rules: Partial<Rules>;
}

/** Everything one fake is made of, apart from the wire: the account, its rules, and what watches and disturbs it. */
export class FakeCore {
  readonly ledger = new Ledger();
  readonly faults = new Faults();
  readonly hooks = new Hooks();
  readonly rate = new RateBudget();
  readonly tokens = new Set<string>();
  /** The account as it is now. */
  readonly account: Account;
  rules: Rules;

  readonly #options: CoreOptions;
  readonly #timeline = new Timeline();
  #data: AccountData = emptyData();
  #advanced = 0;
  #current: LedgerEntry | undefined;

  constructor(options: CoreOptions) {
    this.#options = options;
    this.rules = rulesWith(options.rules);
    this.account = this.#liveAccount();
    this.reset();
  }

  readonly now = (): number => this.#options.clock() + this.#advanced;

  /** The account as reads show it: as it was `readLagMs` ago. */
  get seen(): Account {
    if (this.rules.readLagMs === 0) return this.account;
    const data = this.#timeline.asOf(this.now() - this.rules.readLagMs);
    return data === undefined ? this.account : { ...this.account, data };
  }

  /** Runs one change; what it does beyond the data is written to the entry, when a request caused it. */
  change<T>(entry: LedgerEntry | undefined, work: () => T): T {
    this.#current = entry;
    try {
      return work();
    } finally {
      this.#current = undefined;
      if (this.rules.readLagMs > 0 && entry?.method !== 'GET') this.#timeline.record(this.#data, this.now());
    }
  }

  configure(rules: Partial<Rules>): void {
    const lagged = this.rules.readLagMs > 0;
    this.rules = { ...this.rules, ...rules };
    if (!lagged) this.#timeline.begin(this.#data);
  }

  advance(ms: number): void {
    this.#advanced += ms;
  }

  /** Back to the state at the start: data, rules, tokens, clock, faults and ledger. */
  reset(): void {
    this.rules = rulesWith(this.#options.rules);
    this.#advanced = 0;
    this.#data = emptyData();
    populate(this.account);
    this.#timeline.begin(this.#data);
    this.tokens.clear();
    this.tokens.add(this.#options.token);
    this.faults.clear();
    this.hooks.clear();
    this.rate.reset();
    this.ledger.clear();
  }

  #liveAccount(): Account {
    const live = () => ({ rules: this.rules, data: this.#data });
    return {
      id: this.#options.accountId,
      get rules() {
        return live().rules;
      },
      get data() {
        return live().data;
      },
      now: this.now,
      emit: (event) => this.#current?.events.push(event),
    };
  }
}
