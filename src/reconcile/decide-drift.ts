import type { Cause } from '../model/cause.js';
import { lane } from '../model/lane.js';
import { appendAudit } from '../store/audit.js';
import { findDrift, saveDrift, type Drift } from '../store/drift.js';
import { markDueIn } from '../store/mark-due.js';
import type { Store } from '../store/store.js';

export type DriftDecision =
  | { readonly kind: 'decided'; readonly drift: Drift }
  | { readonly kind: 'unknown-drift' }
  | { readonly kind: 'already-closed'; readonly state: Drift['state'] };

/**
 * What a person wants to become of something that was changed by hand: `adopt` takes it over as what is wanted, until
 * the directory speaks about it again; `repair` puts it right now, whatever the target's policy.
 */
export async function decideDrift(
  store: Store,
  id: string,
  decision: 'adopt' | 'repair',
  cause: Cause,
  now: number,
): Promise<DriftDecision> {
  return store.write(async (trx) => {
    const drift = await findDrift({ db: trx }, id);
    if (drift === undefined) return { kind: 'unknown-drift' };
    const isOpen = drift.state === 'open' || (drift.state === 'adopted' && decision === 'repair');
    if (!isOpen) return { kind: 'already-closed', state: drift.state };
    const state = decision === 'adopt' ? 'adopted' : 'repaired';
    const decided: Drift = { ...drift, state, closedAt: now, closedBy: cause.actor };
    await saveDrift(trx, decided);
    const detail = { target: drift.target, change: drift.planned.change };
    const entry = {
      directory: 'engine',
      action: `drift-${decision}`,
      subjectKind: 'drift',
      subjectId: id,
      detail,
    } as const;
    await appendAudit(trx, cause, now, entry);
    for (const subject of drift.planned.subjects) {
      const kind = subject.startsWith('account:') ? 'account' : 'group';
      const keys = [subject.slice(kind.length + 1)];
      const engine = { actor: 'engine', requestId: `drift-${decision}:${id}` };
      await markDueIn(store, trx, drift.target, { kind, keys, lane: lane.person, cause: engine, now });
    }
    return { kind: 'decided', drift: decided };
  });
}
