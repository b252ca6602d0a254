import type { Operation } from '../model/operation.js';
import { signatureOf, type PlannedChange } from '../model/planned-change.js';
import { claimLeavers } from '../store/due-queue.js';
import type { DueRow } from '../store/tables.js';
import type { Lease } from '../store/leases.js';
import { TargetError } from '../targets/target-error.js';
import type { Capabilities } from '../targets/target.js';
import { applyOperations, asTargetError, LeaseLost, type Applied } from './apply-operations.js';
import { compose, type PlannedOperation } from './compose.js';
import { readDecisions, updateHolds } from './hold-changes.js';
import { loadWork, subjectOf, type Work } from './load-work.js';
import { observeAndPlan, rememberSize, type Judged } from './observe-and-plan.js';
import { recordBatch } from './record-batch.js';
import { recordDrift } from './record-drift.js';
import type { Runtime } from './runtime.js';
import type { Signals } from './signals.js';

export interface Batch {
  readonly rows: readonly DueRow[];
  readonly capabilities: Capabilities;
  readonly lease: Lease;
  /** Called with leavers that were served in between. Absent: this batch is itself one in between. */
  readonly onLeavers?: ((rows: readonly DueRow[]) => void) | undefined;
}

export interface BatchResult {
  /** Set when the whole target must be left alone: throttled, unreachable, or the credential is refused. */
  readonly stop: TargetError | undefined;
}

/** Changes that were written although a later look did not show them, by signature. Lives as long as the loop. */
export type Unsettled = Map<string, { readonly writes: number; readonly subjects: readonly string[] }>;

/** A change written this often without staying is held: a person must find out who else is changing it. */
const writesBeforeHold = 3;

/**
 * Works off one batch of due keys: observe, plan, guard, journal, apply, observe again, until a look at the target
 * shows nothing left to do; then records what was seen and strikes the keys off.
 *
 * Each change is written at most once a batch. What the next look does not confirm goes back to the queue. Whoever must
 * leave meanwhile is served in between, every few writes.
 *
 * @throws LeaseLost when another process took the target over; nothing was written after that
 */
export async function runBatch(
  runtime: Runtime,
  batch: Batch,
  unsettled: Unsettled,
  signals: Signals,
): Promise<BatchResult> {
  const { capabilities, lease } = batch;
  const id = runtime.newId();
  const written = new Set<string>();
  const createdGroups = new Map<string, string>();
  const errors = new Map<string, TargetError>();
  let claimed = batch.rows;
  let stop: TargetError | undefined;
  runtime.onStep?.('claimed');

  for (;;) {
    const work = await loadWork(runtime, claimed);
    claimed = [...work.rows.values()];
    const decisions = await readDecisions(runtime, work.rows);
    const restless = new Set(
      [...unsettled].filter(([, { writes }]) => writes >= writesBeforeHold).map(([name]) => name),
    );
    let judged: Judged;
    try {
      if (stop !== undefined) throw stop;
      judged = await observeAndPlan({
        runtime,
        capabilities,
        work,
        decisions,
        unsettled: restless,
        createdGroups,
        signal: signals.abort,
      });
    } catch (thrown) {
      if (thrown instanceof LeaseLost) throw thrown;
      const error = asTargetError(thrown);
      await recordBatch(runtime, { work, judged: undefined, errors, unconfirmed: new Set(), stop: error });
      return { stop: error };
    }

    await rememberSize(runtime, judged);
    await recordDrift(runtime, work, judged, written);
    await updateHolds(runtime, judged.verdict.held, work.rows);
    const open = judged.verdict.pass.filter(({ subjects }) => !subjects.some((subject) => errors.has(subject)));
    countUnsettled(unsettled, open, written);
    const next = open.filter(({ change }) => !written.has(signatureOf(change)));
    if (next.length === 0) {
      forgetSettled(unsettled, judged, work);
      const unconfirmed = new Set(open.flatMap(({ subjects }) => subjects));
      await recordBatch(runtime, { work, judged, errors, unconfirmed, stop: undefined });
      runtime.onStep?.('completed');
      return { stop: undefined };
    }

    for (const { change } of next) written.add(signatureOf(change));
    const { observation } = judged;
    const context = {
      runtime,
      capabilities,
      lease,
      batch: id,
      work,
      observation,
      approved: decisions.approved,
      signals,
    };
    for (const part of partsOf(phasesOf(next, judged, capabilities), runtime)) {
      const ready = part.filter((each) => !isUncleared(each, errors));
      const applied = await applyOperations(ready, context);
      stop = collect(applied, errors, createdGroups, capabilities) ?? stop;
      const skipped = ready.length - applied.length;
      if (stop !== undefined || skipped > 0) break;
      stop = await serveLeavers(runtime, batch, unsettled, signals);
      if (stop !== undefined) break;
    }
    if (signals.stopping.aborted) stop ??= new TargetError('UNAVAILABLE', 'stopped before everything was done');
  }
}

