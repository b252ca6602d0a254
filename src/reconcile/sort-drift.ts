import { signatureOf, type PlannedChange } from '../model/planned-change.js';
import type { DriftPolicy } from '../model/target-config.js';
import type { Drift } from '../store/drift.js';
import type { DueRow } from '../store/tables.js';
import { isDrift, type Before } from './find-drift.js';
import type { Work } from './load-work.js';
import type { AccountShadow } from './plan-input.js';

export interface DriftFound {
  readonly planned: PlannedChange;
  /** Epoch milliseconds at which the target was last recorded as it should be, where that is known. */
  readonly lastGoodAt: number | undefined;
  /** `adopted`: taken over as what is wanted. */
  readonly standing: 'open' | 'adopted';
}

export interface SortedDrift {
  /** Changes to go on with. */
  readonly act: readonly PlannedChange[];
  readonly found: readonly DriftFound[];
  /** Of those found: not to be put right, by policy or because a person took them over. */
  readonly left: readonly PlannedChange[];
}

/**
 * Tells changes the directory asked for from those that only put back what was changed over there, and leaves the
 * latter alone where the target's policy, or a person, says so.
 *
 * @param known drift of this target that is open or was adopted, by signature: it is in the shadow by now, so the
 *   comparison with the last look no longer shows it
 */
export function sortDrift(
  changes: readonly PlannedChange[],
  work: Work,
  known: ReadonlyMap<string, Drift>,
  policy: DriftPolicy,
): SortedDrift {
  const act: PlannedChange[] = [];
  const found: DriftFound[] = [];
  const left: PlannedChange[] = [];
  for (const planned of changes) {
    const standing = knownDrift(planned, work, known);
    const before = beforeOf(planned, work);
    if (standing === undefined && !isDrift(planned.change, before)) {
      act.push(planned);
      continue;
    }
    const isAdopted = standing?.state === 'adopted' || policy === 'adopt';
    const lastGoodAt = standing?.lastGoodAt ?? before.at;
    found.push({ planned, lastGoodAt, standing: isAdopted ? 'adopted' : 'open' });
    if (isAdopted || policy === 'report') left.push(planned);
    else act.push(planned);
  }
  return { act, found, left };
}

/** Drift that was found earlier, unless the directory spoke about one of its subjects since. */
function knownDrift(planned: PlannedChange, work: Work, known: ReadonlyMap<string, Drift>): Drift | undefined {
  const drift = known.get(signatureOf(planned.change));
  if (drift === undefined) return undefined;
  const spoken = planned.subjects.some((subject) => wasAskedSince(work.rows.get(subject), drift.foundAt));
  return spoken ? undefined : drift;
}

/** Whether the directory, not the engine, made a key due after a moment. */
export function wasAskedSince(row: DueRow | undefined, moment: number): boolean {
  if (row === undefined || row.touched_at <= moment) return false;
  return (JSON.parse(row.cause) as { actor: string }).actor !== 'engine';
}

/**
 * The account as it was recorded when nothing was left to do for it: what was still waiting for something says nothing
 * about who changed what.
 */
function settledAccount(shadow: AccountShadow | undefined): AccountShadow['observed'] {
  if (shadow?.observed === undefined || (shadow.state !== 'active' && shadow.state !== 'inactive')) return undefined;
  const { account, at } = shadow.observed;
  return { account: { ...account, active: shadow.state === 'active' }, at };
}

function beforeOf({ change, subjects }: PlannedChange, work: Work): Before & { readonly at: number | undefined } {
  const person = subjects.map((subject) => work.bySubject.get(subject)).find((each) => each !== undefined);
  const observed = settledAccount(person?.shadow);
  const key = change.kind === 'create-group' ? change.key : undefined;
  const row =
    key !== undefined
      ? work.groupShadows.get(key)
      : 'groupId' in change
        ? [...work.groupShadows.values()].find((each) => each.remote_id === change.groupId)
        : undefined;
  const group = row && {
    remoteId: row.remote_id ?? undefined,
    createdByUs: row.created_by_us === 1,
    name: row.name,
    state: row.state,
  };
  return { account: observed?.account, desired: person?.desired, group, at: observed?.at };
}
