import { FakeCore } from '../kit/fake-core.js';
import type { LedgerEntry } from '../kit/ledger.js';
import { DbtLedger } from './dbt-ledger.js';
import type { Rules } from './rules.js';
import { rulesWith } from './rules.js';
import type { Account, AccountData, LostEvent } from './state/account.js';
import { emptyData, populate } from './state/birth.js';
import { Timeline } from './state/timeline.js';

export interface CoreOptions {
  readonly accountId: number;
  readonly token: string;
  readonly clock: () => number;
  readonly rules: Partial<Rules>;
}

/** Everything one fake dbt Cloud is made of, apart from the wire: the account, its rules, and what watches and disturbs it. */
export class DbtCore extends FakeCore<Rules, LostEvent> {
  override readonly ledger = new DbtLedger();
  readonly tokens = new Set<string>();
  /** The account as it is now. */
  readonly account: Account;

  readonly #token: string;
  readonly #timeline = new Timeline();
  #data: AccountData = emptyData();

  constructor({ accountId, token, clock, rules }: CoreOptions) {
    super(rulesWith(rules), clock);
    this.#token = token;
    this.account = Object.assign(
      this.live(() => this.#data),
      { id: accountId },
    );
    this.reset();
  }

  /** The account as reads show it: as it was `readLagMs` ago. */
  get seen(): Account {
    if (this.rules.readLagMs === 0) return this.account;
    const data = this.#timeline.asOf(this.now() - this.rules.readLagMs);
    return data === undefined ? this.account : { ...this.account, data };
  }

  override change<T>(entry: LedgerEntry<LostEvent> | undefined, work: () => T): T {
    try {
      return super.change(entry, work);
    } finally {
      if (this.rules.readLagMs > 0 && entry?.method !== 'GET') this.#timeline.record(this.#data, this.now());
    }
  }

  override configure(rules: Partial<Rules>): void {
    const lagged = this.rules.readLagMs > 0;
    super.configure(rules);
    if (!lagged) this.#timeline.begin(this.#data);
  }

  /** Back to the state at the start: data, rules, tokens, clock, faults and ledger. */
  override reset(): void {
    super.reset();
    this.#data = emptyData();
    populate(this.account);
    this.#timeline.begin(this.#data);
    this.tokens.clear();
    this.tokens.add(this.#token);
  }
}
