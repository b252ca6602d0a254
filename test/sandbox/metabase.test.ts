import type { FakeMetabaseOptions } from '../../src/sandbox/metabase/fake-metabase.js';
import type { Caller, Sent } from './metabase-caller.js';
import { startCaller, stopFakes } from './metabase-caller.js';

/** The numbered invariants a faithful fake of Metabase must obey: credentials, errors and users (1 to 34). */

const allUsers = 1;
const administrators = 2;
const allUsersText = "You cannot add or remove users to/from the 'All Users' group.";
const lastAdminText = "You cannot remove the last member of the 'Admin' group!";
const internalUser = 13371338;
const day = 24 * 60 * 60 * 1000;

interface User {
  readonly id: number;
  readonly email: string;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly common_name: string;
  readonly is_active: boolean;
  readonly is_superuser: boolean;
  readonly sso_source: string | null;
  readonly last_login: string | null;
  readonly locale: string | null;
  readonly login_attributes: Record<string, string> | null;
  readonly group_ids?: number[];
  readonly user_group_memberships?: { readonly id: number; readonly is_group_manager?: boolean }[];
}
interface UserList {
  readonly data: User[];
  readonly total: number;
  readonly limit: number | null;
  readonly offset: number | null;
}

afterEach(stopFakes);

const start = (options: FakeMetabaseOptions = {}) => startCaller(options);

const dumped = (fake: Caller, who: number | string) => {
  const found = fake.control.state().users.find((each) => each.id === who || each.email === who);
  if (found === undefined) throw new Error(`no user ${String(who)}`);
  return found;
};
const exists = (fake: Caller, email: string) => fake.control.state().users.some((each) => each.email === email);
const create = (fake: Caller, body: object) => fake.post<User>('/user', body);
const list = async (fake: Caller, query = '') => (await fake.get<UserList>(`/user${query}`)).data;
const emails = async (fake: Caller, query = '') => (await list(fake, query)).data.map((each) => each.email);
const login = (fake: Caller, username: string, password: string) =>
  fake.call<{ id: string; errors?: Record<string, string> }>('POST', '/session', { username, password }, null);
/** An id as a path wants it. */
const user = (id: number) => `/user/${String(id)}`;
const isPlain = (answer: { headers: Headers }) =>
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');

