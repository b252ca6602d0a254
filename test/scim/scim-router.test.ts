import { gzipSync } from 'node:zlib';
import supertest from 'supertest';
import type { UserOutcome } from '../../src/model/acknowledge.js';
import { authenticate } from '../../src/scim/authenticate.js';
import {
  newGroup,
  newUser,
  provisioningUrn,
  scimApp,
  sha256,
  stored,
  token,
  userId,
  type ScimApp,
} from './scim-app.js';

let app: ScimApp;
afterEach(() => app.close());

describe('who may come in', () => {
  test.each([
    { form: 'Bearer', header: `Bearer ${token}`, opens: true },
    { form: 'bearer in lower case', header: `bearer ${token}`, opens: true },
    { form: 'BEARER and spaces', header: `BEARER   ${token} `, opens: true },
    { form: 'the bare token', header: token, opens: true },
    { form: 'Basic with it as the password', header: `Basic ${btoa(`anybody:${token}`)}`, opens: true },
    { form: 'Basic with it as the user', header: `Basic ${btoa(`${token}:x`)}`, opens: false },
    { form: 'Basic without a colon', header: `Basic ${btoa(token)}`, opens: false },
    { form: 'its digest', header: `Bearer ${sha256(token)}`, opens: false },
    { form: 'a part of it', header: `Bearer ${token.slice(0, -1)}`, opens: false },
    { form: 'another scheme', header: `Digest ${token}`, opens: false },
    { form: 'nothing after Bearer', header: 'Bearer ', opens: false },
  ])('$form opens: $opens', async ({ header, opens }) => {
    app = await scimApp();
    const { status } = await app.get('/Users', { headers: { Authorization: header } });
    expect(status).toBe(opens ? 200 : 401);
  });

  test('two tokens are good at once, so that they can be rotated without a gap; an expired one is refused', () => {
    const rules = [
      { label: 'old', sha256: sha256('old-token'), expiresAt: 1_000 },
      { label: 'new', sha256: sha256('new-token') },
    ];
    expect(authenticate('Bearer old-token', rules, 999)).toEqual({ kind: 'accepted', label: 'old' });
    expect(authenticate('Bearer new-token', rules, 999)).toEqual({ kind: 'accepted', label: 'new' });
    expect(authenticate('Bearer old-token', rules, 1_000)).toEqual({ kind: 'expired', label: 'old' });
    expect(authenticate('Bearer x', rules, 0)).toEqual({ kind: 'refused' });
    expect(authenticate(undefined, rules, 0)).toEqual({ kind: 'missing' });
    expect(authenticate('Bearer x', [], 0)).toEqual({ kind: 'refused' });
    expect(authenticate('Bearer x', [{ label: 'broken', sha256: 'not hex' }], 0)).toEqual({ kind: 'refused' });
  });

  test('an expired token is 401 like any other bad one, and logged by its label', async () => {
    const tokens = [{ label: 'retired', sha256: sha256(token), expiresAt: 1 }];
    app = await scimApp({ directories: [{ name: 'acme', tokens }] });
    const { status, body } = await app.get('/Users');
    const wrong = await app.get('/Users', { token: 'wrong' });
    expect({ status, body: body as unknown }).toEqual({ status: 401, body: wrong.body });
    expect(app.lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        fields: expect.objectContaining({ directory: 'acme', tokenLabel: 'retired' }) as unknown,
      }),
    );
  });

  test('guessing is slowed down with 429; a good token opens all the same, before and after', async () => {
    app = await scimApp({ failedAuthPerMinute: 3 });
    const guesses = [];
    for (let index = 0; index < 5; index += 1) guesses.push(await app.get('/Users', { token: `guess-${index}` }));
    expect(guesses.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429]);
    expect(guesses[4]).toMatchObject({
      headers: { 'retry-after': expect.stringMatching(/^\d+$/), 'content-type': expect.stringMatching(/scim\+json/) },
      body: { status: '429' },
    });
    for (let index = 0; index < 10; index += 1) expect((await app.get('/Users')).status).toBe(200);
  });

  test('a body is not read before the token is checked', async () => {
    app = await scimApp();
    const { status } = await app.send('POST', '/Users', { body: 'x'.repeat(20_000_000), token: 'wrong' }).catch(() => ({
      status: 401, // the server may hang up on whoever keeps sending
    }));
    expect(status).toBe(401);
  });
});

