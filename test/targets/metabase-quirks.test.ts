import type { Log } from '../../src/model/log.js';
import type { Operation, Outcome } from '../../src/model/operation.js';
import { createMetabaseTarget } from '../../src/targets/metabase/metabase-target.js';
import { TargetError } from '../../src/targets/target-error.js';
import type { ObservationScope, Preflight, Target } from '../../src/targets/target.js';
import { startFakeMetabase } from '../../src/sandbox/metabase/fake-metabase.js';
import {
  metabaseConfig,
  startMetabaseHarness,
  type MetabaseHarness,
  type MetabaseHarnessOptions,
} from './metabase-harness.js';

const never = new AbortController().signal;
const everything: ObservationScope = { accounts: [], correlate: true, members: 'all' };
const administrators = 2;
const ownerAddress = 'owner@example.com';

let harness: MetabaseHarness;
const start = async (options: MetabaseHarnessOptions = {}): Promise<MetabaseHarness> => {
  harness = await startMetabaseHarness(options);
  await harness.target.connect(never);
  control().ledger.clear();
  return harness;
};
const control = () => harness.fake.control;
const observe = (scope = everything) => harness.target.observe(scope, never);
const apply = (operation: Operation): Promise<Outcome> => harness.target.apply(operation, never);
const failure = async (work: Promise<unknown>): Promise<TargetError> => {
  const error = await work.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TargetError)) throw error as Error;
  return error;
};

const create = (email: string, more: Record<string, string> = {}) =>
  apply({ kind: 'create-account', email, licence: '', ...more });
const update = (accountId: string, change: Record<string, string>) =>
  apply({ kind: 'update-account', accountId, change });
const deactivate = (accountId: string) => apply({ kind: 'deactivate-account', accountId, email: 'x@acme.test' });
const reactivate = (accountId: string, change: Record<string, string> = {}) =>
  apply({ kind: 'reactivate-account', accountId, email: 'x@acme.test', change, groups: [] });
const join = (groupId: string, accountId: string) => apply({ kind: 'add-member', groupId, accountId });
const leave = (groupId: string, accountId: string) => apply({ kind: 'remove-member', groupId, accountId });
const rename = (groupId: string, name: string) => apply({ kind: 'rename-group', groupId, name });
const makeGroup = (name: string) => apply({ kind: 'create-group', key: 'scim:1', name });

const user = (email: string) =>
  control()
    .state()
    .users.find((each) => each.email === email);
const idOf = (email: string): string => String(user(email)?.id);
const calls = (): Record<string, number> => control().ledger.calls();
const writes = (): string[] => control().ledger.writes.map(({ method, path }) => `${method} ${path}`);
const bodies = (): unknown[] => control().ledger.writes.map(({ body }) => body);

afterEach(async () => harness.close());

