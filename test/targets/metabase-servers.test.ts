import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMetabaseTarget } from '../../src/targets/metabase/metabase-target.js';
import { reasonInRefusal } from '../../src/targets/metabase/reason-in-refusal.js';
import type { Operation } from '../../src/model/operation.js';
import type { ObservationScope, Target } from '../../src/targets/target.js';
import { metabaseConfig } from './metabase-harness.js';

const never = new AbortController().signal;
const everything: ObservationScope = { accounts: [], correlate: true, members: 'all' };

interface Asked {
  readonly query: URLSearchParams;
  readonly body: string;
  readonly session: string | undefined;
}
/** What is answered with another status than 200. */
class Refused {
  constructor(
    readonly status: number,
    readonly content: unknown,
  ) {}
}
/** A text goes out as it is. */
type Answer = object | string | Refused;
type Routes = Readonly<Record<string, Answer | ((asked: Asked) => Answer | Promise<Answer>)>>;

let server: Server;
let asked: string[];

/** What every Metabase answers that has one administrator and nobody else. */
const bare: Routes = {
  'GET /api/user/current': { id: 1, email: 'api-key-user-1@api-key.invalid', first_name: 'Bridge', is_superuser: true },
  'GET /api/permissions/group': [
    { id: 1, name: 'All Users', magic_group_type: 'all-internal-users' },
    { id: 2, name: 'Administrators', magic_group_type: 'admin' },
  ],
  'GET /api/permissions/group/2': { id: 2, name: 'Administrators', members: [] },
  'GET /api/user': { data: [], total: 0, limit: null, offset: null },
};

const person = (id: number, more: object = {}) => ({
  id,
  email: `p${id}@acme.test`,
  is_active: true,
  is_superuser: false,
  group_ids: [1],
  ...more,
});
const listOf = (...data: object[]) => ({ data, total: data.length, limit: null, offset: null });

