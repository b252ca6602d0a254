import type { CommonControl } from '../../kit/control/common-control.js';
import { commonControl } from '../../kit/control/common-control.js';
import type { PageShift } from '../../kit/control/page-shift.js';
import type { DbtCore } from '../dbt-core.js';
import type { DbtLedger } from '../dbt-ledger.js';
import type { Rules } from '../rules.js';
import type { ScimConfig } from '../state/records.js';
import type { GroupEdits } from './group-edits.js';
import { groupEdits } from './group-edits.js';
import type { InvitationEdits } from './invitation-edits.js';
import { invitationEdits } from './invitation-edits.js';
import { pageShift } from './page-shift.js';
import type { StateDump } from './state-dump.js';
import { dumpState } from './state-dump.js';
import type { UserEdits } from './user-edits.js';
import { userEdits } from './user-edits.js';

/** The hand behind the fake: outside edits, faults, time, and everything the fake has seen. */
export interface FakeControl extends CommonControl<Rules> {
  readonly invitations: InvitationEdits;
  readonly users: UserEdits;
  readonly groups: GroupEdits;
  readonly ledger: DbtLedger;
  setScimConfig(config: Partial<ScimConfig>): void;
  /** A second credential of the same account, and the end of any. */
  addToken(token: string): void;
  revokeToken(token: string): void;
  /** Changes a list between two of its pages, once. */
  shiftPages(shift: PageShift): void;
  state(): StateDump;
}

export function fakeControl(core: DbtCore): FakeControl {
  return Object.assign(commonControl(core), {
    invitations: invitationEdits(core),
    users: userEdits(core),
    groups: groupEdits(core),
    ledger: core.ledger,
    setScimConfig: (config: Partial<ScimConfig>) => {
      core.change(undefined, () => Object.assign(core.account.data.scim, config));
    },
    addToken: (token: string) => {
      core.tokens.add(token);
    },
    revokeToken: (token: string) => {
      core.tokens.delete(token);
    },
    shiftPages: (shift: PageShift) => {
      core.hooks.add(pageShift(core, shift));
    },
    state: () => dumpState(core.account),
  });
}