describe('connecting', () => {
  const connectWith = (config: Parameters<typeof metabaseConfig>[2], kind: 'api-key' | 'session' = 'api-key') =>
    createMetabaseTarget(metabaseConfig(harness.fake, kind, config), { now: Date.now }).connect(never);

  test('the page of the user interface, answered below a wrong path, is no Metabase', async () => {
    await start();
    const error = await failure(connectWith({ baseUrl: `${harness.fake.url}/metabase` }));
    expect(error).toMatchObject({ code: 'UNAUTHORIZED', disposition: 'stop-target' });
    expect(error.message).toMatch(/\/metabase does not answer like Metabase.*baseUrl must be the address/);
  });

  test('a server that knows no such path is no Metabase either', async () => {
    await start();
    const error = await failure(connectWith({ baseUrl: `${harness.fake.url}/api` }));
    expect(error.message).toContain('does not answer like Metabase');
    expect(error.code).toBe('UNAUTHORIZED');
  });

  test('a key that does not administer stops the target, in words', async () => {
    await start();
    const group = control().groups.create('Readers');
    const apiKey = control().keys.add({ name: 'weak', groupId: group });
    const error = await failure(connectWith({ credential: { kind: 'api-key', apiKey } }));
    expect(error).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(error.message).toMatch(/the API key weak does not administer Metabase.*group Administrators/);
  });

  test('a person who does not administer stops the target, in words', async () => {
    await start();
    control().users.add({ email: 'ada@acme.test', password: 'analytical-engine' });
    const credential = { kind: 'session', username: 'ada@acme.test', password: 'analytical-engine' } as const;
    const error = await failure(connectWith({ credential }));
    expect(error.message).toMatch(/ada@acme\.test does not administer Metabase/);
    expect(error.code).toBe('UNAUTHORIZED');
  });

  test('a key nobody knows is refused with a hint', async () => {
    await start();
    const error = await failure(connectWith({ credential: { kind: 'api-key', apiKey: 'mb_gone' } }));
    expect(error).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(error.message).toMatch(/Unauthenticated.*An API key ends when it is deleted or regenerated/);
  });

  test('what can be known beforehand is said: mails, others who write, the only administrator', async () => {
    await start();
    const { warnings, credential, seats, dialect } = await harness.target.connect(never);
    expect(dialect).toBe('api-key');
    expect(credential).toMatchObject({ owner: 'API key Bridge' });
    expect(seats).toEqual([]);
    const text = warnings.join('\n');
    expect(text).toMatch(
      /one invitation mail for each new account, if it has a mail server.*N new people sends N mails/,
    );
    expect(text).toMatch(/does not show whether Metabase's own SCIM, .*SAML or JWT or group sync.* is on/);
    expect(text).toMatch(/Only owner@example\.com administers Metabase/);

    control().users.setAdmin(control().users.add({ email: 'second@acme.test' }), true);
    const calm = await harness.target.connect(never);
    expect(calm.warnings.join('\n')).not.toContain('administers');
  });

  test('a first look that failed is made again by whoever comes next', async () => {
    await start();
    const target = harness.newTarget();
    harness.misbehave('unavailable', 'reading');
    await expect(target.observe(everything, never)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect((await target.observe(everything, never)).accounts.size).toBe(1);
  });
});

describe('the session', () => {
  /** A session on a clock of the test's own, that logs into `lines`. */
  const startSession = async (rules: MetabaseHarnessOptions['rules'] = {}, password?: string) => {
    const clock = { now: Date.UTC(2026, 0, 5, 12) };
    await start({ credential: 'session', rules: { clock: () => clock.now, ...rules } });
    const lines: string[] = [];
    const note = (message: string, fields?: unknown): void => void lines.push(`${message} ${JSON.stringify(fields)}`);
    const log: Log = { debug: note, info: note, warn: note, error: note };
    const config = metabaseConfig(harness.fake, 'session');
    const credential =
      password === undefined ? config.credential : { kind: 'session' as const, username: ownerAddress, password };
    const target = createMetabaseTarget({ ...config, credential }, { now: () => clock.now, log });
    return { clock, target, lines };
  };
  const logins = (): number => calls()['POST /api/session'] ?? 0;
  const connect = (target: Target): Promise<Preflight> => target.connect(never);

  test('one login serves every call, however many come at once', async () => {
    const { target } = await startSession();
    await connect(target);
    await Promise.all(Array.from({ length: 20 }, () => target.observe(everything, never)));
    expect(logins()).toBe(1);
  });

  test('a session that is over is renewed once, and every call is carried out once', async () => {
    const { target, clock } = await startSession();
    await connect(target);
    clock.now += 15 * 86_400_000;
    const operations = ['a', 'b', 'c', 'd', 'e', 'f'].map((name): Operation => ({
      kind: 'create-account',
      email: `${name}@acme.test`,
      licence: '',
    }));
    const outcomes = await Promise.all(operations.map((operation) => target.apply(operation, never)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(operations.map(() => 'done'));
    expect(logins()).toBe(2);
    expect(control().outbox()).toHaveLength(6);
  });

  test('a session that is refused right after its login is not renewed for ever', async () => {
    const { target } = await startSession();
    await connect(target);
    control().faults.plan(({ path }) => (path.endsWith('/session') ? undefined : { kind: 'unauthorized' }));
    const before = logins();
    await expect(target.apply({ kind: 'create-group', key: 'scim:1', name: 'New' }, never)).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
    expect(logins()).toBe(before + 1);
  });

  test('a wrong password, and a disabled account, are told in words', async () => {
    const { target } = await startSession({}, 'not-the-password');
    const wrong = await failure(connect(target));
    expect(wrong).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(wrong.message).toMatch(/refuses the login of owner@example\.com: password: did not match stored password/);

    control().users.setAdmin(control().users.add({ email: 'second@acme.test' }), true);
    control().users.deactivate(ownerAddress);
    const disabled = await failure(connect(harness.newTarget()));
    expect(disabled).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(disabled.message).toContain('Your account is disabled.');
  });

  test('a throttled login is not tried again before its time', async () => {
    const { target, clock } = await startSession({}, 'not-the-password');
    for (let attempt = 0; attempt < 10; attempt += 1) await failure(connect(target));
    expect(logins()).toBe(10);
    const throttled = await failure(connect(target));
    expect(throttled).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 15_000 });
    expect(throttled.message).toMatch(/too many failed logins of owner@example\.com.*15 s/);
    clock.now += 14_000;
    expect(await failure(connect(target))).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 1_000 });
    expect(logins()).toBe(11);
    clock.now += 1_000;
    expect(await failure(connect(target))).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(logins()).toBe(12);
  });

  test('password and session are in no log line and no error', async () => {
    const { target, lines, clock } = await startSession();
    await connect(target);
    clock.now += 15 * 86_400_000;
    await target.observe(everything, never);
    control().faults.plan(({ path }) =>
      path.endsWith('/user') ? { kind: 'status', status: 400, message: `no ${harness.fake.password}` } : undefined,
    );
    const error = await failure(target.observe(everything, never));
    const shown = [...lines, error.message, String(error.stack), JSON.stringify(error)].join('\n');
    expect(shown).not.toContain(harness.fake.password);
    expect(lines.length).toBeGreaterThan(5);
    expect(shown).not.toMatch(/x-metabase-session/i);
    expect(error.message).toContain('[redacted]');
  });

  test('the person behind it is guarded, and nothing is done to them', async () => {
    await start({ credential: 'session' });
    control().users.setAdmin(control().users.add({ email: 'second@acme.test' }), true);
    const owner = idOf(ownerAddress);
    expect((await observe()).accounts.get(owner)).toMatchObject({ guarded: 'credential-owner' });
    for (const work of [
      () => deactivate(owner),
      () => update(owner, { firstName: 'Other' }),
      () => leave(String(administrators), owner),
    ]) {
      expect((await failure(work())).message).toMatch(/behind the credential/);
    }
    expect(writes()).toEqual([]);
  });
});

