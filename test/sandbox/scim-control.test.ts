import type { Fault } from '../../src/sandbox/kit/faults/fault.js';
import type { Caller } from './scim-caller.js';
import { errorUrn, groupUrn, startCaller, stopFakes, userUrn } from './scim-caller.js';

/** The hand behind the fake SCIM server: outside edits, faults and what it has seen; in process and over HTTP. */

afterEach(stopFakes);

const create = (fake: Caller, userName = 'ann@acme.test') =>
  fake.post('/Users', { schemas: [userUrn], userName, emails: [{ value: userName }] });

const userOf = (fake: Caller, who: string) => {
  const found = fake.control.state().users.find((each) => each.id === who || each.userName === who);
  if (found === undefined) throw new Error(`no user ${who}`);
  return found;
};

describe('at the start', () => {
  test('one user is there, with an attribute no client knows; or nobody', async () => {
    const fake = await startCaller();
    const { body } = await fake.get('/Users');
    expect(body.Resources).toMatchObject([
      {
        userName: 'owner@example.com',
        active: true,
        'urn:example:params:scim:schemas:extension:badge:2.0:User': { number: 'B-1', colour: 'blue' },
      },
    ]);
    expect((await startCaller({ empty: true })).control.state()).toEqual({ users: [], groups: [] });
  });

  test('the root can be anywhere', async () => {
    const fake = await startCaller({ root: '/api/scim' });
    expect(fake.baseUrl).toBe(`${fake.url}/api/scim`);
    const { body, headers } = await create(fake);
    expect(headers.get('location')).toBe(`${fake.url}/api/scim/Users/${String(body.id)}`);
    const elsewhere = { headers: { authorization: `Bearer ${fake.token}` } };
    expect((await fetch(`${fake.url}/scim/v2/Users`, elsewhere)).status).toBe(404);
  });
});

describe('faults', () => {
  const early: { fault: Fault; status: number }[] = [
    { fault: { kind: 'status', status: 503, headers: { 'retry-after': '7' } }, status: 503 },
    { fault: { kind: 'unauthorized' }, status: 401 },
    { fault: { kind: 'forbidden' }, status: 403 },
    { fault: { kind: 'not-permitted' }, status: 404 },
    { fault: { kind: 'rate-limited', header: 'seconds', seconds: 9 }, status: 429 },
  ];
  test.each(early)('$fault.kind answers $status with an Error body, before anything happened', async (planted) => {
    const fake = await startCaller({ empty: true });
    fake.control.faults.add({ method: 'POST', path: '/Users', fault: planted.fault });
    const answer = await create(fake);
    expect([answer.status, answer.body.schemas, answer.body.status]).toEqual([
      planted.status,
      [errorUrn],
      String(planted.status),
    ]);
    expect(fake.control.state().users).toEqual([]);
    expect((await create(fake)).status).toBe(201);
  });

  test.each<{ fault: Fault }>([
    { fault: { kind: 'commit-then-drop' } },
    { fault: { kind: 'commit-then-html' } },
    { fault: { kind: 'truncated' } },
    { fault: { kind: 'wrong-shape' } },
  ])('$fault.kind lets the write happen, then spoils the answer', async ({ fault }) => {
    const fake = await startCaller({ empty: true });
    fake.control.faults.add({ method: 'POST', fault });
    const answer = await create(fake).catch(() => undefined);
    expect(answer?.body.userName).toBeUndefined();
    expect(fake.control.state().users).toMatchObject([{ userName: 'ann@acme.test' }]);
    expect(fake.control.ledger.writes).toMatchObject([{ status: 201, fault: fault.kind }]);
  });

  test('an edit can land between a read and the write computed from it', async () => {
    const fake = await startCaller({ empty: true });
    const [ann = '', ben = ''] = ['ann', 'ben'].map((userName) => fake.control.users.add({ userName }));
    const group = fake.control.groups.create({ displayName: 'g' });
    fake.control.beforeRequest({ method: 'PUT' }, () => {
      fake.control.groups.addMember(group, ben);
    });
    await fake.put(`/Groups/${group}`, { schemas: [groupUrn], displayName: 'g', members: [{ value: ann }] });
    expect(fake.control.ledger.dropped).toEqual([{ sequence: 1, userId: ben, groupId: group }]);
  });

  test('no credential is kept in the ledger or shown in the state', async () => {
    const fake = await startCaller({ token: 'very-secret-token' });
    await create(fake);
    await fake.call('GET', '/Users', undefined, { authorization: 'Bearer wrong-secret-token' });
    const shown = JSON.stringify([fake.control.ledger.entries, fake.control.state()]);
    expect(shown).not.toContain('secret-token');
  });
});

