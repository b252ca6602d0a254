import type { Fault } from '../../src/sandbox/kit/faults/fault.js';
import type { Caller } from './retool-caller.js';
import { startCaller, stopFakes } from './retool-caller.js';
import { control } from './fake-calls.js';

/** The hand behind the fake Retool: outside edits, faults, tokens and what it has seen; in process and over HTTP. */

afterEach(stopFakes);

const invite = (fake: Caller, email = 'noor@acme.test') => fake.post('/user_invites', { email });

const userOf = (fake: Caller, who: string) => {
  const found = fake.control.state().users.find((each) => each.id === who || each.email === who);
  if (found === undefined) throw new Error(`no user ${who}`);
  return found;
};

describe('faults', () => {
  const early: { fault: Fault; status: number }[] = [
    { fault: { kind: 'status', status: 503, headers: { 'retry-after': '7' } }, status: 503 },
    { fault: { kind: 'unauthorized' }, status: 401 },
    { fault: { kind: 'not-permitted' }, status: 403 },
    { fault: { kind: 'rate-limited', header: 'seconds', seconds: 9 }, status: 429 },
  ];
  test.each(early)('$fault.kind answers $status in the vendor’s shape, before anything happened', async (planted) => {
    const fake = await startCaller();
    fake.control.faults.add({ method: 'POST', path: '/user_invites', fault: planted.fault });
    const answer = await invite(fake);
    expect([answer.status, answer.body]).toEqual([planted.status, { success: false, message: expect.any(String) }]);
    expect(fake.control.state().invitations).toEqual([]);
    expect((await invite(fake)).status).toBe(200);
  });

  test.each<{ fault: Fault }>([
    { fault: { kind: 'commit-then-drop' } },
    { fault: { kind: 'commit-then-html' } },
    { fault: { kind: 'truncated' } },
    { fault: { kind: 'wrong-shape' } },
  ])('$fault.kind lets the write happen, then spoils the answer', async ({ fault }) => {
    const fake = await startCaller();
    fake.control.faults.add({ method: 'POST', fault });
    const answer = await invite(fake).catch(() => undefined);
    expect(JSON.stringify(answer?.body ?? {})).not.toContain('invited_email');
    expect(fake.control.invitations.openFor('NOOR@acme.test')).toBe(1);
    expect(fake.control.ledger.writes).toMatchObject([{ status: 200, fault: fault.kind }]);
  });

  test('an edit can land between a read and the write computed from it', async () => {
    const fake = await startCaller();
    const [ana = '', ben = ''] = ['ana', 'ben'].map((name) => fake.control.users.add({ email: `${name}@acme.test` }));
    const group = fake.control.groups.create({ name: 'g' });
    fake.control.beforeRequest({ method: 'PUT' }, () => {
      fake.control.groups.addMember(group, ben);
    });
    await fake.put(`/groups/${String(group)}`, { members: [{ id: ana, is_group_admin: false }] });
    expect(fake.control.ledger.dropped).toEqual([{ sequence: 1, userId: ben, groupId: group }]);
  });
});

describe('what it does not tell', () => {
  test('no token is kept in the ledger or shown in the state', async () => {
    const fake = await startCaller({ token: 'very-secret-token' });
    fake.control.tokens.add('second-secret-token', { label: 'second' });
    await invite(fake);
    await fake.call('GET', '/users', undefined, 'Bearer second-secret-token');
    await fake.call('GET', '/users', undefined, 'Bearer wrong-secret-token');
    const shown = JSON.stringify([fake.control.ledger.entries, fake.control.state()]);
    expect(shown).not.toContain('secret-token');
    expect((await fake.get('/access_tokens')).text).not.toContain('secret-token');
  });
});

describe('tokens', () => {
  const status = async (fake: Caller, token: string) =>
    (await fake.call('GET', '/users', undefined, `Bearer ${token}`)).status;

  test('a second token, other scopes, and the end of one', async () => {
    const fake = await startCaller();
    fake.control.tokens.add('second');
    expect(await status(fake, 'second')).toBe(200);
    fake.control.tokens.changeScopes('second', ['groups:read']);
    expect(await status(fake, 'second')).toBe(403);
    fake.control.tokens.revoke('second');
    expect(await status(fake, 'second')).toBe(401);
    expect(() => {
      fake.control.tokens.changeScopes('second', []);
    }).toThrow('No such token');
  });

  test.each([
    { tokenNeeds: 'nothing', disabled: 200, demoted: 200 },
    { tokenNeeds: 'active-owner', disabled: 401, demoted: 200 },
    { tokenNeeds: 'active-admin-owner', disabled: 401, demoted: 401 },
  ] as const)('by rule "$tokenNeeds" it lives or dies with its owner', async ({ tokenNeeds, disabled, demoted }) => {
    const fake = await startCaller({ tokenNeeds });
    fake.control.users.disable('bridge@example.com');
    expect(await status(fake, fake.token)).toBe(disabled);
    fake.control.users.enable('bridge@example.com');
    expect(await status(fake, fake.token)).toBe(200);
    fake.control.groups.removeMember(1, 'bridge@example.com');
    expect(await status(fake, fake.token)).toBe(demoted);
  });

  test('the list of tokens names their owners by legacy id', async () => {
    const fake = await startCaller();
    fake.control.tokens.add('abcdefgh', { label: 'second', owner: 'owner@example.com' });
    expect((await fake.get('/access_tokens')).data).toMatchObject([
      { label: 'drawbridge', last4: 'oken', owner_legacy_id: userOf(fake, 'bridge@example.com').legacyId },
      { label: 'second', last4: 'efgh', owner_legacy_id: userOf(fake, 'owner@example.com').legacyId },
    ]);
  });
});

