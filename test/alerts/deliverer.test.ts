import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { backOffMs } from '../../src/alerts/delivery/back-off.js';
import { Deliverer, type DelivererOptions } from '../../src/alerts/delivery/deliverer.js';
import { notificationBody } from '../../src/alerts/notification-body.js';
import type { ChannelConfig } from '../../src/model/alert-config.js';
import type { LogFields } from '../../src/model/log.js';
import { callBack, queueNotifications, type NewNotification } from '../../src/store/notifications.js';
import { pageNotifications, retryNotification } from '../../src/store/notifications-list.js';
import { openStore, type Store } from '../../src/store/store.js';
import { Receiver } from './receiver.js';
import { day, hour, minute, planted, queue, webhook } from './watching.js';

const routes = new Map([['acme', ['dbt']]]);
const secret = `signing-${planted}`;

let receiver: Receiver;
let store: Store;
let folder: string;
let logged: string[];
const clock = { now: 0 };

beforeEach(async () => {
  clock.now = Date.UTC(2026, 0, 5);
  logged = [];
  folder = mkdtempSync(path.join(tmpdir(), 'drawbridge-alerts-'));
  receiver = await Receiver.start();
  store = await openStore('sqlite::memory:', routes, () => clock.now);
});
afterEach(async () => {
  await receiver.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const file = () => path.join(folder, 'store.db');
/** A store that lasts, in place of the one in memory. */
const openFile = () => openStore(`sqlite:${file()}`, routes, () => clock.now);

const ops = (more: Partial<ChannelConfig> = {}) => webhook({ url: receiver.url, secret, ...more });

function deliverer(channels: readonly ChannelConfig[] = [ops()], more: Partial<DelivererOptions> = {}): Deliverer {
  const note = (message: string, fields: LogFields = {}) => void logged.push(JSON.stringify({ message, ...fields }));
  return new Deliverer({
    store,
    config: { channels, retryDays: 3 },
    holder: 'this-process',
    log: { debug: note, info: note, warn: note, error: note },
    now: () => clock.now,
    random: () => 0.5,
    abort: new AbortController().signal,
    timeoutMs: 5_000,
    ...more,
  });
}

async function give(more: Partial<NewNotification> = {}): Promise<string> {
  const id = randomUUID();
  const told = { channel: 'ops', alert: 'a1', event: 'opened' } as const;
  const body = notificationBody(id, more.event ?? 'opened', undefined, clock.now);
  await store.write((trx) => queueNotifications(trx, [{ id, body, nextAt: clock.now, ...told, ...more }], clock.now));
  return id;
}

const states = async () => (await queue(store)).map(({ state }) => state);
const row = async (id: string) => (await queue(store)).find((each) => each.id === id);

test('a webhook gets the body as it was stored, its id, its event and a signature that verifies', async () => {
  const id = await give();
  await deliverer().pass();
  const [message] = receiver.received;
  const stored = await row(id);
  expect(message?.body).toBe(stored?.body);
  expect(message?.headers).toMatchObject({
    'content-type': 'application/json',
    'idempotency-key': id,
    'x-drawbridge-event': 'opened',
  });
  const [, time = '', digest = ''] =
    /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(message?.headers['x-drawbridge-signature'])) ?? [];
  expect(Number(time)).toBe(Math.floor(clock.now / 1000));
  expect(digest).toBe(
    createHmac('sha256', secret)
      .update(`${time}.${message?.body ?? ''}`)
      .digest('hex'),
  );
  expect(stored).toMatchObject({ state: 'delivered', attempts: 1, last_error: null, finished_at: clock.now });
});

test('what failed is tried again later, with the same id and a signature of that time, and never in between', async () => {
  const id = await give();
  receiver.answer({ status: 500 });
  const worker = deliverer();
  await worker.pass();
  expect(await row(id)).toMatchObject({ state: 'waiting', attempts: 1, last_error: 'the receiver answered 500' });
  const wait = ((await row(id))?.next_at ?? 0) - clock.now;
  expect(wait).toBe(backOffMs(1, () => 0.5, undefined));

  clock.now += wait - 1;
  await worker.pass();
  expect(receiver.received).toHaveLength(1);
  clock.now += 1;
  await worker.pass();
  expect(await row(id)).toMatchObject({ state: 'delivered', attempts: 2 });
  const [first, second] = receiver.received;
  expect(second?.body).toBe(first?.body);
  expect(second?.headers['x-drawbridge-signature']).not.toBe(first?.headers['x-drawbridge-signature']);
});

test.each([
  { rule: 'no answer in time', answer: 'hang', error: 'the receiver did not answer in time' },
  {
    rule: 'a word of Slack',
    answer: { status: 404, body: 'no_service' },
    error: 'the receiver answered 404: no_service',
  },
  {
    rule: 'an answer that repeats what we sent',
    answer: { status: 400, body: `you sent ${planted}` },
    error: 'the receiver answered 400',
  },
  {
    rule: 'a redirect',
    answer: { status: 307, headers: { location: 'http://127.0.0.1:9/elsewhere' } },
    error: 'the receiver redirects elsewhere (307): put the final address into the configuration',
  },
] as const)('$rule is a failure in words, and is tried again', async ({ answer, error }) => {
  const id = await give();
  receiver.answer(answer);
  await deliverer([ops()], { timeoutMs: 150 }).pass();
  expect(await row(id)).toMatchObject({ state: 'waiting', last_error: error });
  expect(receiver.received).toHaveLength(1);
});

test('nobody there', async () => {
  const id = await give();
  const gone = ops();
  await receiver.close();
  await deliverer([gone]).pass();
  expect(await row(id)).toMatchObject({
    state: 'waiting',
    last_error: 'the receiver cannot be reached (ECONNREFUSED)',
  });
  receiver = await Receiver.start();
});

test('an answer without end is not read', async () => {
  const id = await give();
  receiver.answer({ status: 500, body: 'x'.repeat(200_000) });
  await deliverer().pass();
  expect((await row(id))?.last_error).toMatch(/^the receiver cannot be reached \(ERR_/);
});

test.each([
  { form: 'seconds', header: '600' },
  { form: 'a date', header: new Date(Date.UTC(2026, 0, 5) + 600_000).toUTCString() },
])('Retry-After as $form counts instead of our own waiting', async ({ header }) => {
  const id = await give();
  receiver.answer({ status: 429, headers: { 'retry-after': header } });
  await deliverer().pass();
  expect((await row(id))?.next_at).toBe(clock.now + 600_000);
});

test('waits grow to a quarter of an hour and not beyond, with jitter', () => {
  const waits = [1, 2, 3, 4, 8, 9, 20, 5000].map((attempts) => backOffMs(attempts, () => 0.999, undefined));
  expect(waits.map((wait) => Math.round(wait / 1000))).toEqual([5, 10, 20, 40, 640, 900, 900, 900]);
  expect(backOffMs(3, () => 0, undefined)).toBe(10_000);
  expect(backOffMs(9, () => 0, 7)).toBe(7);
});

test('while a channel refuses, nothing more is pushed at it; the others go on', async () => {
  for (let count = 0; count < 5; count += 1) await give({ alert: `a${count}` });
  const other = await Receiver.start();
  await give({ channel: 'chat' });
  receiver.answer({ status: 503 });
  const worker = deliverer([ops(), webhook({ name: 'chat', kind: 'slack', url: other.url })]);
  await worker.pass();
  await worker.pass();
  expect(receiver.received).toHaveLength(1);
  expect(other.received).toHaveLength(1);
  await other.close();
  clock.now += minute;
  await worker.pass();
  expect((await states()).every((state) => state === 'delivered')).toBe(true);
});

test('a message the receiver cannot read does not keep back the next', async () => {
  const bad = await give({ alert: 'a1' });
  const good = await give({ alert: 'a2' });
  receiver.answer({ status: 400 });
  await deliverer().pass();
  expect(await row(bad)).toMatchObject({ state: 'waiting' });
  expect(await row(good)).toMatchObject({ state: 'delivered' });
});

test('the end of an alert does not overtake its beginning', async () => {
  const opened = await give();
  receiver.answer({ status: 400 });
  const worker = deliverer();
  await worker.pass();
  const resolved = await give({ event: 'resolved' });
  await worker.pass();
  expect(await row(resolved)).toMatchObject({ state: 'waiting', attempts: 0 });
  clock.now += minute;
  await worker.pass();
  expect(receiver.bodies.map(({ id }) => id)).toEqual([opened, opened, resolved]);
});

test('after some days it is given up, visibly, and a person can send it again', async () => {
  const id = await give();
  const worker = deliverer([ops()], { config: { channels: [ops()], retryDays: 0.25 } });
  receiver.answer(...Array.from({ length: 100 }, () => ({ status: 500 })));
  const end = clock.now + day;
  while (clock.now < end && (await row(id))?.state === 'waiting') {
    clock.now = (await row(id))?.next_at ?? end;
    await worker.pass();
  }
  const begun = Date.UTC(2026, 0, 5);
  const given = await row(id);
  expect(given).toMatchObject({ state: 'given-up', last_error: 'the receiver answered 500' });
  expect(given?.finished_at).toBeGreaterThanOrEqual(begun + 6 * hour);
  expect(given?.finished_at).toBeLessThan(begun + 7 * hour);
  expect(await pageNotifications(store, { state: 'given-up', limit: 10 })).toMatchObject([{ id }]);
  expect(logged.at(-1)).toContain('a notification was given up');

  await receiver.close();
  receiver = await Receiver.start();
  const cause = { actor: 'admin', requestId: 'r1' };
  expect(await retryNotification(store, id, cause, clock.now)).toBe('retried');
  await deliverer().pass();
  expect(await row(id)).toMatchObject({ state: 'delivered', attempts: 1 });
  expect(await retryNotification(store, id, cause, clock.now)).toBe('not-given-up');
  expect(await retryNotification(store, 'nobody', cause, clock.now)).toBe('unknown-notification');
});

test('a receiver that says it is gone for good is believed', async () => {
  const id = await give();
  receiver.answer({ status: 410 });
  await deliverer().pass();
  expect(await row(id)).toMatchObject({ state: 'given-up', attempts: 1 });
});

test('what waits survives a restart, with its next time', async () => {
  await store.close();
  store = await openFile();
  const id = await give();
  receiver.answer({ status: 500 });
  await deliverer().pass();
  await store.close();

  store = await openFile();
  await deliverer([ops()], { holder: 'this-process' }).pass();
  expect(receiver.received).toHaveLength(1);
  clock.now += minute;
  await deliverer([ops()], { holder: 'this-process' }).pass();
  expect(await row(id)).toMatchObject({ state: 'delivered', attempts: 2 });
});

test('what was sent when the process died is sent again, with the same id', async () => {
  const id = await give();
  const stop = new AbortController();
  receiver.answer('hang');
  const arrived = receiver.arrival();
  const dying = deliverer([ops()], { abort: stop.signal });
  const passing = dying.pass();
  await arrived;
  const begun = await row(id);
  expect(begun).toMatchObject({ state: 'waiting', attempts: 1 });
  expect(begun?.next_at).toBeGreaterThan(clock.now);
  stop.abort();
  await passing;
  expect(await row(id)).toMatchObject({ last_error: 'Drawbridge was stopped before the receiver answered' });

  clock.now += 2 * minute;
  await deliverer().pass();
  expect(receiver.bodies.map((body) => body['id'])).toEqual([id, id]);
});

test('what is called back while it is picked up is not sent', async () => {
  await give();
  const write = store.write.bind(store);
  let first = true;
  store.write = async (work) => {
    if (first) {
      first = false;
      await write((trx) => callBack(trx, 'a1', { events: ['opened'], dueAfter: -Infinity }));
    }
    return write(work);
  };
  await deliverer().pass();
  expect(receiver.received).toEqual([]);
  expect(await queue(store)).toEqual([]);
});

test('one process delivers at a time', async () => {
  const id = await give();
  receiver.answer({ status: 400 });
  await deliverer().pass();
  clock.now += minute;
  await deliverer([ops()], { holder: 'another' }).pass();
  expect(await row(id)).toMatchObject({ state: 'waiting', attempts: 1 });
  clock.now += minute;
  await deliverer([ops()], { holder: 'another' }).pass();
  expect(await row(id)).toMatchObject({ state: 'delivered' });
});

test('what waits for a channel that is not configured any more is given up with that reason', async () => {
  const id = await give({ channel: 'former' });
  await deliverer().pass();
  expect(await row(id)).toMatchObject({
    state: 'given-up',
    last_error: 'the channel is not in the configuration any more',
  });
});

test('Slack gets what waits as one message', async () => {
  for (const alert of ['a1', 'a2', 'a3']) await give({ channel: 'chat', alert });
  await deliverer([webhook({ name: 'chat', kind: 'slack', url: receiver.url })]).pass();
  expect(receiver.bodies).toEqual([{ text: expect.stringContaining('*Test*') as string }]);
  expect(await states()).toEqual(['delivered', 'delivered', 'delivered']);
});

test('how it went is counted', async () => {
  receiver.answer({ status: 400 }, { status: 410 });
  for (const alert of ['a1', 'a2', 'a3']) await give({ alert });
  const worker = deliverer();
  await worker.pass();
  await worker.pass();
  expect([...worker.tally.counts()]).toEqual([
    { channel: 'ops', outcome: 'failed', count: 1 },
    { channel: 'ops', outcome: 'given-up', count: 1 },
    { channel: 'ops', outcome: 'delivered', count: 1 },
  ]);
});

test('when to come back: at once, when the next is due, or in half a minute', async () => {
  const worker = deliverer();
  expect(await worker.pass()).toBe(30_000);
  await give({ nextAt: clock.now + 7_000 });
  expect(await worker.pass()).toBe(7_000);
  clock.now += 7_000;
  receiver.answer({ status: 500 });
  expect(await worker.pass()).toBeGreaterThan(0);
});

test('neither the address nor the secret of a channel is in the database or in a log', async () => {
  await store.close();
  store = await openFile();
  receiver.answer({ status: 500, body: receiver.url }, { status: 404, body: secret });
  await give();
  const worker = deliverer();
  await worker.pass();
  clock.now += minute;
  await worker.pass();
  await store.close();
  const bytes = readdirSync(folder)
    .map((name) => readFileSync(path.join(folder, name)).toString('latin1'))
    .join();
  store = await openFile();
  expect(bytes.includes('the receiver answered 404')).toBe(true);
  expect(logged).toHaveLength(2);
  for (const text of [bytes, logged.join()]) {
    expect(text.includes('PLANTED')).toBe(false);
  }
});