describe('looking', () => {
  test('10,000 people and all their memberships cost eleven calls and the list of groups', async () => {
    await start();
    const group = control().groups.create('Analysts');
    for (let index = 0; index < 10_000; index += 1) {
      control().users.add({ email: `p${index}@acme.test`, firstName: `P${index}`, groups: [group] });
    }
    const { accounts, groups } = await observe();
    expect(accounts.size).toBe(10_001);
    expect(groups.get(String(group))?.members?.size).toBe(10_000);
    expect(calls()).toEqual({ 'GET /api/permissions/group': 1, 'GET /api/user': 11 });
  });

  test('renames that move people from one page to another hide nobody', async () => {
    await start({ usersPerPage: 100 });
    const ids: string[] = [];
    for (let index = 0; index < 300; index += 1) {
      const name = String(index).padStart(3, '0');
      ids.push(String(control().users.add({ email: `p${name}@acme.test`, firstName: name })));
    }
    // One from the last page comes to the first, already read; one from the first goes to the last: nothing else moves.
    control().shiftPages({
      list: 'users',
      beforeOffset: 150,
      rename: [
        { who: 'p290@acme.test', firstName: '000a' },
        { who: 'p001@acme.test', firstName: '290a' },
      ],
    });
    const { accounts } = await observe();
    expect(ids.filter((id) => !accounts.has(id))).toEqual([]);
    expect(calls()['GET /api/user']).toBeGreaterThan(4);
  });

  test('a few known people of many are asked for one by one, and nothing of memberships', async () => {
    await start();
    for (let index = 0; index < 450; index += 1) control().users.add({ email: `p${index}@acme.test` });
    await observe();
    control().ledger.clear();
    const { scope, accounts, groups } = await observe({
      accounts: [idOf('p7@acme.test')],
      correlate: false,
      members: [],
    });
    expect([scope, accounts.size]).toEqual(['accounts', 1]);
    expect(calls()).toEqual({ 'GET /api/permissions/group': 1, 'GET /api/user/:id': 1 });
    expect([groups.get('2')?.members, groups.get('2')?.memberCount]).toEqual([undefined, undefined]);
  });

  test('somebody deactivated whom an older release hides is found in the list', async () => {
    await start({ rules: { getDeactivated: 'not-found' } });
    for (let index = 0; index < 450; index += 1) control().users.add({ email: `p${index}@acme.test` });
    await observe();
    control().users.deactivate('p7@acme.test');
    const id = idOf('p7@acme.test');
    const { accounts } = await observe({ accounts: [id], correlate: false, members: [] });
    expect(accounts.get(id)).toMatchObject({ active: false });
  });

  test('many known people are read from the list', async () => {
    await start();
    for (let index = 0; index < 450; index += 1) control().users.add({ email: `p${index}@acme.test` });
    await observe();
    control().ledger.clear();
    const ids = Array.from({ length: 20 }, (_, index) => idOf(`p${index}@acme.test`));
    expect((await observe({ accounts: ids, correlate: false, members: [] })).scope).toBe('all');
    expect(calls()).toEqual({ 'GET /api/permissions/group': 1, 'GET /api/user': 1 });
  });

  test('a group that the list hides is none: nobody could tell what to do about it', async () => {
    await start({ rules: { edition: 'oss', dataAnalysts: true } });
    const ada = String(control().users.add({ email: 'ada@acme.test', groups: [4] }));
    expect([...((await observe()).accounts.get(ada)?.groups ?? [])]).toEqual(['1']);
  });

  test('the account of a key is no member of anything', async () => {
    await start();
    const group = control().groups.create('Analysts');
    const ada = control().users.add({ email: 'ada@acme.test', groups: [group] });
    control().keys.add({ name: 'reports', groupId: group });
    const { accounts, groups } = await observe();
    expect([...(groups.get(String(group))?.members ?? [])]).toEqual([String(ada)]);
    expect([...(groups.get('2')?.members ?? [])]).toEqual([idOf(ownerAddress)]);
    expect([...accounts.values()].map(({ email }) => email).toSorted()).toEqual(['ada@acme.test', ownerAddress]);
  });

  test('an account says what is needed of it', async () => {
    await start();
    const group = control().groups.create('Analysts');
    const sso = control().users.add({ email: 'sso@acme.test', ssoSource: 'google', groups: [group], active: false });
    const { accounts } = await observe();
    expect(accounts.get(String(sso))).toEqual({
      id: String(sso),
      email: 'sso@acme.test',
      correlationKey: 'sso@acme.test',
      active: false,
      firstName: '',
      lastName: '',
      licence: '',
      groups: new Set(['1', String(group)]),
      namesLocked: true,
      guarded: undefined,
      lastLoginAt: null,
    });
    expect(accounts.get(idOf(ownerAddress))).toMatchObject({
      guarded: 'administrator',
      lastLoginAt: expect.any(Number) as number,
      namesLocked: false,
    });
  });

  test('built-in groups are known by type, whatever their names', async () => {
    await start({ rules: { edition: 'pro', tenants: true } });
    const { groups } = await observe();
    const guards = [...groups.values()].map(({ name, guarded, administrators: is }) => [name, guarded, is]);
    expect(guards).toEqual([
      ['Administrators', 'built-in', true],
      ['All internal users', 'automatic', false],
      ['Data Analysts', 'built-in', false],
    ]);
  });
});