describe('outside edits', () => {
  test('by rule the last active administrator can neither leave nor be disabled', async () => {
    const fake = await startCaller({ lastAdmin: 'protected', tokenNeeds: 'nothing' });
    const { id } = userOf(fake, 'owner@example.com');
    await fake.delete(`/users/${userOf(fake, 'bridge@example.com').id}`);
    const before = fake.control.state();
    expect((await fake.delete(`/groups/1/members/${id}`)).status).toBe(400);
    expect((await fake.delete(`/users/${id}`)).status).toBe(400);
    expect((await fake.patch(`/users/${id}`, [{ op: 'replace', path: '/active', value: false }])).status).toBe(400);
    expect((await fake.put('/groups/1', { members: [] })).status).toBe(400);
    expect(fake.control.state()).toEqual(before);
    fake.control.configure({ lastAdmin: 'removable' });
    expect((await fake.delete(`/groups/1/members/${id}`)).status).toBe(200);
  });

  test('sessions: a sign-in opens one, logout ends them, disabling does by rule only', async () => {
    const fake = await startCaller();
    const id = fake.control.users.signIn('ana@acme.test');
    fake.control.users.signIn('ana@acme.test');
    await fake.delete(`/users/${id}`);
    expect(userOf(fake, id)).toMatchObject({ active: false, sessions: 2 });
    expect(() => fake.control.users.signIn('ana@acme.test')).toThrow('disabled');
    expect((await fake.post(`/users/${id}/logout`, { sso_logout: true })).data).toEqual({ sso_logout: true });
    expect(userOf(fake, id).sessions).toBe(0);

    fake.control.users.enable(id);
    fake.control.users.signIn('ana@acme.test');
    fake.control.configure({ disableEndsSessions: true });
    await fake.delete(`/users/${id}`);
    expect(userOf(fake, id).sessions).toBe(0);
  });

  test('single sign-on makes users and rewrites memberships of all but the built-in groups', async () => {
    const fake = await startCaller();
    const [a, b] = [fake.control.groups.create({ name: 'A' }), fake.control.groups.create({ name: 'B' })];
    const id = fake.control.users.signIn('ana@acme.test', ['A', 'editor']);
    expect(userOf(fake, id).groupNames).toEqual(['All Users', 'A']);
    fake.control.groups.addMember(a, id, { groupAdmin: true });
    fake.control.groups.addMember(2, id);
    fake.control.users.signIn('ana@acme.test', ['A', 'B']);
    expect(userOf(fake, id).groups).toEqual([2, 4, a, b]);
    expect(fake.control.state().groups.find((each) => each.id === a)?.groupAdminEmails).toEqual(['ana@acme.test']);
    fake.control.users.signIn('ana@acme.test', []);
    expect(userOf(fake, id).groupNames).toEqual(['editor', 'All Users']);
  });

  test('a second factor can be reset', async () => {
    const fake = await startCaller();
    const id = fake.control.users.add({ email: 'ana@acme.test' });
    fake.control.users.setTwoFactor(id, true);
    expect((await fake.get(`/users/${id}`)).data).toMatchObject({ two_factor_auth_enabled: true });
    expect((await fake.call('PUT', `/users/reset2fa/${id}`)).status).toBe(204);
    expect((await fake.get(`/users/${id}`)).data).toMatchObject({ two_factor_auth_enabled: false });
  });

  test('by rule creating a user mails them', async () => {
    const fake = await startCaller();
    const create = (name: string) =>
      fake.post('/users', { email: `${name}@acme.test`, first_name: 'A', last_name: 'B' });
    await create('ana');
    fake.control.configure({ createMails: true });
    await create('ben');
    await create('ben');
    expect(fake.control.ledger.mails()).toEqual({ 'ben@acme.test': 1 });
  });

  test('fields no client knows come with users, groups and invites, by rule', async () => {
    const fake = await startCaller();
    await invite(fake);
    const keys = async (path: string) =>
      (await fake.get<object[]>(path)).data.map((each) => Object.keys(each).length)[0] ?? 0;
    const paths = ['/users', '/groups', '/user_invites'];
    const many = await Promise.all(paths.map(keys));
    fake.control.configure({ unknownFields: false });
    expect(await Promise.all(paths.map(keys))).toEqual(many.map((count) => count - 1));
  });

  test('somebody new between two pages turns up on a later one, once', async () => {
    const fake = await startCaller();
    for (let n = 0; n < 4; n += 1) fake.control.users.add({ email: `p${String(n)}@acme.test` });
    fake.control.shiftPages({ list: 'users', insert: ['late@acme.test'], remove: ['p3@acme.test'] });
    const seen: { email: string; active: boolean }[] = [];
    for (let token = ''; seen.length === 0 || token !== '';) {
      const { data, body } = await fake.get<typeof seen>(`/users?limit=3&next_token=${token}`);
      seen.push(...data);
      token = body.next_token ?? '';
    }
    expect(seen.map((each) => each.email).slice(2)).toEqual([
      ...['p0@acme.test', 'p1@acme.test', 'p2@acme.test', 'p3@acme.test', 'late@acme.test'],
    ]);
    expect(seen.find((each) => each.email === 'p3@acme.test')?.active).toBe(false);
  });
});

