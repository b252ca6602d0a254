import type { Fault } from '../../src/sandbox/kit/faults/fault.js';
import { seededFaults, survivableFaults } from '../../src/sandbox/kit/faults/seeded-faults.js';
import type { Caller } from './dbt-cloud-caller.js';
import { startCaller, stopFakes } from './dbt-cloud-caller.js';
import { control } from './fake-calls.js';

/** The hand behind the fake: faults, outside edits and what it has seen; in process and over HTTP. */

const v2 = '/v2/accounts/12345';
const v3 = '/v3/accounts/12345';

afterEach(stopFakes);

const invite = (fake: Caller, email = 'new@acme.io') =>
  fake.post(`${v3}/invites/`, { email_addresses: [email], license_type: 'developer' });

describe('faults', () => {
  const early: { fault: Fault; status: number }[] = [
    { fault: { kind: 'status', status: 503, message: 'Down.', headers: { 'retry-after': '7' } }, status: 503 },
    { fault: { kind: 'html', status: 504 }, status: 504 },
    { fault: { kind: 'unauthorized' }, status: 401 },
    { fault: { kind: 'forbidden' }, status: 403 },
    { fault: { kind: 'not-permitted' }, status: 404 },
    { fault: { kind: 'rate-limited', header: 'both', seconds: 9 }, status: 429 },
  ];
  test.each(early)('$fault.kind answers $status before anything happened', async ({ fault, status }) => {
    const fake = await startCaller();
    fake.control.faults.add({ method: 'POST', path: '/invites/', fault });
    const answer = await invite(fake);
    expect(answer.status).toBe(status);
    if (fault.kind !== 'html') expect(answer.envelope).toMatchObject({ status: { code: status }, data: null });
    expect(fake.control.state().invitations).toEqual([]);
    expect(fake.control.ledger.entries).toMatchObject([{ fault: fault.kind, committed: false, status: undefined }]);
    expect((await invite(fake)).status).toBe(200);
  });

  test.each([
    { header: 'seconds', values: ['3', null] },
    { header: 'http-date', values: ['Sun, 01 Mar 2026 12:00:03 GMT', null] },
    { header: 'vendor', values: [null, '3'] },
    { header: 'both', values: ['3', '3'] },
    { header: 'none', values: [null, null] },
  ] as const)('a 429 with header form $header', async ({ header, values }) => {
    const fake = await startCaller({ clock: () => Date.UTC(2026, 2, 1, 12) });
    fake.control.faults.add({ fault: { kind: 'rate-limited', header, seconds: 3 } });
    const { headers } = await invite(fake);
    expect([headers.get('retry-after'), headers.get('x-rate-limit-retry-after-seconds')]).toEqual(values);
  });

  test('a reset strikes before the commit, a drop after it', async () => {
    const fake = await startCaller();
    fake.control.faults.add({ fault: { kind: 'reset' } });
    await expect(invite(fake, 'reset@acme.io')).rejects.toThrow('fetch failed');
    fake.control.faults.add({ fault: { kind: 'commit-then-drop' } });
    await expect(invite(fake, 'drop@acme.io')).rejects.toThrow('fetch failed');
    expect(fake.control.state().invitations.map((each) => each.email)).toEqual(['drop@acme.io']);
  });

  const late: { fault: Fault; status: number; parses: boolean }[] = [
    { fault: { kind: 'commit-then-html' }, status: 502, parses: false },
    { fault: { kind: 'truncated' }, status: 200, parses: false },
    { fault: { kind: 'wrong-shape' }, status: 200, parses: true },
    { fault: { kind: 'slow', ms: 5 }, status: 200, parses: true },
  ];
  test.each(late)('$fault.kind lets the write happen, then spoils the answer', async ({ fault, status, parses }) => {
    const fake = await startCaller();
    fake.control.faults.add({ fault });
    const answer = await invite(fake);
    expect(answer.status).toBe(status);
    expect(answer.envelope.status !== undefined).toBe(parses);
    if (fault.kind !== 'slow') expect(answer.data).not.toEqual({ sent: ['new@acme.io'] });
    else expect(answer.data).toEqual({ sent: ['new@acme.io'] });
    expect(fake.control.invitations.openFor('new@acme.io')).toBe(1);
    expect(fake.control.ledger.writes).toMatchObject([{ status: 200, fault: fault.kind }]);
  });

  test.each([
    { commit: false, invitations: 0 },
    { commit: true, invitations: 1 },
  ])('never-answers with commit $commit is silent until the caller gives up', async ({ commit, invitations }) => {
    const fake = await startCaller();
    fake.control.faults.add({ method: 'POST', fault: { kind: 'never-answers', commit } });
    const answered = invite(fake).then(() => 'answered');
    const silence = Promise.race([answered.catch(() => 'cut'), beforeLong(fake)]);
    expect(await silence).toBe('silent');
    expect(fake.control.state().invitations).toHaveLength(invitations);
    await stopFakes();
    await expect(answered).rejects.toThrow('fetch failed');
  });

  /** Two more exchanges, started after the silent one was noted: had it been answered, it would have been by now. */
  async function beforeLong(fake: Caller): Promise<string> {
    while (!fake.control.ledger.entries.some((each) => each.method === 'POST')) await fake.get('/v2/accounts/');
    await fake.get('/v2/accounts/');
    await fake.get('/v2/accounts/');
    return 'silent';
  }

  test('a rule counts fitting requests only, strikes from the nth, so many times', async () => {
    const fake = await startCaller();
    const rule = fake.control.faults.add({
      method: 'get',
      path: /users\/$/,
      nth: 2,
      times: 2,
      fault: { kind: 'status', status: 500 },
    });
    const statuses = [];
    for (let n = 0; n < 5; n += 1) {
      await fake.get(`${v3}/groups/`);
      await fake.post(`${v3}/users/`, {});
      statuses.push((await fake.get(`${v2}/users/`)).status);
    }
    expect(statuses).toEqual([200, 500, 500, 200, 200]);
    expect(rule).toMatchObject({ seen: 5, struck: 2 });
  });

  test('rules compose: the first that strikes wins, and the plan is asked about the rest', async () => {
    const fake = await startCaller();
    fake.control.faults.add({ nth: 2, fault: { kind: 'status', status: 500 } });
    fake.control.faults.add({ nth: 2, times: 2, fault: { kind: 'status', status: 503 } });
    fake.control.faults.plan(({ path }) => (path.includes('groups') ? { kind: 'forbidden' } : undefined));
    const status = async (path: string) => (await fake.get(path)).status;
    expect(await status(`${v2}/users/`)).toBe(200);
    expect(await status(`${v2}/users/`)).toBe(500);
    expect(await status(`${v2}/users/`)).toBe(503);
    expect(await status(`${v2}/users/`)).toBe(503);
    expect(await status(`${v3}/groups/`)).toBe(403);
    fake.control.faults.clear();
    expect(await status(`${v3}/groups/`)).toBe(200);
  });

  test('seeded faults strike the same requests for the same seed, others for another, at about the rate', () => {
    const request = { sequence: 1, method: 'GET', path: '/', query: '', body: undefined };
    const draws = (seed: number) => {
      const decide = seededFaults({ seed, rate: 0.25 });
      return Array.from({ length: 2_000 }, () => decide(request)?.kind);
    };
    expect(draws(7)).toEqual(draws(7));
    expect(draws(7)).not.toEqual(draws(8));
    const struck = draws(7).filter((each) => each !== undefined);
    expect(struck.length).toBeGreaterThan(400);
    expect(struck.length).toBeLessThan(600);
    expect(new Set(struck)).toEqual(new Set(survivableFaults.map((each) => each.kind)));
  });
});

