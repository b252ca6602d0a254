import { seededFaults } from '../../src/sandbox/kit/faults/seeded-faults.js';
import type { Caller } from './metabase-caller.js';
import { startCaller, stopFakes } from './metabase-caller.js';
import { control } from './fake-calls.js';

/** The hand behind the fake Metabase: keys, faults, outside edits and what it has seen; in process and over HTTP. */

afterEach(stopFakes);

const create = (fake: Caller, email = 'new@acme.test') => fake.post<{ id: number }>('/user', { email });

describe('API keys', () => {
  interface Key {
    readonly id: number;
    readonly unmasked_key?: string;
    readonly masked_key: string;
    readonly group: { readonly id: number };
  }

  test('a key is shown whole once, changed, regenerated and deleted', async () => {
    const fake = await startCaller();
    const made = await fake.post<Key>('/api-key', { name: 'Reader', group_id: 1 });
    const path = `/api-key/${String(made.data.id)}`;
    const works = async (key = '') => (await fake.call('GET', '/user/current', undefined, { key })).status;
    expect(made.data.unmasked_key).toMatch(/^mb_/);
    expect(await works(made.data.unmasked_key)).toBe(200);
    const listed = await fake.get<Key[]>('/api-key');
    expect(listed.text).not.toContain(made.data.unmasked_key);
    expect(listed.data).toHaveLength(2);

    expect((await fake.put<Key>(path, { group_id: 2 })).data.group.id).toBe(2);
    expect(fake.control.state().users.find((each) => each.firstName === 'Reader')?.admin).toBe(true);
    const renewed = (await fake.put<Key>(`${path}/regenerate`)).data.unmasked_key;
    expect([await works(made.data.unmasked_key), await works(renewed)]).toEqual([401, 200]);
    expect((await fake.delete(path)).status).toBe(204);
    expect(await works(renewed)).toBe(401);
    expect(fake.control.state().users.find((each) => each.firstName === 'Reader')?.active).toBe(false);
  });

  test('a name that is taken is refused by field', async () => {
    const answer = await (await startCaller()).post('/api-key', { name: 'bridge', group_id: 1 });
    const errors = { name: 'An API key with this name already exists.' };
    expect([answer.status, answer.data]).toEqual([400, { errors }]);
  });
});

describe('faults and the ledger', () => {
  test.each([
    { kind: 'unauthorized' as const, status: 401, text: 'Unauthenticated' },
    { kind: 'forbidden' as const, status: 403, text: "You don't have permissions to do that." },
    { kind: 'not-permitted' as const, status: 404, text: 'Not found.' },
  ])('$kind is $status in the vendor’s words', async ({ kind, status, text }) => {
    const fake = await startCaller();
    fake.control.faults.add({ fault: { kind } });
    const answer = await create(fake);
    expect([answer.status, answer.text]).toEqual([status, text]);
    expect(fake.control.ledger.entries).toMatchObject([{ fault: kind, committed: false }]);
    expect(fake.control.ledger.refused).toEqual([]);
  });

  test('a write can be carried out and its answer lost', async () => {
    const fake = await startCaller();
    fake.control.faults.add({ method: 'POST', path: '/api/user', fault: { kind: 'commit-then-drop' } });
    await expect(create(fake)).rejects.toThrow('fetch failed');
    expect(fake.control.ledger.mailsTo('new@acme.test')).toBe(1);
    fake.control.faults.add({ method: 'GET', fault: { kind: 'wrong-shape' } });
    expect((await fake.get('/user')).data).toEqual({ data: 'maintenance' });
    fake.control.faults.plan(seededFaults({ seed: 1, rate: 1, faults: [{ kind: 'html' }] }));
    expect((await fake.get('/user')).status).toBe(502);
  });

  test('a proxy’s budget answers 429 and says when to come back', async () => {
    const fake = await startCaller({
      clock: () => 0,
      rate: { perMinute: 1, cooldownSeconds: 7, header: 'seconds' },
    });
    expect((await fake.get('/user')).status).toBe(200);
    const answer = await fake.get('/user');
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
  });

  test('calls are counted by kind, refusals are kept apart, and a login is no write', async () => {
    const fake = await startCaller();
    const id = (await create(fake)).data.id;
    await create(fake);
    await fake.put(`/user/${String(id)}`, { first_name: 'New' });
    await fake.call('POST', '/session', { username: fake.username, password: fake.password }, null);
    await fake.get('/nowhere');
    expect(fake.control.ledger.calls()).toEqual({
      'POST /api/user': 2,
      'PUT /api/user/:id': 1,
      'POST /api/session': 1,
    });
    expect(fake.control.ledger.refused.map((each) => [each.route, each.status])).toEqual([
      ['POST /api/user', 400],
      [undefined, 404],
    ]);
    expect(fake.control.counters()).toEqual({ requests: 5, writes: 2, mails: 1, tokenFailures: 0, faults: 0 });
  });

  test('no credential is kept: neither a key, nor a password, nor a session', async () => {
    const fake = await startCaller({ apiKey: 'mb_secret-thing', password: 'secret-thing' });
    const login = { username: fake.username, password: fake.password };
    const session = (await fake.call<{ id: string }>('POST', '/session', login, null)).data.id;
    const id = (await create(fake)).data.id;
    await fake.call('PUT', `/user/${String(id)}/password`, { password: 'secret-thing' }, { session });
    expect(
      (await fake.call('POST', '/session', { username: 'new@acme.test', password: 'secret-thing' }, null)).status,
    ).toBe(200);
    const kept = JSON.stringify([fake.control.ledger.entries, fake.control.state()]);
    expect(kept).not.toContain('secret-thing');
    expect(kept).not.toContain(session);
    expect(kept).toContain(fake.username);
  });

  test('an edit can land between a read and the write computed from it', async () => {
    const fake = await startCaller();
    const ann = fake.control.users.add({ email: 'ann@acme.test' });
    const group = fake.control.groups.create('Finance');
    fake.control.beforeRequest({ method: 'PUT' }, () => {
      fake.control.groups.addMember(group, ann);
    });
    await fake.put(`/user/${String(ann)}`, { user_group_memberships: [{ id: 1 }] });
    expect(fake.control.ledger.dropped).toEqual([{ sequence: 1, userId: ann, groupId: group }]);
  });

  test('a body that is no JSON is a 400 in plain text', async () => {
    const fake = await startCaller();
    const headers = { 'content-type': 'application/json', 'x-api-key': fake.apiKey };
    const response = await fetch(`${fake.url}/api/user`, { method: 'POST', headers, body: '{"email":' });
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'text/plain; charset=utf-8']);
    expect(fake.control.ledger.entries).toMatchObject([{ status: 400, committed: false }]);
  });
});