describe('credentials and errors', () => {
  test.each<{ name: string; as: Sent }>([
    { name: 'no credential', as: null },
    { name: 'an unknown key', as: { key: 'mb_wrong' } },
    { name: 'an unknown session', as: { session: 'b7c1c9f2-0000-4000-8000-000000000000' } },
  ])('1 $name is 401 with the text Unauthenticated, not JSON', async ({ as }) => {
    const fake = await start();
    const answer = await fake.call('GET', '/user', undefined, as);
    expect([answer.status, answer.text]).toEqual([401, 'Unauthenticated']);
    isPlain(answer);
    expect(fake.control.counters().tokenFailures).toBe(1);
  });

  test.each([
    { method: 'POST', path: '/user', body: { email: 'a@acme.test' } },
    { method: 'GET', path: '/user', body: undefined },
    { method: 'POST', path: '/permissions/group', body: { name: 'Finance' } },
  ])('2 a key outside Administrators may not $method $path: 403 in plain text', async ({ method, path, body }) => {
    const fake = await start();
    const groupId = fake.control.groups.create('Readers');
    const key = fake.control.keys.add({ name: 'Weak', groupId });
    const before = fake.control.state();
    const answer = await fake.call(method, path, body, { key });
    expect([answer.status, answer.text]).toEqual([403, "You don't have permissions to do that."]);
    isPlain(answer);
    expect(fake.control.state()).toEqual(before);
    expect((await fake.call<User>('GET', '/user/current', undefined, { key })).data.is_superuser).toBe(false);
  });

  test('3 a key and a session both get in; a session ends after 14 days, used or not', async () => {
    let now = Date.UTC(2026, 2, 1);
    const fake = await start({ clock: () => now });
    expect((await fake.get<User>('/user/current')).data).toMatchObject({ is_superuser: true, first_name: 'Bridge' });
    const session = (await login(fake, fake.username.toUpperCase(), fake.password)).data.id;
    const current = () => fake.call<User>('GET', '/user/current', undefined, { session });
    expect((await current()).data.email).toBe('owner@example.com');
    now += 14 * day;
    expect((await current()).status).toBe(200);
    now += 1;
    expect((await current()).status).toBe(401);
  });

  test.each([
    { sessionsEndAtDeactivation: true, afterwards: 401 },
    { sessionsEndAtDeactivation: false, afterwards: 200 },
  ])(
    '3 the session of a deactivated user is 401; revived on reactivation: $sessionsEndAtDeactivation',
    async ({ sessionsEndAtDeactivation, afterwards }) => {
      const fake = await start({ sessionsEndAtDeactivation });
      const id = fake.control.users.add({ email: 'ann@acme.test', password: 'secret' });
      const session = (await login(fake, 'ann@acme.test', 'secret')).data.id;
      const status = async () => (await fake.call('GET', '/user/current', undefined, { session })).status;
      expect(await status()).toBe(200);
      await fake.delete(user(id));
      expect(await status()).toBe(401);
      await fake.put(`${user(id)}/reactivate`);
      expect(await status()).toBe(afterwards);
    },
  );

  test('3 a deactivated user cannot log in; a new password ends every session', async () => {
    const fake = await start();
    const id = fake.control.users.add({ email: 'ann@acme.test', password: 'secret' });
    const session = (await login(fake, 'ann@acme.test', 'secret')).data.id;
    expect((await fake.put(`${user(id)}/password`, { password: 'another' })).status).toBe(204);
    expect((await fake.call('GET', '/user/current', undefined, { session })).status).toBe(401);
    await fake.delete(user(id));
    const answer = await login(fake, 'ann@acme.test', 'another');
    expect([answer.status, answer.data]).toEqual([401, { errors: { _error: 'Your account is disabled.' } }]);
  });

  test('3 the bridge goes on when the person who made its key is deactivated; a deleted key is worth nothing', async () => {
    const fake = await start();
    fake.control.users.deactivate('owner@example.com');
    expect((await fake.get('/user')).status).toBe(200);
    fake.control.keys.delete('Bridge');
    expect((await fake.get('/user')).status).toBe(401);
  });

  test('4 the eleventh failed login within the hour names the wait; later it is the password again', async () => {
    let now = 0;
    const fake = await start({ clock: () => now });
    const attempt = () => login(fake, 'Owner@example.com', 'wrong');
    for (let n = 0; n < 10; n += 1) {
      const answer = await attempt();
      expect([answer.status, answer.data]).toEqual([401, { errors: { password: 'did not match stored password' } }]);
    }
    const eleventh = await attempt();
    expect(eleventh.status).toBe(401);
    expect(eleventh.data.errors).toEqual({
      username: 'Too many attempts! You must wait 15 seconds before trying again.',
    });
    expect((await login(fake, fake.username, fake.password)).status).toBe(401);
    now += 15_000;
    expect((await login(fake, fake.username, fake.password)).status).toBe(200);
    now += 60 * 60_000;
    for (let n = 0; n < 10; n += 1) expect((await attempt()).data.errors).toHaveProperty('password');
    expect((await attempt()).data.errors).toHaveProperty('username');
  });

  test('4 fifty failures of one address throttle every name', async () => {
    const fake = await start({ clock: () => 0 });
    for (let n = 0; n < 50; n += 1) await login(fake, `nobody-${String(n % 10)}-${String(n)}@acme.test`, 'wrong');
    expect((await login(fake, fake.username, fake.password)).data.errors).toHaveProperty('username');
  });

  test('4 password login that is off refuses everybody, and keys go on', async () => {
    const fake = await start({ passwordLogin: false });
    expect((await login(fake, fake.username, fake.password)).status).toBe(401);
    expect((await fake.get('/user')).status).toBe(200);
  });

  test('5 three shapes of errors: a text, fields, and an exception', async () => {
    const fake = await start();
    const text = await fake.get('/user/999');
    expect([text.status, text.text]).toEqual([404, 'Not found.']);
    isPlain(text);

    const fields = await create(fake, { email: 'nothing' });
    expect([fields.status, fields.data]).toEqual([
      400,
      {
        errors: { email: 'value must be a valid email address.' },
        'specific-errors': { email: ['value must be a valid email address., received: "nothing"'] },
      },
    ]);

    const active = await fake.put(`${user(dumped(fake, 'owner@example.com').id)}/reactivate`);
    expect(active.status).toBe(400);
    expect(active.data).toMatchObject({
      via: [{ type: 'clojure.lang.ExceptionInfo' }],
      trace: [],
      cause: 'Not able to reactivate an active user',
      message: 'Not able to reactivate an active user',
    });
    expect(active.data).not.toHaveProperty('errors');
  });

  test('5 outside /api everything is the page of the app with 200; an unknown path inside is 404', async () => {
    const fake = await start();
    const page = await fetch(`${fake.url}/user`, { headers: { 'x-api-key': fake.apiKey } });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await page.text()).toMatch(/^<!DOCTYPE html>/);
    const unknown = await fake.get('/nothing');
    expect([unknown.status, unknown.text]).toEqual([404, 'API endpoint does not exist.']);
  });
});

