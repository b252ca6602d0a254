import type { FakeRetoolOptions } from '../../src/sandbox/retool/fake-retool.js';
import type { Caller } from './retool-caller.js';
import { startCaller, stopFakes } from './retool-caller.js';

/** The numbered invariants a faithful fake of Retool must obey: transport, users, groups and invites. */

interface User {
  readonly id: string;
  readonly legacy_id: number;
  readonly email: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly active: boolean;
  readonly metadata: Record<string, unknown>;
  readonly is_admin: boolean;
  readonly groups?: { readonly id: number; readonly legacy_id: number; readonly name: string }[];
}
interface Group {
  readonly id: number;
  readonly legacy_id: number;
  readonly name: string;
  readonly members: { readonly id: string; readonly email: string; readonly is_group_admin: boolean }[];
  readonly user_invites: { readonly id: number }[];
  readonly universal_app_access: string;
  readonly user_list_access: boolean;
  readonly landing_page_app_id: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}
interface Invite {
  readonly id: number;
  readonly invited_email: string;
  readonly created_at: string;
  readonly expires_at: string;
  readonly claimed_by: string | null;
  readonly claimed_at: string | null;
  readonly invite_link: string;
  readonly groups: { readonly id: number }[];
}

afterEach(stopFakes);

const start = (options: FakeRetoolOptions = {}) => startCaller(options);

/** No user has it. */
const nobody = `user_${'0'.repeat(32)}`;

const newUser = (email: string) => ({ email, first_name: 'Mara', last_name: 'Iyer' });

const createUser = async (fake: Caller, email = 'mara@acme.test', more: object = {}) =>
  (await fake.post<User>('/users', { ...newUser(email), ...more })).data;

const createGroup = async (fake: Caller, name = 'finance-apps', more: object = {}) =>
  (await fake.post<Group>('/groups', { name, ...more })).data;

