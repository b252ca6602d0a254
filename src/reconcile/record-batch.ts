import type { GroupKey } from '../model/account.js';
import { groupBy } from '../model/group-by.js';
import { lane } from '../model/lane.js';
import { describeChange } from '../model/planned-change.js';
import { memberIdsOf } from '../store/desired-state.js';
import { observedAccountJson } from '../store/observed-account.js';
import { completeDue, giveUpDue, putOffDue } from '../store/due-queue.js';
import { markDueIn } from '../store/mark-due.js';
import { forgetGroupShadow, saveAccountShadow, saveGroupShadow } from '../store/shadows.js';
import type { Trx } from '../store/store.js';
import type { DueRow } from '../store/tables.js';
import type { TargetError } from '../targets/target-error.js';
import type { AccountFinding } from './findings.js';
import { reasonInWords } from './hold-changes.js';
import type { Work } from './load-work.js';
import type { Judged } from './observe-and-plan.js';
import { backOffMs, type Runtime } from './runtime.js';

export interface BatchEnd {
  readonly work: Work;
  /** The last plan; undefined when the target could not be observed. */
  readonly judged: Judged | undefined;
  /** What went wrong for single subjects. */
  readonly errors: ReadonlyMap<string, TargetError>;
  /** Subjects whose writes the last look did not confirm. */
  readonly unconfirmed: ReadonlySet<string>;
  /** What stopped the whole batch. */
  readonly stop: TargetError | undefined;
}

interface IndexedEnd extends BatchEnd {
  readonly findings: ReadonlyMap<string, AccountFinding>;
  /** What shows instead of the finding for people some of whose changes wait or are withheld. */
  readonly waiting: ReadonlyMap<string, { readonly state: string; readonly detail: string }>;
}

/** How each claimed key leaves the batch. */
type Ending =
  | { readonly kind: 'complete' }
  | { readonly kind: 'put-off'; readonly until: number; readonly error: string }
  | { readonly kind: 'give-up'; readonly error: string };

/**
 * Saves what a batch saw, and takes each key off the queue, puts it off, or gives it up with its reason. A key that
 * became due again meanwhile stays due.
 */
export async function recordBatch(runtime: Runtime, ended: BatchEnd): Promise<void> {
  const { store } = runtime;
  const end = { ...ended, findings: findingsBySubject(ended), waiting: waitingBySubject(ended) };
  const rows = [...end.work.rows];
  // Parts, so that other writers of an embedded store get their turn during a large sweep.
  for (let start = 0; start < rows.length; start += 200) {
    const part = rows.slice(start, start + 200);
    await store.write(async (trx) => {
      for (const [subject, row] of part) await recordKey(trx, runtime, end, subject, row);
    });
  }
  if (end.judged !== undefined) await store.write((trx) => recordGroups(trx, runtime, end));
}

async function recordKey(trx: Trx, runtime: Runtime, end: IndexedEnd, subject: string, row: DueRow): Promise<void> {
  const ending = endingOf(runtime, end, subject, row);
  if (row.kind === 'account') await recordAccount(trx, runtime, end, subject, row, ending);
  if (ending.kind === 'complete') await completeDue(trx, [row]);
  else if (ending.kind === 'put-off') await putOffDue(trx, row, ending.until, ending.error);
  else await giveUpDue(trx, row, runtime.now(), ending.error);
}

function endingOf(runtime: Runtime, end: BatchEnd, subject: string, row: DueRow): Ending {
  const { now, random } = runtime;
  const error = end.errors.get(subject);
  if (error?.disposition === 'give-up') return { kind: 'give-up', error: error.message };
  const failure = end.judged?.plan.failures.get(subject);
  if (failure !== undefined) return { kind: 'give-up', error: failure };
  const later = error ?? end.stop;
  if (later !== undefined) {
    const until = now() + (later.retryAfterMs ?? backOffMs(row.attempts, random, row.lane === lane.deactivate));
    return { kind: 'put-off', until, error: later.message };
  }
  if (end.unconfirmed.has(subject)) {
    return {
      kind: 'put-off',
      until: now() + backOffMs(row.attempts, random, row.lane === lane.deactivate),
      error: 'written, but not seen yet: looking again',
    };
  }
  return { kind: 'complete' };
}