describe('newcomers', () => {
  test('nothing but address and names is sent: no group, no right, no source', async () => {
    await start();
    await create('Ada@Acme.test', { firstName: 'Ada', lastName: '' });
    expect(bodies()).toEqual([{ email: 'Ada@Acme.test', first_name: 'Ada' }]);
    expect(user('ada@acme.test')).toMatchObject({ admin: false, groups: [1], lastName: null });
  });

  test('an address that the search takes for another is still free', async () => {
    await start();
    control().users.add({ email: 'aXa@acme.test' });
    control().users.add({ email: 'extra.a_a@acme.test' });
    await expect(create('a_a@acme.test')).resolves.toMatchObject({ kind: 'done' });
  });

  test('an address that is taken by an account nobody is shown is refused in the words of Metabase', async () => {
    await start();
    const error = await failure(create('internal@metabase.com'));
    expect(error).toMatchObject({ code: 'REJECTED' });
    expect(error.message).toBe('Metabase refused (400): email: Email address already in use.');
  });

  test('somebody who deactivates the account at the same moment is not overruled', async () => {
    await start();
    harness.beforeNextWrite(() => control().users.add({ email: 'ada@acme.test', active: false }));
    expect(await failure(create('ada@acme.test'))).toMatchObject({ code: 'CONFLICT', disposition: 'observe-again' });
  });

  test('a race that the database decides is looked into, and nobody is made twice', async () => {
    await start({ rules: { createRaceMs: 60_000 } });
    harness.beforeNextWrite(() => control().users.add({ email: 'ada@acme.test' }));
    const error = await failure(create('ada@acme.test')).catch(() => undefined);
    if (error !== undefined) expect(error.disposition).toBe('observe-again');
    await expect(create('ada@acme.test')).resolves.toEqual({ kind: 'already-so', remoteId: idOf('ada@acme.test') });
  });
});

