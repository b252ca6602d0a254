import { FakeCore } from '../kit/fake-core.js';
import type { RemoteId } from '../kit/ledger-event.js';
import { RetoolLedger } from './ledger.js';
import type { OwnRetoolEvent } from './ledger.js';
import type { Rules } from './rules.js';
import { emptyData, populate } from './state/birth.js';
import type { BuiltInIds } from './state/birth.js';
import type { Organisation, OrganisationData } from './state/organisation.js';
import { Tokens } from './tokens.js';

export interface CoreOptions {
  readonly token: string;
  readonly builtInIds: BuiltInIds;
  readonly clock: () => number;
  readonly rules: Rules;
}

/** Everything one fake Retool is made of, apart from the wire: the organisation, its tokens, and what watches them. */
export class RetoolCore extends FakeCore<Rules, OwnRetoolEvent, RemoteId> {
  override readonly ledger = new RetoolLedger();
  readonly org: Organisation;
  readonly tokens: Tokens;

  readonly #options: CoreOptions;
  #data: OrganisationData = emptyData();

  constructor(options: CoreOptions) {
    super(options.rules, options.clock);
    this.#options = options;
    this.org = this.#liveOrganisation();
    this.tokens = new Tokens(this.org);
    this.reset();
  }

  /** Back to the organisation at the start: data, rules, tokens, clock, faults and ledger. */
  override reset(): void {
    super.reset();
    this.#data = emptyData();
    const owner = populate(this.org, this.#options.builtInIds);
    this.tokens.clear();
    this.tokens.add(this.#options.token, { label: 'drawbridge', owner });
  }

  #liveOrganisation(): Organisation {
    const live = () => ({ rules: this.rules, data: this.#data });
    return {
      get rules() {
        return live().rules;
      },
      get data() {
        return live().data;
      },
      now: this.now,
      emit: this.emit,
    };
  }
}
