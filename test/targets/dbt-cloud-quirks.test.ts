import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import type { Operation, Outcome } from '../../src/model/operation.js';
import type { DbtCloudConfig } from '../../src/model/target-config.js';
import { createDbtCloudTarget } from '../../src/targets/dbt-cloud/dbt-cloud-target.js';
import { userAnswer } from '../../src/targets/dbt-cloud/dbt-user.js';
import { listAll, type Page } from '../../src/targets/http/list-all.js';
import { parseTimestamp } from '../../src/targets/parse-timestamp.js';
import { reasonInEnvelope } from '../../src/targets/dbt-cloud/reason-in-envelope.js';
import { seatsAnswer } from '../../src/targets/dbt-cloud/seats.js';
import type { ObservationScope, Preflight } from '../../src/targets/target.js';
import type { FakeDbtCloudOptions } from '../../src/sandbox/dbt-cloud/fake-dbt-cloud.js';
import { dbtConfig, startDbtHarness, type DbtHarness } from './dbt-cloud-harness.js';

const never = new AbortController().signal;
const everything: ObservationScope = { accounts: [], correlate: true, members: 'all' };

let harness: DbtHarness;
const start = async (rules: FakeDbtCloudOptions, config: Partial<DbtCloudConfig> = {}): Promise<DbtHarness> =>
  (harness = await startDbtHarness(rules, config));
const connect = (): Promise<Preflight> => harness.target.connect(never);
const observe = (scope = everything) => harness.target.observe(scope, never);
const apply = (operation: Operation): Promise<Outcome> => harness.target.apply(operation, never);
const invite = (email: string) => apply({ kind: 'invite', email, licence: 'developer', groups: [] });
const pathsAsked = () => harness.fake.control.ledger.entries.map(({ method, path }) => `${method} ${path}`);

afterEach(async () => harness.close());

describe('the dialect is decided by reads', () => {
  test.each([
    { server: 'v2', configured: 'auto', dialect: 'v2', warns: false },
    { server: 'platform', configured: 'auto', dialect: 'platform', warns: false },
    { server: 'merged', configured: 'auto', dialect: 'platform', warns: false },
    { server: 'v2', configured: 'v2', dialect: 'v2', warns: false },
    { server: 'platform', configured: 'v2', dialect: 'v2', warns: true },
  ] as const)('server $server, configured $configured: $dialect', async ({ server, configured, dialect, warns }) => {
    // The configured dialect must find its groups, or connecting ends there.
    const rules = server === 'platform' && configured === 'v2' ? 'merged' : server;
    await start({ dialect: rules }, { dialect: configured });
    const preflight = await connect();
    expect(preflight.dialect).toBe(dialect);
    expect(preflight.warnings.some((each) => each.startsWith('dialect is set to'))).toBe(warns);
    expect(harness.writes()).toBe(0);
  });
});

test('a removal answered by 204, without a word, is done', async () => {
  await start({ dialect: 'v2' });
  const accountId = harness.addAccount('ada@acme.test');
  await connect();
  const { faults, users } = harness.fake.control;
  faults.plan(({ method }) => {
    if (method !== 'DELETE') return undefined;
    users.deactivate('ada@acme.test');
    return { kind: 'status', status: 204 };
  });
  await expect(apply({ kind: 'deactivate-account', accountId, email: 'ada@acme.test' })).resolves.toMatchObject({
    kind: 'done',
  });
});