describe('page shifts', () => {
  const paged = async (fake: Caller) => {
    const page = async (offset: number) => {
      const { data } = await fake.get<{ data: { email: string }[] }>(`/user?limit=2&offset=${String(offset)}`);
      return data.data.map((each) => each.email.split('@')[0]);
    };
    return [...(await page(0)), ...(await page(2)), ...(await page(4))];
  };
  const peopled = async () => {
    const fake = await startCaller();
    for (const name of ['ann', 'bob', 'cid', 'dan']) {
      fake.control.users.add({ email: `${name}@acme.test`, firstName: name });
    }
    return fake;
  };

  test.each([
    { name: 'an insertion', shift: { insert: ['aaa@acme.test'] }, seen: ['ann', 'bob', 'bob', 'cid', 'dan', 'owner'] },
    { name: 'a removal', shift: { remove: ['ann@acme.test'] }, seen: ['ann', 'bob', 'dan', 'owner'] },
    {
      name: 'a rename',
      shift: { rename: [{ who: 'ann@acme.test', firstName: 'Zoe' }] },
      seen: ['ann', 'bob', 'dan', 'owner', 'ann'],
    },
  ])('$name between two pages skips or repeats somebody', async ({ shift, seen }) => {
    const fake = await peopled();
    fake.control.shiftPages({ list: 'users', ...shift });
    expect(await paged(fake)).toEqual(seen);
  });
});

