import type { Response } from 'supertest';
import {
  enterpriseUrn,
  errorUrn,
  groupId,
  newGroup,
  newUser,
  patchUrn,
  scimApp,
  stored,
  takeDue,
  userId,
  type ScimApp,
  type Sent,
} from './scim-app.js';

/** RFC 7644 §3.7 over HTTP; the numbers are those of our checklist. */

let app: ScimApp;
beforeEach(async () => {
  app = await scimApp();
});
afterEach(() => app.close());

const requestUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const responseUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

interface Outcome {
  readonly method: string;
  readonly bulkId?: string;
  readonly location?: string;
  readonly version?: string;
  readonly status: string;
  readonly response?: { readonly scimType?: string; readonly detail?: string; readonly schemas: string[] };
}

const send = (Operations: readonly unknown[], more: object = {}, query = '', sent: Sent = {}): Promise<Response> =>
  app.post(`/Bulk${query}`, { schemas: [requestUrn], Operations, ...more }, sent);

async function bulk(
  operations: readonly unknown[],
  more: object = {},
  query = '',
  sent: Sent = {},
): Promise<readonly Outcome[]> {
  const { status, body } = await send(operations, more, query, sent);
  expect({ status, body }).toMatchObject({ status: 200, body: { schemas: [responseUrn] } });
  return (body as { Operations: Outcome[] }).Operations;
}
const statuses = (outcomes: readonly Outcome[]) => outcomes.map(({ status }) => status);

const user = (bulkId: string, userName = bulkId, more: object = {}) => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: newUser(userName, more as Record<string, unknown>),
});
const group = (bulkId: string, ids: readonly string[] = [], displayName = bulkId) => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: newGroup(displayName, ids),
});
const managedBy = (value: string) => ({ [enterpriseUrn]: { manager: { value } } });
const patch = (...Operations: readonly object[]) => ({ schemas: [patchUrn], Operations });
const managers = async () => {
  const { users } = await stored(app.store);
  const ids = new Map(
    (await app.store.db.selectFrom('scim_user').select(['id', 'user_name']).execute()).map(({ id, user_name }) => [
      id,
      user_name,
    ]),
  );
  return Object.fromEntries(
    Object.entries(users).map(([name, each]) => {
      const manager = (each[enterpriseUrn] as { manager?: { value: string } } | undefined)?.manager?.value;
      return [name, manager === undefined ? null : (ids.get(manager) ?? manager)];
    }),
  );
};

