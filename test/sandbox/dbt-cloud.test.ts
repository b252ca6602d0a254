import type { FakeDbtCloudOptions } from '../../src/sandbox/dbt-cloud/fake-dbt-cloud.js';
import type { Caller } from './dbt-cloud-caller.js';
import { startCaller, stopFakes } from './dbt-cloud-caller.js';

/** The numbered invariants a faithful fake of dbt Cloud must obey; S is the v2 surface, R the platform API. */

const v2 = '/v2/accounts/12345';
const v3 = '/v3/accounts/12345';

const both = [{ dialect: 'v2' as const }, { dialect: 'platform' as const }];

interface FlatUser {
  readonly id: number;
  readonly email: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly is_active: boolean;
  readonly license_type: string;
  readonly groups: number[];
  readonly created_at: string;
}
interface Licence {
  readonly id: number;
  readonly account_id: number;
  readonly user_id: number;
  readonly license_type: string;
  readonly state: number;
  readonly scim_managed: boolean;
  readonly groups: { readonly id: number }[];
}
interface NestedUser {
  readonly id: number;
  readonly email: string;
  readonly first_name: string;
  readonly last_login: string | null;
  readonly created_at: string;
  readonly permissions: Licence[];
}
interface Group {
  readonly id: number;
  readonly name: string;
  readonly member_count?: number;
  readonly users?: number[];
  readonly sso_mapping_groups: string[];
  readonly group_permissions: { readonly permission_set: string }[];
}
interface Invite {
  readonly id: number;
  readonly email_address: string;
  readonly status: number;
  readonly group_ids: number[];
  readonly redeemed_at: string | null;
}

afterEach(stopFakes);

const start = (options: FakeDbtCloudOptions = {}) => startCaller(options);