describe('outside edits', () => {
  test('an edit can land between a read and the write computed from it', async () => {
    const fake = await startCaller({ dialect: 'v2' });
    const [ana = 0, ben = 0] = ['ana', 'ben'].map((name) => fake.control.users.add({ email: `${name}@acme.io` }));
    const group = fake.control.groups.create({ name: 'Analysts' });
    fake.control.beforeRequest({ method: 'POST', path: `/groups/${String(group)}/` }, () => {
      fake.control.groups.addMember(group, ben);
    });
    for (let n = 0; n < 2; n += 1) await fake.post(`${v2}/groups/${String(group)}/`, { users: [ana] });
    expect(fake.control.ledger.replaced).toMatchObject([
      { before: [ben], after: [ana] },
      { before: [ana], after: [ana] },
    ]);
    expect(fake.control.ledger.dropped).toEqual([{ sequence: 1, userId: ben, groupId: group }]);
  });

  test('whole-account writes of every kind are in the ledger with what they replaced', async () => {
    const fake = await startCaller({ dialect: 'merged' });
    const id = fake.control.users.add({ email: 'ana@acme.io', groups: [102] });
    const licence = String(fake.control.state().users.find((each) => each.id === id)?.licenceId);
    await fake.post(`${v3}/assign-groups/`, { user_id: id, desired_group_ids: [102, 103] });
    await fake.post(`${v2}/permissions/${licence}/`, { license_type: 'it', groups: [{ id: 103 }] });
    await fake.post(`${v2}/users/${String(id)}/`, { license_type: 'it' });
    expect(fake.control.ledger.replaced).toEqual(
      [
        { before: [102], after: [102, 103] },
        { before: [102, 103], after: [103] },
        { before: [103], after: [] },
      ].map((sets, index) => ({ kind: 'replaced', set: 'account-groups', id, sequence: index + 1, ...sets })),
    );
  });

  test('a personal token dies with its user, a revoked one at once', async () => {
    const fake = await startCaller();
    fake.control.addToken('second');
    fake.control.revokeToken('second');
    expect((await fake.call('GET', '/v2/accounts/', undefined, 'Token second')).status).toBe(401);
    fake.control.users.deactivate('bridge@example.com');
    expect((await fake.get('/v2/accounts/')).status).toBe(401);
    fake.control.configure({ tokenKind: 'service' });
    expect((await fake.get('/v2/accounts/')).status).toBe(200);
  });

  test('the paths of one dialect are unknown to the other', async () => {
    const fake = await startCaller({ dialect: 'platform' });
    const id = String(fake.control.users.add({ email: 'ana@acme.io' }));
    const writes = {
      v2: [`${v2}/users/${id}/`, `${v2}/groups/101/`, `${v2}/groups/`, `${v2}/invitations/`],
      platform: [`${v3}/invites/`, `${v3}/assign-groups/`, `${v3}/groups/`, `/v2/users/${id}/`, `${v2}/permissions/1/`],
    };
    const before = fake.control.state();
    for (const path of writes.v2) expect((await fake.post(path, { users: [] })).status).toBe(404);
    fake.control.configure({ dialect: 'v2' });
    for (const path of writes.platform) expect((await fake.post(path, { name: 'X' })).status).toBe(404);
    expect(fake.control.state()).toEqual(before);
  });

  test('a body that is no JSON is a 400 envelope, noted like any request', async () => {
    const fake = await startCaller();
    const response = await fetch(`${fake.url}/api${v3}/invites/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Token ${fake.token}` },
      body: '{"email_addresses":',
    });
    expect([response.status, await response.json()]).toMatchObject([400, { status: { code: 400 }, data: null }]);
    expect(fake.control.ledger.entries).toMatchObject([{ status: 400, committed: false }]);
  });

  test('no credential is kept in the ledger', async () => {
    const fake = await startCaller({ token: 'very-secret-token' });
    await invite(fake);
    await fake.call('GET', '/v2/accounts/', undefined, 'Token wrong-secret-token');
    expect(JSON.stringify(fake.control.ledger.entries)).not.toContain('secret-token');
  });
});