describe('request ids, logs, addresses', () => {
  test('a sane request id is kept, others are replaced; the audit trail has it with the label of the token', async () => {
    app = await scimApp();
    const kept = await app.post('/Users', newUser('ann'), { headers: { 'X-Request-Id': 'okta-42.a_b' } });
    expect(kept.headers['x-request-id']).toBe('okta-42.a_b');
    expect(await app.store.db.selectFrom('audit').select(['actor', 'request_id']).execute()).toEqual([
      { actor: 'okta', request_id: 'okta-42.a_b' },
    ]);
    for (const bad of ['with space', '"quoted"', 'x'.repeat(200)]) {
      const { headers } = await app.get('/Users', { headers: { 'X-Request-Id': bad } });
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test('one line for each request, with path and outcome, without query, body or token', async () => {
    app = await scimApp();
    await app.post('/Users?attributes=userName', newUser('ann@secret.test'), { headers: { 'X-Request-Id': 'r1' } });
    await app.get('/Users?filter=userName eq "ann@secret.test"', { token: 'wrong', headers: { 'X-Request-Id': 'r2' } });
    const line = { directory: 'acme', durationMs: expect.any(Number), path: '/scim/v2/Users' };
    expect(app.lines.map(({ fields }) => fields)).toEqual([
      { ...line, requestId: 'r1', method: 'POST', status: 201, tokenLabel: 'okta' },
      { ...line, requestId: 'r2', method: 'GET', status: 401, tokenLabel: undefined },
    ]);
    expect(JSON.stringify(app.lines)).not.toMatch(/secret\.test|token-of-acme/);
  });

  test('locations use publicUrl when there is one, and never what is no host name', async () => {
    app = await scimApp({ publicUrl: 'https://scim.acme.com' });
    expect((await app.post('/Users', newUser('ann'))).headers['location']).toMatch(
      /^https:\/\/scim\.acme\.com\/scim\/v2\//,
    );
    await app.close();
    app = await scimApp();
    const { headers } = await app.post('/Users', newUser('ann'), { headers: { Host: 'evil.test/x?"' } });
    expect(headers['location']).toMatch(/^http:\/\/localhost\/scim\/v2\/Users\//);
  });

  test('the time of the last request is kept for each directory', async () => {
    app = await scimApp();
    await app.get('/Users');
    await app.get('/Users');
    const rows = await app.store.db
      .selectFrom('directory')
      .select(['name', 'last_request_at'])
      .orderBy('name')
      .execute();
    expect(rows).toEqual([
      { name: 'acme', last_request_at: expect.any(Number) },
      { name: 'other', last_request_at: null },
    ]);
  });

  test('what is not below /scim is left to others', async () => {
    app = await scimApp();
    const { status, headers } = await supertest(app.server).get('/scimitar//x');
    expect({ status, scim: headers['content-type']?.includes('scim') }).toEqual({ status: 404, scim: false });
    expect(app.lines).toEqual([]);
  });
});

describe('waiting for the outcome of one user', () => {
  const settled: UserOutcome = { kind: 'settled' };
  const rejected: UserOutcome = {
    kind: 'rejected',
    reasons: [{ target: 'dbt', reason: 'No developer licence is available.' }],
  };
  const asked: string[] = [];
  const answering = (outcome: UserOutcome) => async (directory: string, id: string) => {
    asked.push(`${directory}:${id}`);
    return outcome;
  };
  beforeEach(async () => {
    asked.length = 0;
    app = await scimApp();
  });

  test('a create every target refuses is 400 with the reason, and nothing of it is left but the audit', async () => {
    app.acknowledge = answering(rejected);
    const { status, body } = await app.post('/Users', newUser('ann'));
    expect({ status, body: body as unknown }).toEqual({
      status: 400,
      body: {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: '400',
        detail: 'dbt: No developer licence is available.',
      },
    });
    expect((await stored(app.store)).users).toEqual({});
    expect(await app.store.db.selectFrom('scim_user').selectAll().execute()).toEqual([]);
    expect(await app.store.db.selectFrom('due').selectAll().execute()).toEqual([]);
    app.acknowledge = answering(settled);
    expect((await app.post('/Users', newUser('ann'))).status).toBe(201);
  });

  test('a refused update stays what was asked, and a deactivation is never taken back', async () => {
    const ann = await userId(app, 'ann');
    app.acknowledge = answering(rejected);
    expect((await app.put(`/Users/${ann}`, newUser('ann', { title: 'Dr' }))).status).toBe(200);
    expect((await app.patch(`/Users/${ann}`, [{ op: 'replace', path: 'active', value: false }])).status).toBe(200);
    expect((await stored(app.store)).users['ann']).toMatchObject({ title: 'Dr', active: false });
  });

  test('POST, PUT and PATCH of a user wait once each; no change, a delete and groups do not wait', async () => {
    app.acknowledge = answering(settled);
    const ann = await userId(app, 'ann');
    await app.put(`/Users/${ann}`, newUser('ann', { title: 'Dr' }));
    await app.patch(`/Users/${ann}`, [{ op: 'replace', path: 'title', value: 'Mr' }]);
    expect(asked).toEqual(Array(3).fill(`acme:${ann}`));

    await app.patch(`/Users/${ann}`, [{ op: 'replace', path: 'title', value: 'Mr' }]);
    const group = await app.post('/Groups', newGroup('Data', [ann]));
    await app.del(`/Groups/${(group.body as { id: string }).id}`);
    await app.del(`/Users/${ann}`);
    expect(asked).toHaveLength(3);
  });

  test('the change is committed before the wait, and the answer shows what the wait brought', async () => {
    app.acknowledge = async (_directory, id) => {
      expect((await stored(app.store)).users).toHaveProperty('ann');
      const account = {
        target: 'dbt',
        user_id: id,
        remote_id: '17',
        invitation_id: null,
        correlation_key: 'ann',
        state: 'invited',
        detail: 'invitation sent',
        since: Date.UTC(2026, 1, 1),
        invitations_sent: 1,
        invited_at: null,
        observed: null,
        observed_at: null,
      };
      await app.store.db.insertInto('target_account').values(account).execute();
      return settled;
    };
    const { body } = await app.post('/Users', newUser('ann'));
    expect(body).toMatchObject({
      schemas: expect.arrayContaining([provisioningUrn]),
      [provisioningUrn]: {
        targets: [
          {
            target: 'dbt',
            state: 'invited',
            detail: 'invitation sent',
            remoteId: '17',
            since: '2026-02-01T00:00:00.000Z',
          },
        ],
      },
    });
  });

  test('a target that has not been asked yet is pending; a directory without targets says nothing', async () => {
    const ann = await app.get(`/Users/${await userId(app, 'ann')}`);
    expect(ann.body).toMatchObject({
      [provisioningUrn]: { targets: [{ target: 'dbt', state: 'pending', since: expect.stringMatching(/Z$/) }] },
    });
    const other = await app.post('/scim/other/v2/Users', newUser('ann'), { token: 'token-of-other-0123456789' });
    expect(other.body).not.toHaveProperty([provisioningUrn]);
  });
});

describe('hostile requests', () => {
  beforeEach(async () => {
    app = await scimApp();
  });

  const deep = (depth: number) => `${'{"name":'.repeat(depth)}1${'}'.repeat(depth)}`;
  test.each([
    ['__proto__', '{"userName":"ann","__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}', 201],
    ['__proto__ in a name', '{"userName":"ann","name":{"__proto__":{"admin":true}}}', 201],
    ['deep objects', `{"userName":"ann","name":${deep(50_000)}}`, 400],
    ['deep unknown objects', `{"userName":"ann","shoe":${deep(50_000)}}`, 400],
    ['deep lists', `{"userName":"ann","emails":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 400],
    ['a number', '5', 400],
    ['a string', '"ann"', 400],
    ['a list', '[]', 400],
    ['null', 'null', 400],
    ['nothing', '', 400],
    ['a number as userName', '{"userName":5}', undefined],
    ['an object as userName', '{"userName":{"a":1}}', 400],
    ['NUL in userName', '{"userName":"a\\u0000b"}', undefined],
    ['half a surrogate pair', '{"userName":"a\\ud800"}', undefined],
    ['SQL', '{"userName":"\'; drop table scim_user; --"}', 201],
  ])('POST /Users with %s is no 5xx and harms nothing', async (_what, body, status) => {
    const response = await app.send('POST', '/Users', { body });
    expect(response.status).toBeLessThan(500);
    if (status !== undefined) expect(response.status).toBe(status);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    expect((await app.get('/Users')).status).toBe(200);
  });

  test.each([
    ['a path of brackets', [{ op: 'replace', path: '['.repeat(5_000), value: 1 }]],
    ['a prototype path', [{ op: 'add', path: '__proto__.admin', value: true }]],
    ['a prototype key', [{ op: 'add', value: JSON.parse('{"__proto__":{"admin":true}}') as unknown }]],
    ['a constructor path', [{ op: 'add', path: 'constructor.prototype.admin', value: true }]],
    ['a number as path', [{ op: 'add', path: 5, value: true }]],
    ['a list as operation', [[]]],
    ['null as operation', [null]],
    ['ten thousand operations', Array(10_000).fill({ op: 'replace', path: 'title', value: 'x' })],
  ])('PATCH with %s is no 5xx and harms nothing', async (_what, operations) => {
    const ann = await userId(app, 'ann');
    const group = await app.post('/Groups', newGroup('Data'));
    const groupPath = `/Groups/${(group.body as { id: string }).id}`;
    for (const path of [`/Users/${ann}`, groupPath]) {
      expect((await app.patch(path, operations)).status).toBeLessThan(500);
      expect((await app.get(path)).status).toBe(200);
    }
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  test.each([
    ['a number', 5],
    ['a string', 'x'],
    ['a list of numbers', [5]],
    ['a list of lists', [[]]],
    ['an object without value', [{ display: 'x' }]],
    ['a value that is a number', [{ value: 5 }]],
    ['an empty value', [{ value: '' }]],
  ])('members as %s never empty a group', async (_what, members) => {
    const ann = await userId(app, 'ann');
    const group = await app.post('/Groups', newGroup('Data', [ann]));
    const path = `/Groups/${(group.body as { id: string }).id}`;
    const answers = [
      await app.put(path, { ...newGroup('Data'), members }),
      await app.patch(path, [{ op: 'replace', path: 'members', value: members }]),
      await app.patch(path, [{ op: 'remove', path: 'members', value: members }]),
      await app.patch(path, [{ op: 'replace', value: { members } }]),
    ];
    for (const { status } of answers) expect(status).toBeLessThan(500);
    expect((await stored(app.store)).groups).toEqual({ Data: ['ann'] });
  });

  test.each([
    '/Users/__proto__',
    '/Users/constructor',
    '/Users?filter=__proto__.a eq "x"',
    '/Users?attributes=__proto__,constructor',
    `/Users/${'x'.repeat(4_000)}`,
    '/Users?filter=%FF%FE',
    '/Users?count=1e9&startIndex=99999999999999',
  ])('GET %s is no 5xx', async (path) => {
    expect((await app.get(path)).status).toBeLessThan(500);
  });

  test('a compressed body is bounded by its size when unpacked', async () => {
    const bomb = gzipSync(JSON.stringify(newUser('a'.repeat(5_000_000))));
    const response = await supertest(app.server)
      .post('/scim/v2/Users')
      .set('Authorization', `Bearer ${token}`)
      .set('Content-Type', 'application/json')
      .set('Content-Encoding', 'gzip')
      .serialize((body: unknown) => body as string)
      .send(bomb);
    expect(response.status).toBe(413);
  });
});