describe('connecting', () => {
  test.each([
    { what: 'a bad token', config: { token: 'wrong' }, words: /does not accept the credential.*Invalid token/ },
    { what: 'another account id', config: { accountId: '777' }, words: /does not see account 777.*12345/ },
  ])('$what stops the target with a sentence', async ({ config, words }) => {
    await start({}, config);
    const failure = connect();
    await expect(failure).rejects.toMatchObject({ code: 'UNAUTHORIZED', disposition: 'stop-target' });
    await expect(failure).rejects.toThrow(words);
  });

  test('a first look that failed is made again by whoever comes next', async () => {
    await start({});
    harness.misbehave('unavailable', 'reading');
    await expect(observe()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect((await observe()).accounts.size).toBe(2);
  });

  test('native SCIM that forbids manual changes is refused; one that allows them is warned about', async () => {
    await start({});
    harness.fake.control.setScimConfig({ enabled: true, manualUpdatesAllowed: false });
    await expect(connect()).rejects.toThrow(/own SCIM is enabled and manual updates are off/);
    harness.fake.control.setScimConfig({ enabled: true, manualUpdatesAllowed: true });
    expect((await connect()).warnings.join()).toContain('own SCIM is enabled: two writers');
  });

  test('what will fight or fail is said beforehand', async () => {
    await start({ plan: 'starter', seats: { developer: 1, read_only: 5, it: 1, analyst: 0 } });
    harness.fake.control.groups.create({ name: 'Mapped', ssoMappingGroups: ['okta-mapped'] });
    harness.fake.control.groups.create({ name: 'Managed', scimManaged: true });
    const warnings = (await connect()).warnings.join('\n');
    expect(warnings).toMatch(/fill these groups too.*Mapped/);
    expect(warnings).toMatch(/own SCIM manages these groups.*Managed/);
    expect(warnings).toMatch(/No developer licence is free \(1 in all\)/);
    expect(warnings).toMatch(/The plan is starter_2025/);
  });

  test('a service token has no owner to protect, and that is said', async () => {
    await start({ tokenKind: 'service' });
    expect((await connect()).warnings.join()).toContain('does not say whose token this is');
  });
});

describe('what nobody may touch is marked', () => {
  test('the credential’s owner, administrators, and people of native SCIM', async () => {
    await start({});
    const managed = harness.addAccount('managed@acme.test');
    harness.fake.control.users.setScimManaged(Number(managed), true);
    const plain = harness.addAccount('plain@acme.test');
    const { accounts } = await observe();
    const guards = Object.fromEntries([...accounts.values()].map((each) => [each.email, each.guarded]));
    expect(guards).toEqual({
      'bridge@example.com': 'credential-owner',
      'owner@example.com': 'administrator',
      'managed@acme.test': 'managed-elsewhere',
      'plain@acme.test': undefined,
    });
    expect(accounts.get(plain)?.active).toBe(true);
  });

  test('built-in groups, groups of single sign-on, groups of native SCIM', async () => {
    await start({});
    harness.fake.control.groups.create({ name: 'Mapped', ssoMappingGroups: ['x'] });
    harness.fake.control.groups.create({ name: 'Managed', scimManaged: true });
    harness.addGroup('Plain');
    const { groups } = await observe();
    const guards = Object.fromEntries([...groups.values()].map((each) => [each.name, each.guarded]));
    expect(guards).toEqual({
      Owner: 'built-in',
      Member: 'built-in',
      Everyone: 'built-in',
      Mapped: 'sso-mapped',
      Managed: 'managed-elsewhere',
      Plain: undefined,
    });
    expect([...groups.values()].filter((each) => each.administrators).map((each) => each.name)).toEqual(['Owner']);
  });

  test('no write ever takes anything from the credential’s owner, or from a built-in group', async () => {
    await start({});
    const owner = [...(await observe()).accounts.values()].find((each) => each.guarded === 'credential-owner');
    const everyone = [...(await observe()).groups.values()].find((each) => each.name === 'Everyone');
    const [accountId, groupId] = [owner?.id ?? '', everyone?.id ?? ''];
    const refused = { code: 'REJECTED' };
    const sets = { add: [], remove: [groupId], resulting: [] };
    await expect(apply({ kind: 'deactivate-account', accountId, email: '' })).rejects.toMatchObject(refused);
    await expect(apply({ kind: 'update-account', accountId, change: { licence: 'read_only' } })).rejects.toMatchObject(
      refused,
    );
    await expect(apply({ kind: 'set-account-groups', accountId, ...sets })).rejects.toMatchObject(refused);
    await expect(apply({ kind: 'delete-group', groupId, name: 'Everyone' })).rejects.toMatchObject(refused);
    await expect(apply({ kind: 'rename-group', groupId, name: 'All' })).rejects.toMatchObject(refused);
    expect(harness.writes()).toBe(0);
  });
});

describe('people in odd shapes', () => {
  test('somebody listed without a licence of this account is not here, and may be invited', async () => {
    await start({});
    harness.fake.control.users.add({ email: 'guest@acme.test', licence: null });
    expect([...(await observe()).accounts.values()].map((each) => each.email)).not.toContain('guest@acme.test');
    await expect(invite('guest@acme.test')).resolves.toMatchObject({ kind: 'pending' });
    expect(harness.mailsTo('guest@acme.test')).toBe(1);
  });

  const nested = {
    id: 9001,
    account_id: 12345,
    user_id: 67,
    license_type: 'read_only',
    state: 1,
    groups: [{ id: 7 }, 8],
  };
  const elsewhere = { ...nested, id: 1, account_id: 1, license_type: 'developer', groups: [{ id: 99 }] };
  const base = { id: 67, email: 'Ana@acme.io', first_name: 'Ana', last_name: 'Ruiz' };
  const here = { type: 'read_only', live: true };
  test.each([
    {
      shape: 'flat',
      user: { ...base, license_type: 'read_only', groups: [7, 8], permissions: [] },
      licence: { ...here, id: undefined },
      groups: ['7', '8'],
      speaks: 'v2',
    },
    {
      shape: 'nested, another account first',
      user: { ...base, permissions: [elsewhere, nested] },
      licence: { ...here, id: '9001' },
      groups: ['7', '8'],
      speaks: 'platform',
    },
    {
      shape: 'nested, account id as text',
      user: { ...base, permissions: [{ ...nested, account_id: '12345' }] },
      licence: { ...here, id: '9001' },
      groups: ['7', '8'],
      speaks: 'platform',
    },
    {
      shape: 'licences by account',
      user: { ...base, permissions: [], licenses: { 12345: { id: 9001, license_type: 'read_only', state: 1 } } },
      licence: { ...here, id: '9001' },
      groups: undefined,
      speaks: 'platform',
    },
    {
      shape: 'the detail of v3',
      user: { ...base, license: { id: 9001, license_type: 'read_only' } },
      licence: { ...here, id: '9001' },
      groups: undefined,
      speaks: undefined,
    },
    {
      shape: 'the old record of a removal beside the new one',
      user: { ...base, permissions: [{ ...nested, id: 5, state: 2, groups: [] }, nested] },
      licence: { ...here, id: '9001' },
      groups: ['7', '8'],
      speaks: 'platform',
    },
    {
      shape: 'no licence at all',
      user: { ...base, permissions: [] },
      licence: undefined,
      groups: undefined,
      speaks: undefined,
    },
    {
      shape: 'only another account’s licence',
      user: { ...base, permissions: [elsewhere] },
      licence: undefined,
      groups: undefined,
      speaks: 'platform',
    },
  ])('$shape', ({ user, licence, groups, speaks }) => {
    const read = userAnswer('12345').parse(user);
    expect(read).toMatchObject({ id: '67', email: 'Ana@acme.io', firstName: 'Ana', lastName: 'Ruiz' });
    expect(read.raw).toEqual(user);
    expect(read.groups).toEqual(groups);
    expect(read.speaks).toBe(speaks);
    if (licence === undefined) expect(read.licence).toBeUndefined();
    else expect(read.licence).toMatchObject(licence);
  });

  test('a licence record of this account that cannot be read is an error, not an absence', () => {
    const user = { ...base, permissions: [{ ...nested, license_type: 5 }] };
    expect(userAnswer('12345').safeParse(user).success).toBe(false);
  });

  test.each([
    ['2026-03-01T09:00:00Z', Date.UTC(2026, 2, 1, 9)],
    ['2025-08-12 02:23:09.391280+00:00', Date.UTC(2025, 7, 12, 2, 23, 9, 391)],
    ['2025-08-12 02:23:09', Date.UTC(2025, 7, 12, 2, 23, 9)],
    ['2025-08-12T04:23:09+02:00', Date.UTC(2025, 7, 12, 2, 23, 9)],
    ['yesterday', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('the time %s', (text, at) => {
    expect(parseTimestamp(text)).toBe(at);
  });

  test('seats come keyed by licence or as a list', () => {
    const row = { limited: true, total: 5, available: 0 };
    const expected = [{ licence: 'developer', total: 5, available: 0 }];
    expect(seatsAnswer.parse({ developer: row, it: { limited: false, total: 0, available: 0 }, note: 'x' })).toEqual(
      expected,
    );
    expect(seatsAnswer.parse([{ license_type: 'developer', ...row }])).toEqual(expected);
  });

  test.each([
    [{ status: { user_message: 'No seat.', developer_message: 'E17' } }, 'No seat.'],
    [{ status: { user_message: '', developer_message: 'E17' } }, 'E17'],
    [{ status: { user_message: '  ', developer_message: null }, data: { email: ['Not valid.'] } }, 'email: Not valid.'],
    [{ status: { code: 400 }, data: 'Nope' }, 'Nope'],
    [{ code: 401, message: 'Invalid token.' }, 'Invalid token.'],
    [{ status: { code: 400 }, data: null }, undefined],
    ['text', undefined],
  ])('the reason in %j', (body, reason) => {
    expect(reasonInEnvelope(body)).toBe(reason);
  });
});

describe('invitations', () => {
  test.each(['v2', 'platform'] as const)(
    '%s: no free seat is a refusal in the vendor’s words, and no mail',
    async (dialect) => {
      await start({ dialect, seats: { developer: 1, read_only: 5, it: 1, analyst: 0 } });
      const failure = invite('new@acme.test');
      await expect(failure).rejects.toMatchObject({ code: 'REJECTED', status: 400 });
      await expect(failure).rejects.toThrow(/licen[cs]e/i);
      expect(harness.mailsTo('new@acme.test')).toBe(0);
    },
  );

  test('an expired one is sent again, an open one is not', async () => {
    await start({});
    await invite('new@acme.test');
    harness.fake.control.invitations.expire('new@acme.test');
    const fresh = harness.newTarget();
    await fresh.apply({ kind: 'invite', email: 'new@acme.test', licence: 'developer', groups: [] }, never);
    expect(harness.mailsTo('new@acme.test')).toBe(2);
    const { invitations } = await fresh.observe(everything, never);
    expect(invitations?.map((each) => each.status)).toEqual(['pending', 'expired']);
  });

  test('accepted but still without a first login is as good as pending', async () => {
    await start({ singleSignOn: true });
    await invite('new@acme.test');
    harness.fake.control.invitations.accept('new@acme.test');
    const fresh = harness.newTarget();
    expect((await fresh.observe(everything, never)).invitations?.[0]?.status).toBe('awaiting-login');
    const again = { kind: 'invite', email: 'new@acme.test', licence: 'developer', groups: [] } as const;
    await expect(fresh.apply(again, never)).resolves.toMatchObject({ kind: 'pending' });
    expect(harness.mailsTo('new@acme.test')).toBe(1);
  });

  test('who accepts between the two reads is found among the people', async () => {
    await start({});
    await connect();
    await invite('quick@acme.test');
    let lists = 0;
    harness.fake.control.faults.plan(({ path }) => {
      if (/\/(users|invites)\/$/.test(path) && ++lists === 2) harness.accept('quick@acme.test');
      return undefined;
    });
    const { accounts } = await observe();
    expect([...accounts.values()].map((each) => each.email)).toContain('quick@acme.test');
  });

  test('a hundred joiners at once share their look, and get one mail each', async () => {
    await start({});
    await connect();
    const emails = Array.from({ length: 100 }, (_, index) => `p${index}@acme.test`);
    await Promise.all(emails.map(invite));
    expect(emails.map((email) => harness.mailsTo(email))).toEqual(emails.map(() => 1));
    const looks = pathsAsked().filter((each) => each === 'GET /api/v2/accounts/12345/users/').length;
    expect(looks).toBeLessThan(20);
  });

  test('asked twice at once for one address, one mail is sent', async () => {
    await start({ dialect: 'v2' });
    await Promise.all([invite('new@acme.test'), invite('NEW@acme.test'), invite('new@ACME.test')]);
    expect(harness.mailsTo('new@acme.test')).toBe(1);
  });

  test('v2: “already invited” means pending where invitations are not listed', async () => {
    await start({ dialect: 'v2', reinviteWhilePending: 'refuse' });
    await invite('new@acme.test');
    const fresh = harness.newTarget();
    const again = { kind: 'invite', email: 'new@acme.test', licence: 'developer', groups: [] } as const;
    await expect(fresh.apply(again, never)).resolves.toMatchObject({ kind: 'pending' });
    expect(harness.mailsTo('new@acme.test')).toBe(1);
  });

  test.each(['v2', 'platform'] as const)('%s: not sent because they joined meanwhile: looked up', async (dialect) => {
    await start({ dialect });
    await observe();
    harness.fake.control.beforeRequest({ method: 'POST' }, () => {
      harness.fake.control.users.add({ email: 'new@acme.test' });
    });
    await expect(invite('new@acme.test')).resolves.toMatchObject({ kind: 'already-so' });
    expect(harness.mailsTo('new@acme.test')).toBe(0);
  });

  test('an unknown outcome makes the next look a fresh one', async () => {
    await start({});
    await connect();
    harness.misbehave('cut-after-commit', 'writing');
    await expect(invite('new@acme.test')).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    await expect(invite('new@acme.test')).resolves.toMatchObject({ kind: 'pending' });
    expect(harness.mailsTo('new@acme.test')).toBe(1);
  });

  test.each([
    { revokeInvitations: false, revokeRoute: true, kind: 'pending', writes: 1 },
    { revokeInvitations: true, revokeRoute: false, kind: 'pending', writes: 1 },
    { revokeInvitations: true, revokeRoute: true, kind: 'done', writes: 2 },
  ])('withdrawing, allowed $revokeInvitations, offered $revokeRoute: $kind', async (row) => {
    await start({ revokeRoute: row.revokeRoute }, { revokeInvitations: row.revokeInvitations });
    expect((await connect()).capabilities.cancelsInvitations).toBe(row.revokeInvitations);
    await invite('new@acme.test');
    const cancel = { kind: 'cancel-invitation', invitationId: undefined, email: 'New@acme.test' } as const;
    await expect(apply(cancel)).resolves.toMatchObject({ kind: row.kind });
    expect(harness.writes()).toBe(row.writes);
    if (row.kind === 'done') await expect(apply(cancel)).resolves.toMatchObject({ kind: 'already-so' });
  });
});

describe('404 is never proof', () => {
  test.each(['v2', 'platform'] as const)(
    '%s: a removal answered 404 while the person is listed is a refusal',
    async (dialect) => {
      await start({ dialect });
      const accountId = harness.addAccount('ada@acme.test');
      await connect();
      harness.misbehave('not-found', 'writing');
      const leave = { kind: 'deactivate-account', accountId, email: 'ada@acme.test' } as const;
      await expect(apply(leave)).rejects.toMatchObject({ code: 'REJECTED', status: 404 });
      expect(harness.held(accountId)?.active).toBe(true);
    },
  );

  test.each(['v2', 'platform'] as const)(
    '%s: a removal refused because it happened already is done',
    async (dialect) => {
      await start({ dialect, secondDelete: 'not-found' });
      const accountId = harness.addAccount('ada@acme.test');
      await connect();
      for (const method of ['POST', 'DELETE']) {
        harness.fake.control.beforeRequest({ method }, () => harness.fake.control.users.deactivate(Number(accountId)));
      }
      const leave = { kind: 'deactivate-account', accountId, email: 'ada@acme.test' } as const;
      await expect(apply(leave)).resolves.toMatchObject({ kind: 'already-so' });
    },
  );

  test('a person hidden by id but listed is there', async () => {
    await start({});
    for (let index = 0; index < 300; index += 1) harness.addAccount(`p${index}@acme.test`);
    const id = harness.addAccount('ada@acme.test');
    await connect();
    harness.fake.control.faults.add({ path: `/users/${id}/`, fault: { kind: 'not-permitted' }, times: Infinity });
    const { accounts } = await observe({ accounts: [id], correlate: false, members: [] });
    expect(accounts.has(id)).toBe(true);
  });

  test('v2: a deactivated person the list leaves out is still known by id', async () => {
    await start({ dialect: 'v2', listInactive: false });
    const id = harness.addAccount('ada@acme.test');
    await apply({ kind: 'deactivate-account', accountId: id, email: 'ada@acme.test' });
    const { accounts } = await observe({ accounts: [id], correlate: true, members: [] });
    expect(accounts.get(id)).toMatchObject({ active: false });
  });

  test('a list that is hidden is no empty list', async () => {
    await start({});
    await connect();
    harness.fake.control.faults.add({ path: /\/users\/$/, fault: { kind: 'not-permitted' }, times: Infinity });
    await expect(observe()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });
});

describe('whole writes', () => {
  test('platform: below Enterprise a new group is refused with the way out', async () => {
    await start({ plan: 'starter' });
    const make = apply({ kind: 'create-group', key: 'scim:1', name: 'Analysts' });
    await expect(make).rejects.toMatchObject({ code: 'REJECTED' });
    await expect(make).rejects.toThrow(/groups\.map/);
  });

  test('platform: a name this token may not change costs nobody the licence, and is not tried again', async () => {
    await start({});
    const accountId = harness.addAccount('ada@acme.test');
    harness.fake.control.faults.add({ path: `/api/v2/users/${accountId}/`, fault: { kind: 'forbidden' } });
    const { capabilities } = await harness.target.connect(AbortSignal.timeout(30_000));
    expect(capabilities.editsNames).toBe(true);
    await apply({ kind: 'update-account', accountId, change: { licence: 'developer', firstName: 'Ada' } });
    expect(harness.held(accountId)).toMatchObject({ licence: 'developer', firstName: 'Foreign' });
    expect(capabilities.editsNames).toBe(false);
  });

  test.each(['v2', 'platform'] as const)('%s: a change of names leaves licence and groups alone', async (dialect) => {
    await start({ dialect });
    const group = harness.addGroup('Analysts');
    const accountId = harness.addAccount('ada@acme.test', { licence: 'it', groups: [group] });
    await apply({ kind: 'update-account', accountId, change: { lastName: 'Lovelace' } });
    expect(harness.held(accountId)).toMatchObject({ licence: 'it', groups: [group], lastName: 'Lovelace' });
  });

  test('v2: updating somebody inactive does not bring them back', async () => {
    await start({ dialect: 'v2' });
    const accountId = harness.addAccount('ada@acme.test');
    await apply({ kind: 'deactivate-account', accountId, email: 'ada@acme.test' });
    await apply({ kind: 'update-account', accountId, change: { lastName: 'Lovelace' } });
    expect(harness.held(accountId)).toMatchObject({ active: false, lastName: 'Lovelace' });
  });

  test('platform: a wanted group that vanished is a conflict, not a success', async () => {
    await start({});
    const accountId = harness.addAccount('ada@acme.test');
    const groupId = harness.addGroup('Analysts');
    harness.beforeNextWrite(() => harness.fake.control.groups.delete(Number(groupId)));
    const grant = { kind: 'set-account-groups', accountId, add: [groupId], remove: [], resulting: [groupId] } as const;
    await expect(apply(grant)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('v2: members found by nobody’s look are taken from the plan', async () => {
    await start({ dialect: 'v2' });
    for (let index = 0; index < 520; index += 1) harness.addAccount(`p${index}@acme.test`);
    const group = harness.addGroup('Analysts');
    const [ada, bea] = [harness.addAccount('ada@acme.test', { groups: [group] }), harness.addAccount('bea@acme.test')];
    await observe();
    const before = pathsAsked().length;
    const grant = { kind: 'set-group-members', groupId: group, add: [bea], remove: [], resulting: [ada, bea] } as const;
    await expect(apply(grant)).resolves.toMatchObject({ kind: 'done' });
    expect(harness.heldGroup(group)?.members.toSorted()).toEqual([ada, bea].toSorted());
    expect(
      pathsAsked()
        .slice(before)
        .filter((each) => each.endsWith('/users/')),
    ).toEqual([]);
  });

  test('memberships are taken only at the grain the vendor writes', async () => {
    await start({ dialect: 'v2' });
    const sets = { add: [], remove: [], resulting: [] };
    await expect(apply({ kind: 'set-account-groups', accountId: '1', ...sets })).rejects.toMatchObject({
      code: 'REJECTED',
    });
    await expect(apply({ kind: 'add-member', groupId: '1', accountId: '2' })).rejects.toMatchObject({
      code: 'REJECTED',
    });
  });
});

describe('a v2 server that shows less', () => {
  let server: Server;
  let posts: unknown[];
  const person = { email: 'ada@acme.test', first_name: 'Ada', last_name: 'L', is_active: true, license_type: 'it' };

  const serve = async (routes: Record<string, unknown>): Promise<ReturnType<typeof createDbtCloudTarget>> => {
    posts = [];
    server = createServer((request, response) => {
      const path = new URL(request.url ?? '', 'http://x').pathname;
      if (request.method !== 'GET') posts.push(path);
      const data = routes[path];
      const list = { extra: { pagination: { count: 1, total_count: Array.isArray(data) ? data.length : 0 } } };
      response.writeHead(data === undefined ? 404 : 200, { connection: 'close' });
      response.end(JSON.stringify({ status: { code: 200 }, data: data ?? null, ...(Array.isArray(data) ? list : {}) }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await start({});
    const config = { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, dialect: 'v2' } as const;
    return createDbtCloudTarget(dbtConfig(harness.fake, config), { now: () => 0 });
  };
  afterEach(() => server.close());
  const at = (rest: string) => `/api/v2/accounts/12345/${rest}`;

  test('neither view shows memberships: members are unknown, never none', async () => {
    const target = await serve({
      [at('users/')]: [{ id: 1, ...person }],
      [at('groups/')]: [{ id: 7, name: 'A' }],
      [at('groups/7/')]: { id: 7, name: 'A' },
    });
    const { groups, accounts } = await target.observe(everything, never);
    expect(groups.get('7')?.members).toBeUndefined();
    expect(accounts.size).toBe(1);
  });

  test('only groups show memberships: people’s groups are read from there', async () => {
    const group = { id: 7, name: 'A', users: [1] };
    const target = await serve({
      [at('users/')]: [{ id: 1, ...person }],
      [at('groups/')]: [{ id: 7, name: 'A' }],
      [at('groups/7/')]: group,
    });
    const { groups, accounts } = await target.observe(everything, never);
    expect(groups.get('7')?.members).toEqual(new Set(['1']));
    expect(accounts.get('1')?.groups).toEqual(new Set(['7']));
  });

  test('a person whose groups are not shown is not written whole', async () => {
    const target = await serve({
      [at('users/')]: [{ id: 1, ...person }],
      [at('users/1/')]: { id: 1, ...person },
      [at('groups/')]: [],
    });
    const update = { kind: 'update-account', accountId: '1', change: { licence: 'developer' } } as const;
    await expect(target.apply(update, never)).rejects.toMatchObject({ code: 'REJECTED' });
    expect(posts).toEqual([]);
  });

  test('nobody shows a dialect: v2, with a warning', async () => {
    const target = await serve({ [at('users/')]: [], [at('groups/')]: [] });
    const auto = createDbtCloudTarget(
      dbtConfig(harness.fake, { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
      { now: () => 0 },
    );
    await target.connect(never);
    const preflight = await auto.connect(never);
    expect(preflight.dialect).toBe('v2');
    expect(preflight.warnings.join()).toContain('v2 is assumed');
  });
});

describe('reading a list to its end', () => {
  beforeEach(() => start({}));
  interface Row {
    readonly id: string;
  }
  const rowsList = { label: 'dbt Cloud', what: 'rows', pageLimit: 100 };
  const rowsOf = (count: number): Row[] => Array.from({ length: count }, (_, index) => ({ id: String(index + 1) }));
  const server =
    (rows: Row[], pageSize = 100, between: () => void = () => undefined) =>
    (offset: number): Promise<Page<Row>> => {
      if (offset > 0) between();
      return Promise.resolve({ rows: rows.slice(offset, offset + pageSize), total: rows.length });
    };

  test.each([0, 1, 99, 100, 101, 199, 200, 1000])('%i rows', async (count) => {
    await expect(listAll(rowsList, server(rowsOf(count)))).resolves.toHaveLength(count);
  });

  test('a server that gives fewer rows than asked for is read on', async () => {
    await expect(listAll(rowsList, server(rowsOf(120), 50))).resolves.toHaveLength(120);
  });

  test('a server that ignores paging and gives everything is believed', async () => {
    const rows = rowsOf(250);
    await expect(listAll(rowsList, () => Promise.resolve({ rows, total: 250 }))).resolves.toHaveLength(250);
    await expect(listAll(rowsList, () => Promise.resolve({ rows, total: undefined }))).resolves.toHaveLength(250);
  });

  test.each([
    { what: 'ignores the offset', fetch: () => Promise.resolve({ rows: rowsOf(100), total: 250 }) },
    {
      what: 'ignores the offset and counts nothing',
      fetch: () => Promise.resolve({ rows: rowsOf(100), total: undefined }),
    },
    {
      what: 'promises more than it has',
      fetch: (offset: number) => Promise.resolve({ rows: rowsOf(60).slice(offset), total: 61 }),
    },
    { what: 'repeats an id', fetch: () => Promise.resolve({ rows: [{ id: '1' }, { id: '1' }], total: 2 }) },
  ])('a server that $what is never read as complete', async ({ fetch }) => {
    await expect(listAll(rowsList, fetch)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('a total that moves ends the pass at once', async () => {
    const rows = rowsOf(300);
    const offsets: number[] = [];
    const fetch = (offset: number) => {
      offsets.push(offset);
      return Promise.resolve({ rows: rows.slice(offset, offset + 100), total: offsets.length === 2 ? 301 : 300 });
    };
    await expect(listAll(rowsList, fetch)).resolves.toHaveLength(300);
    expect(offsets).toEqual([0, 99, 0, 99, 198, 297]);
  });

  test('a list without a total ends where no further row comes', async () => {
    const rows = rowsOf(200);
    const fetch = (offset: number) => Promise.resolve({ rows: rows.slice(offset, offset + 100), total: undefined });
    await expect(listAll(rowsList, fetch)).resolves.toHaveLength(200);
  });

  test('whoever is there all the time is in the list, whatever comes and goes between the pages', async () => {
    const edit = fc.oneof(
      fc.record({ kind: fc.constant('remove' as const), at: fc.nat(300) }),
      fc.record({ kind: fc.constant('append' as const), at: fc.constant(0) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 300 }),
        fc.array(fc.array(edit, { maxLength: 4 }), { maxLength: 12 }),
        async (count, edits) => {
          const rows = rowsOf(count);
          const always = new Set(rows.map((row) => row.id));
          let next = count + 1;
          const queue = [...edits];
          const between = (): void => {
            for (const { kind, at } of queue.shift() ?? []) {
              if (kind === 'append') rows.push({ id: String(next++) });
              else for (const row of rows.splice(Math.min(at, rows.length), 1)) always.delete(row.id);
            }
          };
          const read = await listAll(rowsList, server(rows, 100, between)).catch(() => undefined);
          if (read === undefined) return;
          const ids = new Set(read.map((row) => row.id));
          expect([...always].filter((id) => !ids.has(id))).toEqual([]);
          expect(ids.size).toBe(read.length);
        },
      ),
    );
  });
});
