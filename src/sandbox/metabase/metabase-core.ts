import { FakeCore } from '../kit/fake-core.js';
import { MetabaseLedger } from './metabase-ledger.js';
import type { Rules } from './rules.js';
import { rulesWith } from './rules.js';
import type { Founder } from './state/birth.js';
import { emptyData, populate } from './state/birth.js';
import { sendDueReminders } from './state/outbox.js';
import type { SiteData } from './state/records.js';
import type { Site, SiteOwnEvent } from './state/site.js';

export interface CoreOptions {
  readonly founder: Founder;
  readonly apiKey: string;
  readonly clock: () => number;
  readonly rules: Partial<Rules>;
}

/** Everything one fake Metabase is made of, apart from the wire. */
export class MetabaseCore extends FakeCore<Rules, SiteOwnEvent> {
  override readonly ledger = new MetabaseLedger();
  readonly site: Site;

  readonly #founder: Founder;
  readonly #apiKey: string;
  #data: SiteData = emptyData();

  constructor({ founder, apiKey, clock, rules }: CoreOptions) {
    super(rulesWith(rules), clock);
    this.#founder = founder;
    this.#apiKey = apiKey;
    this.site = this.live(() => this.#data);
    this.reset();
  }

  /** The mails sent so far; the vendor's daily job has run. */
  get outbox(): SiteData['outbox'] {
    sendDueReminders(this.site);
    return this.#data.outbox;
  }

  /** Back to the start: data, rules, credentials, clock, faults and ledger. */
  override reset(): void {
    super.reset();
    this.#data = emptyData();
    populate(this.site, this.#founder, this.#apiKey);
  }
}