const flatUsers = async (fake: Caller) => (await fake.get<FlatUser[]>(`${v2}/users/`)).data;
const nestedUsers = async (fake: Caller) => (await fake.get<NestedUser[]>(`${v2}/users/`)).data;
const dumped = (fake: Caller, who: number | string) => {
  const found = fake.control.state().users.find((each) => each.id === who || each.email === who);
  if (found === undefined) throw new Error(`no user ${String(who)}`);
  return found;
};
const licenceId = (fake: Caller, id: number) => dumped(fake, id).licenceId ?? 0;
const groupNamed = (fake: Caller, name: string) => {
  const found = fake.control.state().groups.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no group ${name}`);
  return found;
};

/** Whatever the surface's own call is for asking one person in. */
const inviteOne = (fake: Caller, email: string, licence = 'read_only', groups: number[] = []) =>
  fake.control.rules.dialect === 'v2'
    ? fake.post(`${v2}/invitations/`, { email, license_type: licence, groups })
    : fake.post(`${v3}/invites/`, { email_addresses: [email], license_type: licence, group_ids: groups });

/** The state without what only time moves. */
const snapshot = (fake: Caller) => JSON.stringify(fake.control.state());

describe('transport', () => {
  test.each(both)('1 a missing or unknown token is a 401 envelope without data ($dialect)', async (options) => {
    const fake = await start(options);
    for (const authorization of [null, 'Token wrong', 'Token', '']) {
      const answer = await fake.call('GET', `${v2}/users/`, undefined, authorization);
      expect(answer.status).toBe(401);
      expect(answer.envelope).toMatchObject({ status: { code: 401, is_success: false }, data: null });
    }
    expect(fake.control.counters().tokenFailures).toBe(4);
  });

  test.each([
    { dialect: 'v2' as const, status: 401 },
    { dialect: 'platform' as const, status: 200 },
    { dialect: 'merged' as const, status: 200 },
  ])('2 Bearer with a good token is $status on $dialect', async ({ dialect, status }) => {
    const fake = await start({ dialect });
    expect((await fake.call('GET', `${v2}/users/`, undefined, `Bearer ${fake.token}`)).status).toBe(status);
    expect((await fake.call('GET', `${v2}/users/`, undefined, `Token ${fake.token}`)).status).toBe(200);
  });

  test.each(both)('3 another account id is a 404 that hints at permissions ($dialect)', async (options) => {
    const fake = await start(options);
    const answer = await fake.get('/v2/accounts/999/users/');
    expect(answer.status).toBe(404);
    expect(answer.envelope.status?.user_message).toMatch(/permission/);
  });

  test.each(both)('4 a path behaves alike with and without its last slash ($dialect)', async (options) => {
    const fake = await start(options);
    const [slashed, bare] = [await fake.get(`${v2}/users/`), await fake.get(`${v2}/users`)];
    expect(bare.envelope).toEqual(slashed.envelope);
    expect((await fake.post(`${v2}/users/1`, {})).status).toBe((await fake.post(`${v2}/users/1/`, {})).status);
  });

  test.each(both)('5 the envelope repeats the HTTP status, and every 2xx has data ($dialect)', async (options) => {
    const fake = await start(options);
    for (const answer of [
      await fake.get(`${v2}/users/`),
      await fake.get('/v2/accounts/'),
      await inviteOne(fake, 'a@acme.io'),
      await inviteOne(fake, 'not an address'),
      await fake.get('/v2/nowhere/'),
    ]) {
      expect(answer.envelope.status?.code).toBe(answer.status);
      if (answer.status < 300) expect(answer.data).toBeTruthy();
    }
  });

  test.each(both)('6 faults: an HTML 502, a JSON 500, a connection reset ($dialect)', async (options) => {
    const fake = await start(options);
    const { faults } = fake.control;

    faults.add({ fault: { kind: 'html' } });
    const html = await fake.get(`${v2}/users/`);
    expect([html.status, html.headers.get('content-type'), html.text]).toEqual([
      502,
      'text/html; charset=utf-8',
      expect.stringContaining('<html>'),
    ]);

    faults.add({ fault: { kind: 'status', status: 500 } });
    expect((await fake.get(`${v2}/users/`)).envelope).toMatchObject({ status: { code: 500 }, data: null });

    faults.add({ fault: { kind: 'reset' } });
    await expect(fake.get(`${v2}/users/`)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect((await fake.get(`${v2}/users/`)).status).toBe(200);
  });

  test.each(both)('7 commit, then drop: the write happened, the answer did not ($dialect)', async (options) => {
    const fake = await start(options);
    fake.control.faults.add({ method: 'POST', fault: { kind: 'commit-then-drop' } });
    await expect(inviteOne(fake, 'lost@acme.io')).rejects.toThrow('fetch failed');
    expect(fake.control.invitations.openFor('lost@acme.io')).toBe(1);
    expect(fake.control.ledger.mailsTo('lost@acme.io')).toBe(1);
    expect(fake.control.ledger.entries.at(-1)).toMatchObject({ committed: true, fault: 'commit-then-drop' });
  });

  test('7 commit, then drop: a DELETE too', async () => {
    const fake = await start({ dialect: 'v2' });
    const id = fake.control.users.add({ email: 'leaver@acme.io' });
    fake.control.faults.add({ method: 'DELETE', fault: { kind: 'commit-then-drop' } });
    await expect(fake.call('DELETE', `${v2}/users/${String(id)}/`)).rejects.toThrow('fetch failed');
    expect(dumped(fake, id).active).toBe(false);
  });

  test.each(both)('8 every write is counted, and so is every mail ($dialect)', async (options) => {
    const fake = await start(options);
    await fake.get(`${v2}/users/`);
    await inviteOne(fake, 'a@acme.io');
    await inviteOne(fake, 'not an address');
    expect(fake.control.counters()).toEqual({ requests: 3, writes: 1, mails: 1, tokenFailures: 0, faults: 0 });
  });
});

describe('paging', () => {
  const crowd = async (options: FakeDbtCloudOptions, size = 120) => {
    const fake = await start(options);
    for (let n = 0; n < size; n += 1) fake.control.users.add({ email: `p${String(n)}@acme.io` });
    return fake;
  };

  test.each(both)('9 the limit is 100: by default, and when more is asked for ($dialect)', async (options) => {
    const fake = await crowd(options);
    for (const query of ['', '?limit=1000']) {
      const { data, envelope } = await fake.get<unknown[]>(`${v2}/users/${query}`);
      expect(data).toHaveLength(100);
      expect(envelope.extra?.filters.limit).toBe(100);
    }
    fake.control.configure({ limitOver100: 'refuse' });
    expect((await fake.get(`${v2}/users/?limit=101`)).status).toBe(400);
    expect((await fake.get(`${v2}/users/?limit=100`)).status).toBe(200);
  });

  test.each(both)(
    '10 count is the rows sent, total_count all of them; past the end is empty ($dialect)',
    async (options) => {
      const fake = await crowd(options, 3);
      const last = await fake.get(`${v2}/users/?limit=3&offset=3`);
      expect(last.envelope.extra?.pagination).toEqual({ count: 2, total_count: 5 });
      const past = await fake.get(`${v2}/users/?offset=5`);
      expect(past.data).toEqual([]);
      expect(past.envelope.extra?.pagination).toEqual({ count: 0, total_count: 5 });
      expect((await fake.get(`${v2}/users/?limit=-1`)).status).toBe(400);
    },
  );

  test.each(both)('11 rows come by ascending id ($dialect)', async (options) => {
    const fake = await crowd(options, 9);
    const ids = (await fake.get<FlatUser[]>(`${v2}/users/`)).data.map((each) => each.id);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(ids).toHaveLength(11);
  });

  test.each(both)('12 a removal between two pages makes naive paging skip somebody ($dialect)', async (options) => {
    const fake = await crowd({ ...options, listInactive: false }, 6);
    const everybody = (await fake.get<FlatUser[]>(`${v2}/users/`)).data.map((each) => each.email);
    fake.control.shiftPages({ list: 'users', remove: ['p0@acme.io'] });

    const first = (await fake.get<FlatUser[]>(`${v2}/users/?limit=4`)).data;
    const second = (await fake.get<FlatUser[]>(`${v2}/users/?limit=4&offset=4`)).data;
    const seen = new Set([...first, ...second].map((each) => each.email));
    expect(everybody.filter((each) => !seen.has(each))).toEqual([everybody[4]]);
  });

  test('12 an insertion between two pages moves the total, once', async () => {
    const fake = await crowd({}, 6);
    fake.control.shiftPages({ list: 'users', insert: ['late@acme.io'] });
    const totals = [];
    for (const offset of [0, 4, 4]) {
      const page = await fake.get(`${v2}/users/?limit=4&offset=${String(offset)}`);
      totals.push(page.envelope.extra?.pagination.total_count);
    }
    expect(totals).toEqual([8, 9, 9]);
  });

  test.each(both)('13 an e-mail filter on users is ignored ($dialect)', async (options) => {
    const fake = await crowd(options, 2);
    expect((await fake.get<unknown[]>(`${v2}/users/?email=p1@acme.io`)).data).toHaveLength(4);
  });

  test('14 R groups honour name, name__icontains, pk, pk__in and state', async () => {
    const fake = await start();
    const analysts = fake.control.groups.create({ name: 'Analysts' });
    const lower = fake.control.groups.create({ name: 'analysts' });
    const gone = fake.control.groups.create({ name: 'Gone' });
    fake.control.groups.delete(gone);
    const ids = async (query: string) =>
      (await fake.get<Group[]>(`${v3}/groups/?${query}`)).data.map((each) => each.id);

    expect(await ids('name=Analysts')).toEqual([analysts]);
    expect(await ids('name__icontains=ANALYST')).toEqual([analysts, lower]);
    expect(await ids(`pk=${String(lower)}`)).toEqual([lower]);
    expect(await ids(`pk__in=${String(lower)},${String(gone)}`)).toEqual([lower]);
    expect(await ids('state=deleted')).toEqual([gone]);
    expect(await ids('state=2')).toEqual([gone]);
    expect(await ids('state=all')).toHaveLength(6);
    expect(await ids('name__icontains=analyst&order_by=-id')).toEqual([lower, analysts]);
  });
});

describe('users', () => {
  test('15 a user id is never their own licence or invite id, and is somebody else’s licence id', async () => {
    const fake = await start();
    for (let n = 0; n < 12; n += 1) {
      const email = `p${String(n)}@acme.io`;
      if (n === 5) fake.control.users.add({ email, licence: null });
      else {
        await inviteOne(fake, email);
        fake.control.invitations.accept(email);
      }
    }
    // Somebody leaves and comes back: a new licence id must keep the rule too.
    fake.control.users.deactivate('p3@acme.io');
    await inviteOne(fake, 'p3@acme.io');
    fake.control.invitations.accept('p3@acme.io');

    const users = await nestedUsers(fake);
    const invites = (await fake.get<Invite[]>(`${v2}/invites/`)).data;
    const licences = users.flatMap((each) => each.permissions);
    expect(new Set(licences.map((each) => each.id)).size).toBe(licences.length);
    for (const user of users) {
      const own = licences.filter((each) => each.user_id === user.id).map((each) => each.id);
      const invited = invites.filter((each) => each.email_address === user.email).map((each) => each.id);
      expect([...own, ...invited]).not.toContain(user.id);
      expect(new Set([...own, ...invited]).size).toBe(own.length + invited.length);
    }
    const holders = new Map(licences.map((each) => [each.id, each.user_id]));
    const mirrored = users.filter((each) => holders.has(each.id) && holders.get(each.id) !== each.id);
    // A licence that ended is no longer shown, so its twin is the one that may be missing.
    expect(mirrored.length).toBeGreaterThanOrEqual(users.length - 1);
  });

  test('15 a licence id used as a user id hits a real and different person', async () => {
    const fake = await start({ dialect: 'merged' });
    const ana = fake.control.users.add({ email: 'ana@acme.io', licence: 'developer' });
    fake.control.users.add({ email: 'ben@acme.io' });
    const confused = await fake.call('DELETE', `${v2}/users/${String(licenceId(fake, ana))}/`);
    expect(confused.status).toBe(200);
    expect(dumped(fake, ana).active).toBe(true);
    expect(dumped(fake, 'ben@acme.io').active).toBe(false);
  });

  test.each(both)('16 a pending invitee is in no list of users and has no user id ($dialect)', async (options) => {
    const fake = await start(options);
    await inviteOne(fake, 'new@acme.io');
    expect((await flatUsers(fake)).map((each) => each.email)).not.toContain('new@acme.io');
    expect(fake.control.state().users.map((each) => each.email)).not.toContain('new@acme.io');
  });

  test('17 S shows users flat, R nested, merged both', async () => {
    const fake = await start({ dialect: 'v2' });
    const id = fake.control.users.add({ email: 'ana@acme.io', licence: 'developer' });
    const show = async () => {
      const { data } = await fake.get<Record<string, unknown>>(`${v2}/users/${String(id)}/`);
      return data;
    };
    const flat = { license_type: 'developer', groups: [102, 103], account_id: 12345, username: 'ana@acme.io' };
    const nested = [
      { account_id: 12345, user_id: id, license_type: 'developer', state: 1, groups: [{ id: 102 }, { id: 103 }] },
    ];

    expect(await show()).toMatchObject({ ...flat, permissions: [] });
    expect(await show()).not.toHaveProperty('licenses');

    fake.control.configure({ dialect: 'platform' });
    expect(await show()).toMatchObject({ permissions: nested, licenses: { '12345': { license_type: 'developer' } } });
    expect(await show()).not.toHaveProperty('license_type');
    expect(await show()).not.toHaveProperty('groups');

    fake.control.configure({ dialect: 'merged' });
    expect(await show()).toMatchObject({ ...flat, permissions: nested });
  });

  test('18 R another account’s licence may come first, and somebody may have none', async () => {
    const fake = await start();
    fake.control.users.add({ email: 'nobody@acme.io', licence: null });
    const users = await nestedUsers(fake);
    const bridge = users.find((each) => each.email === 'bridge@example.com');
    expect(bridge?.permissions.map((each) => each.account_id === 12345)).toEqual([false, true]);
    expect(users.find((each) => each.email === 'nobody@acme.io')?.permissions).toEqual([]);
  });

  test('19 R v3 shows one user with a licence and no groups, v2 with groups', async () => {
    const fake = await start();
    const id = String(fake.control.users.add({ email: 'ana@acme.io', licence: 'it' }));
    const detail = (await fake.get<Record<string, unknown>>(`${v3}/users/${id}/`)).data;
    expect(detail).toMatchObject({ email: 'ana@acme.io', license: { license_type: 'it' }, scim_managed: false });
    expect(JSON.stringify(detail)).not.toContain('"groups"');
    const v2Detail = (await fake.get<NestedUser>(`${v2}/users/${id}/`)).data;
    expect(v2Detail.permissions[0]?.groups.map((each) => each.id)).toEqual([102, 103]);
    expect((await fake.get(`${v3}/users/1/`)).status).toBe(404);
    expect((await fake.get<unknown[]>(`${v3}/users/`)).data).toEqual(await nestedUsers(fake));
  });

  test('20 B some last_login are null, and both spellings of a time occur', async () => {
    const fake = await start();
    for (const n of [1, 2]) fake.control.users.add({ email: `p${String(n)}@acme.io`, lastLogin: 1_750_000_000_000 });
    const users = await nestedUsers(fake);
    expect(users.filter((each) => each.last_login === null)).not.toEqual([]);
    const times = users.flatMap((each) => each.last_login ?? []);
    expect(times).toContain('2025-06-15T15:06:40.000Z');
    expect(times).toContain('2025-06-15 15:06:40.000000+00:00');
  });

  test.each(both)('21 e-mails are unique whatever their case, and shown as they came ($dialect)', async (options) => {
    const fake = await start(options);
    await inviteOne(fake, 'Ana.Ruiz@acme.io');
    await inviteOne(fake, 'ana.ruiz@ACME.io');
    expect(fake.control.invitations.openFor('ANA.RUIZ@acme.io')).toBe(1);
    fake.control.invitations.accept('ana.ruiz@acme.io');
    expect((await flatUsers(fake)).map((each) => each.email)).toContain('Ana.Ruiz@acme.io');
    expect(() => fake.control.users.add({ email: 'ana.ruiz@acme.io' })).toThrow('already exists');
  });

  test('21 S an e-mail change to a taken address is refused, and nothing else of that write happens', async () => {
    const fake = await start({ dialect: 'v2' });
    const id = fake.control.users.add({ email: 'ana@acme.io', licence: 'read_only' });
    const before = snapshot(fake);
    expect((await fake.post(`${v2}/users/${String(id)}/`, { email: 'OWNER@example.com' })).status).toBe(400);
    expect(snapshot(fake)).toBe(before);
    expect((await fake.post<FlatUser>(`${v2}/users/${String(id)}/`, { email: 'ana2@acme.io' })).data.email).toBe(
      'ana2@acme.io',
    );
  });

  test.each([{ was: 'active' }, { was: 'inactive' }])(
    '22 S a POST of a user who was $was resets every mutable field it leaves out',
    async ({ was }) => {
      const fake = await start({ dialect: 'v2', deactivationKeepsGroups: true });
      const names = { firstName: 'Ana', lastName: 'Ruiz' };
      const id = fake.control.users.add({ email: 'ana@acme.io', ...names, licence: 'read_only', groups: [101, 102] });
      if (was === 'inactive') fake.control.users.deactivate(id);
      const answer = await fake.post<FlatUser>(`${v2}/users/${String(id)}/`, {});
      expect(answer.data).toMatchObject({
        email: 'ana@acme.io',
        first_name: '',
        last_name: '',
        license_type: 'developer',
        groups: [],
        is_active: true,
      });
    },
  );

  test('22 S a POST with is_active false deactivates, and with true brings back', async () => {
    const fake = await start({ dialect: 'v2' });
    const id = fake.control.users.add({ email: 'ana@acme.io', licence: 'read_only' });
    const path = `${v2}/users/${String(id)}/`;
    const read = (await fake.get<FlatUser>(path)).data;
    const gone = await fake.post<FlatUser>(path, { ...read, is_active: false });
    expect(gone.data).toMatchObject({ is_active: false, license_type: 'read_only', groups: [] });
    expect(fake.control.state().seats.read_only.inUse).toBe(0);
    expect((await fake.post<FlatUser>(path, read)).data).toMatchObject({ is_active: true, groups: read.groups });
  });

  test('22 S a POST that sends everything back changes only what it changed, unknown fields included', async () => {
    const fake = await start({ dialect: 'v2' });
    const id = fake.control.users.add({ email: 'ana@acme.io', licence: 'read_only' });
    const path = `${v2}/users/${String(id)}/`;
    const read = (await fake.get<FlatUser>(path)).data;
    const written = await fake.post<FlatUser>(path, { ...read, license_type: 'it' });
    expect({ ...written.data, updated_at: 0 }).toEqual({ ...read, license_type: 'it', updated_at: 0 });
    expect(fake.control.ledger.losses).toEqual([]);

    await fake.post(path, { first_name: 'Ana', last_name: 'Ruiz', license_type: 'it', groups: read.groups });
    expect(fake.control.ledger.losses).toEqual([
      expect.objectContaining({ object: 'user', id, fields: ['preferred_locale', 'onboarding'] }),
    ]);
    expect(dumped(fake, id).unknown).toEqual({});
  });

  test('23 R a profile takes names only: both, not empty; an e-mail changes nothing', async () => {
    const fake = await start();
    const id = String(fake.control.users.add({ email: 'ana@acme.io', firstName: 'Ana', lastName: 'Ruiz' }));
    const before = snapshot(fake);
    for (const body of [
      {},
      { first_name: 'A' },
      { first_name: '', last_name: 'R' },
      { first_name: 'A', last_name: ' ' },
    ]) {
      expect((await fake.post(`/v2/users/${id}/`, body)).status).toBe(400);
    }
    expect(snapshot(fake)).toBe(before);
    const renamed = { first_name: 'Anna', last_name: 'Ruiz', email: 'x@acme.io' };
    expect((await fake.post<NestedUser>(`/v2/users/${id}/`, renamed)).data).toMatchObject({
      first_name: 'Anna',
      email: 'ana@acme.io',
    });
    expect((await fake.post(`${v2}/users/${id}/`, renamed)).status).toBe(404);
  });

  test('24 S DELETE keeps the record, inactive, in the list and alone; toggles omit it and refuse a second', async () => {
    const fake = await start({ dialect: 'v2', seats: { developer: 5, read_only: 1, it: 1, analyst: 0 } });
    const id = fake.control.users.add({ email: 'ana@acme.io' });
    const path = `${v2}/users/${String(id)}/`;
    const gone = await fake.call('DELETE', path);
    expect([gone.status, gone.data]).toEqual([200, { id, is_active: false }]);
    expect((await fake.get<FlatUser>(path)).data.is_active).toBe(false);
    expect((await flatUsers(fake)).find((each) => each.id === id)?.is_active).toBe(false);
    expect((await fake.call('DELETE', path)).status).toBe(200);
    expect(fake.control.state().seats.read_only.inUse).toBe(0);

    fake.control.configure({ listInactive: false, secondDelete: 'not-found' });
    expect((await flatUsers(fake)).map((each) => each.id)).not.toContain(id);
    expect((await fake.get<FlatUser>(path)).data.is_active).toBe(false);
    expect((await fake.call('DELETE', path)).status).toBe(404);
  });

  test.each([
    { keeps: true, groups: [102, 103] },
    { keeps: false, groups: [] },
  ])('24 S a deactivated user keeps their groups: $keeps', async ({ keeps, groups }) => {
    const fake = await start({ dialect: 'v2', deactivationKeepsGroups: keeps });
    const id = fake.control.users.add({ email: 'ana@acme.io' });
    await fake.call('DELETE', `${v2}/users/${String(id)}/`);
    expect((await fake.get<FlatUser>(`${v2}/users/${String(id)}/`)).data.groups).toEqual(groups);
  });

  test('25 R licence state 2: gone from the list, seat and memberships freed; a repeat is a 400', async () => {
    const fake = await start({ plan: 'starter' });
    const id = fake.control.users.add({ email: 'ana@acme.io', licence: 'developer' });
    const path = `${v2}/permissions/${String(licenceId(fake, id))}/`;
    const removal = { license_type: 'developer', state: 2 };
    expect((await fake.post<Licence>(path, removal)).data).toMatchObject({ state: 2, groups: [] });
    expect((await nestedUsers(fake)).map((each) => each.id)).not.toContain(id);
    expect((await fake.get(`${v2}/users/${String(id)}/`)).status).toBe(404);
    expect(fake.control.state().seats.developer.inUse).toBe(1);
    expect(groupNamed(fake, 'Everyone').members).not.toContain(id);
    expect((await fake.post(path, removal)).status).toBe(400);
    expect((await fake.post(path, { license_type: 'developer', state: 1 })).status).toBe(400);
  });

  test('26 R a DELETE of a user does not exist', async () => {
    const fake = await start();
    const id = fake.control.users.add({ email: 'ana@acme.io' });
    for (const path of [`${v2}/users/${String(id)}/`, `${v3}/users/${String(id)}/`, `/v2/users/${String(id)}/`]) {
      expect((await fake.call('DELETE', path)).status).toBe(404);
    }
    expect(dumped(fake, id).active).toBe(true);
  });
});

describe('licences and seats', () => {
  test('27 R a licence POST for the wrong user is a 400, for no licence a 404, and neither changes anything', async () => {
    const fake = await start();
    const ana = fake.control.users.add({ email: 'ana@acme.io', licence: 'developer' });
    const ben = fake.control.users.add({ email: 'ben@acme.io', licence: 'developer' });
    const foreign = (await nestedUsers(fake))
      .flatMap((each) => each.permissions)
      .find((each) => each.account_id !== 12345);
    const before = snapshot(fake);
    const body = { user_id: ben, license_type: 'read_only', state: 1 };
    expect((await fake.post(`${v2}/permissions/${String(licenceId(fake, ana))}/`, body)).status).toBe(400);
    expect((await fake.post(`${v2}/permissions/987654/`, body)).status).toBe(404);
    expect((await fake.post(`${v2}/permissions/${String(foreign?.id)}/`, { license_type: 'it' })).status).toBe(404);
    expect(snapshot(fake)).toBe(before);
  });

  test.each([
    { rule: 'clear' as const, groups: [] },
    { rule: 'keep' as const, groups: [102, 103] },
  ])('28 R a licence POST without groups: $rule', async ({ rule, groups }) => {
    const fake = await start({ licenceWithoutGroups: rule });
    const id = fake.control.users.add({ email: 'ana@acme.io', licence: 'developer' });
    const path = `${v2}/permissions/${String(licenceId(fake, id))}/`;
    await fake.post(path, { license_type: 'read_only', state: 1, user_id: id });
    expect(dumped(fake, id)).toMatchObject({ licence: 'read_only', groups });
  });

  test('28 R a licence sent back as it was read changes only its type', async () => {
    const fake = await start();
    const id = fake.control.users.add({ email: 'ana@acme.io', licence: 'developer' });
    const [licence] = (await fake.get<NestedUser>(`${v2}/users/${String(id)}/`)).data.permissions;
    const path = `${v2}/permissions/${String(licence?.id)}/`;
    const written = await fake.post(path, { ...licence, license_type: 'read_only' });
    expect(written.data).toEqual({ ...licence, license_type: 'read_only' });
    expect(fake.control.ledger.losses).toEqual([]);

    await fake.post(path, { user_id: id, license_type: 'read_only', state: 1, groups: [102] });
    expect(fake.control.ledger.losses).toMatchObject([
      { object: 'licence', fields: ['cost_centre', 'granted_reason'] },
    ]);
    expect(dumped(fake, id).groups).toEqual([102]);
  });

  test.each(both)('29 an unknown licence type is a 400 without any change ($dialect)', async (options) => {
    const fake = await start(options);
    const id = fake.control.users.add({ email: 'ana@acme.io', licence: 'read_only' });
    const before = snapshot(fake);
    const path = options.dialect === 'v2' ? `users/${String(id)}` : `permissions/${String(licenceId(fake, id))}`;
    expect((await fake.post(`${v2}/${path}/`, { license_type: 'Developer', state: 1 })).status).toBe(400);
    expect((await inviteOne(fake, 'new@acme.io', 'viewer')).status).toBe(400);
    expect(snapshot(fake)).toBe(before);
    expect(fake.control.counters().mails).toBe(0);
  });

  test.each(both)('30 without a free seat: 400, no change, no mail ($dialect)', async (options) => {
    const fake = await start({ ...options, seats: { developer: 1, read_only: 1, it: 1, analyst: 0 } });
    const id = fake.control.users.add({ email: 'ana@acme.io', licence: 'read_only' });
    const before = snapshot(fake);
    const path = options.dialect === 'v2' ? `users/${String(id)}` : `permissions/${String(licenceId(fake, id))}`;
    const refusal = await fake.post(`${v2}/${path}/`, { license_type: 'developer', state: 1, first_name: 'X' });
    expect([refusal.status, refusal.envelope.status?.user_message]).toEqual([400, 'No developer licence available.']);
    expect((await inviteOne(fake, 'new@acme.io', 'developer')).status).toBe(400);
    expect(snapshot(fake)).toBe(before);
    expect(fake.control.counters().mails).toBe(0);
  });

  test('30 R a batch of invitations is all or nothing', async () => {
    const fake = await start({ plan: 'starter' });
    const emails = (count: number) => Array.from({ length: count }, (_, n) => `p${String(n)}@acme.io`);
    const batch = (count: number) =>
      fake.post<{ sent: string[] }>(`${v3}/invites/`, { email_addresses: emails(count), license_type: 'developer' });
    expect((await batch(5)).status).toBe(400);
    expect(fake.control.counters().mails).toBe(0);
    expect((await batch(4)).data.sent).toHaveLength(4);
  });

  test('30 S reactivation by POST needs a seat as well', async () => {
    const fake = await start({ dialect: 'v2', seats: { developer: 1, read_only: 1, it: 1, analyst: 0 } });
    const id = fake.control.users.add({ email: 'ana@acme.io', licence: 'read_only' });
    fake.control.users.deactivate(id);
    fake.control.users.add({ email: 'ben@acme.io', licence: 'read_only' });
    const wanted = { license_type: 'read_only', is_active: true };
    expect((await fake.post(`${v2}/users/${String(id)}/`, wanted)).status).toBe(400);
    fake.control.users.deactivate('ben@acme.io');
    expect((await fake.post<FlatUser>(`${v2}/users/${String(id)}/`, wanted)).data.is_active).toBe(true);
  });

  test('31 R seats add up, and say what the list of users says', async () => {
    const fake = await start({ plan: 'team' });
    fake.control.users.add({ email: 'ana@acme.io', licence: 'developer' });
    const { data } = await fake.get<Record<string, Record<string, number>>>(`${v2}/licenses/`);
    const held = (await nestedUsers(fake))
      .flatMap((each) => each.permissions)
      .filter((each) => each.account_id === 12345 && each.license_type === 'developer');
    expect(data.developer).toMatchObject({ limited: true, total: 8, in_use: held.length, available: 8 - held.length });
    expect(data.it).toMatchObject({ total: 1, in_use: 1, available: 0 });

    fake.control.configure({ licensesAs: 'list' });
    expect((await fake.get(`${v2}/licenses/`)).data).toContainEqual(expect.objectContaining({ license_type: 'it' }));
  });

  test.each([
    { plan: 'starter' as const, seats: [5, 5, 1] },
    { plan: 'team' as const, seats: [8, 5, 1] },
    { plan: 'enterprise' as const, seats: [null, null, null] },
  ])('32 plan $plan has $seats developer, read-only and IT seats', async ({ plan, seats }) => {
    const fake = await start({ plan });
    const { developer, read_only, it } = fake.control.state().seats;
    expect([developer.total, read_only.total, it.total]).toEqual(seats);
    const [account] = (await fake.get<{ id: number; plan: string }[]>('/v3/accounts/')).data;
    expect(account?.id).toBe(12345);
    expect(account?.plan).toContain(plan);
  });
});

describe('invitations', () => {
  test('33 S answers an invitation with its id, R only with who was mailed', async () => {
    const fake = await start({ dialect: 'v2' });
    const sent = await fake.post(`${v2}/invitations/`, {
      email: 'new@acme.io',
      license_type: 'developer',
      groups: [102],
    });
    expect(sent.status).toBe(201);
    expect(sent.data).toMatchObject({ id: expect.any(Number), email: 'new@acme.io', state: 'pending' });

    fake.control.configure({ dialect: 'platform' });
    const batch = await fake.post(`${v3}/invites/`, {
      email_addresses: ['two@acme.io'],
      license_type: 'it',
      group_ids: [],
    });
    expect([batch.status, batch.data]).toEqual([200, { sent: ['two@acme.io'] }]);
  });

  test('34 R the list carries every status and the invited groups; S has none unless told to', async () => {
    const fake = await start({ singleSignOn: true });
    const { invitations } = fake.control;
    for (const name of ['one', 'two', 'three', 'four', 'five']) await inviteOne(fake, `${name}@acme.io`, 'it', [102]);
    invitations.accept('two@acme.io');
    fake.control.users.ssoLogin('two@acme.io', []);
    invitations.expire('three@acme.io');
    invitations.awaitVerification('four@acme.io');
    invitations.accept('five@acme.io');

    const listed = (await fake.get<Invite[]>(`${v2}/invites/`)).data;
    expect(listed.map((each) => each.status)).toEqual([1, 2, 3, 4, 5]);
    expect(listed[0]).toMatchObject({ group_ids: [102], account_id: 12345, type: 'standard', redeemed_at: null });
    expect((await fake.get<Invite>(`${v2}/invites/${String(listed[1]?.id)}/`)).data).toEqual(listed[1]);

    fake.control.configure({ dialect: 'v2' });
    expect((await fake.get(`${v2}/invitations/`)).status).toBe(404);
    fake.control.configure({ listInvitations: true });
    expect((await fake.get<unknown[]>(`${v2}/invitations/`)).data).toHaveLength(5);
  });

  test.each([
    { invited: [101], rule: 'when-none-given' as const, groups: [101] },
    { invited: [], rule: 'when-none-given' as const, groups: [102, 103] },
    { invited: [101], rule: 'always' as const, groups: [101, 102, 103] },
  ])('35 accepting with groups $invited gives $groups (defaults $rule)', async ({ invited, rule, groups }) => {
    const fake = await start({ defaultGroups: rule });
    await inviteOne(fake, 'new@acme.io', 'developer', invited);
    const id = fake.control.invitations.accept('new@acme.io');
    expect(dumped(fake, id ?? 0)).toMatchObject({ email: 'new@acme.io', licence: 'developer', active: true, groups });
    const [invite] = (await fake.get<Invite[]>(`${v2}/invites/`)).data;
    expect(invite).toMatchObject({ status: 2, redeemed_at: expect.any(String) });
    expect(() => fake.control.invitations.accept(invite?.id ?? 0)).toThrow('no longer valid');
  });

  test.each(both)(
    '36 accepting fails when the seat is gone by then, and works when one is free ($dialect)',
    async (options) => {
      const fake = await start({ ...options, seats: { developer: 5, read_only: 1, it: 1, analyst: 0 } });
      await inviteOne(fake, 'late@acme.io');
      const id = fake.control.users.add({ email: 'quick@acme.io' });
      const before = snapshot(fake);
      expect(() => fake.control.invitations.accept('late@acme.io')).toThrow('No read_only licence available.');
      expect(snapshot(fake)).toBe(before);
      fake.control.users.deactivate(id);
      expect(fake.control.invitations.accept('late@acme.io')).toBeGreaterThan(0);
    },
  );

  test('36 by rule, a pending invitation holds its seat and can always be accepted', async () => {
    const fake = await start({ pendingHoldsSeat: true, seats: { developer: 5, read_only: 1, it: 1, analyst: 0 } });
    await inviteOne(fake, 'one@acme.io');
    expect((await inviteOne(fake, 'two@acme.io')).status).toBe(400);
    expect(fake.control.invitations.accept('one@acme.io')).toBeGreaterThan(0);
  });

  test.each(both)(
    '37 an expired invitation cannot be accepted, and inviting again makes a new one ($dialect)',
    async (options) => {
      const fake = await start(options);
      await inviteOne(fake, 'slow@acme.io');
      fake.control.invitations.expire('slow@acme.io');
      expect(() => fake.control.invitations.accept('slow@acme.io')).toThrow('Not found');
      await inviteOne(fake, 'slow@acme.io');
      const invitations = fake.control.state().invitations;
      expect(invitations.map((each) => each.status)).toEqual([3, 1]);
      expect(new Set(invitations.map((each) => each.id)).size).toBe(2);
    },
  );

  test('38 inviting a member: R leaves them out of sent, S refuses; nobody is mailed', async () => {
    const fake = await start();
    const body = { email_addresses: ['OWNER@example.com', 'new@acme.io'], license_type: 'it' };
    expect((await fake.post(`${v3}/invites/`, body)).data).toEqual({ sent: ['new@acme.io'] });
    expect(fake.control.ledger.mailsTo('owner@example.com')).toBe(0);
    fake.control.configure({ dialect: 'v2', tokenKind: 'service' });
    expect((await inviteOne(fake, 'owner@example.com')).status).toBe(400);
    expect(fake.control.ledger.mails()).toEqual({ 'new@acme.io': 1 });
  });

  test.each(both)('39 inviting again while pending mails again, for one invitation ($dialect)', async (options) => {
    const fake = await start(options);
    await inviteOne(fake, 'new@acme.io');
    await inviteOne(fake, 'New@acme.io');
    expect(fake.control.invitations.openFor('new@acme.io')).toBe(1);
    expect(fake.control.ledger.mailsTo('new@acme.io')).toBe(2);
    fake.control.configure({ reinviteWhilePending: 'refuse' });
    expect((await inviteOne(fake, 'new@acme.io')).status).toBe(400);
    expect(fake.control.ledger.mailsTo('new@acme.io')).toBe(2);
  });

  test.each(both)(
    '40 coming back: same user id and names, new licence id, only the new groups ($dialect)',
    async (options) => {
      const fake = await start(options);
      const id = fake.control.users.add({
        email: 'ana@acme.io',
        firstName: 'Ana',
        lastName: 'Ruiz',
        groups: [101, 103],
      });
      const before = licenceId(fake, id);
      fake.control.users.deactivate(id);
      await inviteOne(fake, 'ANA@acme.io', 'it', [102]);
      expect(fake.control.invitations.accept('ana@acme.io')).toBe(id);
      expect(dumped(fake, id)).toMatchObject({
        firstName: 'Ana',
        lastName: 'Ruiz',
        licence: 'it',
        groups: [102],
        active: true,
      });
      expect(licenceId(fake, id)).not.toBe(before);
    },
  );

  test('41 R with single sign-on, accepting is not enough: the user appears at the first login', async () => {
    const fake = await start({ singleSignOn: true });
    await inviteOne(fake, 'new@acme.io');
    expect(() => fake.control.users.ssoLogin('new@acme.io', [])).toThrow('Not found');
    expect(fake.control.invitations.accept('new@acme.io')).toBeUndefined();
    expect((await fake.get<Invite[]>(`${v2}/invites/`)).data[0]?.status).toBe(5);
    expect((await nestedUsers(fake)).map((each) => each.email)).not.toContain('new@acme.io');
    fake.control.users.ssoLogin('new@acme.io', []);
    expect((await nestedUsers(fake)).map((each) => each.email)).toContain('new@acme.io');
    expect((await fake.get<Invite[]>(`${v2}/invites/`)).data[0]?.status).toBe(2);
  });

  test('42 R the revoke route is off; when on, the invitation can no longer be accepted', async () => {
    const fake = await start();
    await inviteOne(fake, 'new@acme.io');
    const [invite] = (await fake.get<Invite[]>(`${v2}/invites/`)).data;
    const path = `${v2}/invites/${String(invite?.id)}/`;
    expect((await fake.post(path, {})).status).toBe(404);
    expect(fake.control.invitations.openFor('new@acme.io')).toBe(1);
    fake.control.configure({ revokeRoute: true });
    expect((await fake.post(path, {})).status).toBe(200);
    expect(() => fake.control.invitations.accept(invite?.id ?? 0)).toThrow('no longer valid');
  });
});

describe('groups and membership', () => {
  test.each([
    { dialect: 'v2' as const, path: `${v2}/groups/` },
    { dialect: 'platform' as const, path: `${v3}/groups/` },
  ])('43 Owner, Member and Everyone are there from the start ($dialect)', async ({ dialect, path }) => {
    const fake = await start({ dialect });
    const groups = (await fake.get<Group[]>(path)).data;
    expect(groups.map((each) => each.name)).toEqual(['Owner', 'Member', 'Everyone']);
    if (dialect === 'platform') {
      expect(groups).toMatchObject([false, true, true].map((assigned) => ({ assign_by_default: assigned })));
    }
  });

  describe('44 S users of a group', () => {
    const team = async (options: FakeDbtCloudOptions = {}) => {
      const fake = await start({ dialect: 'v2', ...options });
      const [ana, ben] = ['ana', 'ben'].map((name) => fake.control.users.add({ email: `${name}@acme.io`, groups: [] }));
      const group = fake.control.groups.create({ name: 'Analysts' });
      const write = (body: unknown) => fake.post<Group>(`${v2}/groups/${String(group)}/`, body);
      const held = async () =>
        (await flatUsers(fake)).filter((each) => each.groups.includes(group)).map((each) => each.id);
      return { fake, ana: ana ?? 0, ben: ben ?? 0, group, write, held };
    };

    test('44 S users replaces every member, and both views agree at once', async () => {
      const { fake, ana, ben, group, write, held } = await team();
      expect((await write({ users: [ana] })).data).toMatchObject({ id: group, name: 'Analysts', users: [ana] });
      expect(await held()).toEqual([ana]);
      expect((await write({ users: [ben] })).data.users).toEqual([ben]);
      expect(await held()).toEqual([ben]);
      expect((await write({ users: [] })).data.users).toEqual([]);
      expect(await held()).toEqual([]);
      expect(fake.control.ledger.replaced).toMatchObject([
        { set: 'group-members', id: group, before: [], after: [ana] },
        { before: [ana], after: [ben] },
        { before: [ben], after: [] },
      ]);
      expect(fake.control.ledger.dropped.map((each) => each.userId)).toEqual([ana, ben]);
    });

    test('44 S an unknown or inactive user id is a 400 and nothing changes', async () => {
      const { fake, ana, ben, write, held } = await team();
      await write({ users: [ana] });
      fake.control.users.deactivate(ben);
      for (const stranger of [1, ben]) {
        expect((await write({ users: [ana, stranger], name: 'Renamed' })).status).toBe(400);
      }
      expect((await write({ users: [], name: ' ' })).status).toBe(400);
      expect(await held()).toEqual([ana]);
      expect(groupNamed(fake, 'Analysts').members).toEqual([ana]);
    });

    test('44 S a POST without users leaves the members alone; with a name it renames', async () => {
      const { fake, ana, group, write, held } = await team();
      await write({ users: [ana] });
      expect((await write({ name: 'Data' })).data).toMatchObject({ name: 'Data', users: [ana] });
      expect(await held()).toEqual([ana]);
      for (const path of [`${v2}/groups/`, `${v2}/groups/${String(group)}/`]) {
        expect((await fake.get(path)).text).not.toMatch(/"users"|member_count/);
      }
      fake.control.configure({ showMembers: true });
      expect((await fake.get<Group>(`${v2}/groups/${String(group)}/`)).data.users).toEqual([ana]);
    });

    test('44 S a member who was deactivated but kept may stay in the set', async () => {
      const { fake, ana, ben, write, held } = await team({ deactivationKeepsGroups: true });
      await write({ users: [ana] });
      await fake.call('DELETE', `${v2}/users/${String(ana)}/`);
      expect((await write({ users: [ana, ben] })).status).toBe(200);
      expect(await held()).toEqual([ana, ben]);
    });

    test('44 S groups can be made and deleted (assumed)', async () => {
      const { fake, ana } = await team();
      const made = await fake.post<Group>(`${v2}/groups/`, { name: 'Pushed' });
      expect([made.status, made.data.name, made.data.users]).toEqual([201, 'Pushed', []]);
      const path = `${v2}/groups/${String(made.data.id)}/`;
      await fake.post(path, { users: [ana] });
      expect((await fake.call('DELETE', path)).status).toBe(200);
      expect((await fake.get(path)).status).toBe(404);
      expect(dumped(fake, ana).groups).toEqual([]);
    });
  });

  const wholeGroup = (name: string, more: object = {}) => ({
    account_id: 12345,
    name,
    state: 1,
    assign_by_default: false,
    ...more,
  });

  test('45 R group objects never show members; member_count is what the list of users says', async () => {
    const fake = await start();
    for (const name of ['ana', 'ben']) fake.control.users.add({ email: `${name}@acme.io`, groups: [102] });
    const users = await nestedUsers(fake);
    const groups = (await fake.get<Group[]>(`${v3}/groups/`)).data;
    for (const group of groups) {
      const held = users.filter((each) => each.permissions.some((one) => one.groups.some((g) => g.id === group.id)));
      expect(group.member_count).toBe(held.length);
      expect(group).not.toHaveProperty('users');
      expect((await fake.get<Group>(`${v3}/groups/${String(group.id)}/`)).data).toEqual(group);
    }
    expect(groups.find((each) => each.id === 102)?.member_count).toBe(3);
  });

  test('46 R a group POST must be whole, and users in it have no effect', async () => {
    const fake = await start();
    const group = fake.control.groups.create({ name: 'Analysts' });
    const ana = fake.control.users.add({ email: 'ana@acme.io', groups: [group] });
    const before = snapshot(fake);
    for (const lacking of ['account_id', 'name', 'state', 'assign_by_default']) {
      const body = Object.fromEntries(Object.entries(wholeGroup('X')).filter(([key]) => key !== lacking));
      expect((await fake.post(`${v3}/groups/${String(group)}/`, body)).status).toBe(400);
      expect((await fake.post(`${v3}/groups/`, body)).status).toBe(400);
    }
    expect(snapshot(fake)).toBe(before);
    const written = await fake.post<Group>(`${v3}/groups/${String(group)}/`, wholeGroup('Data', { users: [] }));
    expect(written.data).toMatchObject({ name: 'Data', member_count: 1 });
    expect(dumped(fake, ana).groups).toEqual([group]);
  });

  test('46 R a group sent back as it was read loses nothing; a bare one loses its unknown fields', async () => {
    const fake = await start();
    const group = fake.control.groups.create({ name: 'Analysts', ssoMappingGroups: ['okta'] });
    const path = `${v3}/groups/${String(group)}/`;
    const read = (await fake.get<Group>(path)).data;
    expect((await fake.post(path, { ...read, name: 'Data' })).data).toMatchObject({
      ...read,
      name: 'Data',
      updated_at: expect.any(String),
    });
    expect(fake.control.ledger.losses).toEqual([]);
    await fake.post(path, wholeGroup('Data'));
    expect(fake.control.ledger.losses).toMatchObject([
      { object: 'group', id: group, fields: ['description', 'labels'] },
    ]);
  });

  test.each([
    { rule: 'clear' as const, mapped: [] },
    { rule: 'keep' as const, mapped: ['okta'] },
  ])('47 R a group POST without sso_mapping_groups: $rule', async ({ rule, mapped }) => {
    const fake = await start({ omittedSsoMapping: rule });
    const group = fake.control.groups.create({ name: 'Analysts', ssoMappingGroups: ['okta'] });
    await fake.post(`${v3}/groups/${String(group)}/`, wholeGroup('Analysts'));
    expect((await fake.get<Group>(`${v3}/groups/${String(group)}/`)).data.sso_mapping_groups).toEqual(mapped);
  });

  test('48 R assign-groups replaces the groups of one user, and drops unknown ids without a word', async () => {
    const fake = await start();
    const group = fake.control.groups.create({ name: 'Analysts' });
    const gone = fake.control.groups.create({ name: 'Gone' });
    fake.control.groups.delete(gone);
    const id = fake.control.users.add({ email: 'ana@acme.io', groups: [101, 102] });
    const assign = (ids: number[]) =>
      fake.post<Group[]>(`${v3}/assign-groups/`, { user_id: id, desired_group_ids: ids });

    const answer = await assign([102, group, gone, 9999]);
    expect([answer.status, answer.data.map((each) => each.id)]).toEqual([200, [102, group]]);
    expect(dumped(fake, id).groups).toEqual([102, group]);
    expect((await assign([])).data).toEqual([]);
    expect(fake.control.ledger.replaced).toMatchObject([
      { set: 'account-groups', id, before: [101, 102], after: [102, group] },
      { before: [102, group], after: [] },
    ]);
    expect(fake.control.ledger.dropped.map((each) => each.groupId)).toEqual([101, 102, group]);
  });

  test('48 R assign-groups refuses somebody without a licence, and the token’s own user', async () => {
    const fake = await start();
    const none = fake.control.users.add({ email: 'none@acme.io', licence: null });
    const gone = fake.control.users.add({ email: 'gone@acme.io' });
    fake.control.users.deactivate(gone);
    const self = (await fake.get<{ user: { id: number } }>('/v2/whoami/')).data.user.id;
    const before = snapshot(fake);
    for (const user of [none, gone, self]) {
      const refusal = await fake.post(`${v3}/assign-groups/`, { user_id: user, desired_group_ids: [102] });
      expect(refusal.status).toBe(400);
    }
    expect(snapshot(fake)).toBe(before);
    fake.control.configure({ tokenKind: 'service' });
    expect((await fake.post(`${v3}/assign-groups/`, { user_id: self, desired_group_ids: [102] })).status).toBe(200);
    expect((await fake.get('/v2/whoami/')).status).toBe(404);
  });

  test('49 R state 2 hides a group, keeps it under state=all, and takes it from its members', async () => {
    const fake = await start();
    const group = fake.control.groups.create({ name: 'Analysts' });
    const id = fake.control.users.add({ email: 'ana@acme.io', groups: [102, group] });
    await fake.post(`${v3}/groups/${String(group)}/`, wholeGroup('Analysts', { state: 2 }));
    const ids = async (query: string) => (await fake.get<Group[]>(`${v3}/groups/${query}`)).data.map((each) => each.id);
    expect(await ids('')).not.toContain(group);
    expect(await ids('?state=all')).toContain(group);
    expect(dumped(fake, id).groups).toEqual([102]);
    expect((await fake.get(`${v3}/groups/${String(group)}/`)).status).toBe(404);
  });

  test('50 names that differ by case are two groups; exact duplicates are a rule', async () => {
    const fake = await start();
    for (const name of ['Analysts', 'analysts', 'Analysts']) {
      expect((await fake.post(`${v3}/groups/`, wholeGroup(name))).status).toBe(201);
    }
    fake.control.configure({ duplicateGroupNames: 'refuse' });
    expect((await fake.post(`${v3}/groups/`, wholeGroup('Analysts'))).status).toBe(400);
    expect((await fake.post(`${v3}/groups/`, wholeGroup('ANALYSTS'))).status).toBe(201);
  });

  test.each([{ plan: 'starter' as const }, { plan: 'team' as const }])(
    '51 R plan $plan has no custom groups: creating one is a 404',
    async ({ plan }) => {
      const fake = await start({ plan });
      expect((await fake.post(`${v3}/groups/`, wholeGroup('Analysts'))).status).toBe(404);
      expect(fake.control.state().groups).toHaveLength(3);
    },
  );

  test('52 R Owner cannot be deleted while nobody else administers the account', async () => {
    const fake = await start({ tokenKind: 'service' });
    fake.control.users.changeLicence('bridge@example.com', 'developer');
    const remove = () => fake.post(`${v3}/groups/101/`, wholeGroup('Owner', { state: 2 }));
    expect((await remove()).status).toBe(400);
    expect(groupNamed(fake, 'Owner')).toMatchObject({ deleted: false });

    const admins = fake.control.groups.create({ name: 'Admins' });
    await fake.post(`${v3}/group-permissions/${String(admins)}/`, [{ permission_set: 'account_admin' }]);
    expect((await remove()).status).toBe(400);
    fake.control.groups.addMember(admins, 'bridge@example.com');
    expect((await remove()).status).toBe(200);
  });

  test('53 R group-permissions replaces every permission of a group', async () => {
    const fake = await start();
    const group = String(fake.control.groups.create({ name: 'Analysts' }));
    const sets = async (body: unknown) => {
      await fake.post(`${v3}/group-permissions/${group}/`, body);
      const { data } = await fake.get<Group>(`${v3}/groups/${group}/`);
      return data.group_permissions.map((each) => each.permission_set);
    };
    expect(await sets([{ permission_set: 'analyst' }, { permission_set: 'developer', project_id: 7 }])).toEqual([
      'analyst',
      'developer',
    ]);
    expect(await sets([{ permission_set: 'readonly' }])).toEqual(['readonly']);
    expect(await sets([])).toEqual([]);
  });

  test('54 R deleting a licence map is a 204 without a body', async () => {
    const fake = await start();
    const map = { license_type: 'read_only', sso_license_mapping_groups: ['okta-viewers'] };
    const made = await fake.post<{ id: number }>(`${v3}/license-maps/`, map);
    const path = `${v3}/license-maps/${String(made.data.id)}/`;
    expect((await fake.get(path)).data).toMatchObject({ ...map, account_id: 12345, state: 1 });
    expect((await fake.post(path, { ...map, license_type: 'it' })).data).toMatchObject({ license_type: 'it' });
    const gone = await fake.call('DELETE', path);
    expect([gone.status, gone.text]).toEqual([204, '']);
    expect((await fake.get(path)).status).toBe(404);
    expect((await fake.get(`${v3}/license-maps/`)).data).toEqual([]);
  });
});

describe('single sign-on and native SCIM', () => {
  test.each([
    { idpGroups: ['okta-analysts'], licence: 'developer' },
    { idpGroups: ['okta-analysts', 'okta-viewers'], licence: 'read_only' },
    { idpGroups: ['okta-analysts', 'okta-viewers', 'okta-devs'], licence: 'developer' },
  ])(
    '55 R a login with $idpGroups gives $licence and exactly mapped and default groups',
    async ({ idpGroups, licence }) => {
      const fake = await start();
      const mapped = fake.control.groups.create({ name: 'Analysts', ssoMappingGroups: ['okta-analysts', 'other'] });
      const byHand = fake.control.groups.create({ name: 'By hand' });
      await fake.post(`${v3}/license-maps/`, {
        license_type: 'read_only',
        sso_license_mapping_groups: ['okta-viewers'],
      });
      await fake.post(`${v3}/license-maps/`, { license_type: 'developer', sso_license_mapping_groups: ['okta-devs'] });
      const id = fake.control.users.add({ email: 'ana@acme.io', licence: 'it', groups: [byHand] });
      fake.control.users.ssoLogin('ana@acme.io', idpGroups);
      expect(dumped(fake, id)).toMatchObject({ licence, groups: [102, 103, mapped] });
    },
  );

  test('56 R native SCIM without manual updates refuses invitations, licences, memberships and profiles', async () => {
    const fake = await start();
    const id = fake.control.users.add({ email: 'ana@acme.io', licence: 'developer' });
    const attempts = [
      [`${v3}/invites/`, { email_addresses: ['new@acme.io'], license_type: 'it' }],
      [`${v2}/permissions/${String(licenceId(fake, id))}/`, { license_type: 'it', state: 1 }],
      [`${v2}/permissions/${String(licenceId(fake, id))}/`, { license_type: 'it', state: 2 }],
      [`${v3}/assign-groups/`, { user_id: id, desired_group_ids: [] }],
      [`/v2/users/${String(id)}/`, { first_name: 'A', last_name: 'B' }],
    ] as const;
    fake.control.setScimConfig({ enabled: true, manualUpdatesAllowed: false });
    const before = snapshot(fake);
    for (const [path, body] of attempts) expect((await fake.post(path, body)).status).toBe(403);
    expect(snapshot(fake)).toBe(before);
    expect((await fake.get(`${v3}/scim-config/`)).data).toEqual({
      enabled: true,
      manual_updates_allowed: false,
      scim_controlled_license_type: false,
    });

    fake.control.setScimConfig({ manualUpdatesAllowed: true });
    for (const [path, body] of attempts.slice(0, 2)) expect((await fake.post(path, body)).status).toBe(200);
  });

  test('57 R scim_managed shows on licences and groups', async () => {
    const fake = await start();
    const id = fake.control.users.add({ email: 'ana@acme.io' });
    fake.control.users.setScimManaged(id, true);
    const group = fake.control.groups.create({ name: 'Pushed', scimManaged: true });
    expect((await fake.get<NestedUser>(`${v2}/users/${String(id)}/`)).data.permissions[0]?.scim_managed).toBe(true);
    const groups = (await fake.get<(Group & { scim_managed: boolean })[]>(`${v3}/groups/`)).data;
    expect(groups.filter((each) => each.scim_managed).map((each) => each.id)).toEqual([group]);
  });
});

describe('rate and time', () => {
  const clockAt = (start: number) => {
    let now = start;
    return { clock: () => now, tick: (ms: number) => (now += ms) };
  };
  const noon = Date.UTC(2026, 2, 1, 12, 0, 0);

  test('58 S over budget: 429 with whole seconds, again 429 before that, and then it works', async () => {
    const { clock, tick } = clockAt(noon);
    const rate = { perMinute: 2, cooldownSeconds: 30, header: 'seconds' as const };
    const fake = await start({ dialect: 'v2', clock, rate });
    const statuses = async (count: number) => {
      const seen = [];
      for (let n = 0; n < count; n += 1) seen.push((await fake.get(`${v2}/users/`)).status);
      return seen;
    };
    expect(await statuses(3)).toEqual([200, 200, 429]);
    tick(10_500);
    const still = await fake.get(`${v2}/users/`);
    expect([still.status, still.headers.get('retry-after')]).toEqual([429, '20']);
    tick(19_499);
    expect(await statuses(1)).toEqual([429]);
    tick(1);
    expect(await statuses(3)).toEqual([200, 200, 429]);
  });

  test.each([
    { header: 'seconds' as const, retryAfter: '300', vendor: null },
    { header: 'http-date' as const, retryAfter: 'Sun, 01 Mar 2026 12:05:00 GMT', vendor: null },
    { header: 'vendor' as const, retryAfter: null, vendor: '300' },
    { header: 'both' as const, retryAfter: '300', vendor: '300' },
    { header: 'none' as const, retryAfter: null, vendor: null },
  ])('59 R over 5,000 a minute per account: 429 for 300 s, header $header', async ({ header, retryAfter, vendor }) => {
    const { clock, tick } = clockAt(noon);
    const fake = await start({ clock });
    expect(fake.control.rules.rate).toEqual({ perMinute: 5000, cooldownSeconds: 300, header: 'none' });
    fake.control.configure({ rate: { perMinute: 2, cooldownSeconds: 300, header } });
    fake.control.addToken('second');
    const answers = [];
    for (const token of [fake.token, 'second', 'second']) {
      answers.push(await fake.call('GET', '/v2/accounts/', undefined, `Token ${token}`));
    }
    expect(answers.map((each) => each.status)).toEqual([200, 200, 429]);
    expect(answers[2]?.headers.get('retry-after')).toBe(retryAfter);
    expect(answers[2]?.headers.get('x-rate-limit-retry-after-seconds')).toBe(vendor);
    tick(299_999);
    expect((await fake.get('/v2/accounts/')).status).toBe(429);
    tick(1);
    expect((await fake.get('/v2/accounts/')).status).toBe(200);
  });

  test('59 R a budget is per minute: a new minute starts afresh', async () => {
    const { clock, tick } = clockAt(noon);
    const fake = await start({ clock, rate: { perMinute: 1, cooldownSeconds: 300, header: 'none' } });
    for (let n = 0; n < 3; n += 1) {
      expect((await fake.get('/v2/accounts/')).status).toBe(200);
      tick(60_000);
    }
  });

  test.each(both)('60 a write that is told 429 has changed nothing ($dialect)', async (options) => {
    const fake = await start({ ...options, rate: { perMinute: 0, cooldownSeconds: 30, header: 'seconds' } });
    const before = snapshot(fake);
    expect((await inviteOne(fake, 'new@acme.io')).status).toBe(429);
    fake.control.configure({ rate: { perMinute: 99, cooldownSeconds: 1, header: 'seconds' } });
    fake.control.advance(60_000);
    fake.control.faults.add({ fault: { kind: 'rate-limited' } });
    expect((await inviteOne(fake, 'new@acme.io')).status).toBe(429);
    expect(snapshot(fake)).toBe(before);
    expect(fake.control.counters()).toMatchObject({ writes: 0, mails: 0 });
    expect((await inviteOne(fake, 'new@acme.io')).status).toBeLessThan(300);
  });

  test.each(both)('61 by rule, reads show a write only after the lag ($dialect)', async (options) => {
    const { clock, tick } = clockAt(noon);
    const fake = await start({ ...options, clock, readLagMs: 2_000 });
    const id = fake.control.users.add({ email: 'ana@acme.io' });
    const seen = async () => ({
      listed: (await flatUsers(fake)).some((each) => each.id === id),
      alone: (await fake.get(`${v2}/users/${String(id)}/`)).status,
    });
    expect(await seen()).toEqual({ listed: false, alone: 404 });
    tick(1_999);
    expect(await seen()).toEqual({ listed: false, alone: 404 });
    tick(1);
    expect(await seen()).toEqual({ listed: true, alone: 200 });
  });

  test('62 expiry follows the injected clock, and the control can move it', async () => {
    const { clock, tick } = clockAt(noon);
    const fake = await start({ clock, invitationLifetimeMs: 1_000 });
    await inviteOne(fake, 'slow@acme.io');
    tick(999);
    expect(fake.control.invitations.openFor('slow@acme.io')).toBe(1);
    fake.control.advance(1);
    expect((await fake.get<Invite[]>(`${v2}/invites/`)).data[0]?.status).toBe(3);
    expect(() => fake.control.invitations.accept('slow@acme.io')).toThrow('Not found');
  });
});