describe('control over HTTP', () => {
  test('users: add, disable, enable, rename, address, metadata, second factor, sign-in', async () => {
    const fake = await startCaller();
    const post = (path: string, body: unknown) => control(fake, 'POST', path, body);
    const added = await post('/users/add', { email: 'ana@acme.test', groups: [2], metadata: { team: 'ops' } });
    const id = String(added.body.userId);
    expect(userOf(fake, id)).toMatchObject({
      firstName: 'Foreign',
      lastName: 'Member',
      metadata: { team: 'ops' },
      groupNames: ['editor', 'All Users'],
    });
    await post('/users/disable', { email: 'ANA@acme.test' });
    expect(userOf(fake, id).active).toBe(false);
    await post('/users/enable', { id });
    await post('/users/rename', { id, firstName: 'Ana' });
    await post('/users/change-email', { id, email: 'Ana@acme.test' });
    await post('/users/metadata', { id, metadata: {} });
    await post('/users/two-factor', { id, enabled: true });
    await post('/users/sign-in', { email: 'ana@acme.test', ssoGroups: [] });
    expect(userOf(fake, id)).toMatchObject({
      active: true,
      email: 'Ana@acme.test',
      firstName: 'Ana',
      lastName: 'Member',
      metadata: {},
      sessions: 1,
    });
    expect((await post('/users/change-email', { id, email: 'owner@example.com' })).status).toBe(409);
  });

  test('groups: create, rename, members, group admins, delete', async () => {
    const fake = await startCaller();
    const post = (path: string, body: unknown) => control(fake, 'POST', path, body);
    const id = fake.control.users.add({ email: 'ana@acme.test' });
    const { groupId } = (await post('/groups/create', { name: 'Data' })).body;
    const group = () => fake.control.state().groups.find((each) => each.id === groupId);
    await post('/groups/rename', { id: groupId, name: 'Analysts' });
    await post('/groups/members/add', { group: groupId, email: 'ana@acme.test', groupAdmin: true });
    expect(group()).toMatchObject({ name: 'Analysts', members: [id], groupAdminEmails: ['ana@acme.test'] });
    expect((await control(fake, 'GET', '/groups')).body).toContainEqual({
      id: groupId,
      name: 'Analysts',
      members: ['ana@acme.test'],
      groupAdmins: ['ana@acme.test'],
    });
    await post('/groups/members/remove', { group: groupId, id });
    expect(group()?.members).toEqual([]);
    await post('/groups/delete', { id: groupId });
    expect(group()).toBeUndefined();
    expect((await post('/groups/delete', { id: 1 })).status).toBe(400);
  });

  test('invitations: send, expire, claim, delete; tokens, attributes, page shift', async () => {
    const fake = await startCaller();
    const post = (path: string, body: unknown) => control(fake, 'POST', path, body);
    const { inviteId } = (await post('/invitations/send', { email: 'a@acme.test', groups: [2] })).body;
    await post('/invitations/send', { email: 'b@acme.test' });
    await post('/invitations/send', { email: 'c@acme.test' });
    const { userId } = (await post('/invitations/claim', { email: 'A@acme.test', firstName: 'Ana' })).body;
    await post('/invitations/expire', { email: 'b@acme.test' });
    await post('/invitations/delete', { email: 'c@acme.test' });
    expect((await control(fake, 'GET', '/invitations')).body).toMatchObject([
      { id: inviteId, state: 'claimed', claimedBy: userId, groups: [2] },
      { email: 'b@acme.test', state: 'expired', claimedBy: null },
    ]);
    expect(userOf(fake, String(userId))).toMatchObject({ firstName: 'Ana', groupNames: ['editor', 'All Users'] });

    await post('/tokens/add', { token: 'second', scopes: ['groups:read'] });
    expect((await fake.call('GET', '/groups', undefined, 'Bearer second')).status).toBe(200);
    await post('/tokens/scopes', { token: 'second', scopes: [] });
    expect((await fake.call('GET', '/groups', undefined, 'Bearer second')).status).toBe(403);
    await post('/tokens/revoke', { token: 'second' });
    expect((await fake.call('GET', '/groups', undefined, 'Bearer second')).status).toBe(401);
    await post('/attributes/define', { name: 'team' });
    expect(fake.control.state().attributes).toEqual(['team']);
    await post('/page-shift', { list: 'users', insert: ['late@acme.test'] });
    await fake.get('/users?limit=1&next_token=');
    expect(fake.control.state().users).toHaveLength(3);
    await fake.get(`/users?limit=1&next_token=${btoa('{"lastId":1}')}`);
    expect(userOf(fake, 'late@acme.test').active).toBe(true);
  });

  test('faults, rules, clock, state, counters, calls and ledger are there like for every fake', async () => {
    const fake = await startCaller({ clock: () => 0 });
    const post = (path: string, body: unknown) => control(fake, 'POST', path, body);
    const get = async (path: string) => (await control(fake, 'GET', path)).body;
    await post('/faults/add', { method: 'POST', fault: { kind: 'forbidden' } });
    expect((await invite(fake)).status).toBe(403);
    await post('/faults/random', { seed: 1, rate: 1, faults: [{ kind: 'html' }] });
    expect((await invite(fake)).status).toBe(502);
    await post('/faults/clear', {});
    await invite(fake);
    await post('/clock/advance', { ms: 7 * 24 * 60 * 60 * 1000 });
    await invite(fake);

    expect(await get('/state')).toEqual(JSON.parse(JSON.stringify(fake.control.state())));
    expect(await get('/counters')).toEqual({
      ...{ requests: 4, writes: 2, mails: 2, tokenFailures: 0, faults: 2 },
      mailsTo: { 'noor@acme.test': 2 },
    });
    expect(await get('/calls')).toEqual({ 'POST /api/v2/user_invites': 4 });
    expect(await get('/ledger?since=3')).toMatchObject({
      entries: [{ sequence: 4, path: '/api/v2/user_invites' }],
      dropped: [],
      removed: [],
      demoted: [],
      losses: [],
    });

    const rules = await get('/rules');
    expect((await post('/rules', rules)).status).toBe(200);
    expect((await post('/rules', { version: '3.300', plan: 'business' })).status).toBe(200);
    expect(fake.control.rules).toMatchObject({ version: '3.300', plan: 'business', gated: 'json' });
  });

  test('reset brings back the organisation, the rules and the token of the start', async () => {
    const fake = await startCaller({ plan: 'business' });
    const born = fake.control.state();
    fake.control.configure({ plan: 'enterprise' });
    fake.control.users.add({ email: 'ana@acme.test' });
    fake.control.groups.create({ name: 'g' });
    fake.control.tokens.revoke(fake.token);
    fake.control.tokens.add('second');
    fake.control.defineAttribute('team');
    fake.control.faults.add({ times: 9, fault: { kind: 'forbidden' } });
    await fake.get('/users');
    await control(fake, 'POST', '/reset');
    expect(fake.control.state()).toEqual(born);
    expect(fake.control.counters().requests).toBe(0);
    expect([(await fake.get('/users')).status, (await fake.get('/user_invites')).status]).toEqual([403, 200]);
  });

  test.each([
    { path: '/nothing', body: {}, status: 404 },
    { path: '/invitations/claim', body: {}, status: 400 },
    { path: '/invitations/claim', body: { email: 'nobody@acme.test' }, status: 404 },
    { path: '/users/disable', body: { email: 'nobody@acme.test' }, status: 404 },
    { path: '/users/disable', body: { id: 7 }, status: 400 },
    { path: '/rules', body: { version: 'newest' }, status: 400 },
    { path: '/rules', body: { plans: 'free' }, status: 400 },
    { path: '/page-shift', body: { list: 'groups' }, status: 400 },
  ])('POST $path with $body is a readable $status', async ({ path, body, status }) => {
    const fake = await startCaller();
    expect(await control(fake, 'POST', path, body)).toEqual({ status, body: { error: expect.any(String) } });
  });
});
