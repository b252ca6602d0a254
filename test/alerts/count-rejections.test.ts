import { silentLog } from '../../src/model/log.js';
import { RejectionCounter } from '../../src/scim/count-rejections.js';
import { addRejections, pruneRejections, readRejections } from '../../src/store/alerts-rejections.js';
import { openStore } from '../../src/store/store.js';
import { newUser, otherToken, scimApp, sha256, token, type ScimApp } from '../scim/scim-app.js';
import { minute } from './watching.js';

let app: ScimApp;
let counter: RejectionCounter;

beforeEach(async () => {
  app = await scimApp({
    directories: [
      {
        name: 'acme',
        tokens: [
          { label: 'okta', sha256: sha256(token) },
          { label: 'former', sha256: sha256('expired-token-0123456789'), expiresAt: Date.UTC(2026, 0, 1) },
        ],
      },
      { name: 'other', tokens: [{ label: 'entra', sha256: sha256(otherToken) }] },
    ],
    rejections: { count: (...counted) => counter.count(...counted) },
  });
  counter = new RejectionCounter(app.store, silentLog);
});
afterEach(() => app.close());

async function counted() {
  await counter.flush();
  const all = await readRejections(app.store, 0);
  return all.map(({ directory, kind, what, count, detail }) => ({ directory, kind, what, count, detail }));
}

test('what is refused is counted by what was asked, without ids, and with what was answered last', async () => {
  const { body: ada } = await app.post('/Users', newUser('ada@acme.test'));
  await app.post('/Users', newUser('ada@acme.test'));
  await app.post('/Users', newUser('ADA@acme.test'));
  const add = { op: 'add', path: 'members', value: [{ value: 'nobody' }] };
  const { body: group } = await app.post('/Groups', { schemas: [], displayName: 'Data' });
  await app.patch(`/Groups/${(group as { id: string }).id}`, [add]);
  await app.put(`/Users/${(ada as { id: string }).id}`, '{');
  await app.patch('/Users/0', [{ op: 'replace', path: 'active', value: false }]);

  expect(await counted()).toEqual(
    expect.arrayContaining([
      {
        directory: 'acme',
        kind: 'request',
        what: 'POST /Users → 409 uniqueness',
        count: 2,
        detail: 'Another user of this directory already has this userName.',
      },
      expect.objectContaining({ what: 'PATCH /Groups/{id} → 400 invalidValue', count: 1 }),
      expect.objectContaining({ what: 'PUT /Users/{id} → 400 invalidSyntax', count: 1 }),
      expect.objectContaining({ what: 'PATCH /Users/{id} → 404', count: 1 }),
    ]),
  );
});

test('everyday refusals are not counted', async () => {
  await app.get('/Users/0');
  await app.get('/Users');
  const { body } = await app.post('/Users', newUser('ada@acme.test'));
  await app.put(`/Users/${(body as { id: string }).id}`, newUser('ada@acme.test'), {
    headers: { 'If-Match': 'W/"9"' },
  });
  expect(await counted()).toEqual([]);
});

test('a missing or wrong token is told from an expired one, whose label is kept', async () => {
  await app.get('/Users', { token: null });
  await app.get('/Users', { token: 'guess' });
  await app.get('/Users', { token: 'expired-token-0123456789' });
  await app.get('/scim/other/v2/Users');
  expect(await counted()).toEqual(
    expect.arrayContaining([
      { directory: 'acme', kind: 'unauthorized', what: '401', count: 2, detail: null },
      { directory: 'acme', kind: 'expired-token', what: 'former', count: 1, detail: null },
      { directory: 'other', kind: 'unauthorized', what: '401', count: 1, detail: null },
    ]),
  );
});

test('a path that leads into no directory belongs to nobody', async () => {
  await app.get('/scim/nowhere/v2/Users');
  expect(await counted()).toEqual([]);
});

test('however many sorts there are, few rows are kept', async () => {
  const exchange = { requestId: 'r', receivedAt: 1, directory: 'acme' };
  for (let sort = 0; sort < 200; sort += 1) {
    const error = { status: 400, scimType: undefined, detail: 'x'.repeat(1000) };
    counter.count(exchange, {
      method: 'PATCH',
      path: '/scim/v2/Users/1',
      error: { ...error, status: 400 + (sort % 90) },
    });
  }
  const rows = await counted();
  expect(rows.length).toBeLessThanOrEqual(51);
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(150);
  expect(rows[0]?.what).toBe('other requests');
  expect(Math.max(...rows.map(({ detail }) => detail?.length ?? 0))).toBe(300);
});

test('counts of several processes and several flushes add up, and old ones are forgotten', async () => {
  const one = {
    directory: 'acme',
    kind: 'request',
    what: 'x',
    count: 2,
    detail: 'first',
    lastAt: 10 * minute,
  } as const;
  await addRejections(app.store, [one]);
  await addRejections(app.store, [{ ...one, count: 3, detail: 'second', lastAt: 11 * minute }]);
  await addRejections(app.store, [{ ...one, count: 4, detail: 'third', lastAt: 20 * minute }]);
  expect(await readRejections(app.store, 0)).toMatchObject([{ count: 9, detail: 'third', firstAt: 10 * minute }]);
  expect(await readRejections(app.store, 15 * minute)).toMatchObject([{ count: 4 }]);
  await app.store.write((trx) => pruneRejections(trx, 15 * minute));
  expect(await readRejections(app.store, 0)).toMatchObject([{ count: 4 }]);
});

test('a store that fails costs the count and nothing else', async () => {
  const closed = await openStore('sqlite::memory:', new Map());
  await closed.close();
  const failing = new RejectionCounter(closed, silentLog);
  failing.count(
    { requestId: 'r', receivedAt: 1, directory: 'acme' },
    { method: 'POST', path: '/scim/v2/Users', error: { status: 400, scimType: undefined, detail: '' } },
  );
  await failing.flush();
});