/** When groups are made or people reactivated, what depends on them is planned after the next look. */
function phasesOf(
  changes: readonly PlannedChange[],
  judged: Judged,
  capabilities: Capabilities,
): readonly (readonly PlannedOperation[])[] {
  const { departures, clearing, groups, accounts, memberships, removals } = compose(
    changes,
    judged.observation,
    capabilities.membershipGrain,
  );
  const makesGroups = groups.some(({ operation }) => operation.kind === 'create-group');
  if (!makesGroups) return [departures, clearing, groups, accounts, memberships, removals];
  const independent = accounts.filter(
    ({ operation }) => operation.kind !== 'invite' && operation.kind !== 'reactivate-account',
  );
  return [departures, clearing, groups, independent];
}

/** Phases cut into pieces of a few seconds' work each, in their order. */
function partsOf(phases: readonly (readonly PlannedOperation[])[], { config }: Runtime): PlannedOperation[][] {
  const size = config.limits.concurrency * 4;
  return phases.flatMap((phase) =>
    Array.from({ length: Math.ceil(phase.length / size) }, (_, part) => phase.slice(part * size, (part + 1) * size)),
  );
}

/** A batch of their own for leavers that became due meanwhile. Returns what stopped the whole target, if anything did. */
async function serveLeavers(
  runtime: Runtime,
  batch: Batch,
  unsettled: Unsettled,
  signals: Signals,
): Promise<TargetError | undefined> {
  if (batch.onLeavers === undefined || signals.stopping.aborted) return undefined;
  const known = new Map(batch.rows.map((row) => [subjectOf(row), row.generation]));
  const due = await claimLeavers(runtime.store, runtime.config.name, runtime.now());
  const rows = due.filter((row) => known.get(subjectOf(row)) !== row.generation);
  if (rows.length === 0) return undefined;
  const { capabilities, lease, onLeavers } = batch;
  const { stop } = await runBatch(runtime, { rows, capabilities, lease }, unsettled, signals);
  onLeavers(rows);
  return stop;
}

/** An account whose old memberships could not be cleared stays inactive: they would be live again at once. */
function isUncleared({ operation, subjects }: PlannedOperation, errors: ReadonlyMap<string, TargetError>): boolean {
  return operation.kind === 'reactivate-account' && subjects.some((subject) => errors.has(subject));
}

/** Notes failures by subject. Returns the error that stops the whole target, if one did. */
function collect(
  applied: readonly Applied[],
  errors: Map<string, TargetError>,
  createdGroups: Map<string, string>,
  capabilities: Capabilities,
): TargetError | undefined {
  let stop: TargetError | undefined;
  for (const { planned, outcome, error } of applied) {
    const { operation } = planned;
    if (operation.kind === 'create-group' && outcome?.remoteId !== undefined)
      createdGroups.set(outcome.remoteId, operation.name);
    if (error === undefined || isPresumedSent(operation, error, capabilities)) continue;
    if (error.code === 'RATE_LIMITED' || error.disposition === 'stop-target') stop = error;
    else for (const subject of planned.subjects) errors.set(subject, error);
  }
  return stop;
}

/** No later look can tell more: it is on record as sent, and the person waits for an acceptance. */
function isPresumedSent(operation: Operation, error: TargetError, capabilities: Capabilities): boolean {
  return operation.kind === 'invite' && error.disposition === 'observe-again' && !capabilities.listsInvitations;
}

/** A change that was written in this batch and is planned again did not stay. */
function countUnsettled(unsettled: Unsettled, open: readonly PlannedChange[], written: ReadonlySet<string>): void {
  for (const { change, subjects } of open) {
    const name = signatureOf(change);
    if (written.has(name)) unsettled.set(name, { writes: (unsettled.get(name)?.writes ?? 0) + 1, subjects });
  }
}

/** Whatever this batch looked at and no longer plans has settled after all. */
function forgetSettled(unsettled: Unsettled, judged: Judged, work: Work): void {
  const planned = new Set(judged.plan.changes.map(({ change }) => signatureOf(change)));
  for (const [name, { subjects }] of unsettled) {
    if (!planned.has(name) && subjects.every((subject) => work.rows.has(subject))) unsettled.delete(name);
  }
}
