import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { targetSchemas } from '../../src/config/target-schemas.js';
import type { Log } from '../../src/model/log.js';
import type { Operation, Outcome } from '../../src/model/operation.js';
import { createRetoolTarget } from '../../src/targets/retool/retool-target.js';
import { reasonInMessage } from '../../src/targets/retool/reason-in-message.js';
import type { ObservationScope, Preflight, Target } from '../../src/targets/target.js';
import { retoolConfig, startRetoolHarness, type RetoolHarness, type RetoolHarnessOptions } from './retool-harness.js';

const never = new AbortController().signal;
const everything: ObservationScope = { accounts: [], correlate: true, members: 'all' };
const nobody = `user_${'f'.repeat(32)}`;

let harness: RetoolHarness;
const start = async (options: RetoolHarnessOptions = {}): Promise<RetoolHarness> =>
  (harness = await startRetoolHarness(options));
const connect = (): Promise<Preflight> => harness.target.connect(never);
const observe = (scope = everything) => harness.target.observe(scope, never);
const apply = (operation: Operation): Promise<Outcome> => harness.target.apply(operation, never);
const creation = (email: string, firstName = 'Ada', lastName = 'Lovelace'): Operation => {
  return { kind: 'create-account', email, firstName, lastName, licence: '' };
};
const leave = (accountId: string): Operation => ({ kind: 'deactivate-account', accountId, email: 'ada@acme.test' });
const invitation = (email: string): Operation => ({ kind: 'invite', email, licence: '', groups: [] });
const asked = (): string[] => harness.fake.control.ledger.entries.map(({ method, path }) => `${method} ${path}`);
const writesSent = (): string[] => asked().filter((each) => !each.startsWith('GET'));
const user = (who: string) => harness.fake.control.state().users.find(({ id, email }) => id === who || email === who);
const group = (name: string) => harness.fake.control.state().groups.find((each) => each.name === name);
const idOf = (name: string): string => String(group(name)?.id);

afterEach(async () => {
  // Hazard 9, in every case of this file: a PUT could wipe members, invitations and landing page.
  expect(asked().filter((each) => each.startsWith('PUT'))).toEqual([]);
  await harness.close();
});

