import { signatureOf } from '../model/planned-change.js';
import { appendAudit } from '../store/audit.js';
import { listDrift, saveDrift, type Drift, type DriftState } from '../store/drift.js';
import type { Trx } from '../store/store.js';
import type { Work } from './load-work.js';
import type { Judged } from './observe-and-plan.js';
import type { Runtime } from './runtime.js';
import { wasAskedSince } from './sort-drift.js';

/** Drift of a target that is open or was adopted, by the signature of the change that would put it right. */
export async function readKnownDrift({ store, config }: Runtime): Promise<ReadonlyMap<string, Drift>> {
  const rows = await listDrift(store, { target: config.name, states: ['open', 'adopted'], limit: 100_000 });
  return new Map(rows.map((drift) => [signatureOf(drift.planned.change), drift]));
}

/**
 * Writes down what a look found changed by others, and closes what it no longer shows for the people and groups it
 * covered.
 *
 * @param written signatures of the changes this batch wrote: what is gone because of them was repaired
 */
export async function recordDrift(
  runtime: Runtime,
  work: Work,
  judged: Judged,
  written: ReadonlySet<string>,
): Promise<void> {
  const known = await readKnownDrift(runtime);
  const found = new Map(judged.drift.found.map((each) => [signatureOf(each.planned.change), each]));
  const covered = (drift: Drift): boolean => drift.planned.subjects.every((subject) => work.rows.has(subject));
  const closing = [...known.values()].filter(
    (drift) => covered(drift) && !found.has(signatureOf(drift.planned.change)),
  );
  if (found.size === 0 && closing.length === 0) return;
  const at = runtime.now();
  await runtime.store.write(async (trx) => {
    for (const [signature, { planned, lastGoodAt, standing }] of found) {
      const before = known.get(signature);
      const base = before ?? { id: runtime.newId(), target: runtime.config.name, foundAt: at, lastGoodAt };
      const drift = { ...base, planned, lastSeenAt: at, state: standing, closedAt: undefined, closedBy: undefined };
      await saveDrift(trx, drift);
      if (before === undefined) await note(trx, runtime, drift, 'drift-found');
      if (before?.state !== 'adopted' && standing === 'adopted') await note(trx, runtime, drift, 'drift-adopted');
    }
    for (const drift of closing) {
      const ended = { ...drift, state: endOf(drift, work, written), closedAt: at, closedBy: 'engine' };
      await saveDrift(trx, ended);
      await note(trx, runtime, ended, `drift-${ended.state}`);
    }
  });
}

function endOf(drift: Drift, work: Work, written: ReadonlySet<string>): DriftState {
  if (drift.planned.subjects.some((subject) => wasAskedSince(work.rows.get(subject), drift.foundAt)))
    return 'superseded';
  return written.has(signatureOf(drift.planned.change)) ? 'repaired' : 'gone';
}

async function note(trx: Trx, { now }: Runtime, drift: Drift, action: string): Promise<void> {
  const detail = { target: drift.target, change: drift.planned.change, lastGoodAt: drift.lastGoodAt ?? null };
  const entry = { directory: 'engine', action, subjectKind: 'drift', subjectId: drift.id, detail } as const;
  await appendAudit(trx, { actor: 'engine', requestId: drift.id }, now(), entry);
}