describe('control over HTTP', () => {
  const control = async (fake: Caller, method: 'GET' | 'POST', path: string, body?: unknown) => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${fake.url}/_control${path}`, { method, headers, ...init });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  test('users: add, deactivate, activate, rename, attributes, delete', async () => {
    const fake = await startCaller({ unknownFields: false });
    const post = (path: string, body: unknown) => control(fake, 'POST', path, body);
    const added = await post('/users/add', { userName: 'Ann@acme.test', externalId: 'x', attributes: { title: 'Dr' } });
    const id = String(added.body.userId);
    expect(userOf(fake, id).attributes).toEqual({
      userName: 'Ann@acme.test',
      active: true,
      externalId: 'x',
      title: 'Dr',
      name: { givenName: 'Foreign', familyName: 'Member' },
      emails: [{ value: 'Ann@acme.test', type: 'work', primary: true }],
    });
    await post('/users/deactivate', { userName: 'ann@ACME.test' });
    expect((await fake.get(`/Users/${id}`)).body.active).toBe(false);
    await post('/users/activate', { id });
    await post('/users/rename', { id, givenName: 'Ann' });
    await post('/users/attributes', { id, attributes: { title: null, nickName: 'A', emails: [] } });
    expect(userOf(fake, id).attributes).toEqual({
      userName: 'Ann@acme.test',
      active: true,
      externalId: 'x',
      nickName: 'A',
      name: { givenName: 'Ann', familyName: 'Member' },
    });
    expect((await post('/users/add', { userName: 'ANN@acme.test' })).status).toBe(409);
    await post('/users/delete', { id });
    expect(fake.control.state().users.map((each) => each.userName)).toEqual(['owner@example.com']);
    const bare = await post('/users/add', { userName: 'bare', emails: [], active: false });
    expect(userOf(fake, String(bare.body.userId))).toMatchObject({ active: false });
    expect(userOf(fake, 'bare').attributes).not.toHaveProperty('emails');
  });

  test('groups: create, rename, members, delete; tokens; page shift', async () => {
    const fake = await startCaller({ empty: true });
    const post = (path: string, body: unknown) => control(fake, 'POST', path, body);
    const id = fake.control.users.add({ userName: 'ann' });
    const { groupId } = (await post('/groups/create', { displayName: 'Data', externalId: 'g1' })).body;
    await post('/groups/rename', { id: groupId, displayName: 'Analysts' });
    await post('/groups/members/add', { group: groupId, userName: 'ann' });
    expect(fake.control.state().groups).toMatchObject([
      { id: groupId, displayName: 'Analysts', externalId: 'g1', members: [id], memberNames: ['ann'] },
    ]);
    expect(userOf(fake, 'ann')).toMatchObject({ groups: [groupId], groupNames: ['Analysts'] });
    expect((await control(fake, 'GET', '/groups')).body).toEqual([
      { id: groupId, displayName: 'Analysts', members: ['ann'] },
    ]);
    await post('/groups/members/remove', { group: groupId, id });
    expect(fake.control.state().groups[0]?.members).toEqual([]);

    await post('/page-shift', { list: 'groups', insert: ['Late'], remove: [groupId] });
    await fake.get('/Groups?startIndex=1');
    expect(fake.control.state().groups).toHaveLength(1);
    const second = await fake.get('/Groups?startIndex=2');
    expect(second.body).toMatchObject({ totalResults: 1, Resources: [] });
    expect(fake.control.state().groups.map((each) => each.displayName)).toEqual(['Late']);
    await post('/groups/delete', { id: fake.control.state().groups[0]?.id });
    expect(fake.control.state().groups).toEqual([]);

    const status = async () => (await fake.call('GET', '/Users', undefined, { authorization: 'Bearer second' })).status;
    await post('/tokens/add', { token: 'second' });
    expect(await status()).toBe(200);
    await post('/tokens/revoke', { token: 'second' });
    expect(await status()).toBe(401);
  });

  test('rules, clock, counters, calls, ledger and reset are there like for every fake', async () => {
    const fake = await startCaller({ clock: () => 0, unknownFields: false });
    const born = fake.control.state();
    const post = (path: string, body: unknown) => control(fake, 'POST', path, body);
    const get = async (path: string) => (await control(fake, 'GET', path)).body;
    await post('/faults/add', { method: 'POST', fault: { kind: 'forbidden' } });
    expect((await create(fake)).status).toBe(403);
    await post('/clock/advance', { ms: 5000 });
    const created = await create(fake);
    expect(created.body.meta?.created).toBe('1970-01-01T00:00:05.000Z');
    await fake.put(`/Users/${String(created.body.id)}`, { schemas: [userUrn], userName: 'ann@acme.test' });

    expect(await get('/state')).toEqual(JSON.parse(JSON.stringify(fake.control.state())));
    expect(await get('/users')).toHaveLength(2);
    expect(await get('/counters')).toMatchObject({ requests: 3, writes: 2, faults: 1 });
    expect(await get('/calls')).toEqual({ 'POST /scim/v2/Users': 2, 'PUT /scim/v2/Users/:id': 1 });
    expect(await get('/ledger?since=2')).toMatchObject({
      entries: [{ sequence: 3 }],
      dropped: [],
      removed: [],
      losses: [{ sequence: 3, name: 'emails' }],
    });
    const rules = await get('/rules');
    expect((await post('/rules', rules)).status).toBe(200);
    expect((await post('/rules', { paging: 'ignored' })).status).toBe(200);
    expect(fake.control.rules).toMatchObject({ paging: 'ignored', filter: 'all' });

    fake.control.addToken('second');
    fake.control.revokeToken(fake.token);
    await post('/reset', {});
    expect(fake.control.state()).toEqual(born);
    expect(fake.control.rules.paging).toBe('honoured');
    expect(fake.control.counters().requests).toBe(0);
    expect((await fake.get('/Users')).status).toBe(200);
    expect((await fake.call('GET', '/Users', undefined, { authorization: 'Bearer second' })).status).toBe(401);
  });

  test.each([
    { path: '/nothing', body: {}, status: 404 },
    { path: '/users/delete', body: {}, status: 400 },
    { path: '/users/delete', body: { userName: 'nobody' }, status: 404 },
    { path: '/groups/rename', body: { id: 'nothing', displayName: 'x' }, status: 404 },
    { path: '/rules', body: { paging: 'sometimes' }, status: 400 },
    { path: '/rules', body: { page: 1 }, status: 400 },
  ])('POST $path with $body is a readable $status', async ({ path, body, status }) => {
    const fake = await startCaller();
    expect(await control(fake, 'POST', path, body)).toEqual({ status, body: { error: expect.any(String) } });
  });
});
