import { randomUUID } from 'node:crypto';
import type { NotificationBody } from '../../src/alerts/notification-body.js';
import { announceEveryMs, recordAlerts, settleMs } from '../../src/alerts/record-alerts.js';
import type { ChannelConfig } from '../../src/model/alert-config.js';
import type { AlertCondition } from '../../src/model/alert.js';
import { openStore, type Store } from '../../src/store/store.js';
import { minute, openAlerts, queue, webhook } from './watching.js';

let store: Store;
let now: number;
let channels: readonly ChannelConfig[];

beforeEach(async () => {
  now = Date.UTC(2026, 0, 5);
  channels = [webhook()];
  store = await openStore('sqlite::memory:', new Map([['acme', ['dbt']]]), () => now);
});
afterEach(() => store.close());

const stopped = (more: Partial<AlertCondition> = {}): AlertCondition => ({
  key: 'target-stopped:dbt',
  kind: 'target-stopped',
  severity: 'warning',
  subject: { target: 'dbt' },
  since: now,
  words: { title: 'dbt fails', reason: 'it answered 503', action: 'wait' },
  ...more,
});

const look = (...conditions: readonly AlertCondition[]) =>
  recordAlerts(
    { store, channels, newId: randomUUID },
    conditions.map((condition) => ({ condition })),
    now,
  );

const events = async () => (await queue(store)).map(({ event, next_at }) => [event, next_at - Date.UTC(2026, 0, 5)]);

/** As the deliverer does it: everything that is due. */
async function deliver(): Promise<void> {
  await store.db
    .updateTable('notification')
    .set({ state: 'delivered', attempts: 1, finished_at: now })
    .where('state', '=', 'waiting')
    .where('next_at', '<=', now)
    .execute();
}

test('an opening is told once, however long it lasts, and its end once it has lasted', async () => {
  for (let looks = 0; looks < 5; looks += 1) {
    await look(stopped());
    await deliver();
    now += minute;
  }
  await look();
  expect(await events()).toEqual([
    ['opened', 0],
    ['resolved', 5 * minute + settleMs],
  ]);
  const [opened, resolved] = (await queue(store)).map(({ body }) => JSON.parse(body) as NotificationBody);
  expect(opened?.alert).toMatchObject({ title: 'dbt fails', target: 'dbt', resolvedAt: null });
  expect(resolved?.alert).toMatchObject({ id: opened?.alert?.id, resolvedAt: new Date(now).toISOString() });
});

test('the id in the body is that of the row, for the receiver to know a repetition by', async () => {
  await look(stopped());
  const [row] = await queue(store);
  expect((JSON.parse(row?.body ?? '') as NotificationBody).id).toBe(row?.id);
});

test('a matter that flaps is one alert and one message', async () => {
  for (let looks = 0; looks < 20; looks += 1) {
    if (looks % 2 === 0) await look(stopped());
    else await look();
    await deliver();
    now += minute;
  }
  expect(await store.db.selectFrom('alert').selectAll().execute()).toHaveLength(1);
  expect((await events()).map(([event]) => event)).toEqual(['opened', 'resolved']);
  now += settleMs;
  await deliver();
  expect((await queue(store)).every(({ state }) => state === 'delivered')).toBe(true);
});

test('one that comes back after its end was told is announced again, no sooner than an hour after the last time', async () => {
  await look(stopped());
  await deliver();
  now += minute;
  await look();
  now += settleMs;
  await deliver();
  now += minute;
  await look(stopped());
  expect(await store.db.selectFrom('alert').selectAll().execute()).toHaveLength(2);
  expect((await events()).at(-1)).toEqual(['opened', announceEveryMs]);
});

test('an announcement that was put off is not made when the matter is over by then', async () => {
  await look(stopped());
  await deliver();
  now += minute;
  await look();
  now += settleMs;
  await deliver();
  await look(stopped());
  now += minute;
  await look();
  expect((await events()).map(([event]) => event)).toEqual(['opened', 'resolved']);

  // An hour after the announcement that was made; the one that was called back does not count.
  now = Date.UTC(2026, 0, 5) + announceEveryMs + minute;
  await look(stopped());
  expect((await events()).at(-1)).toEqual(['opened', announceEveryMs + minute]);
});

test('an end somebody may have been told stands: what comes back is a new alert', async () => {
  await look(stopped());
  await deliver();
  now += minute;
  await look();
  await store.db.updateTable('notification').set({ attempts: 1 }).where('event', '=', 'resolved').execute();
  now += minute;
  await look(stopped());
  expect(await store.db.selectFrom('alert').selectAll().execute()).toHaveLength(2);
  expect((await events()).map(([event]) => event)).toEqual(['opened', 'resolved', 'opened']);
});

test('what becomes more severe is told and must be acknowledged anew; what becomes less so is only rewritten', async () => {
  await look(stopped());
  await store.db.updateTable('alert').set({ acknowledged_at: now, acknowledged_by: 'admin' }).execute();
  await look(stopped({ severity: 'high' }));
  expect((await events()).map(([event]) => event)).toEqual(['opened', 'raised']);
  expect(await openAlerts(store)).toMatchObject([{ severity: 'high', acknowledged_at: null, acknowledged_by: null }]);
  await look(stopped({ severity: 'notice' }));
  expect(await queue(store)).toHaveLength(2);
  expect(await openAlerts(store)).toMatchObject([{ severity: 'notice' }]);
});

test('since is when it was first seen, whatever later looks say', async () => {
  await look(stopped());
  const since = now;
  now += minute;
  await look(stopped());
  expect(await openAlerts(store)).toMatchObject([{ since, last_seen_at: now }]);
});

test('a channel hears of the kinds it asks for, and of ends if it wants them', async () => {
  channels = [
    webhook({ name: 'all' }),
    webhook({ name: 'held-only', kinds: ['held'] }),
    webhook({ name: 'no-ends', resolved: false }),
  ];
  await look(stopped());
  await deliver();
  now += minute;
  await look();
  const told = (await queue(store)).map(({ channel, event }) => `${channel} ${event}`);
  expect(told).toEqual(['all opened', 'no-ends opened', 'all resolved']);
});

test('a channel that was never told of a beginning is not told of the end', async () => {
  channels = [];
  await look(stopped());
  channels = [webhook()];
  now += minute;
  await look();
  expect(await queue(store)).toEqual([]);
});

test('two sightings of one matter are one alert', async () => {
  await look(stopped(), stopped());
  expect(await openAlerts(store)).toHaveLength(1);
});

test('what is too early to open does not, and what is open stays', async () => {
  const early = { condition: stopped(), opensAt: now + minute };
  await recordAlerts({ store, channels, newId: randomUUID }, [early], now);
  expect(await openAlerts(store)).toEqual([]);
  await look(stopped());
  await recordAlerts({ store, channels, newId: randomUUID }, [early], now);
  expect(await openAlerts(store)).toHaveLength(1);
});

test('alerts and their notifications are stored together or not at all', async () => {
  let ids = 0;
  const newId = (): string => {
    if (ids === 1) throw new Error('cut off');
    return `id-${(ids += 1)}`;
  };
  const once = recordAlerts({ store, channels, newId }, [{ condition: stopped() }], now);
  await expect(once).rejects.toThrow('cut off');
  expect(await openAlerts(store)).toEqual([]);
});