async function recordAccount(
  trx: Trx,
  runtime: Runtime,
  end: IndexedEnd,
  subject: string,
  row: DueRow,
  ending: Ending,
): Promise<void> {
  const { config, now } = runtime;
  const base = { target: config.name, userId: row.key, at: now(), invitationId: undefined, observed: undefined };
  const known = end.work.accountShadows.get(row.key);
  if (end.work.vanished.includes(subject)) return;
  if (ending.kind !== 'complete') {
    const state = ending.kind === 'give-up' ? 'failed' : (known?.state ?? 'pending');
    const kept = { remoteId: undefined, correlationKey: undefined, invitation: 'keep' } as const;
    await saveAccountShadow(trx, { ...base, ...kept, state, detail: ending.error });
    return;
  }
  const finding = end.findings.get(subject);
  if (finding === undefined) return;
  const { state, detail } = end.waiting.get(subject) ?? finding;
  await saveAccountShadow(trx, {
    ...base,
    state,
    detail,
    remoteId: finding.remoteId,
    correlationKey: finding.correlationKey,
    invitationId: finding.invitationId,
    invitation: finding.invitation,
    observed: observedJson(finding),
  });
}

function waitingBySubject(end: BatchEnd): ReadonlyMap<string, { state: string; detail: string }> {
  const waiting = new Map<string, { state: string; detail: string }>();
  for (const { change, subjects } of end.judged?.drift.left ?? []) {
    const detail = `changed over there, and left so: ${describeChange(change)} would put it right`;
    for (const subject of subjects) waiting.set(subject, { state: 'active', detail });
  }
  for (const { change, subjects } of end.judged?.withheld ?? []) {
    const detail = `not done in this mode: ${describeChange(change)}`;
    for (const subject of subjects) waiting.set(subject, { state: 'pending', detail });
  }
  for (const { change, subjects } of end.judged?.verdict.rejected ?? []) {
    const detail = `rejected by a person: ${describeChange(change)}`;
    for (const subject of subjects) waiting.set(subject, { state: 'held', detail });
  }
  for (const { reason, planned } of end.judged?.verdict.held ?? []) {
    for (const subject of planned.subjects) waiting.set(subject, { state: 'held', detail: reasonInWords(reason) });
  }
  return waiting;
}

function findingsBySubject(end: BatchEnd): ReadonlyMap<string, AccountFinding> {
  return new Map((end.judged?.plan.accounts ?? []).map((finding) => [finding.subject, finding]));
}

function observedJson({ account }: AccountFinding): string | undefined {
  return account === undefined ? undefined : observedAccountJson(account);
}

async function recordGroups(trx: Trx, runtime: Runtime, end: BatchEnd): Promise<void> {
  const { config, now } = runtime;
  const findings = groupBy(end.judged?.plan.groups ?? [], ({ key }) => key);
  for (const [key, [finding]] of findings) {
    if (finding === undefined) continue;
    if (finding.state === 'removed' && finding.remoteId === undefined) {
      await forgetGroupShadow(trx, config.name, key);
      continue;
    }
    const { name, state, detail, remoteId } = finding;
    const known = end.work.groupShadows.get(key);
    // Ours was deleted over there, and this is another one of its name: whoever made it, we did not.
    const isAnother = remoteId !== undefined && (known?.remote_id ?? remoteId) !== remoteId;
    const shadow = { target: config.name, key, name, state, detail, remoteId, at: now() };
    await saveGroupShadow(trx, { ...shadow, ...(isAnother ? { createdByUs: false } : {}) });
    const isNews = known?.state !== 'active' || known.name !== name;
    if (remoteId !== undefined && state === 'active' && isNews) await wakeMembers(trx, runtime, end.work, key);
  }
}

/**
 * People who were waiting for this group, or whose licence goes by its name: those of the batch were planned with it,
 * the others are due now.
 */
async function wakeMembers(trx: Trx, runtime: Runtime, work: Work, key: GroupKey): Promise<void> {
  const { store, config, now } = runtime;
  const cause = { actor: 'engine', requestId: 'group-linked' };
  for (const { subject } of work.groups.filter((each) => each.key === key)) {
    const members = await memberIdsOf(trx, subject.slice('group:'.length));
    const keys = members.filter((id) => !work.rows.has(`account:${id}`));
    await markDueIn(store, trx, config.name, { kind: 'account', keys, lane: lane.bulk, cause, now: now() });
  }
}
