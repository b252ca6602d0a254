import type { Lane } from '../model/lane.js';
import { appendAudit } from './audit.js';
import { markDue } from './mark-due.js';
import type { ScimWrite } from './scim-write.js';
import type { Store, Trx } from './store.js';

/** Queues a user's account in every target of the directory. */
export async function markAccountDue(
  store: Store,
  trx: Trx,
  write: ScimWrite,
  id: string,
  urgency: Lane,
): Promise<void> {
  await markDue(store, trx, { ...write, kind: 'account', keys: [id], lane: urgency });
}

/** Adds what happened to a user to the directory's audit chain. */
export async function auditUser(
  trx: Trx,
  write: ScimWrite,
  action: string,
  id: string,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  const entry = { directory: write.directory, action, subjectKind: 'user' as const, subjectId: id, detail };
  await appendAudit(trx, write.cause, write.now, entry);
}
