import { enterpriseUrn } from '../../src/model/scim-attributes.js';
import type { Operation, Outcome } from '../../src/model/operation.js';
import type { Log } from '../../src/model/log.js';
import { likeMetabase, likeRetool } from '../../src/sandbox/scim/presets.js';
import { reasonInError } from '../../src/targets/scim/reason-in-error.js';
import { createScimTarget } from '../../src/targets/scim/scim-target.js';
import { TargetError } from '../../src/targets/target-error.js';
import type { ObservationScope, Preflight, Target } from '../../src/targets/target.js';
import { scimConfig } from './drawbridge-harness.js';
import { startScimHarness, type ScimHarness, type ScimHarnessOptions } from './scim-harness.js';
import { listOf, scriptedServer, type Asked, type Said, type ScriptedServer } from './scripted-server.js';

const never = new AbortController().signal;
const everything: ObservationScope = { accounts: [], correlate: true, members: 'all' };

let harness: ScimHarness | undefined;
let server: ScriptedServer | undefined;
let target: Target;
let preflight: Preflight;
const warned: string[] = [];
const log: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message) => void warned.push(message),
  error: () => undefined,
};

const start = async (options: ScimHarnessOptions = {}): Promise<ScimHarness> => {
  harness = await startScimHarness(options);
  const config = scimConfig(harness.fake.baseUrl, { token: harness.fake.token, ...options.config });
  target = createScimTarget(config, { now: () => 0, log });
  preflight = await target.connect(never);
  return harness;
};

/** A server of a few lines: whatever it does not say is a 404. */
const script = async (
  say: (asked: Asked) => Said | undefined,
  config: Parameters<typeof scimConfig>[1] = {},
): Promise<readonly Asked[]> => {
  server = await scriptedServer(say);
  target = createScimTarget(scimConfig(server.url, config), { now: () => 0, log });
  preflight = await target.connect(never);
  return server.asked;
};

const observe = (scope = everything) => target.observe(scope, never);
const apply = (operation: Operation): Promise<Outcome> => target.apply(operation, never);
const failure = async (promise: Promise<unknown>): Promise<TargetError> => {
  const error = await promise.catch((thrown: unknown) => thrown);
  if (error instanceof TargetError) return error;
  throw new Error('did not fail as a target fails');
};
const account = async (id: string) => (await observe()).accounts.get(id);
const group = async (id: string) => (await observe()).groups.get(id);
const calls = () =>
  (harness?.fake.control.ledger.entries ?? []).map(({ method, path, query }) => `${method} ${path}${query}`);
const bodies = (method: string): unknown[] =>
  (harness?.fake.control.ledger.entries ?? []).filter((each) => each.method === method).map(({ body }) => body);
const edit = (accountId: string, profile: Record<string, string>): Operation => ({
  kind: 'update-account',
  accountId,
  change: { profile },
});
const join = (groupId: string, accountId: string): Operation => ({ kind: 'add-member', groupId, accountId });
const leave = (groupId: string, accountId: string): Operation => ({ kind: 'remove-member', groupId, accountId });
const out = (accountId: string): Operation => ({ kind: 'deactivate-account', accountId, email: 'ada@acme.test' });
const creation = (profile: Record<string, string>, email = 'ada@acme.test'): Operation => ({
  kind: 'create-account',
  email,
  firstName: 'Ada',
  lastName: 'Byron',
  licence: '',
  profile,
});

beforeEach(() => warned.splice(0));
afterEach(async () => {
  await harness?.close();
  await server?.close();
  harness = server = undefined;
});