describe('138 to 140: each operation does what a request of its own would have done', () => {
  test('every method on users and groups, with status, location and version', async () => {
    const ann = await userId(app, 'ann');
    const bob = await userId(app, 'bob');
    const data = await groupId(app, 'Data', [bob]);
    const old = await groupId(app, 'Old');
    const outcomes = await bulk([
      user('q', 'cem'),
      { method: 'put', path: `/Users/${ann}`, data: newUser('ann', { title: 'Dr' }) },
      {
        method: 'PATCH',
        path: `Users/${bob}`,
        bulkId: 'b',
        data: patch({ op: 'replace', path: 'active', value: false }),
      },
      {
        method: 'PATCH',
        path: `/Groups/${data}/`,
        data: patch({ op: 'add', path: 'members', value: [{ value: ann }] }),
      },
      { method: 'PUT', path: `/groups/${old}`, data: newGroup('New') },
      { method: 'DELETE', path: `/Users/${bob}`, data: { ignored: 'bulkId:nobody' } },
      group('g', [ann], 'Ops'),
    ]);
    const at = (path: string) =>
      expect.stringMatching(new RegExp(`^http://127\\.0\\.0\\.1:\\d+/scim/v2${path}$`)) as string;
    const version = expect.stringMatching(/^W\/"/) as string;
    expect(outcomes).toEqual([
      { method: 'POST', bulkId: 'q', status: '201', location: at('/Users/[0-9a-f-]{36}'), version },
      { method: 'PUT', status: '200', location: at(`/Users/${ann}`), version },
      { method: 'PATCH', bulkId: 'b', status: '200', location: at(`/Users/${bob}`), version },
      { method: 'PATCH', status: '204', location: at(`/Groups/${data}`), version },
      { method: 'PUT', status: '200', location: at(`/Groups/${old}`), version },
      { method: 'DELETE', status: '204', location: at(`/Users/${bob}`) },
      { method: 'POST', bulkId: 'g', status: '201', location: at('/Groups/[0-9a-f-]{36}'), version },
    ]);
    for (const place of [4, 6]) {
      const { location = '', version: tag } = outcomes[place]!;
      expect((await app.get(location.replace(/^http:\/\/[^/]+/, ''))).headers['etag']).toBe(tag);
    }
    expect(await stored(app.store)).toMatchObject({
      users: { ann: { title: 'Dr' }, cem: {} },
      groups: { Data: ['ann'], New: [], Ops: ['ann'] },
    });
  });

  test('the same is audited and due as after single requests', async () => {
    const trail = async () => {
      const rows = await app.store.db
        .selectFrom('audit')
        .select(['action', 'actor', 'subject_kind', 'detail'])
        .orderBy('seq')
        .execute();
      return rows.map(({ detail, ...row }) => ({ ...row, detail: detail.replace(/"[0-9a-f-]{36}"/g, '"id"') }));
    };
    const { body } = await app.post('/Users', newUser('ann'));
    const { id } = body as { id: string };
    await app.post('/Groups', newGroup('Data', [id]));
    await app.patch(`/Users/${id}`, [{ op: 'replace', path: 'active', value: false }]);
    await app.del(`/Users/${id}`);
    const [singleTrail, singleDue] = [await trail(), await takeDue(app.store)];
    await app.close();

    app = await scimApp();
    const path = '/Users/bulkId:ann';
    const outcomes = await bulk([
      user('ann'),
      group('g', ['bulkId:ann'], 'Data'),
      { method: 'PATCH', path, data: patch({ op: 'replace', path: 'active', value: false }) },
      { method: 'DELETE', path },
    ]);
    expect(statuses(outcomes)).toEqual(['201', '201', '200', '204']);
    expect(await trail()).toEqual(singleTrail);
    expect(await takeDue(app.store)).toEqual(singleDue);
  });

  test('nobody waits for the targets', async () => {
    let waits = 0;
    app.acknowledge = async () => {
      waits += 1;
      return { kind: 'unknown' };
    };
    expect(statuses(await bulk([user('a'), user('b')]))).toEqual(['201', '201']);
    expect(waits).toBe(0);
  });

  test('resources are shown when attributes are named, in the path of an operation or for all of them', async () => {
    const named = { ...user('a'), path: '/Users?attributes=userName' };
    const shown = await bulk([named, user('b')]);
    expect(shown[0]?.response).toEqual({ schemas: expect.any(Array), id: expect.any(String), userName: 'a' });
    expect(shown[1]).not.toHaveProperty('response');
    const [all] = await bulk([user('c')], {}, '?excludedAttributes=meta');
    expect(all?.response).toMatchObject({ userName: 'c', active: true });
    expect(all?.response).not.toHaveProperty('meta');
  });

  test('147: the version of an operation is an If-Match', async () => {
    const ann = await userId(app, 'ann');
    const path = `/Users/${ann}`;
    const { version } = ((await app.get(path)).body as { meta: { version: string } }).meta;
    const title = (value: string) => patch({ op: 'replace', path: 'title', value });
    const outcomes = await bulk([
      { method: 'PATCH', path, version, data: title('one') },
      { method: 'PATCH', path, version, data: title('two') },
      { method: 'DELETE', path, version },
      { method: 'PUT', path, version, data: newUser('ann') },
    ]);
    expect(statuses(outcomes)).toEqual(['200', '412', '412', '412']);
    expect((await stored(app.store)).users['ann']).toMatchObject({ title: 'one' });
  });
});

describe('139 and 140: an operation that fails says so by itself', () => {
  test('failures of all kinds, each an Error, and everything else is done', async () => {
    await userId(app, 'ann');
    const outcomes = await bulk(
      [
        user('taken', 'ANN'),
        user('fine'),
        { method: 'GET', path: '/Users' },
        { method: 'POST', path: '/Users', data: newUser('nameless') },
        { method: 'POST', path: '/Users/1', bulkId: 'x', data: newUser('x') },
        { method: 'PUT', path: '/Users', data: newUser('x') },
        { method: 'DELETE', path: '/Users/unknown' },
        { method: 'PATCH', path: '/Groups/unknown', data: patch({ op: 'remove', path: 'members' }) },
        { method: 'PATCH', path: '/Users/unknown', data: {} },
        { method: 'POST', path: '/Me', bulkId: 'me', data: {} },
        { method: 'POST', path: '/Bulk', bulkId: 'nested', data: {} },
        { method: 'DELETE' },
        { method: 'POST', path: '/Groups', bulkId: 'no data' },
        { method: 'DELETE', path: '/Users/%zz' },
        { path: '/Users' },
        'text',
        null,
        7,
        [],
        { method: 'DELETE', path: '/Users/__proto__' },
        user('bad', '', { active: 'perhaps' }),
      ],
      {},
      '',
      { dialect: true },
    );
    expect(statuses(outcomes)).toEqual([
      ...['409', '201', '400', '400', '405', '405', '404', '404', '400', '404', '404', '400', '400', '400', '400'],
      ...['400', '400', '400', '400', '404', '400'],
    ]);
    for (const { status, response } of outcomes.filter((each) => each.status !== '201')) {
      expect(response).toMatchObject({ schemas: [errorUrn], status, detail: expect.stringMatching(/./) });
    }
    expect(outcomes[0]).toMatchObject({ method: 'POST', bulkId: 'taken', response: { scimType: 'uniqueness' } });
    expect(outcomes[0]).not.toHaveProperty('location');
    expect(outcomes[6]).toMatchObject({ location: expect.stringMatching(/\/Users\/unknown$/) });
    expect(Object.keys((await stored(app.store)).users)).toEqual(['ann', 'fine']);
  });

  test('what is our fault is a 500 of that operation, logged, without a trace in the answer', async () => {
    const write = app.store.write.bind(app.store);
    let calls = 0;
    app.store.write = (work) => ((calls += 1) === 1 ? Promise.reject(new Error('secret cause')) : write(work));
    const { body, text } = await send([user('a'), user('b')]);
    expect(statuses((body as { Operations: Outcome[] }).Operations)).toEqual(['500', '201']);
    expect(text).not.toContain('secret cause');
    expect(app.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  test.each([
    [1, ['409']],
    [2, ['409', '201', '409']],
    [3, ['409', '201', '409', '201', '409']],
    [99, ['409', '201', '409', '201', '409', '201']],
  ])('141: failOnErrors %i ends the run after as many', async (failOnErrors, expected) => {
    await userId(app, 'ann');
    const operations = [user('1', 'ann'), user('2'), user('3', 'ann'), user('4'), user('5', 'ann'), user('6')];
    expect(statuses(await bulk(operations, { failOnErrors }))).toEqual(expected);
    const created = expected.filter((status) => status === '201').length;
    expect(Object.keys((await stored(app.store)).users)).toHaveLength(1 + created);
  });
});

describe('the request as a whole', () => {
  test.each([
    ['no schemas', { Operations: [user('a')] }, 'invalidSyntax'],
    ['another message', { schemas: [patchUrn], Operations: [user('a')] }, 'invalidSyntax'],
    ['no operations', { schemas: [requestUrn] }, 'invalidSyntax'],
    ['none at all', { schemas: [requestUrn], Operations: [] }, 'invalidSyntax'],
    ['operations that are no list', { schemas: [requestUrn], Operations: {} }, 'invalidSyntax'],
    ['failOnErrors of nothing', { schemas: [requestUrn], Operations: [user('a')], failOnErrors: 0 }, 'invalidSyntax'],
    ['failOnErrors in words', { schemas: [requestUrn], Operations: [user('a')], failOnErrors: 'two' }, 'invalidSyntax'],
    ['a list', [], 'invalidSyntax'],
    ['one bulkId twice', { schemas: [requestUrn], Operations: [user('a', 'x'), user('a', 'y')] }, 'invalidValue'],
  ])('%s is refused and nothing is done', async (_name, body, scimType) => {
    expect(await app.post('/Bulk', body)).toMatchObject({ status: 400, body: { schemas: [errorUrn], scimType } });
    expect((await stored(app.store)).users).toEqual({});
  });

  test('keys count in any case, null is absent', async () => {
    const { body } = await app.post(
      '/Bulk',
      {
        SCHEMAS: [requestUrn],
        operations: [{ METHOD: 'Post', Path: '/Users', BULKID: 'q', Data: newUser('ann'), version: null }],
        FAILONERRORS: null,
      },
      { dialect: true },
    );
    expect(body).toMatchObject({ Operations: [{ method: 'POST', bulkId: 'q', status: '201' }] });
  });

  test('146: one operation too many is 413, names the limit, and nothing is done; the last allowed one is done', async () => {
    const many = (count: number) => Array.from({ length: count }, () => ({ method: 'DELETE', path: '/Users/unknown' }));
    expect(await send([...many(1000), user('a')])).toMatchObject({
      status: 413,
      body: { schemas: [errorUrn], status: '413', detail: expect.stringContaining('1000') },
    });
    expect((await stored(app.store)).users).toEqual({});
    expect((await bulk([...many(999), user('a')])).at(-1)).toMatchObject({ status: '201' });
  });

  test('146: a body too large is 413 and names the limit; one user too large fails alone', async () => {
    const large = 'x'.repeat(1024 * 1024);
    const many = Array.from({ length: 11 }, (_, index) => user(`${index}`, `u${index}`, { title: large }));
    expect(await send(many)).toMatchObject({ status: 413, body: { detail: expect.stringContaining('10485760') } });
    expect(statuses(await bulk([user('big', 'big', { title: large }), user('small')]))).toEqual(['413', '201']);
  });

  test('only POST is possible', async () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      expect(await app.send(method, '/Bulk')).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    }
  });
});

describe('142 to 145: references', () => {
  test('backwards and forwards, in members, managers and paths; each resource is made once', async () => {
    const outcomes = await bulk([
      group('g', ['bulkId:ann', 'bulkId:bob'], 'Data'),
      {
        method: 'PATCH',
        path: '/Groups/bulkId:g',
        data: patch({ op: 'add', path: 'members', value: [{ value: 'bulkId:cem' }] }),
      },
      user('ann', 'ann', managedBy('bulkId:bob')),
      user('bob'),
      { method: 'PATCH', path: '/Users/bulkId:ann', data: patch({ op: 'replace', value: { title: 'Dr' } }) },
      user('cem', 'cem', { [enterpriseUrn]: { manager: 'bulkId:ann' } }),
      {
        method: 'PATCH',
        path: '/Groups/bulkId:g',
        data: patch(
          { op: 'remove', path: 'members[value eq "bulkId:bob"]' },
          { op: 'replace', path: 'displayName', value: 'Ops' },
        ),
      },
    ]);
    expect(statuses(outcomes)).toEqual(['201', '204', '201', '201', '200', '201', '204']);
    expect(await stored(app.store)).toMatchObject({ users: { ann: { title: 'Dr' } }, groups: { Ops: ['ann', 'cem'] } });
    expect(await managers()).toEqual({ ann: 'bob', bob: null, cem: 'ann' });
    expect(Object.keys((await stored(app.store)).users)).toHaveLength(3);
  });

  test('a chain written from its end is followed to its beginning', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `u${index}`);
    const outcomes = await bulk(
      names.map((name, index) => user(name, name, index + 1 < names.length ? managedBy(`bulkId:u${index + 1}`) : {})),
    );
    expect(new Set(statuses(outcomes))).toEqual(new Set(['201']));
    expect(outcomes.map(({ bulkId }) => bulkId)).toEqual(names);
    expect((await managers())['u7']).toBe('u8');
  });

  test('144: people who manage each other, and themselves, are made with each other’s ids', async () => {
    const outcomes = await bulk([
      user('a', 'a', managedBy('bulkId:b')),
      user('b', 'b', managedBy('bulkId:c')),
      user('c', 'c', managedBy('bulkId:a')),
      user('d', 'd', managedBy('bulkId:d')),
      group('g', ['bulkId:a', 'bulkId:d']),
    ]);
    expect(statuses(outcomes)).toEqual(['201', '201', '201', '201', '201']);
    expect(await managers()).toEqual({ a: 'b', b: 'c', c: 'a', d: 'd' });
    expect((await stored(app.store)).groups).toEqual({ g: ['a', 'd'] });
  });

  test('144: a user and a group that refer to each other are both made; what is read-only is no reference', async () => {
    const circle = [group('g', ['bulkId:a']), user('a', 'a', managedBy('bulkId:g'))];
    expect(statuses(await bulk(circle))).toEqual(['201', '201']);
    expect((await stored(app.store)).groups).toEqual({ g: ['a'] });
    const readOnly = { groups: [{ value: 'bulkId:h' }, { value: 'bulkId:nobody' }] };
    expect(statuses(await bulk([user('b', 'b', readOnly), group('h', ['bulkId:b'])]))).toEqual(['201', '201']);
  });

  test('144: a promise that is not kept is taken back, and said', async () => {
    await userId(app, 'taken');
    const outcomes = await bulk([
      user('a', 'a', { ...managedBy('bulkId:b'), title: 'Dr' }),
      user('b', 'taken', managedBy('bulkId:a')),
      user('c', 'c', managedBy('bulkId:b')),
    ]);
    expect(statuses(outcomes)).toEqual(['409', '409', '409']);
    expect(outcomes[0]).toMatchObject({
      location: expect.stringContaining('/Users/'),
      response: { detail: expect.stringContaining('without its reference to bulkId:b') },
    });
    expect(await managers()).toEqual({ taken: null, a: null });
    expect((await stored(app.store)).users['a']).toEqual({ userName: 'a', active: true, title: 'Dr' });
  });

  test('144: a run that ends early leaves no promise behind', async () => {
    await userId(app, 'taken');
    const operations = [
      user('a', 'a', managedBy('bulkId:b')),
      user('c', 'taken', managedBy('bulkId:a')),
      user('b', 'b', managedBy('bulkId:c')),
    ];
    const outcomes = await bulk(operations, { failOnErrors: 1 });
    expect(outcomes.map(({ bulkId, status }) => [bulkId, status])).toEqual([
      ['a', '409'],
      ['c', '409'],
    ]);
    expect(await managers()).toEqual({ taken: null, a: null });
  });

  test('144 and 145: what can never be resolved fails, and what depends on it', async () => {
    await userId(app, 'taken');
    const outcomes = await bulk([
      group('g', ['bulkId:h']),
      group('h', ['bulkId:g']),
      group('i', ['bulkId:h']),
      group('j', ['bulkId:j']),
      user('a', 'a', managedBy('bulkId:nobody')),
      user('t', 'taken'),
      group('k', ['bulkId:t']),
      { method: 'DELETE', path: '/Users/bulkId:t' },
      { method: 'PUT', path: '/Users/bulkId:nobody', data: newUser('x') },
      user('fine'),
    ]);
    expect(statuses(outcomes)).toEqual(['409', '409', '409', '409', '400', '409', '409', '409', '400', '201']);
    expect(await stored(app.store)).toMatchObject({ users: { taken: {}, fine: {} }, groups: {} });
  });

  test('a group is not a member, and the error says what it is', async () => {
    const [, outcome] = await bulk([group('inner'), group('outer', ['bulkId:inner'])]);
    expect(outcome).toMatchObject({ status: '400', response: { scimType: 'invalidValue' } });
    expect((await stored(app.store)).groups).toEqual({ inner: [] });
  });
});
