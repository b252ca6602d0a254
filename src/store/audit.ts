import { createHash } from 'node:crypto';
import type { Cause } from '../model/cause.js';
import type { AuditRow } from './tables.js';
import type { Trx } from './store.js';

export interface AuditEntry {
  /** The directory whose chain it joins; `engine` for what a target's loop did. */
  readonly directory: string;
  readonly action: string;
  readonly subjectKind: 'user' | 'group' | 'hold' | 'target' | 'operation';
  readonly subjectId: string;
  /** What changed, by name. Never a credential or a password. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * Appends entries to a directory's hash chain, in the caller's transaction. Entries are never changed afterwards; each
 * hash covers the previous one, so a changed or missing row shows in everything after it.
 */
export async function appendAudit(
  trx: Trx,
  cause: Cause,
  now: number,
  ...entries: readonly AuditEntry[]
): Promise<void> {
  for (const entry of entries) {
    const last = await trx
      .selectFrom('audit')
      .select('hash')
      .where('directory', '=', entry.directory)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    const row = {
      directory: entry.directory,
      at: now,
      actor: cause.actor,
      request_id: cause.requestId,
      action: entry.action,
      subject_kind: entry.subjectKind,
      subject_id: entry.subjectId,
      detail: JSON.stringify(entry.detail),
      previous_hash: last?.hash ?? '',
    };
    await trx
      .insertInto('audit')
      .values({ ...row, hash: auditHash(row) })
      .execute();
  }
}

/** The hash an audit row must carry. */
export function auditHash(row: Omit<AuditRow, 'seq' | 'hash'>): string {
  const covered = [
    row.previous_hash,
    row.directory,
    row.at,
    row.actor,
    row.request_id,
    row.action,
    row.subject_kind,
    row.subject_id,
    row.detail,
  ];
  return createHash('sha256').update(JSON.stringify(covered)).digest('hex');
}