describe('edits', () => {
  test('an address is never freed: one of a deactivated account is refused in words', async () => {
    await start();
    control().users.add({ email: 'old@acme.test', active: false });
    const ada = String(control().users.add({ email: 'ada@acme.test' }));
    const error = await failure(update(ada, { email: 'Old@acme.test' }));
    expect(error).toMatchObject({
      code: 'REJECTED',
      words: 'email: Email address already associated to another user.',
    });
  });

  test('an address that differs in case alone is the same', async () => {
    await start();
    const ada = String(control().users.add({ email: 'ada@acme.test' }));
    await expect(update(ada, { email: 'ADA@Acme.test' })).resolves.toMatchObject({ kind: 'already-so' });
    expect(writes()).toEqual([]);
  });

  test('names that single sign-on owns stay; the address still follows', async () => {
    await start();
    const ada = String(control().users.add({ email: 'ada@acme.test', firstName: 'A.', ssoSource: 'google' }));
    await expect(update(ada, { firstName: 'Ada' })).resolves.toMatchObject({ kind: 'already-so' });
    expect(writes()).toEqual([]);
    await expect(update(ada, { firstName: 'Ada', email: 'byron@acme.test' })).resolves.toMatchObject({ kind: 'done' });
    expect(bodies()).toEqual([{ email: 'byron@acme.test' }]);
  });

  test('names that became its own a moment ago are dropped, and the rest is written', async () => {
    await start();
    const ada = String(control().users.add({ email: 'ada@acme.test', firstName: 'A.' }));
    harness.beforeNextWrite(() => control().users.ssoLogin({ email: 'ada@acme.test', method: 'google' }));
    await expect(update(ada, { firstName: 'Ada', email: 'byron@acme.test' })).resolves.toMatchObject({ kind: 'done' });
    expect(user('byron@acme.test')).toMatchObject({ firstName: 'A.', ssoSource: 'google' });
  });

  test('an account that is deactivated is never edited, and never woken for it', async () => {
    await start();
    const ada = String(control().users.add({ email: 'ada@acme.test', active: false }));
    expect(await failure(update(ada, { firstName: 'Ada' }))).toMatchObject({ code: 'CONFLICT' });
    expect(control().ledger.refused).toEqual([]);
    const bea = String(control().users.add({ email: 'bea@acme.test' }));
    harness.beforeNextWrite(() => control().users.deactivate('bea@acme.test'));
    expect(await failure(update(bea, { firstName: 'Bea' }))).toMatchObject({ code: 'CONFLICT' });
    expect(writes()).toEqual([]);
  });
});

