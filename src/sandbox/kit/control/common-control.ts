import type { FakeCore } from '../fake-core.js';
import { fits } from '../faults/fault.js';
import type { FaultedRequest, RequestMatch } from '../faults/fault.js';
import type { Faults } from '../faults/faults.js';
import type { OwnEvent, RemoteId } from '../ledger-event.js';
import type { Counters } from '../ledger.js';

/** The part of the hand behind a fake that is the same for every vendor: faults, rules, time, and what was counted. */
export interface CommonControl<Rules extends object> {
  readonly faults: Faults;
  /** The rules in force. */
  readonly rules: Readonly<Rules>;
  /** Turns single rules around; takes effect with the next request. */
  configure(rules: Partial<Rules>): void;
  /** Does something right before the next fitting request is carried out, once. */
  beforeRequest(match: RequestMatch, action: (request: FaultedRequest) => void): void;
  counters(): Counters;
  /** Moves the fake's clock, in milliseconds. */
  advance(ms: number): void;
  /** Back to the data, rules, credentials and clock of the start, with an empty ledger and no faults. */
  reset(): void;
}

/** A fake adds its own with `Object.assign(commonControl(core), {…})`: a spread would freeze `rules` as they are now. */
export function commonControl<Rules extends object, Own extends OwnEvent, Id extends RemoteId>(
  core: FakeCore<Rules, Own, Id>,
): CommonControl<Rules> {
  return {
    faults: core.faults,
    get rules() {
      return core.rules;
    },
    configure: (rules) => {
      core.configure(rules);
    },
    beforeRequest: (match, action) => {
      core.hooks.add((request) => {
        if (!fits(match, request)) return false;
        action(request);
        return true;
      });
    },
    counters: () => core.ledger.counters(),
    advance: (ms) => {
      core.advance(ms);
    },
    reset: () => {
      core.reset();
    },
  };
}
