import type { ChannelConfig } from '../model/alert-config.js';
import type { AlertCondition, NotificationEvent } from '../model/alert.js';
import {
  forgetAnnouncement,
  lastNotified,
  listOpenAlerts,
  listResolvedSince,
  openAlert,
  resolveAlert,
  rewriteAlert,
  touchAlerts,
  withdrawAcknowledgement,
} from '../store/alerts.js';
import {
  callBack,
  channelsTold,
  declaredOver,
  queueNotifications,
  type NewNotification,
} from '../store/notifications.js';
import type { Store, Trx } from '../store/store.js';
import type { AlertRow } from '../store/tables.js';
import { channelOfKey } from './conditions/channel-failing.js';
import { diffAlerts, type AlertChanges, type Matched } from './diff-alerts.js';
import { notificationBody } from './notification-body.js';
import type { Sighting } from './survey.js';

/** What is over must stay over this long before somebody is told. Milliseconds. */
export const settleMs = 300_000;
/** Nobody is told more often than this that the same matter began. Milliseconds. */
export const announceEveryMs = 3_600_000;

export interface RecordOptions {
  readonly store: Store;
  readonly channels: readonly ChannelConfig[];
  readonly newId: () => string;
}

/**
 * Brings the alerts in line with what is the matter, and queues what is to be told, in one transaction: what was
 * announced is stored, and what is stored will be announced.
 *
 * A matter that comes and goes makes one announcement: its end is told only after `settleMs` without it, and the next
 * beginning no sooner than `announceEveryMs` after the last one.
 */
export async function recordAlerts(
  { store, channels, newId }: RecordOptions,
  sightings: readonly Sighting[],
  now: number,
): Promise<AlertChanges> {
  return store.write(async (trx) => {
    const reader = { db: trx };
    const lately = await listResolvedSince(reader, now - settleMs);
    const told = await declaredOver(
      trx,
      lately.map(({ id }) => id),
    );
    const goesOn = lately.filter(({ id }) => !told.has(id));
    const changes = diffAlerts(sightings, await listOpenAlerts(reader), goesOn, now);
    const work = { trx, channels, newId, now };
    await touchAlerts(trx, changes.unchanged, now);
    for (const alert of changes.resolve) await resolve(work, alert);
    for (const { alert, condition } of changes.rewrite) await rewriteAlert(trx, alert, condition, now);
    for (const matched of changes.reopen) await reopen(work, matched);
    for (const matched of changes.raise) await raise(work, matched);
    await openAll(work, changes.open);
    return changes;
  });
}

interface Work extends Omit<RecordOptions, 'store'> {
  readonly trx: Trx;
  readonly now: number;
}

async function openAll(work: Work, conditions: readonly AlertCondition[]): Promise<void> {
  const { trx, channels, newId, now } = work;
  const keys = conditions.map(({ key }) => key);
  const last = await lastNotified({ db: trx }, keys);
  for (const condition of conditions) {
    const wanted = channels.filter((channel) => takes(channel, condition));
    const nextAt = Math.max(now, (last.get(condition.key) ?? -Infinity) + announceEveryMs);
    const notifyAt = wanted.length === 0 ? undefined : nextAt;
    const alert = await openAlert(trx, { id: newId(), condition, now, notifyAt });
    await tell(
      work,
      alert,
      'opened',
      wanted.map(({ name }) => name),
      nextAt,
    );
  }
}

async function raise(work: Work, { alert, condition }: Matched): Promise<void> {
  const { trx, channels, now } = work;
  await rewriteAlert(trx, alert, condition, now);
  await withdrawAcknowledgement(trx, alert);
  const wanted = channels.filter((channel) => takes(channel, condition)).map(({ name }) => name);
  await tell(work, { ...alert, ...rowOf(condition) }, 'raised', wanted, now);
}

function rowOf({
  severity,
  words,
  since,
}: AlertCondition): Pick<AlertRow, 'severity' | 'title' | 'reason' | 'action' | 'since'> {
  return { severity, ...words, since };
}

async function resolve(work: Work, alert: AlertRow): Promise<void> {
  const { trx, channels, now } = work;
  await resolveAlert(trx, alert, now);
  const unaware = await callBack(trx, alert.id, { events: ['opened'], dueAfter: now });
  if (unaware.length > 0) {
    await callBack(trx, alert.id, { events: ['raised'], dueAfter: -Infinity });
    await forgetAnnouncement(trx, alert);
  }
  const aware = await channelsTold(trx, alert.id);
  const wanted = channels.filter(({ name, resolved }) => resolved && aware.includes(name)).map(({ name }) => name);
  await tell(work, { ...alert, resolved_at: now }, 'resolved', wanted, now + settleMs);
}

/** The news of its end, which nobody has got, is called back; nothing else need be said. */
async function reopen({ trx, now }: Work, { alert, condition }: Matched): Promise<void> {
  await callBack(trx, alert.id, { events: ['resolved'], dueAfter: -Infinity });
  await rewriteAlert(trx, alert, condition, now);
}

/** A channel is not told that it does not work. */
const takes = ({ name, kinds }: ChannelConfig, { key, kind }: AlertCondition): boolean =>
  (kinds === undefined || kinds.includes(kind)) && channelOfKey(key) !== name;

async function tell(
  { trx, newId, now }: Work,
  alert: AlertRow,
  event: NotificationEvent,
  channels: readonly string[],
  nextAt: number,
): Promise<void> {
  const notifications = channels.map((channel): NewNotification => {
    const id = newId();
    return { id, channel, alert: alert.id, event, body: notificationBody(id, event, alert, now), nextAt };
  });
  await queueNotifications(trx, notifications, now);
}
