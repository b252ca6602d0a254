import type { CommonControl } from '../../kit/control/common-control.js';
import { commonControl } from '../../kit/control/common-control.js';
import type { MetabaseCore } from '../metabase-core.js';
import type { MetabaseLedger } from '../metabase-ledger.js';
import type { Rules } from '../rules.js';
import type { Mail } from '../state/records.js';
import type { GroupEdits } from './group-edits.js';
import { groupEdits } from './group-edits.js';
import type { KeyEdits } from './key-edits.js';
import { keyEdits } from './key-edits.js';
import type { MetabasePageShift } from './page-shift.js';
import { pageShift } from './page-shift.js';
import type { StateDump } from './state-dump.js';
import { dumpState } from './state-dump.js';
import type { TenantEdits } from './tenant-edits.js';
import { tenantEdits } from './tenant-edits.js';
import type { UserEdits } from './user-edits.js';
import { userEdits } from './user-edits.js';

/** The hand behind the fake: outside edits, credentials, faults, time, and everything the fake has seen. */
export interface FakeControl extends CommonControl<Rules> {
  readonly users: UserEdits;
  readonly groups: GroupEdits;
  readonly keys: KeyEdits;
  readonly tenants: TenantEdits;
  readonly ledger: MetabaseLedger;
  /** Every mail sent so far, in order, those nobody's request caused (reminders) included. */
  outbox(): readonly Mail[];
  /** Changes a list between two of its pages, once. */
  shiftPages(shift: MetabasePageShift): void;
  state(): StateDump;
}

export function fakeControl(core: MetabaseCore): FakeControl {
  return Object.assign(commonControl(core), {
    users: userEdits(core),
    groups: groupEdits(core),
    keys: keyEdits(core),
    tenants: tenantEdits(core),
    ledger: core.ledger,
    outbox: () => core.outbox,
    shiftPages: (shift: MetabasePageShift) => {
      core.hooks.add(pageShift(core, shift));
    },
    state: () => dumpState(core.site, core.outbox),
  });
}