describe('leaving and coming back', () => {
  test('enabled first, edited then; old groups return, administration does not', async () => {
    await start();
    const group = control().groups.create('Analysts');
    const ada = String(control().users.add({ email: 'ada@acme.test', groups: [group] }));
    control().users.setAdmin(Number(ada), true);
    await deactivate(ada);
    control().ledger.clear();
    await expect(reactivate(ada, { firstName: 'Ada' })).resolves.toMatchObject({ kind: 'done' });
    expect(writes()).toEqual([`PUT /api/user/${ada}/reactivate`, `PUT /api/user/${ada}`]);
    expect(user('ada@acme.test')).toMatchObject({ active: true, admin: false, firstName: 'Ada', groups: [1, group] });
    expect(control().outbox()).toEqual([]);
  });

  test('an edit that is refused costs nobody their return', async () => {
    await start();
    control().users.add({ email: 'taken@acme.test' });
    const ada = String(control().users.add({ email: 'ada@acme.test', active: false }));
    await expect(reactivate(ada, { email: 'taken@acme.test' })).resolves.toMatchObject({ kind: 'done' });
    expect(user('ada@acme.test')).toMatchObject({ active: true });
    // The next look plans it by itself, and then the reason is told.
    expect(await failure(update(ada, { email: 'taken@acme.test' }))).toMatchObject({ code: 'REJECTED' });
  });

  test('somebody who was reactivated by hand a moment ago is edited all the same', async () => {
    await start();
    const ada = String(control().users.add({ email: 'ada@acme.test', active: false }));
    harness.beforeNextWrite(() => control().users.reactivate('ada@acme.test'));
    await expect(reactivate(ada, { firstName: 'Ada' })).resolves.toMatchObject({ kind: 'done' });
    expect(user('ada@acme.test')).toMatchObject({ active: true, firstName: 'Ada' });
  });

  test('a former administrator whom an older release refuses: the reason comes with the cure', async () => {
    await start({ credential: 'session', rules: { reactivateFormerAdmin: 'refused-when-one-admin' } });
    // The key counts too, so the case needs an instance without one.
    control().keys.delete('Bridge');
    const ada = String(control().users.add({ email: 'ada@acme.test', groups: [administrators], active: false }));
    const error = await failure(reactivate(ada));
    expect(error).toMatchObject({ code: 'REJECTED' });
    expect(error.message).toMatch(/last member of the 'Admin' group.*Older releases.*make one more person/);
    // Once the membership is cleared, as the engine does when it is not wanted, the same release lets them in.
    await expect(leave('2', ada)).resolves.toMatchObject({ kind: 'done' });
    await expect(reactivate(ada)).resolves.toMatchObject({ kind: 'done' });
  });
});

describe('the last person who administers', () => {
  test('Metabase lets them go, because the key counts; we do not', async () => {
    await start();
    const owner = idOf(ownerAddress);
    const gone = await failure(deactivate(owner));
    expect(gone).toMatchObject({ code: 'REJECTED' });
    expect(gone.message).toMatch(/owner@example\.com is the last person who administers Metabase/);
    expect(await failure(leave('2', owner))).toMatchObject({ code: 'REJECTED' });
    expect(writes()).toEqual([]);
    expect(user(ownerAddress)).toMatchObject({ active: true, admin: true });
  });

  test.each(['shown', 'absent'] as const)(
    'of two who leave at once, one stays (type of members %s)',
    async (memberType) => {
      await start({ rules: { memberType } });
      const second = control().users.add({ email: 'second@acme.test' });
      control().users.setAdmin(second, true);
      const both = await Promise.allSettled([deactivate(idOf(ownerAddress)), leave('2', String(second))]);
      expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const people = control()
        .state()
        .users.filter(({ type, active, admin }) => type === 'personal' && active && admin);
      expect(people).toHaveLength(1);
    },
  );
});

describe('groups', () => {
  test.each([
    { caseOnlyRename: 'refused', paths: 2 },
    { caseOnlyRename: 'allowed', paths: 1 },
  ] as const)(
    'a rename in case alone ($caseOnlyRename by Metabase) takes $paths writes',
    async ({ paths, ...rules }) => {
      await start({ rules });
      const group = String(control().groups.create('sales'));
      await expect(rename(group, 'Sales')).resolves.toMatchObject({ kind: 'done' });
      expect(harness.heldGroup(group)?.name).toBe('Sales');
      expect(writes()).toHaveLength(paths);
    },
  );

  test('a detour that was cut off is finished by the next rename', async () => {
    await start();
    const group = String(control().groups.create('sales'));
    harness.misbehave('cut', 'writing', 1, 2);
    expect(await failure(rename(group, 'Sales'))).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(harness.heldGroup(group)?.name).not.toBe('Sales');
    harness.misbehave('cut', 'writing', 0);
    await expect(rename(group, 'Sales')).resolves.toMatchObject({ kind: 'done' });
    expect(harness.heldGroup(group)?.name).toBe('Sales');
  });

  test('a group somebody else made in the same moment is adopted', async () => {
    await start();
    harness.beforeNextWrite(() => control().groups.create('SALES'));
    const made = await makeGroup('Sales');
    expect(made).toEqual({ kind: 'already-so', remoteId: String(control().state().groups.at(-1)?.id) });
  });

  test.each(['1', '2', '4'])('built-in group %s is neither renamed nor deleted', async (groupId) => {
    await start({ rules: { edition: 'pro' } });
    expect((await failure(rename(groupId, 'Mine'))).message).toMatch(/built into Metabase/);
    expect((await failure(apply({ kind: 'delete-group', groupId, name: 'x' }))).message).toMatch(/built into Metabase/);
    expect((await failure(makeGroup('all users'))).message).toMatch(/built into Metabase/);
    expect(writes()).toEqual([]);
  });

  test('a group that an API key belongs to is not deleted: the key would lose its rights', async () => {
    await start();
    const group = String(control().groups.create('Reports'));
    control().keys.add({ name: 'reports', groupId: Number(group) });
    const error = await failure(apply({ kind: 'delete-group', groupId: group, name: 'Reports' }));
    expect(error.message).toMatch(/1 API keys belong to the group Reports/);
    expect(harness.heldGroup(group)).toBeDefined();
  });
});

