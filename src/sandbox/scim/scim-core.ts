import { FakeCore } from '../kit/fake-core.js';
import { ScimLedger } from './ledger.js';
import type { LostEvent } from './ledger.js';
import type { Rules } from './rules.js';
import type { Directory, DirectoryData } from './state/directory.js';
import { emptyData } from './state/directory.js';
import { addUser } from './state/users.js';

export interface CoreOptions {
  readonly token: string;
  readonly empty: boolean;
  readonly clock: () => number;
  readonly rules: Rules;
}

/** Somebody who was there before anybody was provisioned. */
const owner = {
  userName: 'owner@example.com',
  name: { givenName: 'Olga', familyName: 'Owner' },
  displayName: 'Olga Owner',
  emails: [{ value: 'owner@example.com', type: 'work', primary: true }],
};

/** Everything one fake SCIM server is made of, apart from the wire: the directory, its rules, and what watches it. */
export class ScimCore extends FakeCore<Rules, LostEvent, string> {
  override readonly ledger = new ScimLedger();
  readonly tokens = new Set<string>();
  readonly dir: Directory;

  readonly #options: CoreOptions;
  #data: DirectoryData = emptyData();

  constructor(options: CoreOptions) {
    super(options.rules, options.clock);
    this.#options = options;
    this.dir = this.#liveDirectory();
    this.reset();
  }

  /** Back to the directory at the start: data, rules, tokens, clock, faults and ledger. */
  override reset(): void {
    super.reset();
    this.#data = emptyData();
    this.tokens.clear();
    this.tokens.add(this.#options.token);
    if (!this.#options.empty) addUser(this.dir, owner);
  }

  #liveDirectory(): Directory {
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
