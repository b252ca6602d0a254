import { hash } from 'node:crypto';
import type { Cause } from '../model/cause.js';
import { prepared } from './prepared.js';
import type { AuditRow } from './tables.js';
import type { Trx } from './store.js';

export interface AuditEntry {
  /** The directory whose chain it joins; `engine` for what a target's loop did. */
  readonly directory: string;
  readonly action: string;
  readonly subjectKind: 'user' | 'group' | 'hold' | 'target' | 'operation' | 'alert' | 'notification' | 'drift';
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
  let chain: { readonly directory: string; readonly hash: string } | undefined;
  for (const { directory, action, subjectKind, subjectId, detail } of entries) {
    const previous =
      chain?.directory === directory ? chain.hash : ((await lastHash.first(trx, { directory }))?.hash ?? '');
    const row = {
      directory,
      at: now,
      actor: cause.actor,
      request_id: cause.requestId,
      action,
      subject_kind: subjectKind,
      subject_id: subjectId,
      detail: JSON.stringify(detail),
      previous_hash: previous,
    };
    const own = auditHash(row);
    await insertRow.run(trx, { ...row, hash: own });
    chain = { directory, hash: own };
  }
}

const lastHash = prepared<{ directory: string }, { hash: string }>((db, value) =>
  db.selectFrom('audit').select('hash').where('directory', '=', value('directory')).orderBy('seq', 'desc').limit(1),
);

const insertRow = prepared<Omit<AuditRow, 'seq'>, unknown>((db, value) =>
  db.insertInto('audit').values({
    directory: value('directory'),
    at: value('at'),
    actor: value('actor'),
    request_id: value('request_id'),
    action: value('action'),
    subject_kind: value('subject_kind'),
    subject_id: value('subject_id'),
    detail: value('detail'),
    previous_hash: value('previous_hash'),
    hash: value('hash'),
  }),
);

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
  return hash('sha256', JSON.stringify(covered));
}