describe('hazard 1: plan and scopes decide what is promised', () => {
  const usersScopes = ['users:read', 'users:write'];
  test.each([
    { what: 'Enterprise, every scope', options: {}, mode: 'full' },
    { what: 'Enterprise, no scope for groups', options: { scopes: usersScopes }, mode: 'users-only' },
    { what: 'Business', options: { rules: { plan: 'business' } }, mode: 'invite-only' },
    {
      what: 'Business, a page where the plan ends',
      options: { rules: { plan: 'business', gated: 'html' } },
      mode: 'invite-only',
    },
    { what: 'a release before paging', options: { rules: { version: '3.300' } }, mode: 'full' },
  ] as const)('$what: $mode', async ({ options, mode }) => {
    await start(options);
    expect((await connect()).dialect).toBe(mode);
    expect(harness.writes()).toBe(0);
  });

  test.each([
    { what: 'Free', options: { rules: { plan: 'free' } }, says: /not available on your plan/ },
    {
      what: 'Free, pages',
      options: { rules: { plan: 'free', gated: 'html' } },
      says: /a web page came instead of data/,
    },
    { what: 'a token without scopes', options: { scopes: [] }, says: /403: Forbidden.*users:read/ },
  ] as const)('$what opens nothing, and the sentence names the gate', async ({ options, says }) => {
    await start(options);
    const failure = connect();
    await expect(failure).rejects.toMatchObject({ code: 'UNAUTHORIZED', disposition: 'stop-target' });
    await expect(failure).rejects.toThrow(/Enterprise plan.*users:read and users:write/);
    await expect(failure).rejects.toThrow(says);
  });

  test.each(['unavailable', 'throttled-silent', 'truncated', 'wrong-shape', 'cut', 'bad-credential'] as const)(
    'a server that answers a probe with %s has said nothing about the plan',
    async (how) => {
      await start();
      for (let passing = 0; passing < 3; passing += 1) {
        // Twice: a read over a kept connection that was cut is sent once more, over a new one.
        harness.misbehave(how, 'reading', 2, passing);
        await expect(harness.newTarget().connect(never)).rejects.toMatchObject({ name: 'TargetError' });
      }
    },
  );

  test('a first look that failed is made again by whoever comes next, and one that is good is kept', async () => {
    await start();
    harness.misbehave('unavailable', 'reading');
    await expect(observe()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect((await observe()).accounts.size).toBe(2);
    const before = asked().length;
    await observe();
    expect(asked().slice(before)).toEqual(['GET /api/v2/user_invites', 'GET /api/v2/users', 'GET /api/v2/groups']);
  });

  test('what a mode cannot do is said in words', async () => {
    await start({ rules: { plan: 'business' } });
    const { warnings, credential } = await connect();
    expect(warnings.join('\n')).toMatch(/403: Users API is not available on your plan/);
    expect(warnings.join('\n')).toMatch(/cannot disable anybody.*must be disabled in Retool by hand/);
    expect(credential).toMatchObject({ may: ['list invitations'], mayNot: ['read users', 'read groups'] });
  });

  test('without groups, it is said that whoever returns has their old groups', async () => {
    await start({ scopes: ['users:read', 'users:write'] });
    const { warnings, credential } = await connect();
    expect(warnings.join('\n')).toMatch(/Groups are left alone \(403: Forbidden.*groups:read.*all the groups they had/);
    expect(credential.mayNot).toContain('read groups');
  });

  test('people who were shown and are no longer do not turn into people to invite', async () => {
    await start();
    await connect();
    harness.fake.control.configure({ plan: 'business' });
    const failure = connect();
    await expect(failure).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    await expect(failure).rejects.toThrow(
      /showed users to this token before.*not available on your plan.*restart Drawbridge/,
    );
    expect((await harness.newTarget().connect(never)).dialect).toBe('invite-only');
  });

  test.each(['json', 'html'] as const)(
    'a list that closes while we work (%s) stops the target, and nobody seems gone',
    async (gated) => {
      await start({ rules: { gated } });
      await connect();
      harness.fake.control.configure({ plan: 'business' });
      await expect(observe()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    },
  );

  test.each([
    { kind: 'add-member', groupId: '5', accountId: nobody },
    { kind: 'create-group', key: 'scim:1', name: 'New' },
    { kind: 'invite', email: 'new@acme.test', licence: '', groups: [] },
    { kind: 'set-group-members', groupId: '5', add: [], remove: [], resulting: [] },
  ] as const)('$kind is refused where the mode does not have it, before anything is asked', async (operation) => {
    await start({ scopes: ['users:read', 'users:write'] });
    await connect();
    const before = asked().length;
    await expect(apply(operation)).rejects.toMatchObject({ code: 'REJECTED' });
    expect(asked()).toHaveLength(before);
  });

  test.each([
    creation('new@acme.test'),
    { kind: 'update-account', accountId: nobody, change: { firstName: 'A' } },
    { kind: 'reactivate-account', accountId: nobody, email: 'a@acme.test', change: {}, groups: [] },
    { kind: 'deactivate-account', accountId: nobody, email: 'a@acme.test' },
  ] as const)('where people are only invited, $kind is refused in words', async (operation) => {
    await start({ rules: { plan: 'business' } });
    await expect(apply(operation)).rejects.toMatchObject({ code: 'REJECTED' });
    expect(writesSent()).toEqual([]);
  });
});

describe('the token', () => {
  test('its owner is known where the scope allows, guarded, and never changed', async () => {
    await start();
    const { credential, warnings } = await connect();
    expect(credential.owner).toBe('bridge@example.com');
    expect(warnings.join()).not.toContain('whose token');
    const bridge = user('bridge@example.com')?.id ?? '';
    const { accounts } = await observe();
    expect(accounts.get(bridge)?.guarded).toBe('credential-owner');
    expect(accounts.get(user('owner@example.com')?.id ?? '')?.guarded).toBe('administrator');
    for (const operation of [
      leave(bridge),
      { kind: 'update-account', accountId: bridge, change: { firstName: 'X' } },
    ] as const) {
      await expect(apply(operation)).rejects.toMatchObject({ code: 'REJECTED' });
    }
    expect(user(bridge)).toMatchObject({ active: true, firstName: 'Bridge' });
  });

  test('without that scope its owner is unknown, and the operator is told what to do', async () => {
    await start({ scopes: ['users:write', 'groups:write'] });
    const { credential, warnings } = await connect();
    expect(credential.owner).toBeUndefined();
    expect(warnings.join('\n')).toMatch(/does not say whose token this is.*protect\.users/);
  });

  test.each([
    { owner: 'bridge@example.com', known: 'bridge@example.com' },
    { owner: 'owner@example.com', known: undefined },
  ])('two tokens that end alike are not mixed up (the other is of $owner)', async ({ owner, known }) => {
    await start();
    harness.fake.control.tokens.add(`other-${harness.fake.token.slice(-4)}`, { owner, scopes: ['groups:read'] });
    expect((await connect()).credential.owner).toBe(known);
  });

  test('a token that may only look is good for looking, and says so', async () => {
    await start({ scopes: ['users:read', 'groups:read', 'access_tokens:read'] });
    const { dialect, warnings, credential } = await connect();
    expect(dialect).toBe('full');
    expect(warnings.join('\n')).toMatch(/lacks the scope users:write: every change will be refused/);
    expect(credential.mayNot).toEqual(['change users', 'change groups']);
    await expect(apply(creation('new@acme.test'))).rejects.toThrow(/403.*users:write/);
  });

  test('a token that may change people and only look at groups promises no groups', async () => {
    await start({ scopes: ['users:write', 'groups:read', 'access_tokens:read'] });
    const { dialect, warnings } = await connect();
    expect(dialect).toBe('users-only');
    expect(warnings.join('\n')).toContain('the token lacks the scope groups:write');
  });

  test('a refusal that echoes it shows it to nobody', async () => {
    await start();
    harness.fake.control.faults.plan(({ method }) =>
      method === 'POST' ? { kind: 'status', status: 400, message: `bad ${harness.fake.token}` } : undefined,
    );
    const failure = await apply(creation('new@acme.test')).catch((error: unknown) => String(error));
    expect(failure).toContain('bad [redacted]');
    expect(failure).not.toContain(harness.fake.token);
  });
});

describe('hazards 2, 3 and 16: addresses', () => {
  test.each(['Ada@Acme.Test', 'ada@acme.test'])(
    'whoever holds %s disabled is to be enabled again, and nothing is sent',
    async (held) => {
      await start();
      harness.fake.control.users.add({ email: held, active: false });
      const failure = apply(creation('ada@acme.test'));
      await expect(failure).rejects.toMatchObject({ code: 'CONFLICT', disposition: 'observe-again' });
      await expect(failure).rejects.toThrow(/disabled account.*enabled again/);
      expect(writesSent()).toEqual([]);
    },
  );

  test('somebody single sign-on lets in between look and creation is adopted', async () => {
    await start();
    await connect();
    let signedIn = '';
    harness.beforeNextWrite(() => (signedIn = harness.fake.control.users.signIn('Ada@acme.test')));
    const outcome = await apply(creation('ada@acme.test'));
    expect(outcome).toEqual({ kind: 'already-so', remoteId: signedIn });
  });

  test('somebody disabled between look and creation is a conflict too', async () => {
    await start();
    await connect();
    harness.beforeNextWrite(() => void harness.fake.control.users.add({ email: 'ada@acme.test', active: false }));
    await expect(apply(creation('ada@acme.test'))).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('an address that is taken by nobody we can see is refused with the reason', async () => {
    await start();
    harness.misbehave('conflict', 'writing');
    const failure = apply(creation('new@acme.test'));
    await expect(failure).rejects.toMatchObject({ code: 'REJECTED', status: 409 });
    await expect(failure).rejects.toThrow(/taken and shows nobody.*Somebody else changed this/);
  });

  test('a filter that finds strangers is not taken at its word', async () => {
    await start({ rules: { emailFilter: 'partial' } });
    const stranger = harness.fake.control.users.add({ email: 'xada@acme.test' });
    const outcome = await apply(creation('ada@acme.test'));
    expect(outcome.kind).toBe('done');
    expect(outcome.remoteId).not.toBe(stranger);
  });

  test('between two accounts of one address nobody chooses', async () => {
    await start({ rules: { emailCase: 'exact', emailFilter: 'partial' } });
    harness.fake.control.users.add({ email: 'ada@acme.test' });
    harness.fake.control.users.add({ email: 'Ada@acme.test' });
    harness.fake.control.users.add({ email: 'xada@acme.test' });
    const failure = apply(creation('ada@acme.test'));
    await expect(failure).rejects.toMatchObject({ code: 'REJECTED' });
    await expect(failure).rejects.toThrow(/2 Retool accounts have the address/);
    expect(writesSent()).toEqual([]);
  });

  test('a plus sign in an address is looked for as such', async () => {
    await start();
    const id = harness.addAccount('ada+test@acme.test');
    await expect(apply(creation('ada+test@acme.test'))).resolves.toEqual({ kind: 'already-so', remoteId: id });
  });

  test('an address is never changed, and that is said before anything is asked', async () => {
    await start();
    const accountId = harness.addAccount('ada@acme.test');
    await connect();
    const before = asked().length;
    const update = apply({ kind: 'update-account', accountId, change: { email: 'ada.l@acme.test' } });
    await expect(update).rejects.toMatchObject({ code: 'REJECTED' });
    await expect(update).rejects.toThrow(/does not let an address be changed/);
    expect(asked()).toHaveLength(before);
  });
});

describe('hazards 4 and 5: disabling', () => {
  test('nobody is deleted: sessions end first, then the account is disabled and stays in its groups', async () => {
    await start();
    const analysts = harness.addGroup('Analysts');
    const accountId = harness.addAccount('ada@acme.test', { groups: [analysts] });
    harness.fake.control.users.signIn('ada@acme.test');
    await expect(apply(leave(accountId))).resolves.toEqual({ kind: 'done', remoteId: accountId });
    expect(writesSent()).toEqual([`POST /api/v2/users/${accountId}/logout`, `PATCH /api/v2/users/${accountId}`]);
    expect(user(accountId)).toMatchObject({ active: false, sessions: 0 });
    const { accounts, groups } = await observe();
    expect(accounts.get(accountId)).toMatchObject({ active: false, groups: new Set([analysts, idOf('All Users')]) });
    expect(groups.get(analysts)?.members).toEqual(new Set([accountId]));
  });

  test('a release that cannot end sessions is asked once, and people are disabled all the same', async () => {
    await start({ rules: { version: '3.334' } });
    const [ada, bea] = [harness.addAccount('ada@acme.test'), harness.addAccount('bea@acme.test')];
    await apply(leave(ada));
    await apply(leave(bea));
    expect([user(ada)?.active, user(bea)?.active]).toEqual([false, false]);
    expect(writesSent().filter((each) => each.endsWith('/logout'))).toHaveLength(1);
  });

  test.each([
    { fault: { kind: 'status', status: 500 }, disabled: true },
    { fault: { kind: 'forbidden' }, disabled: true },
    { fault: { kind: 'reset' }, disabled: true },
    { fault: { kind: 'html' }, disabled: true },
    { fault: { kind: 'rate-limited' }, disabled: false },
    { fault: { kind: 'unauthorized' }, disabled: false },
  ] as const)(
    'sessions that cannot be ended ($fault.kind) leave nobody enabled, unless we must stop',
    async ({ fault, disabled }) => {
      const warned: string[] = [];
      await start();
      const target = createRetoolTarget(retoolConfig(harness.fake), {
        now: () => Date.UTC(2026, 0, 5),
        log: noting(warned),
      });
      const accountId = harness.addAccount('ada@acme.test');
      harness.fake.control.faults.plan(({ path }) => (path.endsWith('/logout') ? fault : undefined));
      const outcome = await target.apply(leave(accountId), never).catch((error: unknown) => error);
      expect(user(accountId)?.active).toBe(!disabled);
      expect(outcome).toMatchObject(disabled ? { kind: 'done' } : { name: 'TargetError' });
      expect(warned).toHaveLength(disabled ? 1 : 0);
    },
  );

  test('a name Retool refuses keeps nobody out, and the refusal is passed on', async () => {
    await start();
    const accountId = harness.addAccount('ada@acme.test');
    await apply(leave(accountId));
    const back = (firstName: string): Operation => {
      return { kind: 'reactivate-account', accountId, email: 'ada@acme.test', change: { firstName }, groups: [] };
    };
    await expect(apply(back('x'.repeat(37)))).rejects.toMatchObject({ code: 'REJECTED', status: 422 });
    expect(user(accountId)).toMatchObject({ active: true, firstName: 'Foreign' });
    await expect(apply(back('Ada'))).resolves.toMatchObject({ kind: 'done' });
  });

  test('enabling and renaming are one call, enabling first', async () => {
    await start();
    const accountId = harness.addAccount('ada@acme.test');
    await apply(leave(accountId));
    await apply({
      kind: 'reactivate-account',
      accountId,
      email: 'ada@acme.test',
      change: { lastName: 'Byron' },
      groups: [],
    });
    expect(harness.fake.control.ledger.entries.at(-1)?.body).toEqual({
      operations: [
        { op: 'replace', path: '/active', value: true },
        { op: 'replace', path: '/last_name', value: 'Byron' },
      ],
    });
  });
});

describe('hazards 6, 8, 9 and 13: groups', () => {
  test('built-in groups are known by name, wherever their ids lie', async () => {
    await start({ rules: { builtInIds: { admin: 71, editor: 72, viewer: 73, 'All Users': 74 } } });
    const custom = harness.addGroup('Admin');
    const { groups } = await observe();
    const told = [...groups.values()].map(({ id, guarded, administrators }) => [id, guarded, administrators]);
    expect(told).toEqual([
      ['71', 'built-in', true],
      ['72', 'built-in', false],
      ['73', 'built-in', false],
      ['74', 'automatic', false],
      [custom, undefined, false],
    ]);
  });

  test('the group that fills itself is left untouched', async () => {
    await start();
    const accountId = harness.addAccount('ada@acme.test');
    const groupId = idOf('All Users');
    for (const operation of [
      { kind: 'remove-member', groupId, accountId },
      { kind: 'add-member', groupId, accountId: nobody },
      { kind: 'create-group', key: 'name:All Users', name: 'All Users' },
      { kind: 'rename-group', groupId, name: 'Everybody' },
      { kind: 'delete-group', groupId, name: 'All Users' },
    ] as const) {
      await expect(apply(operation)).rejects.toMatchObject({ code: 'REJECTED' });
    }
    expect(writesSent()).toEqual([]);
  });

  test.each([
    { key: 'scim:1', expected: { code: 'REJECTED' } },
    { key: 'name:viewer', expected: { kind: 'already-so' } },
  ])('a built-in name is adopted only when the map names it ($key)', async ({ key, expected }) => {
    await start();
    const outcome = await apply({ kind: 'create-group', key, name: 'viewer' }).catch((error: unknown) => error);
    expect(outcome).toMatchObject(expected);
  });

  test('built-in groups take and lose members, and keep name and existence', async () => {
    await start();
    const accountId = harness.addAccount('ada@acme.test');
    const groupId = idOf('viewer');
    await expect(apply({ kind: 'add-member', groupId, accountId })).resolves.toMatchObject({ kind: 'done' });
    await expect(apply({ kind: 'remove-member', groupId, accountId })).resolves.toMatchObject({ kind: 'done' });
    await expect(apply({ kind: 'rename-group', groupId, name: 'Readers' })).rejects.toMatchObject({ code: 'REJECTED' });
    await expect(apply({ kind: 'delete-group', groupId, name: 'viewer' })).rejects.toMatchObject({ code: 'REJECTED' });
  });

  test('group admins stay group admins, whoever joins or leaves beside them', async () => {
    await start();
    const groupId = harness.addGroup('Analysts');
    const [lead, ada] = [harness.addAccount('lead@acme.test'), harness.addAccount('ada@acme.test')];
    harness.fake.control.groups.addMember(Number(groupId), lead, { groupAdmin: true });
    await expect(apply({ kind: 'add-member', groupId, accountId: lead })).resolves.toMatchObject({
      kind: 'already-so',
    });
    await apply({ kind: 'add-member', groupId, accountId: ada });
    await apply({ kind: 'remove-member', groupId, accountId: ada });
    expect(group('Analysts')?.groupAdminEmails).toEqual(['lead@acme.test']);
    expect(harness.fake.control.ledger.demoted).toEqual([]);
  });

  test('somebody made group admin a moment ago, while another was added, is not demoted', async () => {
    await start();
    const groupId = harness.addGroup('Analysts');
    const [ada, bea] = [harness.addAccount('ada@acme.test'), harness.addAccount('bea@acme.test')];
    await apply({ kind: 'add-member', groupId, accountId: bea });
    harness.fake.control.groups.addMember(Number(groupId), ada, { groupAdmin: true });
    await expect(apply({ kind: 'add-member', groupId, accountId: ada })).resolves.toMatchObject({ kind: 'already-so' });
    expect(group('Analysts')?.groupAdminEmails).toEqual(['ada@acme.test']);
  });

  test.each(['ok', 'not-found'] as const)(
    'somebody who was taken out a moment ago is out (removing again: %s)',
    async (removeAbsentMember) => {
      await start({ rules: { removeAbsentMember } });
      const groupId = harness.addGroup('Analysts');
      const accountId = harness.addAccount('ada@acme.test', { groups: [groupId] });
      harness.beforeNextWrite(() => harness.fake.control.groups.removeMember(Number(groupId), accountId));
      const outcome = await apply({ kind: 'remove-member', groupId, accountId });
      expect(['done', 'already-so']).toContain(outcome.kind);
    },
  );

  test('an unknown person, and a group that is gone, make the engine look again', async () => {
    await start();
    const groupId = harness.addGroup('Analysts');
    const accountId = harness.addAccount('ada@acme.test');
    await expect(apply({ kind: 'add-member', groupId, accountId: nobody })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(apply({ kind: 'add-member', groupId: '999', accountId })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(apply({ kind: 'rename-group', groupId: '999', name: 'X' })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await expect(apply({ kind: 'remove-member', groupId: '999', accountId })).resolves.toMatchObject({
      kind: 'already-so',
    });
    expect(group('Analysts')?.members).toEqual([]);
  });

  test('a new group gives no access, and says so field by field', async () => {
    await start();
    await apply({ kind: 'create-group', key: 'scim:1', name: 'Analysts' });
    expect(harness.fake.control.ledger.entries.at(-1)?.body).toEqual({
      name: 'Analysts',
      universal_app_access: 'none',
      universal_resource_access: 'none',
      universal_workflow_access: 'none',
      universal_query_library_access: 'none',
      user_list_access: false,
      audit_log_access: false,
      unpublished_release_access: false,
      usage_analytics_access: false,
      theme_access: false,
      account_details_access: false,
    });
    expect(group('Analysts')?.access).toEqual({});
  });

  test('one name asked for twice at the same moment is one group', async () => {
    await start({ rules: { duplicateGroupNames: 'allow' } });
    const make = (key: string) => apply({ kind: 'create-group', key, name: 'Analysts' });
    const outcomes = await Promise.all([make('name:Analysts'), make('scim:1')]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['done', 'already-so']);
    expect(outcomes[0].remoteId).toBe(outcomes[1].remoteId);
  });

  test('a renamed group keeps what its members may do', async () => {
    await start();
    const id = harness.fake.control.groups.create({ name: 'Analysts', access: { universal_app_access: 'use' } });
    await apply({ kind: 'rename-group', groupId: String(id), name: 'Analytics' });
    expect(group('Analytics')?.access).toEqual({ universal_app_access: 'use' });
  });

  test.each([
    { what: 'similar', there: 'ANALYSTS', says: /it has ANALYSTS, so it may not tell upper from lower case/ },
    { what: 'none', there: 'Editors', says: /no group this token sees has that name/ },
  ])('a name that is said to be taken is explained (a similar group: $what)', async ({ there, says }) => {
    await start();
    harness.addGroup(there);
    const other = harness.addGroup('Other');
    for (const operation of [
      { kind: 'create-group', key: 'scim:1', name: 'Analysts' },
      { kind: 'rename-group', groupId: other, name: 'Analysts' },
    ] as const) {
      harness.misbehave('conflict', 'writing');
      await expect(apply(operation)).rejects.toThrow(says);
    }
  });
});

describe('hazard 17: invitations', () => {
  const business = { rules: { plan: 'business' } } as const;

  test('who accepts gets a new id, is active, and is not invited again', async () => {
    await start(business);
    const sent = await apply(invitation('Ada@acme.test'));
    expect((await observe()).accounts.size).toBe(0);
    const id = harness.accept('ada@acme.test');
    expect(id).not.toBe(sent.remoteId);
    const { accounts, invitations, scope } = await observe({ accounts: [id], correlate: false, members: [] });
    expect(scope).toBe('all');
    expect(accounts.get(id)).toMatchObject({
      id,
      email: 'Ada@acme.test',
      correlationKey: 'ada@acme.test',
      active: true,
    });
    expect(invitations).toMatchObject([{ id: sent.remoteId, status: 'redeemed' }]);
    await expect(apply(leave(id))).rejects.toThrow(
      /cannot be done with this plan or token; disable ada@acme.test in Retool by hand/,
    );
  });

  test('one that expired is taken away and sent anew', async () => {
    await start(business);
    const first = await apply(invitation('ada@acme.test'));
    harness.fake.control.invitations.expire('ada@acme.test');
    expect((await observe()).invitations).toMatchObject([{ status: 'expired' }]);
    const second = await apply(invitation('ada@acme.test'));
    expect(second.kind).toBe('pending');
    expect(second.remoteId).not.toBe(first.remoteId);
    expect(harness.fake.control.state().invitations).toMatchObject([{ email: 'ada@acme.test', state: 'open' }]);
    expect(harness.mailsTo('ada@acme.test')).toBe(2);
  });

  test('one that can still be accepted counts, however many older ones cannot', async () => {
    await start(business);
    const { control } = harness.fake;
    control.invitations.send({ email: 'ada@acme.test' });
    control.advance(8 * 86_400_000);
    const target = createRetoolTarget(retoolConfig(harness.fake), { now: () => Date.UTC(2026, 0, 13, 12) });
    control.invitations.send({ email: 'ada@acme.test' });
    const { invitations } = await target.observe(everything, never);
    expect(invitations?.map(({ status }) => status)).toEqual(['pending', 'expired']);
  });

  test('people with an account that cannot be seen are refused in words, and no mail is sent', async () => {
    await start(business);
    harness.fake.control.users.add({ email: 'ada@acme.test' });
    const failure = apply(invitation('ada@acme.test'));
    await expect(failure).rejects.toMatchObject({ code: 'REJECTED', status: 409 });
    await expect(failure).rejects.toThrow(/already has a Retool account, which this plan or token does not show/);
    expect(harness.mailsTo('ada@acme.test')).toBe(0);
  });

  test('an invitation somebody sent by hand in the same moment is ours too', async () => {
    await start(business);
    await connect();
    let byHand = 0;
    harness.beforeNextWrite(() => (byHand = harness.fake.control.invitations.send({ email: 'Ada@acme.test' })));
    const outcome = await apply(invitation('ada@acme.test'));
    expect(outcome).toEqual({ kind: 'pending', remoteId: String(byHand) });
    expect(harness.fake.control.invitations.openFor('ada@acme.test')).toBe(1);
  });

  test('what was accepted is not withdrawn', async () => {
    await start(business);
    await apply(invitation('ada@acme.test'));
    harness.accept('ada@acme.test');
    const cancel: Operation = { kind: 'cancel-invitation', invitationId: undefined, email: 'ada@acme.test' };
    await expect(apply(cancel)).resolves.toMatchObject({ kind: 'already-so' });
    expect(harness.fake.control.state().invitations).toHaveLength(1);
  });

  test('a withdrawal answered with 404 is believed only when the list agrees', async () => {
    await start(business);
    await apply(invitation('ada@acme.test'));
    const cancel: Operation = { kind: 'cancel-invitation', invitationId: undefined, email: 'ada@acme.test' };
    harness.misbehave('not-found', 'writing');
    await expect(apply(cancel)).rejects.toMatchObject({ code: 'REJECTED', status: 404 });
    harness.misbehave('not-found', 'writing', 0);
    harness.beforeNextWrite(() => void harness.fake.control.invitations.delete('ada@acme.test'));
    await expect(apply(cancel)).resolves.toMatchObject({ kind: 'done' });
  });

  test('where accounts are made at once, an invitation sent by hand is shown, and withdrawn from who leaves', async () => {
    await start();
    const id = harness.fake.control.invitations.send({ email: 'Ada@acme.test' });
    expect((await observe()).invitations).toMatchObject([
      { id: String(id), correlationKey: 'ada@acme.test', status: 'pending' },
    ]);
    const cancel: Operation = { kind: 'cancel-invitation', invitationId: String(id), email: 'ada@acme.test' };
    await expect(apply(cancel)).resolves.toMatchObject({ kind: 'done' });
    await expect(apply(cancel)).resolves.toMatchObject({ kind: 'already-so' });
  });
});

describe('hazard 14: rates', () => {
  test('a refusal that names no time is taken for a whole rolling minute', async () => {
    await start();
    await connect();
    harness.misbehave('throttled-silent', 'reading');
    await expect(observe()).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 60_000 });
  });

  test('a few known people are fetched one by one, and everybody in one call for every hundred', async () => {
    await start();
    const ids = Array.from({ length: 300 }, (_, index) => harness.addAccount(`p${index}@acme.test`));
    await observe();
    const before = asked().length;
    const few = await observe({ accounts: ids.slice(0, 2), correlate: false, members: [] });
    expect([few.scope, few.accounts.size]).toEqual(['accounts', 2]);
    expect(asked().slice(before).toSorted()).toEqual(
      [`GET /api/v2/groups`, ...ids.slice(0, 2).map((id) => `GET /api/v2/users/${id}`)].toSorted(),
    );
    const many = await observe({ accounts: ids.slice(0, 4), correlate: false, members: [] });
    expect(many.scope).toBe('all');
  });
});

describe('what a look proves', () => {
  test('whoever accepts while we look is seen as invited, or as there', async () => {
    await start();
    await connect();
    harness.fake.control.invitations.send({ email: 'ada@acme.test' });
    let lists = 0;
    harness.fake.control.faults.plan(({ path }) => {
      if (!/\/(users|user_invites)$/.test(path)) return undefined;
      lists += 1;
      if (lists === 2) harness.fake.control.invitations.claim('ada@acme.test');
      return undefined;
    });
    const { accounts, invitations } = await observe();
    const isThere = [...accounts.values()].some(({ correlationKey }) => correlationKey === 'ada@acme.test');
    const isInvited = invitations?.some(({ status }) => status === 'pending');
    expect([lists, isThere || isInvited]).toEqual([2, true]);
  });

  test.each([
    { id: 'that answers 404 and is listed', fault: { kind: 'status', status: 404 }, path: /\/users\/user_/ },
    { id: 'that answers with a page and is listed', fault: { kind: 'html', status: 200 }, path: /\/users\/user_/ },
  ] as const)('somebody $id is there', async ({ fault, path }) => {
    await start();
    const accountId = harness.addAccount('ada@acme.test');
    for (let index = 0; index < 200; index += 1) harness.addAccount(`p${index}@acme.test`);
    await observe();
    harness.fake.control.faults.plan((request) => (path.test(request.path) ? fault : undefined));
    const { accounts } = await observe({ accounts: [accountId], correlate: false, members: [] });
    expect(accounts.get(accountId)?.active).toBe(true);
  });

  test('an id of another form is not asked for, as some releases fail over it', async () => {
    await start({ rules: { malformedUserId: 500 } });
    for (let index = 0; index < 300; index += 1) harness.addAccount(`p${index}@acme.test`);
    await observe();
    const { accounts } = await observe({ accounts: ['41'], correlate: false, members: [] });
    expect(accounts.has('41')).toBe(false);
    await expect(apply(leave('41'))).resolves.toMatchObject({ kind: 'already-so' });
  });

  test('a group that answers 404 and is listed is there', async () => {
    await start();
    const groupId = harness.addGroup('Analysts');
    const accountId = harness.addAccount('ada@acme.test');
    const hidden = new RegExp(`/groups/${groupId}$`);
    harness.fake.control.faults.plan(({ method, path }) =>
      method === 'GET' && hidden.test(path) ? { kind: 'status', status: 404 } : undefined,
    );
    await expect(apply({ kind: 'add-member', groupId, accountId })).resolves.toMatchObject({ kind: 'done' });
    const remove: Operation = { kind: 'delete-group', groupId, name: 'Analysts' };
    await expect(apply(remove)).resolves.toMatchObject({ kind: 'done' });
  });
});

describe('hazard 20: tolerant of what comes, strict about what it means', () => {
  test('fields nobody knows, missing names and unused accounts', async () => {
    await start({ rules: { unknownFields: true } });
    const accountId = harness.addAccount('ada@acme.test');
    expect((await observe()).accounts.get(accountId)).toMatchObject({ licence: 'default', lastLoginAt: null });
    harness.fake.control.users.signIn('ada@acme.test');
    expect((await observe()).accounts.get(accountId)?.lastLoginAt).toBe(Date.UTC(2026, 0, 5, 12));
  });

  test.each([
    [{ success: false, message: 'Group not found' }, 'Group not found'],
    [{ error: 'Bad gateway' }, 'Bad gateway'],
    [{ detail: 'SCIM request not authorized' }, 'SCIM request not authorized'],
    [{ success: false, message: '' }, undefined],
    [{ message: { text: 'x' } }, undefined],
    ['nothing', undefined],
  ])('the reason in %j', (body, reason) => {
    expect(reasonInMessage(body)).toBe(reason);
  });
});

test.each([
  'https://acme.retool.com',
  'https://acme.retool.com/',
  'https://acme.retool.com/?',
  'https://acme.retool.com/api/v2',
  'https://acme.retool.com/api/v2/',
  'https://acme.retool.com/api/v2/?',
  ' https://ACME.retool.com:443/api/v2 ',
])('the address may be written %j', async (baseUrl) => {
  await start();
  const parsed = targetSchemas['retool']?.parse({ name: 'retool', type: 'retool', baseUrl, token: 'retool_01' });
  expect(parsed).toMatchObject({
    baseUrl: 'https://acme.retool.com',
    addressChange: 'refuse',
    limits: { perMinute: 45, concurrency: 2 },
    invitations: { expireDays: 7 },
  });
});

test('a self-hosted path prefix stays, and calls go below it', async () => {
  await start();
  const parsed = targetSchemas['retool']?.parse({
    name: 'retool',
    type: 'retool',
    baseUrl: 'https://intranet.acme.test/tools/retool/api/v2',
    token: 'x',
  });
  expect(parsed?.baseUrl).toBe('https://intranet.acme.test/tools/retool');
});

function noting(warned: string[]): Log {
  const quiet = (): void => undefined;
  return { debug: quiet, info: quiet, error: quiet, warn: (message) => void warned.push(message) };
}

describe('servers no rule of the fake describes', () => {
  const mara = person(1, 'mara@acme.test');
  const list = (data: readonly unknown[], more: object = {}) => ({ success: true, data, ...more });
  const whole = (data: readonly unknown[]) =>
    list(data, { total_count: data.length, next_token: null, has_more: false });
  const admin = {
    id: 1,
    legacy_id: 1,
    name: 'admin',
    members: [{ id: mara.id, email: mara.email, is_group_admin: false }],
  };

  let scripted: Scripted;
  const serve = async (answers: Answers): Promise<Target> => {
    await start();
    scripted = await script({ '/groups': () => whole([admin]), '/user_invites': () => whole([]), ...answers });
    return createRetoolTarget(retoolConfig({ url: scripted.url, token: 'secret' }), { now: () => 0 });
  };
  afterEach(() => scripted.close());

  test('more is said to come and not where: never a whole list', async () => {
    const target = await serve({ '/users': () => list([mara], { has_more: true, next_token: '' }) });
    await expect(target.connect(never)).resolves.toMatchObject({ dialect: 'full' });
    const failure = target.observe(everything, never);
    await expect(failure).rejects.toMatchObject({ code: 'UNEXPECTED_RESPONSE' });
    await expect(failure).rejects.toThrow(/names no way to read on/);
  });

  test.each([
    { what: 'has_more', more: { has_more: true } },
    { what: 'a token', more: { next_token: 'x' } },
    { what: 'a total', more: { total_count: 3, has_more: false } },
  ])('a list without pages that says by $what that it is not everything', async ({ more }) => {
    let cut = false;
    const target = await serve({
      '/users': () => whole([mara]),
      '/groups': () => (cut ? list([admin], more) : whole([admin])),
    });
    await target.connect(never);
    cut = true;
    await expect(target.observe(everything, never)).rejects.toMatchObject({ code: 'UNEXPECTED_RESPONSE' });
  });

  test('a server that repeats its page is read once more without limit', async () => {
    const all = Array.from({ length: 150 }, (_, index) => person(index + 1, `p${index}@acme.test`));
    const target = await serve({
      '/users': (query) =>
        query.has('limit') ? list(all.slice(0, 100), { next_token: 'always', has_more: true }) : whole(all),
    });
    expect((await target.observe(everything, never)).accounts.size).toBe(150);
    expect(scripted.asked.filter((each) => each === '/api/v2/users')).toHaveLength(1);
  });

  test('a server that repeats its page, and cuts it short without limit too, is given up on', async () => {
    const target = await serve({ '/users': () => list([mara], { next_token: 'always', has_more: true }) });
    await expect(target.observe(everything, never)).rejects.toMatchObject({ code: 'UNEXPECTED_RESPONSE' });
  });

  test('rows that move between pages are read again, and given up on when they never hold still', async () => {
    const [one, two, three] = [person(1, 'a@acme.test'), person(2, 'b@acme.test'), person(3, 'c@acme.test')];
    let walks = 0;
    let still = 2;
    const target = await serve({
      '/users': (query) => {
        if (!query.has('next_token')) {
          walks += 1;
          return list([one, two], { next_token: `walk ${walks}`, has_more: true });
        }
        return list(walks < still ? [two, three] : [three], { has_more: false });
      },
    });
    await target.connect(never);
    walks = 0;
    expect((await target.observe(everything, never)).accounts.size).toBe(3);
    expect(walks).toBe(2);
    still = Infinity;
    await expect(target.observe(everything, never)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('fewer people than the answers count are nobody’s whole list', async () => {
    const target = await serve({ '/users': () => list([mara], { total_count: 2, has_more: false }) });
    await expect(target.observe(everything, never)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('an empty page with a promise of more ends in an error, not in a circle', async () => {
    let page = 0;
    const target = await serve({
      '/users': () => {
        page += 1;
        return list([], { next_token: `page ${page}`, has_more: true });
      },
    });
    await expect(target.observe(everything, never)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test.each([
    { what: 'a group known by its legacy id alone', group: { ...admin, id: null }, ok: true },
    { what: 'a group without any id', group: { ...admin, id: null, legacy_id: null }, ok: false },
    { what: 'a group that hides its members', group: { ...admin, members: undefined }, ok: false },
  ])('$what', async ({ group: shown, ok }) => {
    const target = await serve({ '/users': () => whole([mara]), '/groups': () => whole([shown]) });
    const seen = await target.observe(everything, never).catch((error: unknown) => error);
    expect(seen).toMatchObject(
      ok ? { groups: new Map([['1', expect.objectContaining({ id: '1' })]]) } : { code: 'UNEXPECTED_RESPONSE' },
    );
  });

  test.each([
    { what: 'the type, before 4.0', shown: { user_type: 'embed' }, licence: 'embed' },
    { what: 'the seat, from 4.0 on', shown: { user_type: 'default', seat_type: 'builder' }, licence: 'builder' },
    { what: 'no seat, from 4.0 on', shown: { user_type: 'default', seat_type: null }, licence: 'default' },
    { what: 'a release that shows neither', shown: {}, licence: '' },
  ])('a seat is told as far as it is shown: $what', async ({ shown, licence }) => {
    const target = await serve({ '/users': () => whole([{ ...mara, user_type: undefined, ...shown }]) });
    expect((await target.observe(everything, never)).accounts.get(mara.id)?.licence).toBe(licence);
  });

  test('an old release: ids as text, no administrators, no cost', async () => {
    const old = { id: mara.id, legacy_id: mara.id, email: mara.email, active: true, first_name: null, last_name: null };
    const target = await serve({ '/users': () => whole([old]) });
    const { accounts } = await target.observe(everything, never);
    expect(accounts.get(mara.id)).toMatchObject({
      firstName: '',
      lastName: '',
      guarded: undefined,
      lastLoginAt: undefined,
    });
  });

  test.each([{ active: undefined }, { active: null }, { email: undefined }, { id: '' }])(
    'a person without %j is a shape we do not know',
    async (missing) => {
      const target = await serve({ '/users': () => whole([{ ...mara, ...missing }]) });
      await expect(target.observe(everything, never)).rejects.toMatchObject({ code: 'UNEXPECTED_RESPONSE' });
    },
  );

  test('a good status that says it was no success is not read as one', async () => {
    let failing = false;
    const target = await serve({
      '/users': () => (failing ? { ...whole([mara]), success: false, message: 'not now' } : whole([mara])),
    });
    await target.connect(never);
    failing = true;
    await expect(target.observe(everything, never)).rejects.toMatchObject({ code: 'UNEXPECTED_RESPONSE' });
  });

  test('an invitation that does not say whether it was accepted is a shape we do not know', async () => {
    const target = await serve({
      '/users': () => 403,
      '/user_invites': () => whole([{ id: 1, invited_email: 'a@acme.test' }]),
    });
    await expect(target.connect(never)).rejects.toMatchObject({ code: 'UNEXPECTED_RESPONSE' });
  });

  test.each([400, 403, 404, 422])('invitations refused with %i make nothing fail, and that is said', async (status) => {
    const target = await serve({ '/users': () => whole([mara]), '/user_invites': () => status });
    const { capabilities, warnings } = await target.connect(never);
    expect(capabilities).toMatchObject({ listsInvitations: false, cancelsInvitations: false });
    expect(warnings.join('\n')).toMatch(/Invitations cannot be listed/);
    expect((await target.observe(everything, never)).invitations).toBeUndefined();
  });

  test('where there is nothing but invitations, only what means "not for you" counts as closed', async () => {
    const target = await serve({ '/users': () => 403, '/user_invites': () => 422 });
    await expect(target.connect(never)).rejects.toMatchObject({ code: 'REJECTED', status: 422 });
  });

  test('a list of tokens in a shape nobody knows makes nothing fail', async () => {
    const target = await serve({
      '/users': () => whole([mara]),
      '/access_tokens': () => ({ success: true, data: 'none' }),
    });
    await expect(target.connect(never)).resolves.toMatchObject({ dialect: 'full', credential: { owner: undefined } });
  });

  test('an older release is asked for the kinds of access it shows, and no others', async () => {
    const shown = { ...admin, universal_app_access: 'own', user_list_access: true };
    const target = await serve({
      '/users': () => whole([mara]),
      '/groups': (_, body) =>
        body === undefined ? whole([shown]) : { success: true, data: { ...shown, id: 9, name: 'New' } },
    });
    await expect(target.apply({ kind: 'create-group', key: 'scim:1', name: 'New' }, never)).resolves.toEqual({
      kind: 'done',
      remoteId: '9',
    });
    expect(scripted.bodies).toEqual([{ name: 'New', universal_app_access: 'none', user_list_access: false }]);
  });

  test.each([
    { what: 'update', operation: { kind: 'update-account', accountId: mara.id, change: { firstName: 'Maria' } } },
    { what: 'disabling', operation: { kind: 'deactivate-account', accountId: mara.id, email: mara.email } },
    { what: 'new member', operation: { kind: 'add-member', groupId: '1', accountId: nobody } },
    { what: 'removed member', operation: { kind: 'remove-member', groupId: '1', accountId: mara.id } },
    { what: 'new name', operation: { kind: 'rename-group', groupId: '5', name: 'Other' } },
    { what: 'new account', operation: creation('new@acme.test') },
  ] as const)('an answer that shows nothing of the $what is not believed', async ({ operation }) => {
    const custom = { ...admin, id: 5, legacy_id: 5, name: 'Custom' };
    const target = await serve({
      '/users': (query, body) => {
        if (body !== undefined) return { success: true, data: { ...mara, active: false } };
        return query.has('email') ? whole([]) : whole([mara]);
      },
      [`/users/${mara.id}`]: () => ({ success: true, data: mara }),
      '/groups': () => whole([admin, custom]),
      '/groups/1': () => ({ success: true, data: admin }),
      '/groups/1/members': () => ({ success: true, data: admin }),
      [`/groups/1/members/${mara.id}`]: () => ({ success: true, data: admin }),
      '/groups/5': () => ({ success: true, data: custom }),
    });
    await expect(target.apply(operation, never)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('somebody else’s row in answer to an id is nobody', async () => {
    const other = person(2, 'other@acme.test');
    const target = await serve({
      '/users': () => whole([mara]),
      [`/users/${mara.id}`]: () => ({ success: true, data: other }),
    });
    await target.apply({ kind: 'update-account', accountId: mara.id, change: { firstName: 'Mara' } }, never);
    expect(scripted.asked.filter((each) => each.startsWith('/api/v2/users?'))).toHaveLength(2);
  });
});

function person(legacyId: number, email: string) {
  const id = `user_${String(legacyId).padStart(32, '0')}`;
  const names = { first_name: 'Mara', last_name: 'Iyer' };
  return {
    id,
    legacy_id: legacyId,
    email,
    active: true,
    ...names,
    is_admin: false,
    last_active: null,
    user_type: 'default',
  };
}

/** What each path below `/api/v2` answers: a body, or a status to refuse with. Everything else is a 404. */
type Answers = Readonly<Record<string, (query: URLSearchParams, body: unknown) => object | number>>;

interface Scripted {
  readonly url: string;
  readonly asked: string[];
  readonly bodies: unknown[];
  close(): Promise<void>;
}

async function script(answers: Answers): Promise<Scripted> {
  const asked: string[] = [];
  const bodies: unknown[] = [];
  const server: Server = createServer((req, res) => {
    void read(req).then((body) => {
      const { pathname, searchParams } = new URL(req.url ?? '', 'http://localhost');
      asked.push(req.url ?? '');
      if (body !== undefined) bodies.push(body);
      const answer = answers[pathname.replace('/api/v2', '')]?.(searchParams, body) ?? 404;
      const [status, text] =
        typeof answer === 'number' ? [answer, { success: false, message: `refused ${answer}` }] : [200, answer];
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(text));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, asked, bodies, close };
}

async function read(req: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of req) text += String(chunk);
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}