describe('creating users', () => {
  test('6 200; the address is lower-cased; active, local, no administrator, never logged in', async () => {
    const fake = await start();
    const answer = await create(fake, { email: 'Ines@Acme.TEST', first_name: 'Ines', last_name: 'Roy' });
    expect(answer.status).toBe(200);
    expect(answer.data).toMatchObject({
      ...{ email: 'ines@acme.test', first_name: 'Ines', last_name: 'Roy', common_name: 'Ines Roy' },
      ...{ is_active: true, is_superuser: false, sso_source: null, last_login: null, locale: null },
    });
    expect((await fake.get<User>(user(answer.data.id))).data).toMatchObject(answer.data);
  });

  test('7 without memberships: All Users alone', async () => {
    const fake = await start();
    expect((await create(fake, { email: 'a@acme.test' })).data.user_group_memberships).toEqual([{ id: allUsers }]);
  });

  test.each([{ memberships: [] }, { memberships: [{ id: administrators }] }])(
    '8 memberships without All Users are refused and nobody is made ($memberships.length)',
    async ({ memberships }) => {
      const fake = await start();
      const before = fake.control.state();
      const answer = await create(fake, { email: 'a@acme.test', user_group_memberships: memberships });
      expect([answer.status, answer.text]).toEqual([400, allUsersText]);
      isPlain(answer);
      expect(fake.control.state()).toEqual(before);
      expect(fake.control.outbox()).toEqual([]);
    },
  );

  test('8 an unknown group among them leaves nobody behind either', async () => {
    const fake = await start();
    const answer = await create(fake, { email: 'a@acme.test', user_group_memberships: [{ id: allUsers }, { id: 99 }] });
    expect(answer.status).toBe(400);
    expect(exists(fake, 'a@acme.test')).toBe(false);
  });

  test('9 All Users and Administrators make a superuser', async () => {
    const fake = await start();
    const memberships = [{ id: allUsers }, { id: administrators }];
    const { data } = await create(fake, { email: 'a@acme.test', user_group_memberships: memberships });
    expect([data.is_superuser, data.user_group_memberships]).toEqual([true, memberships]);
    expect(fake.control.ledger.adminChanges).toMatchObject([{ userId: data.id, granted: true }]);
  });

  test('10 is_superuser and unknown keys are ignored; source setup is not', async () => {
    const fake = await start();
    const body = { is_superuser: true, is_active: false, locale: 'de' };
    const { data } = await create(fake, { email: 'a@acme.test', ...body });
    expect(data).toMatchObject({ is_superuser: false, is_active: true, locale: null });
    expect((await create(fake, { email: 'b@acme.test', source: 'setup' })).data.is_superuser).toBe(true);

    fake.control.configure({ unknownKeys: 'refused' });
    const refused = await create(fake, { email: 'c@acme.test', ...body });
    expect([refused.status, refused.data]).toMatchObject([
      400,
      { errors: { is_active: 'disallowed key', locale: 'disallowed key' } },
    ]);
  });

  test.each([{ active: true }, { active: false }])(
    '11 an address that is taken in another case is refused (holder active: $active)',
    async ({ active }) => {
      const fake = await start();
      fake.control.users.add({ email: 'ann@acme.test', active });
      const answer = await create(fake, { email: 'ANN@acme.test' });
      expect([answer.status, answer.data]).toEqual([400, { errors: { email: 'Email address already in use.' } }]);
      expect(fake.control.outbox()).toEqual([]);
    },
  );

  test.each([{ email: undefined }, { email: null }, { email: 'a b@acme.test' }, { email: 'ann@acme' }, { email: 5 }])(
    '12 the address $email is refused by name',
    async ({ email }) => {
      const fake = await start();
      const answer = await create(fake, { email });
      expect(answer.status).toBe(400);
      expect(answer.data).toMatchObject({
        errors: { email: 'value must be a valid email address.' },
        'specific-errors': { email: [expect.any(String)] },
      });
    },
  );

  test('12 a blank name is refused; null names are fine and the address stands in for them', async () => {
    const fake = await start();
    const blank = await create(fake, { email: 'a@acme.test', first_name: '' });
    expect([blank.status, blank.data]).toMatchObject([400, { errors: { first_name: expect.any(String) } }]);
    const answer = await create(fake, { email: 'a@acme.test', first_name: null, last_name: null });
    expect([answer.status, answer.data.common_name]).toEqual([200, 'a@acme.test']);
  });

  test('13 each creation sends one invitation in the name of the key; nothing else sends any', async () => {
    const fake = await start({ clock: () => 0 });
    const { id } = (await create(fake, { email: 'Ann@acme.test' })).data;
    const invitation = { kind: 'invitation', to: 'ann@acme.test', at: 0, inviter: 'Bridge', link: 'set-password' };
    expect(fake.control.outbox()).toEqual([invitation]);
    await fake.put(user(id), { first_name: 'Ann' });
    await fake.delete(user(id));
    await fake.put(`${user(id)}/reactivate`);
    expect(fake.control.outbox()).toEqual([invitation]);
    expect(fake.control.ledger.mailsTo('ANN@acme.test')).toBe(1);
  });

  test('13 no mail without SMTP; the link leads to the login page where nothing but single sign-on is on', async () => {
    const fake = await start({ smtp: false });
    await create(fake, { email: 'a@acme.test' });
    fake.control.configure({ smtp: true, passwordLogin: false });
    await create(fake, { email: 'b@acme.test' });
    expect(fake.control.outbox()).toMatchObject([{ to: 'b@acme.test', link: 'login' }]);
  });

  test('13 who has not signed in is reminded once, on the third day', async () => {
    const fake = await start();
    await create(fake, { email: 'a@acme.test' });
    const gone = (await create(fake, { email: 'b@acme.test' })).data.id;
    await create(fake, { email: 'c@acme.test' });
    fake.control.users.ssoLogin({ email: 'c@acme.test', method: 'google' });
    await fake.delete(user(gone));
    fake.control.advance(3 * day - 1000);
    expect(fake.control.outbox()).toHaveLength(3);
    fake.control.advance(30 * day);
    const reminders = fake.control.outbox().filter((each) => each.kind === 'reminder');
    expect(reminders.map((each) => each.to)).toEqual(['a@acme.test']);
    expect(fake.control.outbox()).toHaveLength(4);
  });
});

