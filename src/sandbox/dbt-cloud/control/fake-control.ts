import type { FakeCore } from '../fake-core.js';
import type { FaultedRequest, RequestMatch } from '../faults/fault.js';
import { fits } from '../faults/fault.js';
import type { Faults } from '../faults/faults.js';
import type { Counters, Ledger } from '../ledger.js';
import type { Rules } from '../rules.js';
import type { ScimConfig } from '../state/records.js';
import type { GroupEdits } from './group-edits.js';
import { groupEdits } from './group-edits.js';
import type { InvitationEdits } from './invitation-edits.js';
import { invitationEdits } from './invitation-edits.js';
import type { PageShift } from './page-shift.js';
import { pageShift } from './page-shift.js';
import type { StateDump } from './state-dump.js';
import { dumpState } from './state-dump.js';
import type { UserEdits } from './user-edits.js';
import { userEdits } from './user-edits.js';

/** The hand behind the fake: outside edits, faults, time, and everything the fake has seen. */
export interface FakeControl {
  readonly invitations: InvitationEdits;
  readonly users: UserEdits;
  readonly groups: GroupEdits;
  readonly faults: Faults;
  readonly ledger: Ledger;
  /** The rules in force. */
  readonly rules: Readonly<Rules>;
  /** Turns single rules around; takes effect with the next request. */
  configure(rules: Partial<Rules>): void;
  setScimConfig(config: Partial<ScimConfig>): void;
  /** A second credential of the same account, and the end of any. */
  addToken(token: string): void;
  revokeToken(token: string): void;
  /** Does something right before the next fitting request is carried out, once. */
  beforeRequest(match: RequestMatch, action: (request: FaultedRequest) => void): void;
  /** Changes a list between two of its pages, once. */
  shiftPages(shift: PageShift): void;
  state(): StateDump;
  counters(): Counters;
  /** Moves the fake's clock, in milliseconds: expiry, cooldown and lag follow it. */
  advance(ms: number): void;
  /** Back to a fresh account, with the rules, token and clock given at the start. */
  reset(): void;
}

export function fakeControl(core: FakeCore): FakeControl {
  return {
    invitations: invitationEdits(core),
    users: userEdits(core),
    groups: groupEdits(core),
    faults: core.faults,
    ledger: core.ledger,
    get rules() {
      return core.rules;
    },
    configure: (rules) => {
      core.configure(rules);
    },
    setScimConfig: (config) => {
      core.change(undefined, () => Object.assign(core.account.data.scim, config));
    },
    addToken: (token) => core.tokens.add(token),
    revokeToken: (token) => core.tokens.delete(token),
    beforeRequest: (match, action) => {
      core.hooks.add((request) => {
        if (!fits(match, request)) return false;
        action(request);
        return true;
      });
    },
    shiftPages: (shift) => {
      core.hooks.add(pageShift(core, shift));
    },
    state: () => dumpState(core.account),
    counters: () => core.ledger.counters(),
    advance: (ms) => {
      core.advance(ms);
    },
    reset: () => {
      core.reset();
    },
  };
}
