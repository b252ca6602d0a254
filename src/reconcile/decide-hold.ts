import type { Cause } from '../model/cause.js';
import { lane } from '../model/lane.js';
import { appendAudit } from '../store/audit.js';
import { findHold, saveHold, type Hold } from '../store/holds.js';
import { markDueIn, type DueKind } from '../store/mark-due.js';
import { forgetInvitations } from '../store/shadows.js';
import type { Store } from '../store/store.js';
import { notReleasable } from './guard.js';

export type Decision =
  | { readonly kind: 'decided'; readonly hold: Hold }
  | { readonly kind: 'unknown-hold' }
  | { readonly kind: 'already-decided'; readonly state: Hold['state'] }
  | { readonly kind: 'not-releasable'; readonly reason: string }
  /** The person confirmed another number of changes than are held by now. */
  | { readonly kind: 'count-mismatch'; readonly held: number };

/**
 * A person's yes or no to a held plan. A release makes its keys due, so that the world as it is then is planned again
 * and only what was approved passes; a rejection stands until the identity provider speaks about the person again.
 *
 * @param confirmed how many changes the person believes to decide on; another number decides nothing
 */
export async function decideHold(
  store: Store,
  id: string,
  state: 'released' | 'rejected',
  cause: Cause,
  now: number,
  confirmed?: number,
): Promise<Decision> {
  return store.write(async (trx) => {
    const hold = await findHold({ db: trx }, id);
    if (hold === undefined) return { kind: 'unknown-hold' };
    if (hold.state !== 'open') return { kind: 'already-decided', state: hold.state };
    const locked = [...notReleasable].some((reason) => reason === hold.reason.code);
    if (state === 'released' && locked) return { kind: 'not-releasable', reason: hold.reason.message };

    const held = hold.changes.length;
    if (confirmed !== undefined && confirmed !== held) return { kind: 'count-mismatch', held };
    const decided: Hold = { ...hold, state, decidedAt: now, decidedBy: cause.actor };
    await saveHold(trx, decided);
    const detail = { target: hold.target, reason: hold.reason.code, changes: hold.changes.length };
    const entry = { directory: 'engine', action: `hold-${state}`, subjectKind: 'hold', subjectId: id, detail } as const;
    await appendAudit(trx, cause, now, entry);
    const engine = { actor: 'engine', requestId: `hold-${state}:${id}` };
    for (const [kind, keys] of subjectsByKind(hold)) {
      await markDueIn(store, trx, hold.target, { kind, keys, lane: lane.person, cause: engine, now });
    }
    return { kind: 'decided', hold: decided };
  });
}

/** Makes a key that was given up due again, as a person asks; unanswered invitations may then be sent anew. */
export async function retryKey(
  store: Store,
  key: { readonly target: string; readonly kind: DueKind; readonly key: string },
  now: number,
): Promise<void> {
  await store.write(async (trx) => {
    if (key.kind === 'account') await forgetInvitations(trx, key.target, key.key);
    const cause = { actor: 'engine', requestId: 'retry' };
    await markDueIn(store, trx, key.target, { kind: key.kind, keys: [key.key], lane: lane.person, cause, now });
  });
}

function subjectsByKind(hold: Hold): Map<DueKind, string[]> {
  const byKind = new Map<DueKind, string[]>();
  for (const subject of new Set(hold.changes.flatMap(({ subjects }) => subjects))) {
    const kind = subject.startsWith('account:') ? 'account' : 'group';
    byKind.set(kind, [...(byKind.get(kind) ?? []), subject.slice(kind.length + 1)]);
  }
  return byKind;
}
