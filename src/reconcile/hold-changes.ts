import type { Cause } from '../model/cause.js';
import { groupBy } from '../model/group-by.js';
import { describeChange, signatureOf, type PlannedChange } from '../model/planned-change.js';
import { appendAudit } from '../store/audit.js';
import { listHolds, saveHold, type Hold } from '../store/holds.js';
import type { DueRow } from '../store/tables.js';
import { holdReasons, type Held, type HoldReason } from './guard.js';
import type { Runtime } from './runtime.js';
import { wasAskedSince } from './sort-drift.js';

/** How long a person's release stands, in milliseconds: long enough for retries, not for a different day's mistake. */
const approvalMs = 60 * 60_000;

/**
 * How long an open hold waits for a person, in milliseconds. After that it expires, and what is still wanted is held
 * anew: nobody should say yes to a list from another month.
 */
const openMs = 7 * 24 * 60 * 60_000;

/** What people decided about this target, as signatures of changes. */
export interface Decisions {
  readonly approved: ReadonlyMap<string, string>;
  readonly rejected: ReadonlySet<string>;
}

/**
 * Reads what people decided, for a batch with these due keys. A rejection stands until the identity provider speaks
 * about one of its subjects again; a release stands for an hour.
 */
export async function readDecisions(runtime: Runtime, rows: ReadonlyMap<string, DueRow>): Promise<Decisions> {
  const { store, config, now } = runtime;
  const approved = new Map<string, string>();
  const rejected = new Set<string>();
  for (const hold of await listHolds(store, { target: config.name, states: ['released', 'rejected'] })) {
    const decidedAt = hold.decidedAt ?? 0;
    if (hold.state === 'released' && now() - decidedAt > approvalMs) continue;
    if (hold.state === 'released') {
      for (const { change } of hold.changes) approved.set(signatureOf(change), hold.id);
      continue;
    }
    const standing = hold.changes.filter(
      ({ subjects }) => !subjects.some((subject) => wasAskedSince(rows.get(subject), decidedAt)),
    );
    for (const { change } of standing) rejected.add(signatureOf(change));
    if (standing.length < hold.changes.length) await liftRejection(runtime, hold, standing);
  }
  return { approved, rejected };
}

const notIn = (some: readonly PlannedChange[]): ((each: PlannedChange) => boolean) => {
  const known = new Set(some);
  return (each) => !known.has(each);
};

/** Written down, because the key that tells of the new request is struck off after this batch. */
async function liftRejection(runtime: Runtime, hold: Hold, standing: readonly PlannedChange[]): Promise<void> {
  const lifted = hold.changes.filter(notIn(standing)).map(({ change }) => describeChange(change));
  const detail = { target: hold.target, lifted: lifted.slice(0, 100) };
  const entry = {
    directory: 'engine',
    action: 'hold-lifted',
    subjectKind: 'hold',
    subjectId: hold.id,
    detail,
  } as const;
  await runtime.store.write(async (trx) => {
    await saveHold(trx, { ...hold, changes: standing });
    await appendAudit(trx, { actor: 'engine', requestId: hold.id }, runtime.now(), entry);
  });
}

/**
 * Brings the open holds in line with what the guard just held: new changes join the hold of their reason, changes of
 * this batch's keys that are no longer wanted leave it, and a hold nothing is left of is superseded.
 */
export async function updateHolds(
  runtime: Runtime,
  held: readonly Held[],
  rows: ReadonlyMap<string, DueRow>,
): Promise<void> {
  const { store } = runtime;
  // One transaction: a decision made by a person meanwhile must not be overwritten.
  const next = await store.write(async (trx) => {
    const changed = changedHolds(
      runtime,
      held,
      rows,
      await listHolds({ db: trx }, { target: runtime.config.name, states: ['open'] }),
    );
    for (const hold of changed) {
      await saveHold(trx, hold);
      const detail = { target: hold.target, reason: hold.reason.code, changes: hold.changes.length };
      const action = hold.state === 'open' ? 'hold' : `hold-${hold.state}`;
      const entry = { directory: 'engine', action, subjectKind: 'hold', subjectId: hold.id, detail } as const;
      await appendAudit(trx, { actor: 'engine', requestId: hold.id }, runtime.now(), entry);
    }
    return changed;
  });
  for (const hold of next.filter((each) => each.state === 'open')) {
    const { id, target, reason, changes } = hold;
    runtime.log.warn('changes are held for a person', {
      hold: id,
      target,
      reason: reason.code,
      changes: changes.length,
    });
  }
}

function changedHolds(
  runtime: Runtime,
  held: readonly Held[],
  rows: ReadonlyMap<string, DueRow>,
  open: readonly Hold[],
): Hold[] {
  const { config, now, newId } = runtime;
  const byReason = groupBy(held, ({ reason, groupId }) => `${reason}:${groupId ?? ''}`);
  const next: Hold[] = [];
  for (const hold of open) {
    const name = `${hold.reason.code}:${hold.reason.groupId ?? ''}`;
    if (now() - hold.createdAt > openMs) {
      next.push({ ...hold, state: 'expired', decidedAt: now(), decidedBy: 'engine' });
      continue;
    }
    const changes = merge(hold.changes, byReason.get(name) ?? [], rows);
    byReason.delete(name);
    if (sameChanges(changes, hold.changes)) continue;
    const gone = changes.length === 0;
    next.push(
      gone
        ? { ...hold, state: 'superseded', decidedAt: now(), decidedBy: 'engine' }
        : { ...hold, changes, causes: mergeCauses(hold.causes, changes, rows) },
    );
  }
  for (const group of byReason.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const changes = group.map(({ planned }) => planned);
    const reason = { code: first.reason, message: holdReasons[first.reason], groupId: first.groupId ?? null };
    const base = { id: newId(), target: config.name, state: 'open', createdAt: now() } as const;
    next.push({
      ...base,
      reason,
      changes,
      causes: mergeCauses([], changes, rows),
      decidedAt: undefined,
      decidedBy: undefined,
    });
  }
  return next;
}

/** Keeps what other batches held, drops this batch's keys, and adds what was held for them just now. */
function merge(
  before: readonly PlannedChange[],
  held: readonly Held[],
  rows: ReadonlyMap<string, DueRow>,
): PlannedChange[] {
  const others = before.filter(({ subjects }) => !subjects.some((subject) => rows.has(subject)));
  const known = new Set(others.map(({ change }) => signatureOf(change)));
  return [...others, ...held.map(({ planned }) => planned).filter(({ change }) => !known.has(signatureOf(change)))];
}

function sameChanges(a: readonly PlannedChange[], b: readonly PlannedChange[]): boolean {
  const names = (changes: readonly PlannedChange[]) =>
    changes
      .map(({ change }) => signatureOf(change))
      .toSorted()
      .join('\n');
  return names(a) === names(b);
}

function mergeCauses(
  before: readonly Cause[],
  changes: readonly PlannedChange[],
  rows: ReadonlyMap<string, DueRow>,
): Cause[] {
  const causes = new Set(before.map((cause) => JSON.stringify(cause)));
  for (const { subjects } of changes) {
    for (const subject of subjects) {
      const cause = rows.get(subject)?.cause;
      if (cause !== undefined) causes.add(cause);
    }
  }
  return [...causes].slice(0, 50).map((cause) => JSON.parse(cause) as Cause);
}

export const reasonInWords = (reason: HoldReason): string => `held: ${holdReasons[reason]}`;
