import { commonControl } from '../../kit/control/common-control.js';
import type { CommonControl } from '../../kit/control/common-control.js';
import type { PageShift } from '../../kit/control/page-shift.js';
import type { RetoolLedger } from '../ledger.js';
import type { RetoolCore } from '../retool-core.js';
import type { Rules } from '../rules.js';
import { defineAttribute } from '../state/attributes.js';
import type { GroupEdits } from './group-edits.js';
import { groupEdits } from './group-edits.js';
import type { InvitationEdits } from './invitation-edits.js';
import { invitationEdits } from './invitation-edits.js';
import { pageShift } from './page-shift.js';
import type { StateDump } from './state-dump.js';
import { dumpState } from './state-dump.js';
import type { TokenEdits } from './token-edits.js';
import { tokenEdits } from './token-edits.js';
import type { UserEdits } from './user-edits.js';
import { userEdits } from './user-edits.js';

/** The hand behind the fake: outside edits, faults, time, and everything the fake has seen. */
export interface FakeControl extends CommonControl<Rules> {
  readonly users: UserEdits;
  readonly groups: GroupEdits;
  readonly invitations: InvitationEdits;
  readonly tokens: TokenEdits;
  readonly ledger: RetoolLedger;
  /** Makes a user attribute known to the organisation. */
  defineAttribute(name: string): void;
  /** Changes the list of users between two of its pages, once. */
  shiftPages(shift: PageShift<'users'>): void;
  state(): StateDump;
}

export function fakeControl(core: RetoolCore): FakeControl {
  return Object.assign(commonControl(core), {
    users: userEdits(core),
    groups: groupEdits(core),
    invitations: invitationEdits(core),
    tokens: tokenEdits(core),
    ledger: core.ledger,
    defineAttribute: (name: string) => {
      core.change(undefined, () => defineAttribute(core.org, name));
    },
    shiftPages: (shift: PageShift<'users'>) => {
      core.hooks.add(pageShift(core, shift));
    },
    state: () => dumpState(core),
  });
}