describe('connecting', () => {
  test.each([
    { says: 'everything', rules: {}, dialect: 'patch', grain: 'member', warns: [] },
    {
      says: 'that it has no PATCH',
      rules: { patch: 'unsupported', groupPatch: 'unsupported' },
      dialect: 'put',
      grain: 'group',
      warns: [/has no PATCH/],
    },
    {
      says: 'nothing of itself',
      rules: { serviceProviderConfig: 'absent', schemas: 'absent' },
      dialect: 'put',
      grain: 'group',
      warns: [/does not say what it supports/, /does not list its schemas/],
    },
    {
      says: '401 where it should describe itself',
      rules: { serviceProviderConfig: 'unauthorized' },
      dialect: 'put',
      grain: 'group',
      warns: [/does not say what it supports/],
    },
  ] as const)('a server that says $says', async ({ rules, dialect, grain, warns }) => {
    await start({ rules, seeded: true });
    expect(preflight).toMatchObject({ dialect, capabilities: { membershipGrain: grain, managesGroups: true } });
    expect(preflight.warnings).toHaveLength(warns.length);
    for (const words of warns) expect(preflight.warnings.join('\n')).toMatch(words);
    expect(harness?.writes()).toBe(0);
  });

  test('the operator’s word on PATCH is above the server’s', async () => {
    await start({ rules: { serviceProviderConfig: 'absent' }, config: { patch: 'always' } });
    expect(preflight.capabilities.membershipGrain).toBe('member');
    await harness?.close();
    await start({ config: { patch: 'never' } });
    const id = harness?.addAccount('ada@acme.test') ?? '';
    await apply(edit(id, { title: 'Analyst' }));
    expect([preflight.capabilities.membershipGrain, bodies('PATCH'), bodies('PUT').length]).toEqual(['group', [], 1]);
  });

  test('without groups people are provisioned all the same, and it is said', async () => {
    await start({ rules: { groups: 'absent' } });
    expect(preflight).toMatchObject({
      capabilities: { managesGroups: false },
      credential: { mayNot: ['read groups'] },
    });
    expect(preflight.warnings.join()).toMatch(/shows no groups to this token/);
  });

  test.each([
    { what: 'a bad token', config: { token: 'wrong-token-0123456789' }, words: /does not accept the credential/ },
    { what: 'an address beside the root', config: { baseUrl: '' }, words: /ends at the SCIM root, such as \/scim\/v2/ },
  ])('$what stops the target with a sentence', async ({ config }) => {
    harness = await startScimHarness();
    const baseUrl = 'baseUrl' in config ? `${harness.fake.url}/elsewhere` : harness.fake.baseUrl;
    const settings = scimConfig(baseUrl, { token: harness.fake.token, ...('token' in config ? config : {}) });
    const error = await failure(createScimTarget(settings, { now: () => 0 }).connect(never));
    expect(error.disposition).toBe('stop-target');
  });

  test.each([
    {
      what: 'a page',
      said: { body: '<!doctype html><title>Welcome</title>', headers: { 'content-type': 'text/html' } },
    },
    { what: 'a 500', said: { status: 500, body: { detail: 'undefined is not a function' } } },
    { what: 'a success without sense', said: { body: { ok: false } } },
  ])('$what where a server should describe itself is no description, and no obstacle', async ({ said }) => {
    await script(({ path, query }) => (path === '/Users' || path === '/Groups' ? listOf([], query) : said));
    expect(preflight).toMatchObject({ dialect: 'put', credential: { owner: undefined } });
  });

  test.each([502, 503, 429])('a passing %i is waited out: what is learned at first is kept', async (status) => {
    const say = ({ path, query }: Asked): Said =>
      path === '/Users' || path === '/Groups' ? listOf([], query) : { status };
    await expect(script(say)).rejects.toMatchObject({ disposition: 'retry' });
  });

  test('whose token it is, a server may tell: that account is never changed', async () => {
    const me = { id: 'u1', userName: 'bridge@acme.test', active: true };
    const asked = await script(({ path, query }) => {
      if (path === '/Me') return { body: me };
      if (path === '/Users/u1') return { body: me };
      return path === '/Users' ? listOf([me], query) : undefined;
    });
    expect(preflight.credential.owner).toBe('bridge@acme.test');
    expect(await account('u1')).toMatchObject({ guarded: 'credential-owner' });
    for (const operation of [out('u1'), edit('u1', { title: 'Boss' })]) {
      await expect(apply(operation)).rejects.toMatchObject({ code: 'REJECTED' });
    }
    expect(asked.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('the token is never seen again, even when a server echoes it', async () => {
    const say = ({ header }: Asked): Said => ({
      status: 400,
      body: { detail: `bad header ${header('authorization')}` },
    });
    const error = await failure(script(say, { token: 'secret-0123456789' }));
    expect(error.message).toContain('[redacted]');
    expect(error.message).not.toContain('secret-0123456789');
  });

  test('deleting leavers is said beforehand, and so is a server that sends everything at once', async () => {
    await start({ config: { deprovision: 'delete' } });
    expect(preflight.warnings.join()).toMatch(/Leavers are deleted/);
    await harness?.close();
    await start({ rules: likeRetool });
    for (let index = 0; index < 60; index += 1) harness?.addAccount(`p${index}@acme.test`);
    expect((await target.connect(never)).warnings.join()).toMatch(/ignores paging/);
    const before = harness?.reads() ?? 0;
    expect((await observe()).accounts.size).toBe(60);
    expect(
      calls()
        .slice(before)
        .filter((call) => call.includes('/Users')),
    ).toHaveLength(1);
  });
});

describe('looking', () => {
  test('pages are as large as the server says it allows', async () => {
    await start({ rules: { maxPageSize: 30 } });
    for (let index = 0; index < 70; index += 1) harness?.addAccount(`p${index}@acme.test`);
    const before = harness?.reads() ?? 0;
    expect((await observe()).accounts.size).toBe(70);
    const asked = calls()
      .slice(before)
      .filter((call) => call.includes('/Users'));
    expect([asked.length, asked.every((call) => call.includes('count=30'))]).toEqual([3, true]);
  });

  test('one known person among many costs a handful of calls', async () => {
    const { addAccount, addGroup } = await start();
    const groupId = addGroup('Analysts');
    for (let index = 0; index < 500; index += 1) addAccount(`p${index}@acme.test`);
    const known = addAccount('known@acme.test', { groups: [groupId] });
    await observe();
    const before = harness?.reads() ?? 0;
    const few = await observe({ accounts: [known], correlate: false, members: [] });
    expect(few).toMatchObject({ scope: 'accounts' });
    expect(few.accounts.get(known)?.groups).toEqual(new Set([groupId]));
    expect((harness?.reads() ?? 0) - before).toBe(2);
  });

  test('members that lists leave out are asked for group by group', async () => {
    const { addAccount, addGroup } = await start({ rules: { members: 'single' } });
    const [one, two] = [addGroup('One'), addGroup('Two')];
    const ada = addAccount('ada@acme.test', { groups: [one] });
    expect(await group(one)).toMatchObject({ members: new Set([ada]) });
    expect(await group(two)).toMatchObject({ members: new Set() });
    expect((await account(ada))?.groups).toEqual(new Set([one]));
  });

  test('members shown nowhere are unknown, not none; the first that does not show ends it, in words', async () => {
    const { addAccount, addGroup, fake } = await start({ rules: { members: 'never', schemas: 'absent' } });
    fake.control.configure({ serviceProviderConfig: 'boastful' });
    const groupId = addGroup('Analysts');
    const ada = addAccount('ada@acme.test');
    expect(preflight.warnings.join()).not.toMatch(/No group shows any member/);
    expect((await target.connect(never)).warnings.join()).toMatch(/No group shows any member yet/);
    expect((await group(groupId))?.members).toBeUndefined();
    const error = await failure(apply(join(groupId, ada)));
    expect(error).toMatchObject({ code: 'REJECTED' });
    expect(error.message).toMatch(/does not show who is in Analysts/);
    expect((await observe()).groups.size).toBe(0);
    expect(warned.join()).toMatch(/its groups are left alone/);
  });

  test('a whole group is never put where nobody sees who is in it; one just made is known to be empty', async () => {
    const {
      addAccount,
      addGroup,
      heldGroup,
      join: byHand,
    } = await start({
      rules: { ...likeMetabase, names: 'optional' },
    });
    const [ada, bea] = [addAccount('ada@acme.test'), addAccount('bea@acme.test')];
    const groupId = addGroup('Analysts');
    const set = (id: string): Operation => ({
      kind: 'set-group-members',
      groupId: id,
      add: [ada],
      remove: [],
      resulting: [ada],
    });
    expect((await failure(apply(set(groupId)))).message).toMatch(/put somebody into any group there by hand, once/);
    const made = await apply({ kind: 'create-group', key: 'scim:1', name: 'New' });
    await expect(apply(set(made.remoteId ?? ''))).resolves.toMatchObject({ kind: 'done' });
    // From here on it is known that members show.
    byHand(groupId, bea);
    await expect(apply(set(groupId))).resolves.toMatchObject({ kind: 'done' });
    expect(heldGroup(groupId)?.members.toSorted()).toEqual([ada, bea].toSorted());
  });

  test('who is inactive and in no list is found by their id', async () => {
    const { addAccount } = await start({ rules: { inactiveUsers: 'hidden' } });
    const ada = addAccount('ada@acme.test');
    await apply(out(ada));
    expect((await observe()).accounts.size).toBe(0);
    expect((await observe({ ...everything, accounts: [ada] })).accounts.get(ada)).toMatchObject({ active: false });
  });

  const shown = (user: object, groups: readonly object[] = []) =>
    script(({ path, query }) => {
      if (path === '/Users') return listOf([{ id: 'u1', userName: 'ada', ...user }], query);
      return path === '/Groups' ? listOf(groups, query) : undefined;
    });

  test.each([
    { active: 'False', is: false },
    { active: 'true', is: true },
    { active: null, is: true },
  ])('active $active is understood', async ({ active, is }) => {
    await shown({ active });
    expect(await account('u1')).toMatchObject({ active: is, email: 'ada', correlationKey: 'ada' });
  });

  test.each([{ active: 'perhaps' }, { active: 0 }])('active $active is an error, never a guess', async (user) => {
    await expect(shown(user)).rejects.toMatchObject({ code: 'UNEXPECTED_RESPONSE' });
  });

  test('a list without its total is not taken for whole', async () => {
    const list = script(({ path }) => (path === '/Users' ? { body: { Resources: [{ id: 'u1' }] } } : undefined));
    await expect(list).rejects.toMatchObject({ code: 'UNEXPECTED_RESPONSE' });
  });

  test('numbers are ids too, as text; a group in a group is no account', async () => {
    const nested = { value: 9, type: 'Group' };
    await shown({ id: 7 }, [{ id: 5, displayName: 'All', members: [{ value: 7 }, nested] }]);
    const { accounts, groups } = await observe();
    expect([[...accounts.keys()], groups.get('5')?.members]).toEqual([['7'], new Set(['7'])]);
    expect(accounts.get('7')?.groups).toEqual(new Set(['5']));
  });

  test('a member that cannot be read makes the observation fail', async () => {
    const groups = [{ id: 'g1', displayName: 'All', members: [{ display: 'nobody' }] }];
    await expect(shown({}, groups)).rejects.toMatchObject({ code: 'UNEXPECTED_RESPONSE' });
  });

  test('a group somebody is in by way of another is none they can be taken out of', async () => {
    await shown(
      {
        groups: [
          { value: 'g1', type: 'direct' },
          { value: 'g2', type: 'indirect' },
        ],
      },
      [
        { id: 'g1', displayName: 'One' },
        { id: 'g2', displayName: 'Two' },
      ],
    );
    expect((await account('u1'))?.groups).toEqual(new Set(['g1']));
  });

  test('the address is the primary one, else the one for work, else the first', async () => {
    await shown({
      emails: [{ value: 'a@x.test' }, { value: 'b@x.test', type: 'Work' }, { value: 'c@x.test', primary: true }],
    });
    expect(await account('u1')).toMatchObject({ email: 'c@x.test', profile: { emails: 'c@x.test' } });
    await server?.close();
    await shown({ emails: [{ value: 'a@x.test' }, { value: 'b@x.test', type: 'Work' }] });
    expect(await account('u1')).toMatchObject({ email: 'b@x.test' });
  });
});

describe('joiners', () => {
  test('are made with one POST that says everything, and nothing that was not given', async () => {
    await start();
    const profile = {
      userName: 'Ada',
      externalId: '00u1',
      emails: 'ada@acme.test',
      title: 'Analyst',
      department: 'Données',
    };
    await apply(creation(profile));
    expect(bodies('POST')).toEqual([
      {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterpriseUrn],
        active: true,
        userName: 'Ada',
        externalId: '00u1',
        name: { givenName: 'Ada', familyName: 'Byron' },
        emails: [{ value: 'ada@acme.test', type: 'work', primary: true }],
        title: 'Analyst',
        [enterpriseUrn]: { department: 'Données' },
      },
    ]);
  });

  test('without an address are sent without one', async () => {
    await start();
    await apply(creation({ userName: 'svc-loader' }, 'svc-loader'));
    expect(bodies('POST')[0]).not.toHaveProperty('emails');
  });

  test('what a server turns out not to keep is left alone from then on, and it is said', async () => {
    await start({ rules: { externalId: 'dropped', schemas: 'absent' } });
    const { remoteId = '' } = await apply(
      creation({ userName: 'ada@acme.test', externalId: '00u1', title: 'Analyst' }),
    );
    expect(preflight.capabilities.profile).not.toContain('externalId');
    expect(preflight.capabilities.profile).toContain('title');
    expect(warned.join()).toMatch(/does not keep/);
    await expect(apply(edit(remoteId, { externalId: '00u2' }))).resolves.toMatchObject({ kind: 'already-so' });
  });

  test('attributes that are no part of the server’s schemas are not sent at all', async () => {
    const attributes = [{ name: 'userName' }, { name: 'title', mutability: 'readOnly' }, { name: 'emails' }];
    const asked = await script(({ method, path, query, body }) => {
      if (path === '/Schemas') {
        return { body: { Resources: [{ id: 'urn:ietf:params:scim:schemas:core:2.0:User', attributes }] } };
      }
      if (method === 'POST') return { status: 201, body: { id: 'u1', ...(body as object) } };
      return path === '/Users' ? listOf([], query) : undefined;
    });
    expect(preflight.capabilities.profile).toEqual(['userName', 'externalId', 'emails']);
    await apply(creation({ userName: 'ada', externalId: '1', title: 'Analyst', department: 'Données', nickName: 'A' }));
    const sent = asked.find(({ method }) => method === 'POST')?.body;
    expect(Object.keys(sent as object).toSorted()).toEqual(
      ['active', 'emails', 'externalId', 'name', 'schemas', 'userName'].toSorted(),
    );
  });

  test('an attribute a server refuses by name costs nobody their account', async () => {
    const asked = await script(({ method, path, query, body }) => {
      if (path !== '/Users') return undefined;
      if (method === 'GET') return listOf([], query);
      if ('title' in (body as object)) return { status: 400, body: { detail: 'Unsupported attribute: title.' } };
      return { status: 201, body: { id: 'u1', ...(body as object) } };
    });
    await expect(apply(creation({ userName: 'ada', title: 'Analyst' }))).resolves.toMatchObject({
      kind: 'done',
      remoteId: 'u1',
    });
    expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(2);
    expect(preflight.capabilities.profile).not.toContain('title');
  });

  test('a refusal that is about the value, or about the name itself, is the answer', async () => {
    const details = ['title is too long', 'Unsupported userName'];
    const asked = await script(({ method, path, query }) => {
      if (path !== '/Users') return undefined;
      return method === 'GET' ? listOf([], query) : { status: 400, body: { detail: details.shift() } };
    });
    for (const words of [...details]) {
      const error = await failure(apply(creation({ userName: 'ada', title: 'Analyst' })));
      expect([error.code, error.message.includes(words)]).toEqual(['REJECTED', true]);
    }
    expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  test.each([
    { filters: 'none', rules: { filter: 'none' } },
    { filters: 'refused', rules: { filter: 'none', serviceProviderConfig: 'boastful' } },
    { filters: 'ignored', rules: { filter: 'none', strangeFilter: 'ignore', serviceProviderConfig: 'boastful' } },
    { filters: 'heeding case', rules: { userNameCase: 'exact' } },
  ] as const)('somebody there is found with filters $filters', async ({ rules }) => {
    const { addAccount, newTarget } = await start({ rules });
    addAccount('bea@acme.test');
    const ada = addAccount('Ada@Acme.test');
    await expect(apply(creation({ userName: 'ada@acme.test' }))).resolves.toEqual({
      kind: 'already-so',
      remoteId: ada,
    });
    target = newTarget();
    await expect(apply(creation({ userName: 'ada@acme.test' }))).resolves.toEqual({
      kind: 'already-so',
      remoteId: ada,
    });
    expect(harness?.writes()).toBe(0);
  });

  test('a server that ignores filters does not pass somebody else off as them', async () => {
    const rules = { filter: 'none', strangeFilter: 'ignore', serviceProviderConfig: 'boastful' } as const;
    const bea = (await start({ rules })).addAccount('bea@acme.test');
    const made = await apply(creation({ userName: 'ada@acme.test' }));
    expect([made.kind, made.remoteId === bea]).toEqual(['done', false]);
  });

  test('between two users of one name nobody chooses', async () => {
    const { addAccount } = await start({ rules: { userNameCase: 'exact' } });
    addAccount('ada@acme.test');
    addAccount('ADA@acme.test');
    await observe();
    const error = await failure(apply(creation({ userName: 'Ada@acme.test' })));
    expect([error.code, harness?.writes()]).toEqual(['REJECTED', 0]);
  });

  test('1,000 joiners on a server without filters do not cost 1,000 lists', async () => {
    await start({ rules: { filter: 'none' } });
    await observe();
    const before = harness?.reads() ?? 0;
    const names = Array.from({ length: 40 }, (_, index) => `p${index}@acme.test`);
    await Promise.all(names.map((userName) => apply(creation({ userName }, userName))));
    expect(harness?.writes()).toBe(40);
    expect((harness?.reads() ?? 0) - before).toBeLessThan(40);
  });

  test('a name that is taken by nobody we can see is refused in the server’s words', async () => {
    await script(({ method, path, query }) => {
      if (path !== '/Users') return undefined;
      if (method === 'GET') return listOf([], query);
      return { status: 409, body: { detail: 'ada is taken in another tenant', scimType: 'uniqueness' } };
    });
    const error = await failure(apply(creation({ userName: 'ada' })));
    expect([error.code, error.message]).toEqual([
      'REJECTED',
      'the SCIM server refused (409): ada is taken in another tenant (uniqueness)',
    ]);
  });
});

describe('movers', () => {
  test('are changed by PATCH: single values by their path, the address with its neighbours', async () => {
    const { addAccount } = await start();
    const ada = addAccount('ada@acme.test');
    const change = { firstName: 'Žofia', email: 'zofia@acme.test', profile: { title: 'Boss', department: 'Données' } };
    await apply({ kind: 'update-account', accountId: ada, change });
    expect(bodies('PATCH')).toEqual([
      {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [
          { op: 'replace', path: 'name.givenName', value: 'Žofia' },
          {
            op: 'replace',
            path: 'emails',
            value: [
              { value: 'zofia@acme.test', type: 'work', primary: true },
              { value: 'home-ada@acme.test', type: 'home' },
            ],
          },
          { op: 'replace', path: 'title', value: 'Boss' },
          { op: 'replace', path: `${enterpriseUrn}:department`, value: 'Données' },
        ],
      },
    ]);
  });

  test('are put whole where there is no PATCH: everything as read, but for what is the server’s to say', async () => {
    const { addAccount, addGroup } = await start({ rules: { patch: 'unsupported', groupPatch: 'unsupported' } });
    const ada = addAccount('ada@acme.test', { groups: [addGroup('Analysts')] });
    await apply(edit(ada, { department: 'Données' }));
    const [body] = bodies('PUT') as Record<string, unknown>[];
    expect(body).toMatchObject({ userName: 'ada@acme.test', profileUrl: 'https://x.example/me', active: true });
    expect(['id', 'meta', 'groups'].filter((name) => name in (body ?? {}))).toEqual([]);
    expect(body?.['schemas']).toContain(enterpriseUrn);
    expect(harness?.lostFields()).toEqual([]);
  });

  test.each([501, 405, 404] as const)('PATCH refused with %i is not tried again', async (unsupportedStatus) => {
    const rules = {
      patch: 'unsupported',
      groupPatch: 'unsupported',
      serviceProviderConfig: 'absent',
      unsupportedStatus,
    } as const;
    const { addAccount } = await start({ rules });
    const ada = addAccount('ada@acme.test');
    await expect(apply(edit(ada, { title: 'Boss' }))).resolves.toMatchObject({ kind: 'done' });
    await expect(apply(out(ada))).resolves.toMatchObject({ kind: 'done' });
    expect([bodies('PATCH').length, bodies('PUT').length]).toEqual([1, 2]);
  });

  test('patch set to always never falls back on PUT', async () => {
    const { addAccount } = await start({ rules: { patch: 'unsupported' }, config: { patch: 'always' } });
    const ada = addAccount('ada@acme.test');
    await expect(apply(edit(ada, { title: 'Boss' }))).rejects.toBeInstanceOf(TargetError);
    expect(bodies('PUT')).toEqual([]);
  });

  test('a server that takes few attributes gets those, and leavers leave', async () => {
    const { addAccount, held } = await start({ rules: likeMetabase, seeded: true });
    const ada = addAccount('ada@acme.test');
    const change = { lastName: 'King', profile: { userName: 'ada.king@acme.test', displayName: 'Ada', title: 'Boss' } };
    await expect(apply({ kind: 'update-account', accountId: ada, change })).resolves.toMatchObject({ kind: 'done' });
    expect(held(ada)).toMatchObject({ lastName: 'King', profile: { userName: 'ada.king@acme.test' } });
    expect(preflight.capabilities.profile).toEqual(expect.not.arrayContaining(['displayName', 'title']));
    await expect(apply(out(ada))).resolves.toMatchObject({ kind: 'done' });
    expect(held(ada)?.active).toBe(false);
  });

  test('who comes back is let in first: a refused attribute keeps nobody out', async () => {
    let active = false;
    await script(({ method, path, query, body }) => {
      const user = { id: 'u1', userName: 'ada', active };
      if (path === '/Users') return listOf([user], query);
      if (path !== '/Users/u1') return undefined;
      if (method === 'GET') return { body: user };
      const [first] = (body as { Operations: { path: string }[] }).Operations;
      if (first?.path !== 'active') return { status: 400, body: { detail: 'title must be shorter' } };
      active = true;
      return { body: { ...user, active } };
    });
    const change = { profile: { title: 'A title of great length' } };
    const back = apply({ kind: 'reactivate-account', accountId: 'u1', email: 'ada', change, groups: [] });
    await expect(back).rejects.toMatchObject({ code: 'REJECTED' });
    expect(active).toBe(true);
  });

  const stubborn = (shows: object) =>
    script(({ path, query, method }) => {
      const user = { id: 'u1', userName: 'ada', active: true, name: { givenName: 'Ada' }, ...shows };
      if (path === '/Users') return listOf([user], query);
      return path === '/Users/u1' ? (method === 'GET' ? { body: user } : { status: 204 }) : undefined;
    });

  test.each([
    { what: 'stays active', operation: out('u1') },
    { what: 'keeps the name', operation: edit('u1', { userName: 'bea' }) },
    {
      what: 'keeps the given name',
      operation: { kind: 'update-account', accountId: 'u1', change: { firstName: 'Bea' } } as const,
    },
  ])('a user who $what, whatever the server answered, is not taken for done', async ({ operation }) => {
    await stubborn({});
    await expect(apply(operation)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('an attribute the server takes and does not keep is asked for once', async () => {
    const { addAccount } = await start({ rules: { externalId: 'dropped' } });
    const ada = addAccount('ada@acme.test');
    await expect(apply(edit(ada, { externalId: '00u1' }))).resolves.toMatchObject({ kind: 'done' });
    expect(preflight.capabilities.profile).not.toContain('externalId');
    await expect(apply(edit(ada, { externalId: '00u1' }))).resolves.toMatchObject({ kind: 'already-so' });
    expect([harness?.writes(), warned.length]).toEqual([1, 1]);
  });

  test('names a server does not keep at all are left alone from then on', async () => {
    await stubborn({ name: undefined });
    const change = { firstName: 'Ada', lastName: 'Byron' };
    await expect(apply({ kind: 'update-account', accountId: 'u1', change })).resolves.toMatchObject({ kind: 'done' });
    expect([preflight.capabilities.editsNames, warned.length]).toEqual([false, 1]);
  });
});

describe('versions', () => {
  test('are sent back with every write, and one that is overtaken is no longer ours to make', async () => {
    const { addAccount, fake } = await start({ rules: { etags: 'required' } });
    const ada = addAccount('ada@acme.test');
    await expect(apply(edit(ada, { title: 'Boss' }))).resolves.toMatchObject({ kind: 'done' });
    fake.control.beforeRequest({ method: 'PATCH' }, () =>
      fake.control.users.setAttributes(ada, { nickName: 'Countess' }),
    );
    await expect(apply(edit(ada, { title: 'Queen' }))).rejects.toMatchObject({ code: 'CONFLICT', status: 412 });
    await expect(apply(edit(ada, { title: 'Queen' }))).resolves.toMatchObject({ kind: 'done' });
    expect((await account(ada))?.profile).toMatchObject({ title: 'Queen', nickName: 'Countess' });
  });

  test('one that is asked for is fetched, where a lighter look had done without', async () => {
    const { addAccount, addGroup, heldGroup } = await start({ rules: { etags: 'required' } });
    const groupId = addGroup('Analysts');
    const [ada, bea] = [addAccount('ada@acme.test', { groups: [groupId] }), addAccount('bea@acme.test')];
    await observe();
    await expect(apply(join(groupId, bea))).resolves.toMatchObject({ kind: 'done' });
    await expect(apply(leave(groupId, ada))).resolves.toMatchObject({ kind: 'done' });
    expect(heldGroup(groupId)?.members).toEqual([bea]);
  });

  test('in the header count where the resource names none', async () => {
    const user = { id: 'u1', userName: 'ada', active: true };
    const asked = await script(({ path, query, method }) => {
      if (path === '/Users') return listOf([user], query);
      if (path !== '/Users/u1') return undefined;
      return method === 'GET' ? { body: user, headers: { etag: 'W/"7"' } } : { body: { ...user, active: false } };
    });
    await apply(out('u1'));
    expect(asked.find(({ method }) => method === 'PATCH')?.header('if-match')).toBe('W/"7"');
  });

  test('a server that refuses the one it has just shown is spared them', async () => {
    let user: object = { id: 'u1', userName: 'ada', active: true, meta: { version: 'W/"7"' } };
    await script(({ path, query, method, header }) => {
      if (path === '/Users') return listOf([user], query);
      if (path !== '/Users/u1') return undefined;
      if (method === 'GET') return { body: user };
      if (header('if-match') !== undefined) return { status: 412, body: { detail: 'weak tags never match' } };
      user = { ...user, active: false };
      return { body: user };
    });
    await expect(apply(out('u1'))).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(apply(out('u1'))).resolves.toMatchObject({ kind: 'done' });
  });
});

describe('leavers', () => {
  test('are not taken for gone because a look by their id fails', async () => {
    let active = true;
    await script(({ method, path, query }) => {
      if (path === '/Users') return listOf([{ id: 'u1', userName: 'ada', active }], query);
      if (path !== '/Users/u1' || method === 'GET') return undefined;
      active = false;
      return { status: 204 };
    });
    await expect(apply(out('u1'))).resolves.toMatchObject({ kind: 'done' });
    expect(active).toBe(false);
    await expect(apply(out('u1'))).resolves.toMatchObject({ kind: 'already-so' });
  });
});

describe('leavers, where they are deleted', () => {
  test('are not taken for gone while the server still shows them', async () => {
    const user = { id: 'u1', userName: 'ada', active: true };
    const say = ({ method, path, query }: Asked): Said | undefined => {
      if (path === '/Users') return listOf([user], query);
      return path === '/Users/u1' ? (method === 'GET' ? { body: user } : { status: 204 }) : undefined;
    };
    await script(say, { deprovision: 'delete' });
    await expect(apply(out('u1'))).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test.each(['not-allowed', 'not-found'] as const)(
    'a server that does not (%s) is said to, with the cure',
    async (deleteUser) => {
      const { addAccount } = await start({ rules: { deleteUser }, config: { deprovision: 'delete' } });
      const error = await failure(apply(out(addAccount('ada@acme.test'))));
      expect(error.code).toBe('REJECTED');
      expect(error.message).toMatch(/deletes nobody .*set deprovision to deactivate/);
    },
  );
});

describe('memberships', () => {
  test('removal by a list of values is tried once the filter was refused, and remembered', async () => {
    const { addAccount, addGroup, heldGroup } = await start({ rules: { memberRemoval: 'value-only' } });
    const groupId = addGroup('Analysts');
    const [ada, bea, cleo] = ['ada', 'bea', 'cleo'].map((each) =>
      addAccount(`${each}@acme.test`, { groups: [groupId] }),
    );
    await expect(apply(leave(groupId, ada ?? ''))).resolves.toMatchObject({ kind: 'done' });
    await expect(apply(leave(groupId, bea ?? ''))).resolves.toMatchObject({ kind: 'done' });
    expect(heldGroup(groupId)?.members).toEqual([cleo]);
    expect(bodies('PATCH')).toHaveLength(3);
  });

  /** To the letter of the RFC: a removal with the path `members` takes everybody out, whatever its value. */
  test('a list of values that empties the group is undone at once, and never sent again', async () => {
    let members = ['u1', 'u2', 'u3'].map((value) => ({ value, display: `of ${value}` }));
    const asked = await script(
      ({ method, path, query, body }) => {
        if (path === '/Users') return listOf([], query);
        const shown = { id: 'g1', displayName: 'Analysts', members };
        if (path === '/Groups') return listOf([shown], query);
        if (path !== '/Groups/g1') return undefined;
        if (method === 'PUT') ({ members } = body as { members: typeof members });
        if (method !== 'PATCH') return { body: { ...shown, members } };
        const [{ op, path: at, value }] = (
          body as { Operations: [{ op: string; path: string; value: typeof members }] }
        ).Operations;
        if (at.includes('[')) return { status: 400, body: { scimType: 'invalidPath', detail: 'No filters here.' } };
        members = op === 'add' ? [...members, ...value] : [];
        return { status: 204 };
      },
      { patch: 'always' },
    );
    await expect(apply(leave('g1', 'u1'))).resolves.toMatchObject({ kind: 'done' });
    expect(members).toEqual([
      { value: 'u2', display: 'of u2' },
      { value: 'u3', display: 'of u3' },
    ]);
    expect(warned.join()).toMatch(/took out more members than it was asked to; they are put back/);
    const before = asked.length;
    await expect(apply(leave('g1', 'u2'))).resolves.toMatchObject({ kind: 'done' });
    expect(members.map(({ value }) => value)).toEqual(['u3']);
    expect(asked.slice(before).filter(({ method }) => method === 'PATCH')).toEqual([]);
  });

  test('a refusal that is not about the way of asking is passed on', async () => {
    const { addAccount, addGroup, fake } = await start();
    const groupId = addGroup('Analysts');
    const ada = addAccount('ada@acme.test', { groups: [groupId] });
    fake.control.faults.add({
      method: 'PATCH',
      fault: { kind: 'status', status: 400, message: 'Ada owns a dashboard.' },
    });
    const error = await failure(apply(leave(groupId, ada)));
    expect([error.code, error.words, bodies('PATCH').length]).toEqual(['REJECTED', 'Ada owns a dashboard.', 1]);
  });

  test('a server that keeps the last members of a group is said to', async () => {
    const { addAccount, addGroup, heldGroup } = await start({ rules: likeMetabase, seeded: true });
    const groupId = addGroup('Analysts');
    const ada = addAccount('ada@acme.test', { groups: [groupId] });
    const empty: Operation = { kind: 'set-group-members', groupId, add: [], remove: [ada], resulting: [] };
    const error = await failure(apply(empty));
    expect([error.code, heldGroup(groupId)?.members]).toEqual(['REJECTED', [ada]]);
    expect(error.message).toMatch(/does not take the last members out of Analysts/);
  });

  test('a server that boasts of PATCH is believed until it refuses; the planner learns of it', async () => {
    const rules = { groupPatch: 'unsupported', serviceProviderConfig: 'boastful' } as const;
    const { addAccount, addGroup, heldGroup } = await start({ rules });
    const groupId = addGroup('Analysts');
    const [ada, bea] = [addAccount('ada@acme.test', { groups: [groupId] }), addAccount('bea@acme.test')];
    expect(preflight.capabilities.membershipGrain).toBe('member');
    await expect(apply(join(groupId, bea))).resolves.toMatchObject({ kind: 'done' });
    expect(preflight.capabilities.membershipGrain).toBe('group');
    await expect(apply(leave(groupId, ada))).resolves.toMatchObject({ kind: 'done' });
    expect(heldGroup(groupId)?.members).toEqual([bea]);
    expect(bodies('PATCH')).toHaveLength(1);
  });

  test('a member the server overlooks is not taken for one', async () => {
    const { addGroup } = await start({ rules: { unknownMember: 'ignore' } });
    const error = await failure(apply(join(addGroup('Analysts'), 'nobody')));
    expect(error.code).toBe('CONFLICT');
  });

  test('groups in a group survive a write of the whole', async () => {
    const nested = { value: 'g2', type: 'Group', display: 'Inner', $ref: 'https://x.example/Groups/g2' };
    let shown: { members: object[]; [more: string]: unknown } = {
      id: 'g1',
      displayName: 'Outer',
      externalId: 'kept',
      meta: { version: 'W/"1"' },
      members: [{ value: 'u1', display: 'Ada' }, nested],
    };
    await script(({ method, path, query, body }) => {
      if (path === '/Users') return listOf([], query);
      if (path === '/Groups') return listOf([shown], query);
      if (path !== '/Groups/g1') return undefined;
      if (method === 'PUT') shown = { id: 'g1', ...(body as typeof shown) };
      return { body: shown };
    });
    const set: Operation = { kind: 'set-group-members', groupId: 'g1', add: ['u2'], remove: ['u1'], resulting: ['u2'] };
    await expect(apply(set)).resolves.toMatchObject({ kind: 'done' });
    expect(shown).toEqual({ id: 'g1', displayName: 'Outer', externalId: 'kept', members: [nested, { value: 'u2' }] });
  });

  test('a group that cannot be deleted there is said to be, and not asked for again', async () => {
    await script(({ method, path, query }) => {
      const shown = { id: 'g1', displayName: 'Analysts' };
      if (path === '/Users') return listOf([], query);
      if (path === '/Groups') return listOf([shown], query);
      return path === '/Groups/g1' ? (method === 'GET' ? { body: shown } : { status: 405 }) : undefined;
    });
    const error = await failure(apply({ kind: 'delete-group', groupId: 'g1', name: 'Analysts' }));
    expect(error.message).toMatch(/deletes no groups; delete Analysts there by hand/);
    expect(preflight.capabilities.deletesGroups).toBe(false);
  });
});

describe('reasons', () => {
  test.each([
    [{ detail: 'taken', scimType: 'uniqueness', status: '409' }, 'taken (uniqueness)'],
    [{ scimType: 'invalidFilter' }, 'invalidFilter'],
    [{ message: 'nope' }, 'nope'],
    [{ error: { message: 'nope' } }, 'nope'],
    [{ error: 'invalid_token', error_description: 'it expired' }, 'it expired'],
    [{ error: 'nope' }, 'nope'],
    [{ title: 'Bad Request', status: 400 }, 'Bad Request'],
    [{ errors: { userName: ['is taken', 'is too long'] } }, 'userName: is taken; userName: is too long'],
    [{ errors: [{ message: 'one' }, 'two'] }, 'one; two'],
    [{ 'specific-errors': { body: ['missing required key'] } }, 'body: missing required key'],
    [[{ detail: 'in a list' }], 'in a list'],
    ['just words', 'just words'],
    [{}, undefined],
    [null, undefined],
    [7, undefined],
  ])('%j reads %s', (body, words) => {
    expect(reasonInError(body)).toBe(words);
  });

  test.each(['scim', 'json', 'text', 'empty'] as const)('bodies of the kind %s are no obstacle', async (errors) => {
    const { addAccount } = await start({ rules: { errors, names: 'required', unknownMember: 'refuse' } });
    const ada = addAccount('ada@acme.test');
    await expect(apply(edit(ada, { title: 'Boss' }))).resolves.toMatchObject({ kind: 'done' });
    const error = await failure(apply({ kind: 'create-account', email: 'bea@acme.test', licence: '' }));
    expect(error.code).toBe('REJECTED');
  });
});