describe('memberships', () => {
  test('somebody who is added by hand in the same moment is a member, however the database puts it', async () => {
    await start();
    const group = String(control().groups.create('Analysts'));
    const ada = String(control().users.add({ email: 'ada@acme.test' }));
    harness.beforeNextWrite(() => control().groups.addMember(Number(group), Number(ada)));
    await expect(join(group, ada)).resolves.toMatchObject({ kind: 'already-so' });
    expect(control().ledger.refused.map(({ status }) => status)).toEqual([500]);
  });

  test('somebody deactivated, whom the answer leaves out, is looked for', async () => {
    await start();
    const group = String(control().groups.create('Analysts'));
    const ada = String(control().users.add({ email: 'ada@acme.test', active: false }));
    await expect(join(group, ada)).resolves.toMatchObject({ kind: 'done' });
    await expect(leave(group, ada)).resolves.toMatchObject({ kind: 'done' });
    expect(harness.heldGroup(group)?.members).toEqual([]);
  });

  test.each(['tenant-mismatch', 'foreign-key-error'] as const)(
    'a group or a person that is gone (%s) makes the engine look again',
    async (unknownInMembership) => {
      await start({ rules: { unknownInMembership } });
      const group = String(control().groups.create('Analysts'));
      const ada = String(control().users.add({ email: 'ada@acme.test' }));
      expect(await failure(join('777', ada))).toMatchObject({ disposition: 'observe-again' });
      expect(await failure(join(group, '777'))).toMatchObject({ disposition: 'observe-again' });
    },
  );

  test('a membership that is gone by the time of the write is gone', async () => {
    await start();
    const group = String(control().groups.create('Analysts'));
    const ada = String(control().users.add({ email: 'ada@acme.test', groups: [Number(group)] }));
    harness.beforeNextWrite(() => control().groups.removeMember(Number(group), Number(ada)));
    await expect(leave(group, ada)).resolves.toMatchObject({ kind: 'already-so' });
  });

  test('one that was made anew under another id is not taken for gone', async () => {
    await start();
    const group = control().groups.create('Analysts');
    const ada = control().users.add({ email: 'ada@acme.test', groups: [group] });
    harness.beforeNextWrite(() => {
      control().groups.removeMember(group, ada);
      control().groups.addMember(group, ada);
    });
    expect(await failure(leave(String(group), String(ada)))).toMatchObject({ code: 'CONFLICT' });
  });

  test('managers of a group stay managers when others come and go', async () => {
    await start({ rules: { edition: 'pro', strictGroupManager: true } });
    const group = control().groups.create('Analysts');
    const lead = control().users.add({ email: 'lead@acme.test' });
    control().groups.addMember(group, lead, { manager: true });
    const ada = String(control().users.add({ email: 'ada@acme.test' }));
    await join(String(group), ada);
    await update(String(lead), { firstName: 'Lead' });
    await leave(String(group), ada);
    expect(user('lead@acme.test')).toMatchObject({ manages: [group] });
    expect(control().ledger.demotions).toEqual([]);
  });

  test('very many changes share a look at the memberships', async () => {
    await start();
    const group = String(control().groups.create('Analysts'));
    const ids = Array.from({ length: 60 }, (_, index) => String(control().users.add({ email: `p${index}@acme.test` })));
    await Promise.all(ids.map((id) => join(group, id)));
    await Promise.all(ids.slice(0, 30).map((id) => leave(group, id)));
    expect(harness.heldGroup(group)?.members).toHaveLength(30);
    expect(calls()).toMatchObject({ 'POST /api/permissions/membership': 60 });
    expect(calls()['GET /api/permissions/membership']).toBeLessThanOrEqual(10);
    expect(calls()['GET /api/user/:id']).toBeUndefined();
  });

  test('what was seen a moment ago is not believed after a new observation', async () => {
    await start();
    const group = control().groups.create('Analysts');
    const ada = control().users.add({ email: 'ada@acme.test' });
    await join(String(group), String(ada));
    control().groups.removeMember(group, ada);
    await observe();
    await expect(join(String(group), String(ada))).resolves.toMatchObject({ kind: 'done' });
    expect(harness.heldGroup(String(group))?.members).toEqual([String(ada)]);
  });

  test('one change after the other shares it, too', async () => {
    await start();
    const group = String(control().groups.create('Analysts'));
    for (let index = 0; index < 30; index += 1) {
      await join(group, String(control().users.add({ email: `p${index}@acme.test` })));
    }
    expect(calls()['GET /api/permissions/membership']).toBeLessThanOrEqual(15);
  });

  test('All Users cannot be joined, and the reason is the one Metabase gives', async () => {
    await start();
    const ada = String(control().users.add({ email: 'ada@acme.test' }));
    const error = await failure(leave('1', ada));
    expect(error.message).toContain("You cannot add or remove users to/from the 'All Users' group.");
  });

  test('a key that lost its rights concerns everybody, not the one it was noticed at', async () => {
    await start();
    harness.beforeNextWrite(() => {
      control().groups.removeMember(administrators, control().keys.userId('Bridge'));
    });
    const error = await failure(makeGroup('New'));
    expect(error).toMatchObject({ code: 'UNAUTHORIZED', disposition: 'stop-target' });
    expect(control().ledger.refused.map(({ method, status }) => `${method} ${status}`)).toEqual(['POST 403']);
  });
});