describe('control over HTTP', () => {
  test('people: accept, expire, verify, add, deactivate, licence, name', async () => {
    const fake = await startCaller({ singleSignOn: false });
    const post = (path: string, body: unknown) => control(fake, 'POST', path, body);
    for (const name of ['one', 'two', 'three', 'four']) await invite(fake, `${name}@acme.io`);
    const ids = fake.control.state().invitations.map((each) => each.id);

    const accepted = await post('/invitations/accept', { email: 'ONE@acme.io' });
    const one = fake.control.state().users.find((each) => each.email === 'one@acme.io');
    expect(accepted).toEqual({ status: 200, body: { userId: one?.id } });
    expect((await post('/invitations/accept', { id: ids[1] })).status).toBe(200);
    await post('/invitations/expire', { email: 'three@acme.io' });
    await post('/invitations/await-verification', { id: ids[3] });
    expect(fake.control.state().invitations.map((each) => each.status)).toEqual([2, 2, 3, 4]);

    const added = await post('/users/add', { email: 'foreign@acme.io', licence: 'developer', groups: [102] });
    await post('/users/licence', { email: 'foreign@acme.io', licence: 'it' });
    await post('/users/rename', { id: added.body.userId, firstName: 'Fay' });
    await post('/users/deactivate', { id: one?.id });
    const users = fake.control.state().users;
    expect(users.find((each) => each.id === added.body.userId)).toMatchObject({
      firstName: 'Fay',
      lastName: 'Member',
      licence: 'it',
      groups: [102],
    });
    expect(users.find((each) => each.id === one?.id)?.active).toBe(false);
  });

  test('groups: create, rename, members, delete; single sign-on and native SCIM', async () => {
    const fake = await startCaller();
    const post = (path: string, body: unknown) => control(fake, 'POST', path, body);
    fake.control.users.add({ email: 'ana@acme.io', groups: [] });
    const { groupId } = (await post('/groups/create', { name: 'Data', ssoMappingGroups: ['okta'] })).body;
    const group = () => fake.control.state().groups.find((each) => each.id === groupId);

    await post('/groups/members/add', { group: groupId, email: 'ana@acme.io' });
    expect(group()?.memberEmails).toEqual(['ana@acme.io']);
    await post('/groups/members/remove', { group: groupId, email: 'ana@acme.io' });
    expect(group()?.memberEmails).toEqual([]);
    await post('/users/sso-login', { email: 'ana@acme.io', idpGroups: ['okta'] });
    expect(group()?.memberEmails).toEqual(['ana@acme.io']);
    await post('/groups/rename', { id: groupId, name: 'Analysts' });
    expect(group()?.name).toBe('Analysts');
    await post('/groups/delete', { id: groupId });
    expect(group()?.deleted).toBe(true);

    await post('/scim-config', { enabled: true, manualUpdatesAllowed: false });
    expect((await invite(fake)).status).toBe(403);
  });

  test('faults: add, list, random, clear; pages shift; the clock moves', async () => {
    const fake = await startCaller({ clock: () => 0, invitationLifetimeMs: 1_000 });
    const post = (path: string, body: unknown) => control(fake, 'POST', path, body);
    await post('/faults/add', { method: 'GET', path: '/users/', times: 1, fault: { kind: 'forbidden' } });
    expect((await fake.get(`${v2}/users/`)).status).toBe(403);
    expect((await control(fake, 'GET', '/faults')).body).toMatchObject([{ path: '/users/', seen: 1, struck: 1 }]);
    await post('/faults/random', { seed: 1, rate: 1, faults: [{ kind: 'html' }] });
    expect((await fake.get(`${v2}/users/`)).status).toBe(502);
    await post('/faults/clear', {});

    await post('/page-shift', { list: 'groups', insert: ['Late'], remove: [103] });
    const [first, second] = [
      await fake.get<{ name: string }[]>(`${v3}/groups/?limit=2`),
      await fake.get<{ name: string }[]>(`${v3}/groups/?limit=2&offset=2`),
    ];
    expect([...first.data, ...second.data].map((each) => each.name)).toEqual(['Owner', 'Member', 'Late']);

    await invite(fake);
    await post('/clock/advance', { ms: 1_000 });
    expect(fake.control.invitations.openFor('new@acme.io')).toBe(0);
    expect((await fake.get<{ status: number }[]>(`${v2}/invites/`)).data[0]?.status).toBe(3);
  });

  test('state, counters and ledger are shown; the ledger since a sequence', async () => {
    const fake = await startCaller();
    await invite(fake);
    await invite(fake);
    const get = async (path: string) => (await control(fake, 'GET', path)).body;
    expect(await get('/state')).toEqual(JSON.parse(JSON.stringify(fake.control.state())));
    expect(await get('/counters')).toEqual({
      requests: 2,
      writes: 2,
      mails: 2,
      tokenFailures: 0,
      faults: 0,
      mailsTo: { 'new@acme.io': 2 },
    });
    expect(await get('/ledger')).toMatchObject({
      entries: [{ sequence: 1 }, { sequence: 2 }],
      dropped: [],
      losses: [],
    });
    expect(await get('/ledger?since=1')).toMatchObject({ entries: [{ sequence: 2 }] });
  });

  test('every rule can be read and written; reset brings back the rules and the account of the start', async () => {
    const fake = await startCaller({ plan: 'team' });
    const born = fake.control.state();
    const { body: rules } = await control(fake, 'GET', '/rules');
    expect((await control(fake, 'POST', '/rules', rules)).status).toBe(200);
    await control(fake, 'POST', '/rules', { readLagMs: 5, plan: 'starter' });
    expect(fake.control.rules).toMatchObject({ readLagMs: 5, plan: 'starter', dialect: 'platform' });

    fake.control.configure({ readLagMs: 0 });
    fake.control.users.add({ email: 'ana@acme.io' });
    fake.control.faults.add({ times: 99, fault: { kind: 'forbidden' } });
    await fake.get(`${v2}/users/`);
    await control(fake, 'POST', '/reset');
    expect(fake.control.state()).toEqual(born);
    expect(fake.control.rules.plan).toBe('team');
    expect(fake.control.counters().requests).toBe(0);
    expect((await fake.get(`${v2}/users/`)).status).toBe(200);
  });

  test.each([
    { path: '/nothing', body: {}, status: 404 },
    { path: '/invitations/accept', body: {}, status: 400 },
    { path: '/invitations/accept', body: { email: 'nobody@acme.io' }, status: 404 },
    { path: '/users/licence', body: { email: 'owner@example.com', licence: 'boss' }, status: 400 },
    { path: '/faults/add', body: { fault: { kind: 'gremlins' } }, status: 400 },
    { path: '/rules', body: { dialekt: 'v2' }, status: 400 },
  ])('POST $path with $body is a readable $status', async ({ path, body, status }) => {
    const fake = await startCaller();
    const answer = await control(fake, 'POST', path, body);
    expect(answer).toEqual({ status, body: { error: expect.any(String) } });
  });
});