/** A server that answers these routes and no others, with an adapter before it. */
async function serve(routes: Routes, kind: 'api-key' | 'session' = 'api-key'): Promise<Target> {
  const all: Routes = { ...bare, ...routes };
  asked = [];
  server = createServer((request, response) => {
    void respond(request, all).then((answer) => {
      const content = answer instanceof Refused ? answer.content : answer;
      response.statusCode = answer instanceof Refused ? answer.status : 200;
      response.end(typeof content === 'string' ? content : JSON.stringify(content));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = metabaseConfig({ url, apiKey: 'mb_key', username: 'ada@acme.test', password: 'secret-word' }, kind);
  return createMetabaseTarget(config, { now: Date.now });
}

async function respond(request: IncomingMessage, routes: Routes): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
  const route = `${request.method ?? ''} ${pathname}`;
  asked.push(route);
  const found = routes[route] ?? new Refused(404, 'Not found.');
  if (typeof found !== 'function') return found;
  const session = request.headers['x-metabase-session'];
  return found({ query, body: Buffer.concat(chunks).toString(), session: session?.toString() });
}

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('settings an administrator may see', () => {
  const settings = {
    'email-configured?': true,
    'scim-enabled': false,
    'saml-enabled': false,
    'jwt-enabled': false,
    'jwt-user-provisioning-enabled?': true,
    'ldap-enabled': false,
    'ldap-group-sync': true,
    'google-auth-enabled': true,
  };
  const warningsWith = async (more: object): Promise<string> => {
    const target = await serve({ 'GET /api/session/properties': { ...settings, ...more } });
    return (await target.connect(never)).warnings.join('\n');
  };

  test('everything is off: only the mails are worth a word', async () => {
    const target = await serve({ 'GET /api/session/properties': settings });
    const { warnings, capabilities, credential } = await target.connect(never);
    expect(warnings).toEqual([
      expect.stringContaining('one invitation mail for each new account, and has no switch'),
      expect.stringContaining('No person administers Metabase'),
    ]);
    expect(capabilities.mailsNewAccounts).toBe(true);
    expect(credential.mayNot).toEqual([]);
  });

  test('without a mail server nobody is mailed, and that has its own consequence', async () => {
    const target = await serve({ 'GET /api/session/properties': { ...settings, 'email-configured?': false } });
    const { warnings, capabilities } = await target.connect(never);
    expect(capabilities.mailsNewAccounts).toBe(false);
    expect(warnings.join()).toMatch(/no mail server.*single sign-on only/);
  });

  test.each([
    { what: "Metabase's own SCIM", on: { 'scim-enabled': true }, words: /own SCIM is on: two writers/ },
    {
      what: 'provisioning by JWT',
      on: { 'jwt-enabled': true },
      words: /User provisioning by JWT is on.*brings back somebody who was deactivated/,
    },
    { what: 'group sync by LDAP', on: { 'ldap-enabled': true }, words: /Group sync by LDAP is on.*sets memberships/ },
  ])('$what is on: it would fight', async ({ on, words }) => {
    expect(await warningsWith(on)).toMatch(words);
  });

  test('what is not shown is named', async () => {
    const target = await serve({ 'GET /api/session/properties': { 'email-configured?': true } });
    expect((await target.connect(never)).warnings.join('\n')).toMatch(/does not show whether .*own SCIM.* is on/);
  });

  test('accounts that its own SCIM made are left alone while it is on', async () => {
    const users = listOf(person(5, { sso_source: 'scim' }), person(6, { sso_source: 'saml' }));
    const guards = async (isOn: boolean) => {
      const target = await serve({
        'GET /api/session/properties': { ...settings, 'scim-enabled': isOn },
        'GET /api/user': users,
      });
      const { accounts } = await target.observe(everything, never);
      return ['5', '6'].map((id) => accounts.get(id)?.guarded);
    };
    expect(await guards(true)).toEqual(['managed-elsewhere', undefined]);
    server.closeAllConnections();
    server.close();
    expect(await guards(false)).toEqual([undefined, undefined]);
  });

  test('a server that fails there has not connected', async () => {
    const target = await serve({ 'GET /api/session/properties': new Refused(503, 'Starting') });
    await expect(target.connect(never)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

describe('older servers', () => {
  const untyped = [
    { id: 1, name: 'Everybody here', member_count: 3 },
    { id: 2, name: 'The chiefs', member_count: 1 },
    { id: 7, name: 'Administrators', member_count: 1 },
  ];

  test('groups without types are known by the ids that are as old as groups', async () => {
    const target = await serve({ 'GET /api/permissions/group': untyped });
    const { groups } = await target.observe(everything, never);
    expect([...groups.values()].map(({ id, guarded, administrators }) => [id, guarded, administrators])).toEqual([
      ['1', 'automatic', false],
      ['2', 'built-in', true],
      ['7', undefined, false],
    ]);
  });

  test('a type nobody knows is left to Metabase', async () => {
    const strange = { id: 9, name: 'Robots', magic_group_type: 'robots' };
    const target = await serve({
      'GET /api/permissions/group': [...(bare['GET /api/permissions/group'] as object[]), strange],
    });
    expect((await target.observe(everything, never)).groups.get('9')).toMatchObject({ guarded: 'automatic' });
  });

  test('without a group of administrators nobody could tell who is the last one', async () => {
    const target = await serve({
      'GET /api/permissions/group': [{ id: 7, name: 'Administrators', magic_group_type: null }],
    });
    await expect(target.connect(never)).rejects.toMatchObject({ code: 'UNEXPECTED_RESPONSE' });
  });

  test('nor when that group is gone at a later look', async () => {
    let looks = 0;
    const target = await serve({
      'GET /api/permissions/group': () => (looks++ === 0 ? (bare['GET /api/permissions/group'] as object) : []),
    });
    await target.connect(never);
    await expect(target.observe(everything, never)).rejects.toMatchObject({ code: 'UNEXPECTED_RESPONSE' });
  });

  test('accounts that others hide are no people: those of keys, and the internal one', async () => {
    const key = person(8, { email: 'api-key-user-8@api-key.invalid' });
    const internal = person(13371338, { email: 'internal@metabase.com' });
    const target = await serve({ 'GET /api/user': listOf(person(5), key, internal) });
    expect([...(await target.observe(everything, never)).accounts.keys()]).toEqual(['5']);
  });

  test('a list without groups is completed from the memberships of everybody, in one call', async () => {
    const row = (membership_id: number, user_id: number, group_id: number) => ({ membership_id, user_id, group_id });
    const target = await serve({
      'GET /api/permissions/group': untyped,
      'GET /api/user': listOf(person(5, { group_ids: undefined }), person(6, { group_ids: undefined })),
      // User 9 is the account of a key: in the memberships, and in no list.
      'GET /api/permissions/membership': { 5: [row(1, 5, 1), row(2, 5, 7)], 9: [row(3, 9, 7)] },
    });
    const { accounts, groups } = await target.observe(everything, never);
    expect([...(groups.get('7')?.members ?? [])]).toEqual(['5']);
    expect([...(accounts.get('6')?.groups ?? [])]).toEqual([]);
    expect(asked.filter((each) => each.endsWith('/membership'))).toHaveLength(1);
  });

  test('one that refuses the parameter for tenants is asked without it', async () => {
    const target = await serve({
      'GET /api/user': ({ query }) => (query.has('tenancy') ? new Refused(400, 'Invalid Request.') : listOf(person(5))),
    });
    expect((await target.observe(everything, never)).accounts.size).toBe(1);
  });

  test('one that ignores pages and gives everything is believed', async () => {
    const people = Array.from({ length: 1500 }, (_, index) => person(index + 5));
    const target = await serve({ 'GET /api/user': listOf(...people) });
    expect((await target.observe(everything, never)).accounts.size).toBe(1500);
  });

  test('one that promises more people than it shows is not believed', async () => {
    const target = await serve({ 'GET /api/user': { ...listOf(person(5)), total: 2 } });
    await expect(target.observe(everything, never)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('one that does not say who is active tells us nothing', async () => {
    const target = await serve({ 'GET /api/user': listOf(person(5, { is_active: undefined })) });
    await expect(target.observe(everything, never)).rejects.toMatchObject({ code: 'UNEXPECTED_RESPONSE' });
  });
});

describe('what a look-up answers is checked', () => {
  const creation: Operation = { kind: 'create-account', email: 'new@acme.test', licence: '' };

  test('a search that is ignored makes nobody a stranger', async () => {
    const target = await serve({
      'GET /api/user': listOf(person(5), person(6)),
      'POST /api/user': ({ body }) => person(7, JSON.parse(body) as object),
    });
    await expect(target.apply(creation, never)).resolves.toEqual({ kind: 'done', remoteId: '7' });
  });

  test('somebody else in answer to an id is nobody', async () => {
    const target = await serve({ 'GET /api/user/5': person(6), 'GET /api/user': listOf(person(6)) });
    const update = target.apply({ kind: 'update-account', accountId: '5', change: { firstName: 'A' } }, never);
    await expect(update).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(asked.filter((each) => each.startsWith('PUT'))).toEqual([]);
  });

  test('an account that is made for somebody else is looked into, not linked', async () => {
    const target = await serve({ 'POST /api/user': person(7) });
    await expect(target.apply(creation, never)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('a deactivation without success is none', async () => {
    const target = await serve({ 'GET /api/user/5': person(5), 'DELETE /api/user/5': { success: false } });
    const leave = target.apply({ kind: 'deactivate-account', accountId: '5', email: 'p5@acme.test' }, never);
    await expect(leave).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('a reactivation that shows nobody active is none', async () => {
    const inactive = person(5, { is_active: false });
    const target = await serve({ 'GET /api/user/5': inactive, 'PUT /api/user/5/reactivate': inactive });
    const back: Operation = {
      kind: 'reactivate-account',
      accountId: '5',
      email: 'p5@acme.test',
      change: {},
      groups: [],
    };
    await expect(target.apply(back, never)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('a membership that is taken and not there is looked into', async () => {
    const target = await serve({ 'GET /api/permissions/membership': {}, 'POST /api/permissions/membership': [] });
    const grant = target.apply({ kind: 'add-member', groupId: '7', accountId: '5' }, never);
    await expect(grant).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('logging in', () => {
  test('a second factor opens no session to a password alone, and the way out is said', async () => {
    const target = await serve({ 'POST /api/session': { mfa_required: true } }, 'session');
    const failure = target.connect(never);
    await expect(failure).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    await expect(failure).rejects.toThrow(/multi-factor authentication is on.*use an API key/);
  });

  test.each([
    { status: 400, seconds: 45, waitMs: 45_000 },
    { status: 401, seconds: 0, waitMs: 1_000 },
    { status: 401, seconds: 1_500_000, waitMs: 3_600_000 },
  ])('a wait of $seconds s in a $status is kept to, within reason', async ({ status, seconds, waitMs }) => {
    const text = `Too many attempts! You must wait ${seconds} seconds before trying again.`;
    const target = await serve({ 'POST /api/session': new Refused(status, { errors: { username: text } }) }, 'session');
    await expect(target.connect(never)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: waitMs });
  });

  test('a refusal that comes late does not end the session that is new already', async () => {
    let logins = 0;
    let tellRenewed = (): void => undefined;
    const renewed = new Promise<void>((resolve) => (tellRenewed = resolve));
    const old = 'session-1';
    let isOver = false;
    const refused = new Refused(401, 'Unauthenticated');
    const target = await serve(
      {
        'POST /api/session': () => ({ id: `session-${++logins}` }),
        'GET /api/permissions/group': ({ session }) => {
          if (isOver && session === old) return refused;
          if (session !== old) tellRenewed();
          return bare['GET /api/permissions/group'] as object;
        },
        // Answered once the other call has a new session, and uses it.
        'GET /api/user': async ({ session }) => {
          if (!isOver || session !== old) return listOf(person(5));
          await renewed;
          return refused;
        },
      },
      'session',
    );
    await target.connect(never);
    isOver = true;
    expect((await target.observe(everything, never)).accounts.size).toBe(1);
    expect(logins).toBe(2);
  });

  test('what a server repeats of session and password is not repeated further', async () => {
    const target = await serve(
      {
        'POST /api/session': { id: 'id-of-the-session' },
        'GET /api/user': new Refused(400, 'no id-of-the-session and no secret-word'),
      },
      'session',
    );
    await expect(target.connect(never)).rejects.toThrow('no [redacted] and no [redacted]');
  });

  test('a server that fails at the login is tried again', async () => {
    const target = await serve({ 'POST /api/session': new Refused(503, 'Starting') }, 'session');
    await expect(target.connect(never)).rejects.toMatchObject({ code: 'UNAVAILABLE', disposition: 'retry' });
  });
});

describe('the reason of a refusal', () => {
  beforeEach(() => serve({}));
  test.each([
    { body: 'Not found.', reason: 'Not found.' },
    { body: '  ', reason: undefined },
    {
      body: { errors: { email: 'Email address already in use.' } },
      reason: 'email: Email address already in use.',
    },
    {
      body: { errors: { name: 'value must be a non-blank string.' }, 'specific-errors': { name: ['missing key'] } },
      reason: 'name: value must be a non-blank string.',
    },
    { body: { errors: {}, 'specific-errors': { name: ['missing key', 'x'] } }, reason: 'name: missing key x' },
    { body: { errors: { _error: 'Your account is disabled.' } }, reason: 'Your account is disabled.' },
    { body: { errors: 'No.' }, reason: 'No.' },
    {
      body: { via: [{ type: 'x' }], trace: [['a', 'b']], cause: 'c', message: 'Not able to reactivate an active user' },
      reason: 'Not able to reactivate an active user',
    },
    { body: { via: [], trace: [], cause: 'ERROR: duplicate key', message: null }, reason: 'ERROR: duplicate key' },
    { body: { errors: { email: { nested: true } }, message: 'm' }, reason: 'm' },
    { body: { something: 'else' }, reason: undefined },
    { body: null, reason: undefined },
    { body: 7, reason: undefined },
  ])('is found in $body', ({ body, reason }) => {
    expect(reasonInRefusal(body)).toBe(reason);
  });
});