describe('reading users', () => {
  const peopled = async (options: FakeMetabaseOptions = {}) => {
    const fake = await start(options);
    fake.control.users.add({ email: 'ann@acme.test', firstName: 'Ann', lastName: 'Lee' });
    fake.control.users.add({ email: 'bob@acme.test', firstName: 'Bob', lastName: 'Ray', active: false });
    return fake;
  };

  test.each([
    { query: '', expected: ['ann@acme.test', 'owner@example.com'] },
    { query: '?status=active', expected: ['ann@acme.test', 'owner@example.com'] },
    { query: '?status=deactivated', expected: ['bob@acme.test'] },
    { query: '?status=all', expected: ['ann@acme.test', 'bob@acme.test', 'owner@example.com'] },
    {
      query: '?status=deactivated&include_deactivated=true',
      expected: ['ann@acme.test', 'bob@acme.test', 'owner@example.com'],
    },
  ])('14 the list $query shows people only: $expected', async ({ query, expected }) => {
    expect(await emails(await peopled(), query)).toEqual(expected);
  });

  test('15 everything at once without paging; an offset alone brings 50; total is counted before paging', async () => {
    const fake = await start();
    for (let n = 0; n < 120; n += 1) fake.control.users.add({ email: `p${String(n)}@acme.test`, active: n >= 20 });
    const sizes = async (query: string) => {
      const { data, total, limit, offset } = await list(fake, query);
      return { rows: data.length, total, limit, offset };
    };
    expect(await sizes('')).toEqual({ rows: 101, total: 101, limit: null, offset: null });
    expect(await sizes('?offset=0')).toEqual({ rows: 50, total: 101, limit: 50, offset: 0 });
    expect(await sizes('?limit=70')).toEqual({ rows: 70, total: 101, limit: 70, offset: 0 });
    expect(await sizes('?limit=70&offset=70')).toEqual({ rows: 31, total: 101, limit: 70, offset: 70 });
    expect(await sizes('?limit=5&offset=500')).toEqual({ rows: 0, total: 101, limit: 5, offset: 500 });
    expect(await sizes('?status=all&limit=5&query=p1')).toMatchObject({ rows: 5, total: 31 });
  });

  test.each(['?limit=abc', '?offset=x'])('15 %s is 400 with a message', async (query) => {
    const fake = await start();
    const answer = await fake.get<{ message: string }>(`/user${query}`);
    expect(answer.status).toBe(400);
    expect(answer.data.message).toMatch(/^Error parsing paging parameters: /);
  });

  test('16 the order is first name, last name, id, whatever their case; a rename moves people between pages', async () => {
    const fake = await start();
    const named = (email: string, firstName: string | null, lastName: string | null) =>
      fake.control.users.add({ email: `${email}@acme.test`, firstName, lastName });
    named('1', 'bob', 'Zed');
    named('2', 'Ann', 'b');
    named('3', 'ann', 'A');
    named('4', 'Bob', 'zed');
    named('5', null, null);
    const order = ['3', '2', '1', '4'].map((each) => `${each}@acme.test`);
    expect(await emails(fake)).toEqual([...order, 'owner@example.com', '5@acme.test']);

    const first = await emails(fake, '?limit=3');
    fake.control.users.rename('3@acme.test', { firstName: 'Zoe' });
    const second = await emails(fake, '?limit=3&offset=3');
    expect([...first, ...second]).not.toContain('4@acme.test');
  });

  test.each([
    { query: 'ANN', wildcards: true, expected: ['ann@acme.test'] },
    { query: 'ray', wildcards: true, expected: ['bob@acme.test'] },
    { query: 'b@acme.', wildcards: true, expected: ['bob@acme.test'] },
    { query: 'a_n@', wildcards: true, expected: ['ann@acme.test'] },
    { query: 'a%n@', wildcards: true, expected: ['ann@acme.test'] },
    { query: 'a_n@', wildcards: false, expected: [] },
    { query: 'nn@acme.test', wildcards: false, expected: ['ann@acme.test'] },
  ])('17 query $query (wildcards $wildcards) finds $expected', async ({ query, wildcards, expected }) => {
    const fake = await peopled({ searchWildcards: wildcards });
    expect(await emails(fake, `?status=all&query=${encodeURIComponent(query)}`)).toEqual(expected);
  });

  test('17 group_id shows the members of one group', async () => {
    const fake = await peopled();
    const group = fake.control.groups.create('Finance');
    fake.control.groups.addMember(group, 'ann@acme.test');
    expect(await emails(fake, `?group_id=${String(group)}`)).toEqual(['ann@acme.test']);
  });

  test('18 lists have group_ids, single users user_group_memberships, never both', async () => {
    const fake = await peopled();
    const [row] = (await list(fake)).data;
    expect(row?.group_ids).toEqual([allUsers]);
    expect(row).not.toHaveProperty('user_group_memberships');
    for (const path of [user(row?.id ?? 0), '/user/current']) {
      const { data } = await fake.get<User>(path);
      expect(data.user_group_memberships).toContainEqual({ id: allUsers });
      expect(data).not.toHaveProperty('group_ids');
    }
  });

  test.each([
    { getDeactivated: 'shown' as const, status: 200 },
    { getDeactivated: 'not-found' as const, status: 404 },
  ])('19 a deactivated user by id is $status ($getDeactivated)', async ({ getDeactivated, status }) => {
    const fake = await peopled({ getDeactivated });
    const answer = await fake.get<User>(user(dumped(fake, 'bob@acme.test').id));
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.data.is_active).toBe(false);
    else expect(answer.text).toBe('Not found.');
  });

  test('19 an id that is no number is refused by name', async () => {
    const answer = await (await start()).get('/user/abc');
    expect([answer.status, answer.data]).toMatchObject([400, { errors: { id: expect.any(String) } }]);
  });
});