describe('tenants', () => {
  const startTenants = async (tenancyParameter: 'known' | 'ignored' = 'known') => {
    await start({ rules: { edition: 'pro', tenants: true, tenancyParameter } });
    const tenantId = control().tenants.add('Customer');
    const guest = String(control().users.add({ email: 'guest@customer.test', tenantId }));
    const group = String(control().groups.create('Customers', { tenantGroup: true }));
    return { guest, group };
  };

  test('their users and groups are in no observation', async () => {
    const { guest, group } = await startTenants();
    const { accounts, groups } = await observe();
    expect([accounts.has(guest), groups.has(group), groups.has('3')]).toEqual([false, false, false]);
  });

  test.each(['known', 'ignored'] as const)(
    'an address of theirs is not ours to use (tenancy %s)',
    async (parameter) => {
      await startTenants(parameter);
      const error = await failure(create('Guest@customer.test'));
      expect(error.code).toBe('REJECTED');
      expect(error.message).toMatch(parameter === 'known' ? /a user of a Metabase tenant/ : /already in use/);
      expect(control().outbox()).toEqual([]);
    },
  );

  test('nothing is done to their users, even by id', async () => {
    const { guest } = await startTenants();
    for (const work of [() => deactivate(guest), () => reactivate(guest), () => update(guest, { firstName: 'G' })]) {
      expect((await failure(work())).message).toMatch(/tenant users are left alone/);
    }
    expect(writes()).toEqual([]);
  });

  test('nor to their groups', async () => {
    const { group } = await startTenants();
    for (const work of [
      () => makeGroup('customers'),
      () => rename(group, 'Ours'),
      () => apply({ kind: 'delete-group', groupId: group, name: 'Customers' }),
    ]) {
      expect((await failure(work())).message).toMatch(/tenant groups are left alone/);
    }
    expect(writes()).toEqual([]);
  });
});

test('two Metabases share nothing', async () => {
  await start();
  const other = await startFakeMetabase();
  try {
    const target = createMetabaseTarget(metabaseConfig(other), { now: Date.now });
    await create('ada@acme.test');
    expect((await target.observe(everything, never)).accounts.size).toBe(1);
  } finally {
    await other.close();
  }
});