const groupNamed = async (fake: Caller, name: string) => {
  const found = (await fake.get<Group[]>('/groups')).data.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no group ${name}`);
  return found;
};

const idsIn = async (fake: Caller, group: number) =>
  (await fake.get<Group>(`/groups/${String(group)}`)).data.members.map((each) => each.id);

/** Everything but what only time moves. */
const snapshot = (fake: Caller) => JSON.stringify(fake.control.state());

const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });

describe('transport and auth', () => {
  test('1 paths are below /api/v2, JSON says its charset, and a 204 has no body', async () => {
    const fake = await start();
    const list = await fake.get('/users');
    expect([list.status, list.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    const elsewhere = await fetch(`${fake.url}/api/v1/users`, { headers: { authorization: `Bearer ${fake.token}` } });
    expect(elsewhere.status).toBe(404);

    const { id } = await createUser(fake);
    const gone = await fake.delete(`/users/${id}`);
    expect([gone.status, gone.text, gone.headers.get('content-type')]).toEqual([204, '', null]);
  });

  test('2 a missing or unknown token is a 401 with a message', async () => {
    const fake = await start();
    for (const authorization of [null, 'Bearer wrong', 'Bearer', `Token ${fake.token}`, '']) {
      const answer = await fake.call('GET', '/users', undefined, authorization);
      expect([answer.status, answer.body]).toEqual([401, { success: false, message: expect.any(String) }]);
    }
    expect(fake.control.counters().tokenFailures).toBe(5);
  });

  test('3 a known token without the scope is a 403 that names the scope', async () => {
    const fake = await start();
    fake.control.tokens.add('narrow', { scopes: ['groups:read'] });
    const refused = await fake.call('GET', '/users', undefined, 'Bearer narrow');
    expect([refused.status, refused.body]).toEqual([
      403,
      { success: false, message: expect.stringContaining('users:read') },
    ]);
    expect((await fake.call('GET', '/groups', undefined, 'Bearer narrow')).status).toBe(200);
    const write = await fake.call('POST', '/groups', { name: 'x' }, 'Bearer narrow');
    expect([write.status, write.body.message]).toEqual([403, expect.stringContaining('groups:write')]);
    expect(fake.control.state().groups).toHaveLength(4);
  });

  test('4 a write scope includes the read scope, not the other way round', async () => {
    const fake = await start();
    fake.control.tokens.add('writer', { scopes: ['users:write'] });
    fake.control.tokens.add('reader', { scopes: ['users:read'] });
    expect((await fake.call('GET', '/users', undefined, 'Bearer writer')).status).toBe(200);
    expect((await fake.call('POST', '/users', newUser('a@acme.test'), 'Bearer writer')).status).toBe(200);
    expect((await fake.call('GET', '/users', undefined, 'Bearer reader')).status).toBe(200);
    expect((await fake.call('POST', '/users', newUser('b@acme.test'), 'Bearer reader')).status).toBe(403);
  });

  test('4 an unknown scope is silently dropped from a token', async () => {
    const fake = await start();
    fake.control.tokens.add('odd', { label: 'odd', scopes: ['users:read', 'users:everything'] });
    expect(fake.control.state().tokens.find((each) => each.label === 'odd')?.scopes).toEqual(['users:read']);
  });

  test('5 on the business plan users and groups answer 403 about the plan, invites and attributes work', async () => {
    const fake = await start({ plan: 'business' });
    for (const path of ['/users', `/users/${nobody}`, '/groups', '/groups/1', '/access_tokens']) {
      const answer = await fake.get(path);
      expect([answer.status, answer.body]).toEqual([
        403,
        { success: false, message: expect.stringContaining('not available on your plan') },
      ]);
    }
    expect((await fake.post('/users', newUser('a@acme.test'))).status).toBe(403);
    expect((await fake.get('/user_invites')).status).toBe(200);
    expect((await fake.get('/user_attributes')).status).toBe(200);
  });

  test('5 on the business plan invites need no scope of users, which that plan does not offer', async () => {
    const fake = await start({ plan: 'business' });
    fake.control.tokens.add('invites', { scopes: [] });
    const invite = () => fake.call('POST', '/user_invites', { email: 'noor@acme.test' }, 'Bearer invites');
    expect((await invite()).status).toBe(200);
    fake.control.configure({ plan: 'enterprise' });
    expect((await invite()).status).toBe(403);
    fake.control.configure({ plan: 'free' });
    expect((await fake.get('/user_invites')).status).toBe(403);
  });

  test('6 by rule a gated route answers 200 with HTML, and does nothing', async () => {
    const fake = await start({ plan: 'business', gated: 'html' });
    for (const answer of [await fake.get('/users'), await fake.post('/groups', { name: 'x' })]) {
      expect([answer.status, answer.headers.get('content-type'), answer.text]).toEqual([
        200,
        expect.stringContaining('text/html'),
        expect.stringContaining('<html>'),
      ]);
    }
    expect((await fake.get('/user_invites')).body.success).toBe(true);
    expect(fake.control.state().groups).toHaveLength(4);
    expect(fake.control.counters().writes).toBe(0);
  });

  test.each([
    { version: '3.300', spec: '2.9.0' },
    { version: '3.99.1', spec: '2.9.0' },
    { version: '3.334.17', spec: '2.12.0' },
    { version: '3.387.0', spec: '3.387.0' },
  ])('7 health and the description of $version need no token', async ({ version, spec }) => {
    const fake = await start({ version });
    const read = async (path: string) => (await fetch(`${fake.url}${path}`)).json() as Promise<unknown>;
    expect(await read('/api/checkHealth')).toEqual({ version, status: 'HEALTHY' });
    expect(await read('/api/v2/spec')).toMatchObject({ info: { version: spec } });
  });

  test.each([300, 45])('8 %i requests pass in any 60 seconds, per token; the next is a 429', async (perMinute) => {
    let now = 1_000_000;
    const fake = await start({ rate: { perMinute, header: 'none' }, clock: () => now });
    fake.control.tokens.add('other');
    for (let n = 0; n < perMinute; n += 1) {
      expect((await fake.get('/groups/1')).status).toBe(200);
      if (n === 0) now += 30_000;
    }
    const refused = await fake.get('/users');
    expect([refused.status, refused.body, refused.headers.get('retry-after')]).toEqual([
      429,
      { success: false, message: expect.any(String) },
      null,
    ]);
    expect((await fake.call('GET', '/users', undefined, 'Bearer other')).status).toBe(200);

    // The window rolls: only the first request, 30 seconds older than the rest, has left it.
    now += 30_000;
    expect((await fake.get('/users')).status).toBe(200);
    expect((await fake.get('/users')).status).toBe(429);
  });

  test('8 Retry-After comes only when its switch is on; a rate of null is no limit', async () => {
    const fake = await start({ rate: { perMinute: 1, header: 'seconds' }, clock: () => 0 });
    await fake.get('/users');
    expect((await fake.get('/users')).headers.get('retry-after')).toBe('60');
    fake.control.configure({ rate: { perMinute: 1, header: 'http-date' } });
    expect((await fake.get('/users')).headers.get('retry-after')).toBe('Thu, 01 Jan 1970 00:01:00 GMT');
    fake.control.configure({ rate: { perMinute: null, header: 'none' } });
    expect((await fake.get('/users')).status).toBe(200);
  });

  test('9 unknown keys in a new user, a patch and a new invite are 400, and so is JSON that is none', async () => {
    const fake = await start();
    const { id } = await createUser(fake);
    const before = snapshot(fake);
    for (const answer of [
      await fake.post('/users', { ...newUser('b@acme.test'), external_id: '7' }),
      await fake.call('PATCH', `/users/${id}`, { operations: [], schemas: [] }),
      await fake.patch(`/users/${id}`, [{ ...replace('/last_name', 'X'), from: '/first_name' }]),
      await fake.call('PATCH', '/groups/2', { operations: [], extra: 1 }),
      await fake.post('/user_invites', { email: 'n@acme.test', default_group_ids: [1] }),
    ]) {
      expect([answer.status, answer.body]).toEqual([400, { success: false, message: expect.any(String) }]);
    }
    const broken = await fetch(`${fake.url}/api/v2/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${fake.token}` },
      body: '{"email":',
    });
    expect([broken.status, await broken.json()]).toEqual([400, { success: false, message: expect.any(String) }]);
    expect(snapshot(fake)).toBe(before);
  });
});

describe('users', () => {
  test('10 ids are user_ and 32 hexadecimal digits; legacy ids grow and have gaps', async () => {
    const fake = await start();
    for (let n = 0; n < 6; n += 1) await createUser(fake, `p${String(n)}@acme.test`);
    const users = (await fake.get<User[]>('/users?limit=100')).data;
    for (const user of users) expect(user.id).toMatch(/^user_[0-9a-f]{32}$/);
    expect(new Set(users.map((each) => each.id)).size).toBe(8);
    const numbers = users.map((each) => each.legacy_id);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    expect((numbers.at(-1) ?? 0) - (numbers[0] ?? 0)).toBeGreaterThan(numbers.length - 1);
  });

  test('11 a new user needs three fields, is there at once, and gets the defaults in recorded order', async () => {
    const fake = await start({ clock: () => Date.UTC(2026, 2, 2, 9, 14, 7, 120), unknownFields: false });
    const { status, body, data, text } = await fake.post<User>('/users', newUser('mara@acme.test'));
    expect([status, body.success]).toEqual([200, true]);
    expect(data).toEqual({
      id: expect.any(String),
      legacy_id: expect.any(Number),
      first_name: 'Mara',
      last_name: 'Iyer',
      created_at: '2026-03-02T09:14:07.120Z',
      last_active: null,
      email: 'mara@acme.test',
      active: true,
      metadata: {},
      is_admin: false,
      two_factor_auth_enabled: false,
      user_type: 'default',
    });
    const recorded = ['id', 'legacy_id', 'first_name', 'last_name', 'created_at', 'last_active', 'email', 'active'];
    expect(Object.keys(data)).toEqual([...recorded, 'metadata', 'is_admin', 'two_factor_auth_enabled', 'user_type']);
    expect(text.startsWith('{"success":true,"data":{"id":')).toBe(true);
    expect((await fake.get<User>(`/users/${data.id}`)).data).toEqual(data);
    const given = { active: false, metadata: { team: 'finance' }, user_type: 'mobile' };
    expect(await createUser(fake, 'noor@acme.test', given)).toMatchObject(given);
  });

  test('11 from 4.0 on users have a seat_type', async () => {
    const fake = await start({ version: '4.0.1' });
    expect(await createUser(fake)).toHaveProperty('seat_type', null);
    fake.control.configure({ version: '3.999.0' });
    expect((await fake.get<User[]>('/users')).data[0]).not.toHaveProperty('seat_type');
  });

  test.each([
    { wrong: 'no email', body: { first_name: 'A', last_name: 'B' } },
    { wrong: 'no first name', body: { email: 'a@acme.test', last_name: 'B' } },
    { wrong: 'no last name', body: { email: 'a@acme.test', first_name: 'A' } },
    { wrong: 'an empty first name', body: { ...newUser('a@acme.test'), first_name: '' } },
    { wrong: 'an empty last name', body: { ...newUser('a@acme.test'), last_name: '' } },
    { wrong: 'a bad email', body: newUser('mara at acme') },
    { wrong: 'a foreign user_type', body: { ...newUser('a@acme.test'), user_type: 'external' } },
    { wrong: 'a text for active', body: { ...newUser('a@acme.test'), active: 'true' } },
    { wrong: 'no body', body: undefined },
  ])('12 $wrong is a 400 and makes nobody', async ({ body }) => {
    const fake = await start();
    expect((await fake.post('/users', body)).status).toBe(400);
    expect(fake.control.state().users).toHaveLength(2);
  });

  test('12 a name over 36 characters passes on create, and blocks each later patch that keeps it', async () => {
    const fake = await start();
    const { id } = await createUser(fake, 'long@acme.test', { last_name: 'x'.repeat(37) });
    expect((await fake.patch(`/users/${id}`, [replace('/active', false)])).status).toBe(422);
    expect((await fake.patch(`/users/${id}`, [replace('/last_name', 'x'.repeat(36))])).status).toBe(200);
    expect((await fake.patch(`/users/${id}`, [replace('/active', false)])).status).toBe(200);
    fake.control.configure({ longNamesOnCreate: 'refuse' });
    expect((await fake.post('/users', { ...newUser('b@acme.test'), first_name: 'x'.repeat(37) })).status).toBe(400);
  });

  test('13 an address an active user has is a 409', async () => {
    const fake = await start();
    const { id } = await createUser(fake);
    const again = await fake.post('/users', { ...newUser('mara@acme.test'), first_name: 'Other' });
    expect([again.status, again.body]).toEqual([
      409,
      { success: false, message: 'User with email mara@acme.test already exists' },
    ]);
    expect((await fake.get<User>(`/users/${id}`)).data.first_name).toBe('Mara');
  });

  test('14 an address a disabled user has is a 409 too, and nobody comes back by it', async () => {
    const fake = await start();
    const { id } = await createUser(fake);
    await fake.delete(`/users/${id}`);
    const before = snapshot(fake);
    expect((await fake.post('/users', newUser('mara@acme.test'))).status).toBe(409);
    expect(snapshot(fake)).toBe(before);
  });

  test('15 the case of an address does not matter for uniqueness and look-up, and is kept', async () => {
    const fake = await start();
    const { email } = await createUser(fake, 'Mara.Iyer@Acme.test');
    expect(email).toBe('Mara.Iyer@Acme.test');
    expect((await fake.post('/users', newUser('mara.iyer@acme.TEST'))).status).toBe(409);
    const found = (await fake.get<User[]>('/users?email=MARA.IYER@acme.test')).data;
    expect(found.map((each) => each.email)).toEqual(['Mara.Iyer@Acme.test']);

    fake.control.configure({ emailCase: 'exact' });
    expect((await fake.get<User[]>('/users?email=MARA.IYER@acme.test')).data).toEqual([]);
    expect((await fake.post('/users', newUser('mara.iyer@acme.test'))).status).toBe(200);
  });

  test('16 without limit all users come at once, in the order they were last written', async () => {
    const fake = await start();
    const mara = await createUser(fake, 'mara@acme.test');
    await createUser(fake, 'noor@acme.test');
    const gone = await createUser(fake, 'gone@acme.test');
    await fake.delete(`/users/${gone.id}`);
    const list = async () => {
      const { data, body } = await fake.get<User[]>('/users');
      expect(body).toMatchObject({ next_token: null, has_more: false, total_count: data.length });
      return data.map((each) => each.email);
    };
    const seeded = ['owner@example.com', 'bridge@example.com'];
    expect(await list()).toEqual([...seeded, 'mara@acme.test', 'noor@acme.test', 'gone@acme.test']);
    await fake.patch(`/users/${mara.id}`, [replace('/last_name', 'Cole')]);
    expect(await list()).toEqual([...seeded, 'noor@acme.test', 'gone@acme.test', 'mara@acme.test']);
  });

  test.each([
    { rows: 0, limit: 3 },
    { rows: 1, limit: 3 },
    { rows: 7, limit: 3 },
    { rows: 9, limit: 3 },
    { rows: 103, limit: 100 },
  ])('17 walking pages of $limit over $rows more users meets each once, by legacy id', async ({ rows, limit }) => {
    const fake = await start({ totalCount: 'all' });
    for (let n = 0; n < rows; n += 1) fake.control.users.add({ email: `p${String(n)}@acme.test` });
    fake.control.users.rename('owner@example.com', { firstName: 'Last' });

    const seen: User[] = [];
    let token = '';
    do {
      const { data, body } = await fake.get<User[]>(`/users?limit=${String(limit)}&next_token=${token}`);
      expect(data.length).toBeLessThanOrEqual(limit);
      expect(body.has_more).toBe(typeof body.next_token === 'string' && body.next_token !== '');
      expect(body.total_count).toBe(rows + 2);
      seen.push(...data);
      token = encodeURIComponent(body.next_token ?? '');
    } while (token !== '');
    const ids = seen.map((each) => each.legacy_id);
    expect(new Set(ids).size).toBe(rows + 2);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  });

  test('17 while paging total_count is the size of the page, unless the rule says otherwise', async () => {
    const fake = await start();
    const { body } = await fake.get('/users?limit=1');
    expect(body).toMatchObject({ total_count: 1, has_more: true });
    expect(JSON.parse(atob(body.next_token ?? ''))).toEqual({ lastId: 1 });
  });

  test.each([
    { query: 'limit=0', status: 400 },
    { query: 'limit=101', status: 400 },
    { query: 'limit=ten', status: 400 },
    { query: 'limit=-1', status: 400 },
    { query: 'limit=1&next_token=garbage', status: 400 },
    { query: 'limit=1&next_token=eyJsYXN0SWQiOiJ4In0=', status: 400 },
    { query: 'next_token=garbage', status: 200 },
    { query: 'limit=100', status: 200 },
  ])('18 ?$query is $status', async ({ query, status }) => {
    const fake = await start();
    expect((await fake.get(`/users?${query}`)).status).toBe(status);
  });

  test('19 release 3.300 knows no paging, no groups of a user, no leaving out, no logout', async () => {
    const fake = await start({ version: '3.300' });
    const { id } = await createUser(fake);
    const group = await createGroup(fake, 'g', { members: [{ id, is_group_admin: false }] });
    await fake.delete(`/users/${id}`);
    const list = await fake.get<User[]>('/users?limit=1&next_token=garbage');
    expect([list.status, list.data.length, list.body.has_more]).toEqual([200, 3, false]);
    expect((await fake.get<User>(`/users/${id}?includeGroups=true`)).data).not.toHaveProperty('groups');
    const members = (await fake.get<Group>(`/groups/${String(group.id)}?excludeDisabledUsers=true`)).data.members;
    expect(members).toHaveLength(1);
    expect((await fake.post(`/users/${id}/logout`, {})).status).toBe(404);
    fake.control.configure({ version: '3.386.9' });
    expect((await fake.post(`/users/${id}/logout`, {})).status).toBe(404);
    fake.control.configure({ version: '3.387' });
    expect((await fake.post(`/users/${id}/logout`, {})).status).toBe(200);
  });

  test('20 ?email= finds disabled users too; nobody found is an empty list', async () => {
    const fake = await start();
    const { id } = await createUser(fake);
    await fake.delete(`/users/${id}`);
    expect((await fake.get<User[]>('/users?email=mara@acme.test')).data).toMatchObject([{ id, active: false }]);
    const none = await fake.get<User[]>('/users?email=nobody@acme.test');
    expect([none.status, none.data, none.body.total_count]).toEqual([200, [], 0]);
    expect((await fake.get<User[]>('/users?email=mara@acme')).data).toEqual([]);
    fake.control.configure({ emailFilter: 'partial' });
    expect((await fake.get<User[]>('/users?email=mara@acme')).data).toHaveLength(1);
    expect((await fake.get<User[]>('/users?first_name=Mara&last_name=Iyer')).data).toHaveLength(1);
    expect((await fake.get<User[]>('/users?first_name=Mara&last_name=Cole')).data).toEqual([]);
  });

  test('21 a user shows groups only when asked to, All Users among them', async () => {
    const fake = await start();
    const { id } = await createUser(fake);
    const group = await createGroup(fake, 'finance-apps', { members: [{ id, is_group_admin: true }] });
    expect((await fake.get<User>(`/users/${id}`)).data).not.toHaveProperty('groups');
    expect((await fake.get<User>(`/users/${id}?includeGroups=false`)).data).not.toHaveProperty('groups');
    expect((await fake.get<User>(`/users/${id}?includeGroups=true`)).data.groups).toEqual([
      { id: 4, legacy_id: 4, name: 'All Users' },
      { id: group.id, legacy_id: group.id, name: 'finance-apps' },
    ]);
  });

  test('22 an unknown user is a 404; what cannot be an id is a 400, or a 500 by rule', async () => {
    const fake = await start();
    const statuses = async (id: string) => [
      (await fake.get(`/users/${id}`)).status,
      (await fake.patch(`/users/${id}`, [])).status,
      (await fake.delete(`/users/${id}`)).status,
    ];
    expect(await statuses(nobody)).toEqual([404, 404, 404]);
    expect((await fake.get(`/users/${nobody}`)).body.message).toBe(`No user '${nobody}' found for organization`);
    for (const id of ['41', 'user_XYZ', `${nobody}0`]) expect(await statuses(id)).toEqual([400, 400, 400]);
    fake.control.configure({ malformedUserId: 500 });
    expect(await statuses('41')).toEqual([500, 500, 500]);
  });

  test('23 a patch takes add, remove and replace, and answers with the whole user', async () => {
    const fake = await start();
    const { id } = await createUser(fake, 'mara@acme.test', { metadata: { 'a/b': 1, old: 2 } });
    const answer = await fake.patch<User>(`/users/${id}`, [
      replace('/active', false),
      replace('/first_name', 'Marah'),
      { op: 'remove', path: '/last_name' },
      replace('/user_type', 'embed'),
      { op: 'add', path: '/metadata/team', value: 'finance' },
      { op: 'replace', path: '/metadata/a~1b', value: 3 },
      { op: 'remove', path: '/metadata/old' },
    ]);
    expect([answer.status, answer.data]).toMatchObject([
      200,
      {
        id,
        email: 'mara@acme.test',
        active: false,
        first_name: 'Marah',
        last_name: null,
        user_type: 'embed',
        metadata: { 'a/b': 3, team: 'finance' },
      },
    ]);
    expect((await fake.get<User>(`/users/${id}`)).data).toEqual(answer.data);
    for (const op of ['test', 'move', 'copy', 'Replace']) {
      expect((await fake.patch(`/users/${id}`, [{ op, path: '/active', value: true }])).status).toBe(400);
    }
    expect((await fake.call('PATCH', `/users/${id}`, { active: true })).status).toBe(400);
    expect((await fake.put(`/users/${id}`, { active: true })).status).toBe(404);
  });

  test('24 patching active to what it is succeeds and changes nothing', async () => {
    const fake = await start();
    const { id } = await createUser(fake);
    await createUser(fake, 'noor@acme.test');
    const before = (await fake.get('/users')).text;
    expect((await fake.patch<User>(`/users/${id}`, [replace('/active', true)])).data.active).toBe(true);
    expect((await fake.get('/users')).text).toBe(before);
  });

  test.each([
    ...['/email', '/is_admin', '/id', '/legacy_id', '/created_at', '/last_active', '/two_factor_auth_enabled'],
    ...['/groups', '/nowhere', '', 'active', '/active/x', '/metadata/no/way', '/metadata/missing'],
  ])('25 a patch of "%s" is refused, and nothing of that patch happens', async (path) => {
    const fake = await start();
    const { id } = await createUser(fake);
    const before = snapshot(fake);
    const answer = await fake.patch(`/users/${id}`, [replace('/last_name', 'Cole'), replace(path, 'x')]);
    expect([answer.status, answer.body]).toEqual([422, { success: false, message: expect.any(String) }]);
    expect(snapshot(fake)).toBe(before);
  });

  test.each([
    { path: '/first_name', value: '' },
    { path: '/last_name', value: '' },
    { path: '/first_name', value: 'x'.repeat(37) },
    { path: '/last_name', value: 'x'.repeat(37) },
    { path: '/active', value: 'false' },
    { path: '/active', value: null },
    { path: '/user_type', value: 'external' },
    { path: '/metadata', value: 'none' },
  ])('26 $path "$value" is refused, and one bad operation leaves the user untouched', async ({ path, value }) => {
    const fake = await start();
    const { id } = await createUser(fake);
    const before = snapshot(fake);
    const answer = await fake.patch(`/users/${id}`, [replace('/metadata', { a: 1 }), replace(path, value)]);
    expect([answer.status, answer.body.message]).toEqual([422, expect.stringContaining('Patched document failed')]);
    expect(snapshot(fake)).toBe(before);
  });

  test('26 a name of 36 characters, and none at all, are fine', async () => {
    const fake = await start();
    const { id } = await createUser(fake);
    for (const value of ['x'.repeat(36), null]) {
      expect((await fake.patch<User>(`/users/${id}`, [replace('/first_name', value)])).data.first_name).toBe(value);
    }
  });

  test('27 replacing the whole of metadata drops what was not sent, and the ledger says so', async () => {
    const fake = await start();
    const { id } = await createUser(fake, 'mara@acme.test', { metadata: { team: 'finance', floor: 3 } });
    const answer = await fake.patch<User>(`/users/${id}`, [replace('/metadata', { floor: 4 })]);
    expect(answer.data.metadata).toEqual({ floor: 4 });
    expect(fake.control.ledger.losses).toMatchObject([{ what: 'attribute', of: id, name: 'team' }]);
  });

  test('28 DELETE disables: the user stays, with groups and metadata; a second time is fine', async () => {
    const fake = await start();
    const { id } = await createUser(fake, 'mara@acme.test', { metadata: { team: 'finance' } });
    const group = await createGroup(fake, 'g', { members: [{ id, is_group_admin: true }] });
    expect((await fake.delete(`/users/${id}`)).status).toBe(204);
    await createUser(fake, 'noor@acme.test');
    const before = (await fake.get('/users')).text;
    expect((await fake.delete(`/users/${id}`)).status).toBe(204);
    expect((await fake.get('/users')).text).toBe(before);
    expect((await fake.get<User>(`/users/${id}?includeGroups=true`)).data).toMatchObject({
      active: false,
      metadata: { team: 'finance' },
      groups: [{ name: 'All Users' }, { id: group.id }],
    });
  });

  test('29 a user brought back has the same id, legacy id and memberships', async () => {
    const fake = await start();
    const created = await createUser(fake);
    const group = await createGroup(fake, 'g', { members: [{ id: created.id, is_group_admin: true }] });
    await fake.delete(`/users/${created.id}`);
    const back = await fake.patch<User>(`/users/${created.id}`, [replace('/active', true)]);
    expect(back.data).toEqual(created);
    expect((await fake.get<Group>(`/groups/${String(group.id)}`)).data.members).toEqual([
      { id: created.id, email: created.email, is_group_admin: true },
    ]);
  });

  test('30 no request removes a user', async () => {
    const fake = await start();
    const { id } = await createUser(fake);
    const group = String((await createGroup(fake, 'g', { members: [{ id, is_group_admin: false }] })).id);
    const before = fake.control.state().users.map((each) => each.id);
    await fake.patch(`/users/${id}`, [{ op: 'remove', path: '/id' }]);
    await fake.call('DELETE', '/users', {});
    await fake.delete(`/users/${id}`);
    await fake.delete(`/users/${id}`);
    await fake.delete(`/groups/${group}/members/${id}`);
    await fake.delete(`/groups/${group}`);
    expect(fake.control.state().users.map((each) => each.id)).toEqual(before);
  });

  test('31 an attribute nobody defined is a 404; a defined one shows up in metadata and can be taken away', async () => {
    const fake = await start();
    const { id } = await createUser(fake, 'mara@acme.test', { metadata: { floor: 3 } });
    const path = `/users/${id}/user_attributes`;
    expect((await fake.post(path, { name: 'team', value: 'finance' })).status).toBe(404);
    fake.control.defineAttribute('team');
    expect((await fake.get('/user_attributes')).data).toMatchObject([{ name: 'team', data_type: 'string' }]);
    expect((await fake.post(path, { name: 'team', value: 'finance' })).data).toEqual({
      metadata: { floor: 3, team: 'finance' },
    });
    expect((await fake.get<User>(`/users/${id}`)).data.metadata).toEqual({ floor: 3, team: 'finance' });
    expect((await fake.delete(`${path}/team`)).data).toEqual({ metadata: { floor: 3 } });
    expect((await fake.delete(`${path}/nothing`)).status).toBe(404);
    fake.control.tokens.add('attributes', { scopes: ['user_attributes:write'] });
    const narrow = await fake.call('POST', path, { name: 'team', value: 'ops' }, 'Bearer attributes');
    expect(narrow.status).toBe(200);
  });

  test('32 is_admin is true exactly while somebody is in the group admin', async () => {
    const fake = await start({ builtInIds: { admin: 77 } });
    const { id } = await createUser(fake);
    const isAdmin = async () => (await fake.get<User>(`/users/${id}`)).data.is_admin;
    expect(await isAdmin()).toBe(false);
    await fake.post('/groups/77/members', { members: [{ id, is_group_admin: false }] });
    expect(await isAdmin()).toBe(true);
    await fake.delete(`/users/${id}`);
    expect(await isAdmin()).toBe(true);
    await fake.delete(`/groups/77/members/${id}`);
    expect(await isAdmin()).toBe(false);
  });
});

describe('groups', () => {
  test.each([
    { builtInIds: undefined, ids: [1, 2, 3, 4] },
    { builtInIds: { admin: 90, editor: 91, viewer: 95, 'All Users': 93 }, ids: [90, 91, 95, 93] },
  ])('33 a fresh organisation has four groups, ids $ids', async ({ builtInIds, ids }) => {
    const fake = await start({ builtInIds });
    const groups = (await fake.get<Group[]>('/groups')).data;
    const named = new Map(groups.map((each) => [each.name, each.id]));
    expect(['admin', 'editor', 'viewer', 'All Users'].map((name) => named.get(name))).toEqual(ids);
    expect(groups).toHaveLength(4);
    expect((await createGroup(fake)).id).toBe(Math.max(...ids) + 1);
  });

  test('34 All Users fills itself, disabled users included unless the rule says otherwise', async () => {
    const fake = await start();
    const { id } = await createUser(fake);
    await fake.delete(`/users/${id}`);
    expect(await idsIn(fake, 4)).toHaveLength(3);
    expect(await idsIn(fake, 4)).toContain(id);
    fake.control.configure({ allUsersHasDisabled: false });
    expect(await idsIn(fake, 4)).not.toContain(id);
  });

  test('34 the members of All Users cannot be changed by any call', async () => {
    const fake = await start();
    const { id } = await createUser(fake);
    const before = snapshot(fake);
    const member = { id, is_group_admin: true };
    for (const answer of [
      await fake.post('/groups/4/members', { members: [member] }),
      await fake.delete(`/groups/4/members/${id}`),
      await fake.put('/groups/4', { members: [] }),
      await fake.patch('/groups/4', [{ op: 'add', path: '/members/-', value: member }]),
    ]) {
      expect([answer.status, answer.body.success]).toEqual([400, false]);
    }
    expect(snapshot(fake)).toBe(before);
  });

  test('35 built-in groups cannot be renamed or deleted', async () => {
    const fake = await start();
    const before = snapshot(fake);
    for (const id of ['1', '2', '3', '4']) {
      expect((await fake.patch(`/groups/${id}`, [replace('/name', 'Renamed')])).status).toBe(400);
      expect((await fake.put(`/groups/${id}`, { name: 'Renamed' })).status).toBe(400);
      expect((await fake.delete(`/groups/${id}`)).status).toBe(400);
    }
    expect(snapshot(fake)).toBe(before);
  });

  test('36 the list has all groups with their members, and no paging', async () => {
    const fake = await start();
    const { id } = await createUser(fake);
    for (let n = 0; n < 120; n += 1) fake.control.groups.create({ name: `g${String(n)}` });
    fake.control.groups.addMember(5, id);
    const { data, body } = await fake.get<Group[]>('/groups?limit=10&name=g1');
    expect(body).toMatchObject({ total_count: 124, next_token: null, has_more: false });
    expect(data).toHaveLength(124);
    expect(data.find((each) => each.id === 5)?.members).toMatchObject([{ id }]);
  });

  test('37 members show id, email and flag; disabled ones too, unless the single-group call leaves them out', async () => {
    const fake = await start();
    const mara = await createUser(fake);
    const noor = await createUser(fake, 'noor@acme.test');
    const members = [
      { id: mara.id, is_group_admin: true },
      { id: noor.id, is_group_admin: false },
    ];
    const { id } = await createGroup(fake, 'g', { members });
    await fake.delete(`/users/${mara.id}`);
    const shown = [
      { id: mara.id, email: 'mara@acme.test', is_group_admin: true },
      { id: noor.id, email: 'noor@acme.test', is_group_admin: false },
    ];
    const path = `/groups/${String(id)}`;
    expect((await fake.get<Group>(path)).data.members).toEqual(shown);
    expect((await fake.get<Group[]>('/groups?excludeDisabledUsers=true')).data.at(-1)?.members).toEqual(shown);
    expect((await fake.get<Group>(`${path}?excludeDisabledUsers=true`)).data.members).toEqual([shown[1]]);
  });

  test('38 a group needs a name only; omitted access is none; keys come in recorded order', async () => {
    const fake = await start({ unknownFields: false, clock: () => Date.UTC(2026, 2, 5, 16, 40, 59, 218) });
    const { status, data } = await fake.post<Group>('/groups', { name: 'finance-apps' });
    expect([status, data]).toEqual([
      200,
      {
        id: 5,
        legacy_id: 5,
        name: 'finance-apps',
        members: [],
        universal_app_access: 'none',
        universal_resource_access: 'none',
        universal_workflow_access: 'none',
        universal_query_library_access: 'none',
        user_invites: [],
        user_list_access: false,
        audit_log_access: false,
        unpublished_release_access: false,
        usage_analytics_access: false,
        theme_access: false,
        account_details_access: false,
        landing_page_app_id: null,
        updated_at: '2026-03-05T16:40:59.218Z',
        created_at: '2026-03-05T16:40:59.218Z',
      },
    ]);
    expect(Object.keys(data).slice(0, 5)).toEqual(['id', 'legacy_id', 'name', 'members', 'universal_app_access']);
    expect(Object.keys(data).slice(7, 9)).toEqual(['universal_query_library_access', 'user_invites']);
    expect(Object.keys(data).slice(-2)).toEqual(['updated_at', 'created_at']);
  });

  test('38 what is given at the creation is kept; a wrong level is a 400', async () => {
    const fake = await start();
    const { id } = await createUser(fake);
    const given = { universal_app_access: 'use', user_list_access: true };
    const group = await createGroup(fake, 'g', { ...given, members: [{ id, is_group_admin: true }] });
    expect(group).toMatchObject({ ...given, members: [{ id, is_group_admin: true }] });
    expect((await fake.post('/groups', { name: 'h', universal_app_access: 'all' })).status).toBe(400);
    expect((await fake.post('/groups', { name: 'h', universal_query_library_access: 'own' })).status).toBe(400);
    expect((await fake.post('/groups', { name: 'h', members: [{ id: nobody, is_group_admin: false }] })).status).toBe(
      404,
    );
    expect(fake.control.state().groups).toHaveLength(5);
  });

  test('39 a name that is taken is a 409, unless the rule allows it; an empty one is a 400', async () => {
    const fake = await start();
    await createGroup(fake, 'Finance');
    expect((await fake.post('/groups', { name: 'Finance' })).status).toBe(409);
    expect((await fake.post('/groups', { name: 'finance' })).status).toBe(200);
    expect((await fake.post('/groups', { name: '' })).status).toBe(400);
    expect((await fake.post('/groups', {})).status).toBe(400);
    const other = await createGroup(fake, 'Other');
    expect((await fake.patch(`/groups/${String(other.id)}`, [replace('/name', 'Finance')])).status).toBe(409);
    expect((await fake.patch(`/groups/${String(other.id)}`, [replace('/name', '')])).status).toBe(422);

    fake.control.configure({ duplicateGroupNames: 'allow' });
    expect((await fake.post('/groups', { name: 'Finance' })).status).toBe(200);
    expect((await fake.post('/groups', { name: 'admin' })).status).toBe(409);
  });

  test('40 adding members answers with the whole group, keeps the others, and does not duplicate', async () => {
    const fake = await start();
    const mara = await createUser(fake);
    const noor = await createUser(fake, 'noor@acme.test');
    const { id } = await createGroup(fake, 'g', { members: [{ id: mara.id, is_group_admin: true }] });
    const add = (members: unknown) => fake.post<Group>(`/groups/${String(id)}/members`, { members });
    for (let n = 0; n < 2; n += 1) {
      const { status, data } = await add([{ id: noor.id, is_group_admin: false }]);
      expect([status, data]).toMatchObject([
        200,
        {
          id,
          name: 'g',
          members: [
            { id: mara.id, is_group_admin: true },
            { id: noor.id, is_group_admin: false },
          ],
        },
      ]);
    }
    expect(fake.control.ledger.demoted).toEqual([]);
  });

  test('40 adding somebody again overwrites the group-admin flag, and the ledger says who was demoted', async () => {
    const fake = await start();
    const mara = await createUser(fake);
    const { id } = await createGroup(fake, 'g', { members: [{ id: mara.id, is_group_admin: true }] });
    const path = `/groups/${String(id)}/members`;
    const careless = await fake.post<Group>(path, { members: [{ id: mara.id, is_group_admin: false }] });
    expect(careless.data.members).toMatchObject([{ is_group_admin: false }]);
    expect(fake.control.ledger.demoted).toMatchObject([{ userId: mara.id, groupId: id }]);
    await fake.post(path, { members: [{ id: mara.id, is_group_admin: true }] });
    expect(fake.control.ledger.demoted).toHaveLength(1);
  });

  test('41 a member without a flag is a 400, an unknown one a 404; nobody of that call is added', async () => {
    const fake = await start();
    const { id } = await createUser(fake);
    const group = await createGroup(fake);
    const add = async (members: unknown) =>
      (await fake.post(`/groups/${String(group.id)}/members`, { members })).status;
    const good = { id, is_group_admin: false };
    expect(await add([good, { id }])).toBe(400);
    expect(await add([good, { id: nobody, is_group_admin: false }])).toBe(404);
    expect(await add([good, { id: 41, is_group_admin: false }])).toBe(400);
    expect(await add(undefined)).toBe(400);
    expect(await idsIn(fake, group.id)).toEqual([]);
    expect(await add([])).toBe(200);
  });

  test('42 removing a member answers with the whole group', async () => {
    const fake = await start();
    const mara = await createUser(fake);
    const noor = await createUser(fake, 'noor@acme.test');
    const members = [mara, noor].map((each) => ({ id: each.id, is_group_admin: false }));
    const { id } = await createGroup(fake, 'g', { members });
    const removed = await fake.delete<Group>(`/groups/${String(id)}/members/${mara.id}`);
    expect([removed.status, removed.data.members.map((each) => each.id)]).toEqual([200, [noor.id]]);
    expect(fake.control.ledger.removed).toMatchObject([{ userId: mara.id, groupId: id }]);
  });

  test('42 removing somebody who is no member changes nothing: 200, or 404 by rule', async () => {
    const fake = await start();
    const mara = await createUser(fake);
    const group = await createGroup(fake);
    const path = `/groups/${String(group.id)}/members`;
    const before = snapshot(fake);
    expect((await fake.delete<Group>(`${path}/${mara.id}`)).data.members).toEqual([]);
    expect((await fake.delete(`${path}/${mara.id}`)).status).toBe(200);
    fake.control.configure({ removeAbsentMember: 'not-found' });
    expect((await fake.delete(`${path}/${mara.id}`)).status).toBe(404);
    expect((await fake.delete(`${path}/${nobody}`)).status).toBe(404);
    expect(snapshot(fake)).toBe(before);
    expect(fake.control.ledger.removed).toEqual([]);
  });

  test('43 PUT without members empties the group, takes its invites and settings; the ledger counts the loss', async () => {
    let now = Date.UTC(2026, 0, 1);
    const fake = await start({ clock: () => now });
    const { id: user } = await createUser(fake);
    const landing = '7f0c6a1e-9d59-4a3c-9a8e-2f4e6b8d0c11';
    const created = await createGroup(fake, 'g', {
      members: [{ id: user, is_group_admin: true }],
      user_list_access: true,
      landing_page_app_id: landing,
    });
    await fake.post('/user_invites', { email: 'noor@acme.test', defaultGroupIds: [created.id] });
    now += 1000;
    const put = await fake.put<Group>(`/groups/${String(created.id)}`, { name: 'h', user_list_access: false });
    expect([put.status, put.data]).toMatchObject([
      200,
      { name: 'h', members: [], user_invites: [], user_list_access: false, landing_page_app_id: null },
    ]);
    expect(put.data.created_at).toBe(created.created_at);
    expect(put.data.updated_at).toBe('2026-01-01T00:00:01.000Z');
    expect(fake.control.ledger.dropped).toEqual([{ sequence: 4, userId: user, groupId: created.id }]);
    expect(fake.control.ledger.losses).toMatchObject([
      { what: 'invite', of: created.id, name: '1' },
      { what: 'setting', of: created.id, name: 'landing_page_app_id' },
    ]);
  });

  test('43 by rule PUT keeps members and invites; what is sent replaces in any case', async () => {
    const fake = await start({ putWithoutMembers: 'keep' });
    const mara = await createUser(fake);
    const noor = await createUser(fake, 'noor@acme.test');
    const { id } = await createGroup(fake, 'g', { members: [{ id: mara.id, is_group_admin: true }] });
    await fake.post('/user_invites', { email: 'new@acme.test', defaultGroupIds: [id] });
    const path = `/groups/${String(id)}`;
    const kept = (await fake.put<Group>(path, { name: 'g' })).data;
    expect(kept.members.map((each) => each.id)).toEqual([mara.id]);
    expect(kept.user_invites).toMatchObject([{ id: 1 }]);

    const sent = await fake.put<Group>(path, { ...kept, members: [{ id: noor.id, is_group_admin: false }] });
    expect(sent.data.members.map((each) => each.id)).toEqual([noor.id]);
    expect(sent.data.user_invites).toEqual(kept.user_invites);
    expect((await fake.put(path, { members: [{ id: nobody, is_group_admin: false }], name: 'no' })).status).toBe(404);
    expect((await fake.get<Group>(path)).data).toEqual(sent.data);
    expect((await fake.put<Group>(path, { members: [] })).data).toMatchObject({ name: 'g', members: [] });
  });

  test('43 PATCH changes the name and single fields, and nothing else', async () => {
    const fake = await start();
    const mara = await createUser(fake);
    const given = { members: [{ id: mara.id, is_group_admin: true }], user_list_access: true };
    const { id } = await createGroup(fake, 'g', given);
    const path = `/groups/${String(id)}`;
    const renamed = await fake.patch<Group>(path, [replace('/name', 'h'), replace('/universal_app_access', 'use')]);
    expect(renamed.data).toMatchObject({ ...given, name: 'h', universal_app_access: 'use' });
    expect((await fake.patch('/groups/4', [replace('/universal_app_access', 'use')])).status).toBe(200);
    expect(fake.control.ledger.replaced).toEqual([]);
    expect((await fake.patch(path, [replace('/name', 'k'), replace('/id', 9)])).status).toBe(422);
    expect((await fake.patch(path, [replace('/name', 'k'), replace('/user_list_access', 'yes')])).status).toBe(422);
    expect((await fake.patch(path, [{ op: 'remove', path: '/members/1' }])).status).toBe(422);
    expect((await fake.get<Group>(path)).data).toEqual(renamed.data);
    expect((await fake.patch<Group>(path, [{ op: 'remove', path: '/members/0' }])).data.members).toEqual([]);
    expect(fake.control.ledger.dropped).toMatchObject([{ userId: mara.id, groupId: id }]);
  });

  test('44 a deleted group is gone; its members are not touched', async () => {
    const fake = await start();
    const created = await createUser(fake);
    const { id } = await createGroup(fake, 'g', { members: [{ id: created.id, is_group_admin: false }] });
    const gone = await fake.delete(`/groups/${String(id)}`);
    expect([gone.status, gone.text]).toEqual([204, '']);
    expect((await fake.get(`/groups/${String(id)}`)).status).toBe(404);
    expect((await fake.delete(`/groups/${String(id)}`)).status).toBe(404);
    expect((await fake.get<User>(`/users/${created.id}`)).data).toEqual(created);
    expect((await fake.get<Group[]>('/groups')).data).toHaveLength(4);
  });

  test('45 a group id that is no number is a 400, an unknown one a 404', async () => {
    const fake = await start();
    for (const [id, status] of [
      ['abc', 400],
      ['-1', 400],
      ['1.5', 400],
      ['999', 404],
    ] as const) {
      expect((await fake.get(`/groups/${id}`)).status).toBe(status);
      expect((await fake.post(`/groups/${id}/members`, { members: [] })).status).toBe(status);
      expect((await fake.delete(`/groups/${id}`)).status).toBe(status);
    }
    expect((await fake.get('/groups/999')).body.message).toBe("No group '999' found for organization");
  });
});

describe('invites', () => {
  const created = Date.UTC(2026, 2, 5, 10);
  const week = 7 * 24 * 60 * 60 * 1000;
  const invite = (fake: Caller, email = 'noor@acme.test', more: object = {}) =>
    fake.post<Invite>('/user_invites', { email, ...more });

  test('46 a new invite has a number, a link, seven days, and shows in its groups', async () => {
    const fake = await start({ clock: () => created, unknownFields: false });
    const group = await createGroup(fake);
    const { status, data } = await invite(fake, 'noor@acme.test', {
      defaultGroupIds: [group.id],
      metadata: { team: 'finance' },
    });
    expect([status, data]).toEqual([
      200,
      {
        id: 1,
        legacy_id: 1,
        invited_by: fake.control.state().users[1]?.id,
        invited_email: 'noor@acme.test',
        expires_at: '2026-03-12T10:00:00.000Z',
        claimed_by: null,
        claimed_at: null,
        user_type: 'default',
        metadata: { team: 'finance' },
        created_at: '2026-03-05T10:00:00.000Z',
        invite_link: expect.stringMatching(/^https:\/\//),
        groups: [{ legacy_id: group.id, id: group.id, name: 'finance-apps' }],
      },
    ]);
    expect((await fake.get<Group>(`/groups/${String(group.id)}`)).data.user_invites).toEqual([data]);
    expect((await fake.get<Invite[]>('/user_invites')).data).toEqual([data]);
    expect((await fake.get<Invite>('/user_invites/1')).data).toEqual(data);
    expect(fake.control.ledger.mails()).toEqual({ 'noor@acme.test': 1 });
  });

  test('46 bad bodies make no invite', async () => {
    const fake = await start();
    expect((await invite(fake, 'not an address')).status).toBe(400);
    expect((await fake.post('/user_invites', {})).status).toBe(400);
    expect((await invite(fake, 'a@acme.test', { userType: 'embed' })).status).toBe(400);
    expect((await invite(fake, 'a@acme.test', { defaultGroupIds: [999] })).status).toBe(404);
    expect(fake.control.state().invitations).toEqual([]);
    expect(fake.control.counters().mails).toBe(0);
  });

  test('46 an open invite can be put into a group and taken out again', async () => {
    const fake = await start();
    const group = String((await createGroup(fake)).id);
    const { id } = (await invite(fake)).data;
    const added = await fake.post<Group>(`/groups/${group}/user_invites`, { userInviteIds: [id] });
    expect([added.status, added.data.user_invites]).toMatchObject([200, [{ id }]]);
    expect((await fake.post(`/groups/${group}/user_invites`, { userInviteIds: [id, 99] })).status).toBe(404);
    const gone = await fake.delete(`/groups/${group}/user_invites/${String(id)}`);
    expect([gone.status, gone.text]).toEqual([204, '']);
    expect((await fake.get<Group>(`/groups/${group}`)).data.user_invites).toEqual([]);
  });

  test('46 attributes of an invite follow the same rule as those of a user', async () => {
    const fake = await start();
    const path = `/user_invites/${String((await invite(fake)).data.id)}/user_attributes`;
    expect((await fake.post(path, { name: 'team', value: 'ops' })).status).toBe(404);
    fake.control.defineAttribute('team');
    expect((await fake.post(path, { name: 'team', value: 'ops' })).data).toEqual({ metadata: { team: 'ops' } });
    expect((await fake.delete(`${path}/team`)).data).toEqual({ metadata: {} });
  });

  test('47 the address of a user, disabled or not, or of an open invite is a 409', async () => {
    const fake = await start();
    const { id } = await createUser(fake);
    expect((await invite(fake, 'MARA@acme.test')).status).toBe(409);
    await fake.delete(`/users/${id}`);
    expect((await invite(fake, 'mara@acme.test')).status).toBe(409);
    expect((await invite(fake)).status).toBe(200);
    expect((await invite(fake, 'Noor@acme.test')).status).toBe(409);
    expect(fake.control.ledger.mailsTo('noor@acme.test')).toBe(1);
  });

  test('47 an expired invite does not stand in the way of a new one', async () => {
    const fake = await start({ clock: () => created });
    await invite(fake);
    fake.control.advance(week);
    expect((await invite(fake)).status).toBe(200);
    expect((await fake.get<Invite[]>('/user_invites')).data.map((each) => each.id)).toEqual([1, 2]);
  });

  test('48 a claim makes a user with an id of its own, in the default groups, and fills in the invite', async () => {
    const fake = await start({ clock: () => created });
    const group = await createGroup(fake);
    const lost = await createGroup(fake, 'lost');
    const sent = { defaultGroupIds: [group.id, lost.id, 4], metadata: { team: 'finance' } };
    const { id } = (await invite(fake, 'Noor@acme.test', sent)).data;
    await fake.delete(`/groups/${String(lost.id)}`);
    expect(fake.control.state().invitations).toMatchObject([{ groups: [group.id, 4] }]);
    fake.control.advance(week - 1);
    const userId = fake.control.invitations.claim('noor@acme.test', { firstName: 'Noor', lastName: 'Haddad' });

    expect((await fake.get<User>(`/users/${userId}?includeGroups=true`)).data).toMatchObject({
      email: 'Noor@acme.test',
      first_name: 'Noor',
      last_name: 'Haddad',
      active: true,
      metadata: { team: 'finance' },
      groups: [{ name: 'All Users' }, { id: group.id }],
    });
    expect((await fake.get<Invite>(`/user_invites/${String(id)}`)).data).toMatchObject({
      claimed_by: userId,
      claimed_at: '2026-03-12T09:59:59.999Z',
    });
    expect((await groupNamed(fake, 'finance-apps')).user_invites).toEqual([]);
    expect(() => fake.control.invitations.claim(id)).toThrow('claimed');
  });

  test('48 an expired invite cannot be claimed', async () => {
    const fake = await start({ clock: () => created });
    const { id } = (await invite(fake)).data;
    fake.control.advance(week);
    expect(() => fake.control.invitations.claim(id)).toThrow('expired');
    expect(fake.control.state().users).toHaveLength(2);
    expect(fake.control.state().invitations).toMatchObject([{ state: 'expired' }]);
  });

  test('49 a deleted invite is gone from the lists; the user of a claimed one stays', async () => {
    const fake = await start();
    const group = await createGroup(fake);
    const open = (await invite(fake, 'noor@acme.test', { defaultGroupIds: [group.id] })).data;
    const claimed = (await invite(fake, 'tomas@acme.test')).data;
    const userId = fake.control.invitations.claim(claimed.id);
    for (const { id } of [open, claimed]) {
      const gone = await fake.delete(`/user_invites/${String(id)}`);
      expect([gone.status, gone.text]).toEqual([204, '']);
      expect((await fake.get(`/user_invites/${String(id)}`)).status).toBe(404);
      expect((await fake.delete(`/user_invites/${String(id)}`)).status).toBe(404);
    }
    expect((await fake.get('/user_invites')).data).toEqual([]);
    expect((await fake.get<Group>(`/groups/${String(group.id)}`)).data.user_invites).toEqual([]);
    expect((await fake.get<User>(`/users/${userId}`)).data.active).toBe(true);
    expect((await invite(fake)).status).toBe(200);
  });
});

describe('errors', () => {
  test('50 every error body has exactly success and message', async () => {
    const fake = await start();
    const { id } = await createUser(fake);
    fake.control.tokens.add('narrow', { scopes: [] });
    const refused = [
      await fake.get('/nowhere'),
      await fake.get(`/users/${nobody}`),
      await fake.get('/users/41'),
      await fake.get('/groups/x'),
      await fake.get('/user_invites/7'),
      await fake.post('/users', newUser('mara@acme.test')),
      await fake.post('/users', {}),
      await fake.patch(`/users/${id}`, [replace('/email', 'x@acme.test')]),
      await fake.delete('/groups/1'),
      await fake.call('GET', '/users', undefined, null),
      await fake.call('GET', '/users', undefined, 'Bearer narrow'),
    ];
    fake.control.configure({ rate: { perMinute: 0, header: 'none' } });
    refused.push(await fake.get('/users'));
    fake.control.configure({ plan: 'free', rate: { perMinute: null, header: 'none' } });
    refused.push(await fake.get('/users'));
    for (const kind of ['unauthorized', 'forbidden', 'not-permitted', 'rate-limited'] as const) {
      fake.control.faults.add({ fault: { kind } });
      refused.push(await fake.get('/users'));
    }
    for (const { status, body, text } of refused) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(body).toEqual({ success: false, message: expect.any(String) });
      expect(text.startsWith('{"success":false,"message":')).toBe(true);
    }
    expect(refused.map((each) => each.status)).toEqual([
      ...[404, 404, 400, 400, 404, 409, 400, 422, 400, 401, 403, 429, 403],
      ...[401, 403, 403, 429],
    ]);
  });
});