describe('changing users', () => {
  const withAnn = async (options: FakeMetabaseOptions = {}, ssoSource: string | null = null) => {
    const fake = await start(options);
    const id = fake.control.users.add({ email: 'ann@acme.test', firstName: 'Ann', lastName: 'Lee', ssoSource });
    return { fake, id, path: user(id) };
  };

  test('20 only what is sent changes; null clears what can be empty and leaves the rest', async () => {
    const { fake, path } = await withAnn();
    const full = { locale: 'de', login_attributes: { region: 'eu' } };
    expect((await fake.put<User>(path, full)).data).toMatchObject({ ...full, first_name: 'Ann', last_name: 'Lee' });
    const nulls = { email: null, is_superuser: null, first_name: null, locale: null, login_attributes: null };
    expect((await fake.put<User>(path, nulls)).data).toMatchObject({
      ...{ email: 'ann@acme.test', is_superuser: false, last_name: 'Lee', first_name: null, locale: null },
      login_attributes: null,
    });
    expect((await fake.put<User>(path, { last_name: null, email: 'Ann2@acme.test' })).data).toMatchObject({
      ...{ email: 'ann2@acme.test', last_name: null, common_name: 'ann2@acme.test' },
    });
  });

  test('20 is_active is no part of an update; a wrong locale is refused', async () => {
    const { fake, path } = await withAnn();
    expect((await fake.put<User>(path, { is_active: false })).data.is_active).toBe(true);
    const answer = await fake.put(path, { locale: 'german' });
    expect([answer.status, answer.data]).toMatchObject([400, { errors: { locale: expect.any(String) } }]);
  });

  test('21 a deactivated or unknown user cannot be changed', async () => {
    const { fake, id, path } = await withAnn();
    fake.control.users.deactivate(id);
    for (const each of [path, '/user/999']) {
      const answer = await fake.put(each, { first_name: 'Anna' });
      expect([answer.status, answer.text]).toEqual([404, 'Not found.']);
    }
    expect(dumped(fake, id).firstName).toBe('Ann');
  });

  test.each([{ active: true }, { active: false }])(
    '22 the address of another (active: $active) is refused in other words than at creation',
    async ({ active }) => {
      const { fake, id, path } = await withAnn();
      fake.control.users.add({ email: 'bob@acme.test', active });
      const answer = await fake.put(path, { email: 'BOB@acme.test', first_name: 'Bob' });
      const errors = { email: 'Email address already associated to another user.' };
      expect([answer.status, answer.data]).toEqual([400, { errors }]);
      expect(dumped(fake, id)).toMatchObject({ email: 'ann@acme.test', firstName: 'Ann' });
      expect((await fake.put(path, { email: 'ANN@acme.test' })).status).toBe(200);
    },
  );

  test('23 the names of somebody who signs in elsewhere are not ours; the address is', async () => {
    const { fake, id, path } = await withAnn({}, 'google');
    const first = await fake.put(path, { first_name: 'Anna', locale: 'de' });
    const text = (what: string) => `Editing ${what} name is not allowed for SSO users.`;
    expect([first.status, first.data]).toEqual([400, { errors: { first_name: text('first') } }]);
    expect((await fake.put(path, { last_name: null })).data).toEqual({ errors: { last_name: text('last') } });
    expect(dumped(fake, id)).toMatchObject({ firstName: 'Ann', lastName: 'Lee', locale: null });
    const same = { first_name: 'Ann', last_name: 'Lee', email: 'ann2@acme.test' };
    expect((await fake.put<User>(path, same)).data).toMatchObject(same);
  });

  test('24 memberships replace the whole set; without All Users nothing of the request happens', async () => {
    const { fake, id, path } = await withAnn();
    const [finance, sales] = [fake.control.groups.create('Finance'), fake.control.groups.create('Sales')];
    fake.control.groups.addMember(finance, id);
    const replaced = await fake.put<User>(path, { user_group_memberships: [{ id: allUsers }, { id: sales }] });
    expect(replaced.data.user_group_memberships).toEqual([{ id: allUsers }, { id: sales }]);
    expect(fake.control.ledger.dropped).toEqual([{ sequence: 1, userId: id, groupId: finance }]);

    const answer = await fake.put(path, { first_name: 'Anna', user_group_memberships: [{ id: sales }] });
    expect([answer.status, answer.text]).toEqual([400, allUsersText]);
    expect(dumped(fake, id)).toMatchObject({ firstName: 'Ann', groups: [allUsers, sales] });
  });

  test('24 memberships that stay keep their ids', async () => {
    const { fake, id, path } = await withAnn();
    const finance = fake.control.groups.create('Finance');
    fake.control.groups.addMember(finance, id);
    const mine = async () => {
      type Map = Record<string, { membership_id: number; group_id: number }[]>;
      return (await fake.get<Map>('/permissions/membership')).data[String(id)];
    };
    const before = await mine();
    await fake.put(path, { user_group_memberships: [{ id: finance }, { id: allUsers }] });
    expect(await mine()).toEqual(before);
  });

  test('25 is_superuser and the Administrators group must agree; alone it moves the group both ways', async () => {
    const { fake, id, path } = await withAnn();
    const text = 'Value of is_superuser must correspond to presence of Admin group ID in group_ids.';
    for (const [superuser, groups] of [
      [true, [allUsers]],
      [false, [allUsers, administrators]],
    ] as const) {
      const body = { is_superuser: superuser, user_group_memberships: groups.map((each) => ({ id: each })) };
      const answer = await fake.put(path, body);
      expect([answer.status, answer.data]).toEqual([400, { errors: { is_superuser: text } }]);
    }
    expect((await fake.put<User>(path, { is_superuser: true })).data).toMatchObject({
      is_superuser: true,
      user_group_memberships: [{ id: allUsers }, { id: administrators }],
    });
    expect((await fake.put<User>(path, { is_superuser: false })).data).toMatchObject({
      is_superuser: false,
      user_group_memberships: [{ id: allUsers }],
    });
    const both = { is_superuser: true, user_group_memberships: [{ id: allUsers }, { id: administrators }] };
    expect((await fake.put(path, both)).status).toBe(200);
    expect(dumped(fake, id).admin).toBe(true);
  });

  test('25 the last administrator is not demoted, by either field', async () => {
    const { fake, path } = await withAnn();
    await fake.put(path, { is_superuser: true });
    const session = fake.control.keys.session('ann@acme.test');
    fake.control.users.deactivate('owner@example.com');
    fake.control.keys.delete('Bridge');
    for (const body of [{ is_superuser: false }, { user_group_memberships: [{ id: allUsers }] }]) {
      const answer = await fake.call('PUT', path, body, { session });
      expect([answer.status, answer.text]).toEqual([400, lastAdminText]);
    }
  });

  test('26 strict releases of Pro want is_group_manager in every entry; OSS and newer ones do not', async () => {
    const { fake, path } = await withAnn({ edition: 'pro', strictGroupManager: true });
    const group = fake.control.groups.create('Finance');
    const partly = { user_group_memberships: [{ id: allUsers, is_group_manager: false }, { id: group }] };
    const answer = await fake.put(path, partly);
    expect([answer.status, answer.text]).toEqual([400, allUsersText]);
    fake.control.configure({ edition: 'oss' });
    expect((await fake.put(path, partly)).status).toBe(200);
    fake.control.configure({ edition: 'pro', strictGroupManager: false });
    expect((await fake.put(path, partly)).status).toBe(200);
  });

  test('26 only Pro shows and keeps the flag; a set that leaves it out demotes the manager', async () => {
    const { fake, id, path } = await withAnn({ edition: 'pro' });
    const group = fake.control.groups.create('Finance');
    const managing = { user_group_memberships: [{ id: allUsers }, { id: group, is_group_manager: true }] };
    expect((await fake.put<User>(path, managing)).data.user_group_memberships).toEqual([
      { id: allUsers, is_group_manager: false },
      { id: group, is_group_manager: true },
    ]);
    await fake.put(path, { user_group_memberships: [{ id: allUsers }, { id: group }] });
    expect(fake.control.ledger.demotions).toMatchObject([{ sequence: 2, userId: id, groupId: group }]);

    fake.control.configure({ edition: 'oss' });
    expect((await fake.put<User>(path, managing)).data.user_group_memberships).toEqual([
      { id: allUsers },
      { id: group },
    ]);
    expect(dumped(fake, id).manages).toEqual([]);
  });

  test('27 DELETE deactivates, twice alike; groups and rights stay, subscriptions are lost', async () => {
    const { fake, id, path } = await withAnn();
    const group = fake.control.groups.create('Finance');
    fake.control.groups.addMember(group, id);
    fake.control.users.setAdmin(id, true);
    fake.control.users.subscribe(id, 'Weekly revenue');
    for (let n = 0; n < 2; n += 1) {
      const answer = await fake.delete(path);
      expect([answer.status, answer.data]).toEqual([200, { success: true }]);
    }
    expect(dumped(fake, id)).toMatchObject({
      ...{ active: false, admin: true, groups: [allUsers, administrators, group], subscriptions: [] },
    });
    expect(fake.control.ledger.lostSubscriptions).toMatchObject([{ userId: id, subscriptions: ['Weekly revenue'] }]);
    const unknown = await fake.delete('/user/999');
    expect([unknown.status, unknown.text]).toEqual([404, 'Not found.']);
  });

  test('28 the last active administrator stays, unless a key stands in for one', async () => {
    const { fake } = await withAnn();
    const owner = dumped(fake, 'owner@example.com').id;
    const session = fake.control.keys.session('owner@example.com');
    fake.control.users.setAdmin('ann@acme.test', true);
    fake.control.users.deactivate('ann@acme.test');
    fake.control.keys.delete('Bridge');
    const answer = await fake.call('DELETE', user(owner), undefined, { session });
    expect([answer.status, answer.text]).toEqual([400, lastAdminText]);
    isPlain(answer);
    expect(dumped(fake, owner).active).toBe(true);

    fake.control.keys.add({ name: 'Another' });
    expect((await fake.call('DELETE', user(owner), undefined, { session })).status).toBe(200);
    expect(dumped(fake, owner).active).toBe(false);
  });

  test('29 deleting the user of a key succeeds and does nothing; the internal user is refused', async () => {
    const fake = await start();
    const id = fake.control.keys.userId('Bridge');
    expect((await fake.delete(user(id))).data).toEqual({ success: true });
    expect(dumped(fake, id)).toMatchObject({ type: 'api-key', active: true });
    expect((await fake.get('/user')).status).toBe(200);
    for (const method of ['DELETE', 'PUT']) {
      const answer = await fake.call(method, user(internalUser), {});
      expect([answer.status, answer.text]).toEqual([400, 'Not able to modify the internal user']);
    }
  });

  test('30 reactivation brings the groups back, never the administrator, and answers without groups', async () => {
    const { fake, id, path } = await withAnn();
    const group = fake.control.groups.create('Finance');
    fake.control.groups.addMember(group, id);
    fake.control.users.setAdmin(id, true);
    await fake.delete(path);
    const answer = await fake.put<User>(`${path}/reactivate`);
    expect(answer.status).toBe(200);
    expect(answer.data).toMatchObject({ id, is_active: true, is_superuser: false });
    expect(answer.data).not.toHaveProperty('user_group_memberships');
    expect(answer.data).not.toHaveProperty('group_ids');
    expect(dumped(fake, id)).toMatchObject({ admin: false, groups: [allUsers, group] });
  });

  test.each([
    { ssoSource: 'google', kept: null },
    { ssoSource: 'ldap', kept: 'ldap' },
    { ssoSource: 'saml', kept: 'saml' },
  ])('30 reactivation turns sso_source $ssoSource into $kept when only Google is off', async ({ ssoSource, kept }) => {
    const { fake, id, path } = await withAnn({ ssoMethods: ['ldap'] }, ssoSource);
    fake.control.users.deactivate(id);
    expect((await fake.put<User>(`${path}/reactivate`)).data.sso_source).toBe(kept);
  });

  test('31 reactivating somebody active is 400 with a message; a key, or nobody, is 404', async () => {
    const { fake, path } = await withAnn();
    const active = await fake.put(`${path}/reactivate`);
    expect([active.status, active.data]).toMatchObject([400, { message: 'Not able to reactivate an active user' }]);
    for (const id of [fake.control.keys.userId('Bridge'), 999]) {
      const answer = await fake.put(`${user(id)}/reactivate`);
      expect([answer.status, answer.text]).toEqual([404, 'Not found.']);
    }
  });

  test.each([
    { rule: 'refused-when-one-admin' as const, admins: 1, status: 400 },
    { rule: 'refused-when-one-admin' as const, admins: 2, status: 200 },
    { rule: 'allowed' as const, admins: 1, status: 200 },
  ])('32 a former administrator, $admins active one(s): $status ($rule)', async ({ rule, admins, status }) => {
    const { fake, id, path } = await withAnn({ reactivateFormerAdmin: rule });
    fake.control.users.setAdmin(id, true);
    fake.control.users.deactivate(id);
    if (admins === 1) fake.control.users.deactivate('owner@example.com');
    const answer = await fake.put(`${path}/reactivate`);
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.text).toBe(lastAdminText);
    expect(dumped(fake, id).active).toBe(status === 200);
  });

  test.each([
    { createRaceMs: 0, loser: 400, errors: { email: 'Email address already in use.' } },
    { createRaceMs: 1000, loser: 500, errors: undefined },
  ])('33 two creations of one address at once make one user; the loser gets $loser', async (given) => {
    const fake = await start({ createRaceMs: given.createRaceMs, clock: () => 0 });
    const answers = await Promise.all(['a@acme.test', 'A@acme.test'].map((email) => create(fake, { email })));
    expect(answers.map((each) => each.status).sort()).toEqual([200, given.loser]);
    expect(fake.control.state().users.filter((each) => each.email === 'a@acme.test')).toHaveLength(1);
    expect(fake.control.ledger.mailsTo('a@acme.test')).toBe(1);
    const loser = answers.find((each) => each.status !== 200);
    expect((loser?.data as { errors?: unknown }).errors).toEqual(given.errors);
    if (given.loser === 500) expect(loser?.data).toHaveProperty('sql-exception-chain');
  });

  test('34 attributes may not start with @; numbers and booleans come back as text', async () => {
    const { fake, path } = await withAnn();
    const sent = { login_attributes: { '@x': '1' } };
    for (const answer of [await fake.put(path, sent), await create(fake, { email: 'b@acme.test', ...sent })]) {
      expect(answer.status).toBe(400);
      expect(answer.data).toMatchObject({ 'specific-errors': { login_attributes: [expect.any(String)] } });
    }
    const scalars = { login_attributes: { level: 3, eu: true, name: 'x' } };
    const asText = { level: '3', eu: 'true', name: 'x' };
    expect((await fake.put<User>(path, scalars)).data.login_attributes).toEqual(asText);
    expect((await create(fake, { email: 'b@acme.test', ...scalars })).data.login_attributes).toEqual(asText);
  });
});
