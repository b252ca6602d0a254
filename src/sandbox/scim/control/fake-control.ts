import { commonControl } from '../../kit/control/common-control.js';
import type { CommonControl } from '../../kit/control/common-control.js';
import type { PageShift } from '../../kit/control/page-shift.js';
import type { ScimLedger } from '../ledger.js';
import type { Rules } from '../rules.js';
import type { ScimCore } from '../scim-core.js';
import type { GroupEdits } from './group-edits.js';
import { groupEdits } from './group-edits.js';
import { pageShift } from './page-shift.js';
import type { StateDump } from './state-dump.js';
import { dumpState } from './state-dump.js';
import type { UserEdits } from './user-edits.js';
import { userEdits } from './user-edits.js';

/** The hand behind the fake: outside edits, faults, time, and everything the fake has seen. */
export interface FakeControl extends CommonControl<Rules> {
  readonly users: UserEdits;
  readonly groups: GroupEdits;
  readonly ledger: ScimLedger;
  /** A second credential of the same directory, and the end of any. */
  addToken(token: string): void;
  revokeToken(token: string): void;
  /** Changes a list between two of its pages, once. */
  shiftPages(shift: PageShift): void;
  state(): StateDump;
}

export function fakeControl(core: ScimCore): FakeControl {
  return Object.assign(commonControl(core), {
    users: userEdits(core),
    groups: groupEdits(core),
    ledger: core.ledger,
    addToken: (token: string) => {
      core.tokens.add(token);
    },
    revokeToken: (token: string) => {
      core.tokens.delete(token);
    },
    shiftPages: (shift: PageShift) => {
      core.hooks.add(pageShift(core, shift));
    },
    state: () => dumpState(core.dir),
  });
}