describe('control over HTTP', () => {
  test('users: add, rename, address, rights, password, subscription, deactivate, reactivate, sign-on', async () => {
    const fake = await startCaller();
    const post = async (path: string, body: object) => {
      const answer = await control(fake, 'POST', path, body);
      expect(answer.status).toBe(200);
      return answer.body;
    };
    const { userId } = await post('/users/add', { email: 'Ann@Acme.test', firstName: 'Ann', active: false });
    const ann = () => fake.control.state().users.find((each) => each.id === userId);
    expect(ann()?.email).toBe('ann@acme.test');
    await post('/users/reactivate', { id: userId });
    await post('/users/rename', { id: userId, lastName: 'Lee' });
    await post('/users/email', { email: 'ANN@acme.test', newEmail: 'anna@acme.test' });
    await post('/users/admin', { id: userId, admin: true });
    await post('/users/subscribe', { id: userId, subscription: 'Weekly' });
    expect(ann()).toMatchObject({
      ...{ email: 'anna@acme.test', firstName: 'Ann', lastName: 'Lee', active: true, admin: true },
      subscriptions: ['Weekly'],
    });
    await post('/users/password', { id: userId, password: 'secret' });
    expect((await fake.call('POST', '/session', { username: 'anna@acme.test', password: 'secret' }, null)).status).toBe(
      200,
    );
    await post('/users/sso-login', { email: 'anna@acme.test', method: 'ldap', firstName: 'Anna' });
    expect(ann()).toMatchObject({ ssoSource: 'ldap', firstName: 'Anna' });
    await post('/users/deactivate', { email: 'anna@acme.test' });
    expect(ann()?.active).toBe(false);
  });

  test('groups, keys and tenants', async () => {
    const fake = await startCaller({ edition: 'pro', tenants: true });
    const post = async (path: string, body: object) => (await control(fake, 'POST', path, body)).body;
    fake.control.users.add({ email: 'ann@acme.test' });
    const { groupId } = await post('/groups/create', { name: 'Finance' });
    const group = () => fake.control.state().groups.find((each) => each.id === groupId);
    await post('/groups/members/add', { group: groupId, email: 'ann@acme.test', manager: true });
    expect(group()?.memberEmails).toEqual(['ann@acme.test']);
    expect(fake.control.state().users.find((each) => each.email === 'ann@acme.test')?.manages).toEqual([groupId]);
    await post('/groups/rename', { id: groupId, name: 'Money' });
    await post('/groups/members/remove', { group: groupId, email: 'ann@acme.test' });
    expect(group()).toMatchObject({ name: 'Money', members: [] });
    await post('/groups/delete', { id: groupId });
    expect(group()).toBeUndefined();

    const { key } = await post('/keys/add', { name: 'Second' });
    const second = { key: String(key) };
    expect((await fake.call('GET', '/user', undefined, second)).status).toBe(200);
    await post('/keys/delete', { name: 'Second' });
    expect((await fake.call('GET', '/user', undefined, second)).status).toBe(401);
    const { tenantId } = await post('/tenants/add', { name: 'Acme' });
    await post('/tenants/active', { id: tenantId, active: false });
    expect(fake.control.state().tenants).toEqual([{ id: tenantId, name: 'Acme', active: false }]);
  });

  test('state, outbox, counters, calls and the ledger are shown; the ledger since a sequence', async () => {
    const fake = await startCaller();
    await create(fake);
    await create(fake);
    const get = async (path: string) => (await control(fake, 'GET', path)).body;
    expect(await get('/state')).toEqual(JSON.parse(JSON.stringify(fake.control.state())));
    expect(await get('/outbox')).toMatchObject([{ to: 'new@acme.test', inviter: 'Bridge' }]);
    expect(await get('/counters')).toMatchObject({ requests: 2, writes: 1, mailsTo: { 'new@acme.test': 1 } });
    expect(await get('/calls')).toEqual({ 'POST /api/user': 2 });
    expect(await get('/users')).toMatchObject([
      { email: 'owner@example.com', groups: ['All Users', 'Administrators'] },
      {},
    ]);
    expect(await get('/groups')).toMatchObject([{ name: 'All Users', magic: 'all-internal-users' }, {}, {}, {}]);
    expect(await get('/ledger')).toMatchObject({
      entries: [{ sequence: 1 }, { sequence: 2 }],
      refused: [{ sequence: 2 }],
    });
    expect(await get('/ledger?since=1')).toMatchObject({ entries: [{ sequence: 2 }], dropped: [], removed: [] });
  });

  test('faults, page shifts, the clock; every rule is read and written; reset brings the start back', async () => {
    const fake = await startCaller({ edition: 'pro', clock: () => 0 });
    const born = fake.control.state();
    const post = (path: string, body: unknown) => control(fake, 'POST', path, body);
    await post('/faults/add', { method: 'GET', fault: { kind: 'forbidden' } });
    expect((await fake.get('/user')).status).toBe(403);
    await post('/page-shift', {
      list: 'users',
      beforeOffset: 0,
      rename: [{ who: 'owner@example.com', firstName: 'Zed' }],
    });
    await fake.get('/user?limit=1');
    expect(fake.control.state().users.find((each) => each.admin)?.firstName).toBe('Zed');

    const session = fake.control.keys.session('owner@example.com');
    await post('/clock/advance', { ms: 15 * 24 * 60 * 60 * 1000 });
    expect((await fake.call('GET', '/user', undefined, { session })).status).toBe(401);

    const { body: rules } = await control(fake, 'GET', '/rules');
    expect((await post('/rules', rules)).status).toBe(200);
    const rate = { perMinute: 0, cooldownSeconds: 5, header: 'seconds' };
    await post('/rules', { smtp: false, groupSync: { mapping: null }, rate });
    expect((await fake.get('/user')).status).toBe(429);
    await post('/rules', { rate: null });
    expect(fake.control.rules).toMatchObject({ smtp: false, groupSync: { mapping: null }, edition: 'pro' });
    expect((await fake.get('/user')).status).toBe(200);

    fake.control.keys.delete('Bridge');
    await post('/reset', {});
    expect(fake.control.state()).toEqual(born);
    expect(fake.control.rules.smtp).toBe(true);
    expect(fake.control.counters().requests).toBe(0);
    expect((await fake.get('/user')).status).toBe(200);
  });

  test.each([
    { path: '/nothing', body: {}, status: 404 },
    { path: '/users/deactivate', body: {}, status: 400 },
    { path: '/users/deactivate', body: { email: 'nobody@acme.test' }, status: 404 },
    { path: '/users/sso-login', body: { email: 'a@acme.test', method: 'magic' }, status: 400 },
    { path: '/groups/members/add', body: { group: 1, email: 'owner@example.com' }, status: 400 },
    { path: '/keys/delete', body: { name: 'Nothing' }, status: 404 },
    { path: '/rules', body: { editon: 'pro' }, status: 400 },
  ])('POST $path with $body is a readable $status', async ({ path, body, status }) => {
    const answer = await control(await startCaller(), 'POST', path, body);
    expect(answer).toEqual({ status, body: { error: expect.any(String) } });
  });
});
