import type { AlertCondition } from '../model/alert.js';
import { appendAudit } from './audit.js';
import { batches } from './scim-batches.js';
import type { Cause } from '../model/cause.js';
import type { Store, Trx } from './store.js';
import type { AlertRow } from './tables.js';

/** Reads through the store, or through a transaction given as `{ db: trx }`. */
type Reader = Pick<Store, 'db'>;

/** Everything that is the matter now, oldest first. */
export async function listOpenAlerts({ db }: Reader): Promise<AlertRow[]> {
  return db.selectFrom('alert').selectAll().where('resolved_at', 'is', null).orderBy('seq').execute();
}

/** What ended at this time or later, for the matters that may have begun again. */
export async function listResolvedSince({ db }: Reader, since: number): Promise<AlertRow[]> {
  return db.selectFrom('alert').selectAll().where('resolved_at', '>=', since).orderBy('seq').execute();
}

/** For when somebody was last told that a matter of these keys began. Keys nobody was told of are absent. */
export async function lastNotified({ db }: Reader, keys: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const batch of batches(keys)) {
    const rows = await db
      .selectFrom('alert')
      .select(({ fn }) => ['key', fn.max('notified_at').as('at')])
      .where('key', 'in', batch)
      .where('notified_at', 'is not', null)
      .groupBy('key')
      .execute();
    for (const { key, at } of rows) if (at !== null) found.set(key, at);
  }
  return found;
}

/** Opens an alert. `notifyAt`: when its announcement goes out; undefined when nobody is told. */
export async function openAlert(
  trx: Trx,
  opened: {
    readonly id: string;
    readonly condition: AlertCondition;
    readonly now: number;
    readonly notifyAt: number | undefined;
  },
): Promise<AlertRow> {
  const { id, condition, now, notifyAt } = opened;
  return trx
    .insertInto('alert')
    .values({
      id,
      key: condition.key,
      kind: condition.kind,
      ...columnsOf(condition),
      opened_at: now,
      last_seen_at: now,
      resolved_at: null,
      acknowledged_at: null,
      acknowledged_by: null,
      notified_at: notifyAt ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** The matter goes on, in other words or with another severity; or it began again after it seemed to be over. */
export async function rewriteAlert(trx: Trx, alert: AlertRow, condition: AlertCondition, now: number): Promise<void> {
  await trx
    .updateTable('alert')
    .set({ ...columnsOf(condition), last_seen_at: now, resolved_at: null })
    .where('seq', '=', alert.seq)
    .execute();
}

/** More severe than what somebody said they know about: it has to be acknowledged anew. */
export async function withdrawAcknowledgement(trx: Trx, alert: AlertRow): Promise<void> {
  await trx
    .updateTable('alert')
    .set({ acknowledged_at: null, acknowledged_by: null })
    .where('seq', '=', alert.seq)
    .execute();
}

function columnsOf({ severity, subject, words, since }: AlertCondition) {
  const { target = null, directory = null, person = null } = subject;
  return { severity, target, directory, person, ...words, since };
}

/** The matters go on unchanged. */
export async function touchAlerts(trx: Trx, alerts: readonly AlertRow[], now: number): Promise<void> {
  for (const batch of batches(alerts.map(({ seq }) => seq))) {
    await trx.updateTable('alert').set({ last_seen_at: now }).where('seq', 'in', batch).execute();
  }
}

export async function resolveAlert(trx: Trx, alert: AlertRow, now: number): Promise<void> {
  await trx.updateTable('alert').set({ resolved_at: now }).where('seq', '=', alert.seq).execute();
}

/** Its announcement was called back before anybody got it. */
export async function forgetAnnouncement(trx: Trx, alert: AlertRow): Promise<void> {
  await trx.updateTable('alert').set({ notified_at: null }).where('seq', '=', alert.seq).execute();
}

export type Acknowledgement =
  | { readonly kind: 'acknowledged'; readonly alert: AlertRow }
  | { readonly kind: 'unknown-alert' }
  | { readonly kind: 'over' };

/** A person says they know. It stays open until the matter is over, but no longer shows among the warnings. */
export async function acknowledgeAlert(store: Store, id: string, cause: Cause, now: number): Promise<Acknowledgement> {
  return store.write(async (trx) => {
    const alert = await trx.selectFrom('alert').selectAll().where('id', '=', id).executeTakeFirst();
    if (alert === undefined) return { kind: 'unknown-alert' };
    if (alert.resolved_at !== null) return { kind: 'over' };
    if (alert.acknowledged_at !== null) return { kind: 'acknowledged', alert };
    const acknowledged = { acknowledged_at: now, acknowledged_by: cause.actor };
    await trx.updateTable('alert').set(acknowledged).where('seq', '=', alert.seq).execute();
    const detail = { kind: alert.kind, title: alert.title };
    const entry = { directory: 'engine', action: 'alert-acknowledged', subjectKind: 'alert', subjectId: id } as const;
    await appendAudit(trx, cause, now, { ...entry, detail });
    return { kind: 'acknowledged', alert: { ...alert, ...acknowledged } };
  });
}

/** What of the alerts is wanted, newest first; `before` is the number of the last one of the page before. */
export interface AlertPage {
  readonly state: 'open' | 'resolved' | 'all';
  readonly kind?: string | undefined;
  readonly target?: string | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

export async function pageAlerts(store: Store, page: AlertPage): Promise<AlertRow[]> {
  const { state, kind, target, before, limit } = page;
  return store.db
    .selectFrom('alert')
    .selectAll()
    .$if(state === 'open', (query) => query.where('resolved_at', 'is', null))
    .$if(state === 'resolved', (query) => query.where('resolved_at', 'is not', null))
    .$if(kind !== undefined, (query) => query.where('kind', '=', kind ?? ''))
    .$if(target !== undefined, (query) => query.where('target', '=', target ?? ''))
    .$if(before !== undefined, (query) => query.where('seq', '<', before ?? 0))
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
}

/** The titles of what is severe and nobody said they know about, oldest first; at most `limit`. */
export async function listHighAlerts(store: Store, limit: number): Promise<string[]> {
  const rows = await store.db
    .selectFrom('alert')
    .select('title')
    .where('resolved_at', 'is', null)
    .where('severity', '=', 'high')
    .where('acknowledged_at', 'is', null)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map(({ title }) => title);
}

export async function countOpenAlerts(store: Store): Promise<{ readonly kind: string; readonly count: number }[]> {
  return store.db
    .selectFrom('alert')
    .select(({ fn }) => ['kind', fn.countAll<number>().as('count')])
    .where('resolved_at', 'is', null)
    .groupBy('kind')
    .execute();
}

/** Forgets what was over before this time. */
export async function pruneAlerts(trx: Trx, resolvedBefore: number): Promise<void> {
  await trx.deleteFrom('alert').where('resolved_at', '<', resolvedBefore).execute();
}
