import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import {
  enterpriseUrn,
  errorUrn,
  groupId,
  groupUrn,
  newGroup,
  newUser,
  patchUrn,
  scimApp,
  token,
  userId,
  userUrn,
  type ScimApp,
} from './scim-app.js';

/**
 * Whatever a client sends, over real HTTP: an answer comes, it is never our fault, a refusal is a SCIM error and leaves
 * no trace. HOSTILE_RUNS asks for more tries, HOSTILE_SEED for one of them again.
 */

const runs = Number(process.env['HOSTILE_RUNS'] ?? 30);
const seed = process.env['HOSTILE_SEED'];
const options = { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) };

let app: ScimApp;
let ann: string;
let data: string;
beforeEach(async () => {
  app = await scimApp({}, { bare: true });
  ann = await userId(app, 'ann', { emails: [{ value: 'ann@acme.test', type: 'work' }], displayName: 'Ann' });
  data = await groupId(app, 'Data', [ann]);
});
afterEach(() => app.close());

interface Sending {
  readonly method: string;
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer | undefined;
}

interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly text: string;
}

const port = () => (app.server.address() as AddressInfo).port;

/** Sends one request on a connection of its own and waits for the answer, at most ten seconds. */
async function send({ method, path, headers = {}, body }: Sending): Promise<Answer> {
  const signal = AbortSignal.timeout(10_000);
  const request = httpRequest({
    port: port(),
    host: '127.0.0.1',
    method,
    path,
    signal,
    agent: false,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/scim+json',
      ...headers,
    },
  });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  request.on('error', () => undefined); // what was refused early is cut off while it is still being sent
  request.end(body);
  const [response] = await answered;
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode ?? 0, type: response.headers['content-type'], text };
}

const scimTypes = new Set([
  ...['invalidFilter', 'tooMany', 'uniqueness', 'mutability', 'invalidSyntax', 'invalidPath', 'noTarget'],
  ...['invalidValue', 'invalidVers', 'sensitive', 'invalidCursor', 'expiredCursor', 'invalidCount'],
]);

/** The same for an answer read off the wire, which must have a body. */
function expectError(answer: Answer): void {
  expect(answer.type).toMatch(/^application\/scim\+json/);
  expectSane(answer);
}

/** An answer is a success, or a SCIM error that is not our fault; 501 is what we say of /Me. */
function expectSane(answer: Answer, notImplemented = false): void {
  const { status, type, text } = answer;
  if (status >= 500 && !(notImplemented && status === 501)) throw new Error(`our fault: ${status} ${text}`);
  if (text !== '') expect(type).toMatch(/^application\/scim\+json/);
  if (status < 400) {
    if (text !== '') JSON.parse(text);
    return;
  }
  if (text === '') return; // HEAD
  const body = JSON.parse(text) as { schemas: string[]; status: string; scimType?: string; detail: string };
  expect(body).toMatchObject({ schemas: [errorUrn], status: String(status), detail: expect.stringMatching(/./) });
  if (body.scimType !== undefined) expect(scimTypes).toContain(body.scimType);
  if (status === 400) expect(body.scimType).toBeDefined();
  if (status === 409) expect(body.scimType).toBe('uniqueness');
  expect(text).not.toMatch(/node_modules|at \w+ \(|SQLITE|\.ts:/);
}

/** Everything a request can change. */
async function everything(): Promise<string> {
  const tables = ['scim_user', 'scim_email', 'scim_group', 'scim_member', 'scim_stretch', 'due', 'audit'] as const;
  const rows = await Promise.all(tables.map((table) => app.store.db.selectFrom(table).selectAll().execute()));
  return JSON.stringify(rows);
}

/** Sends, and holds the answer against all that must be true of any. */
async function survive(sending: Sending): Promise<Answer> {
  const before = await everything();
  const answer = await send(sending);
  expectSane(answer, /\/me\b/i.test(sending.path));
  if (answer.status >= 400) expect(await everything()).toBe(before);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  return answer;
}

const strings = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(
    ...[
      '',
      ' ',
      '\0',
      'a\0b',
      '\ud800',
      'x\udfff',
      '\uFEFF',
      'é',
      '\u202e',
      '😀',
      "'; drop table scim_user; --",
      '"',
      '\\',
    ],
    ...[
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'true',
      'null',
      'bulkId:x',
      'ann',
      'ann@acme.test',
      'work',
    ],
    ...['2026-01-01T00:00:00Z', '1e999', '-1', 'x'.repeat(5000), '\u0000'.repeat(3), 'a'.repeat(40) + '!'],
  ),
);
const scalars = fc.oneof(
  strings,
  fc.boolean(),
  fc.constant(null),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 1e308, -1e308, 5e-324, 2 ** 53, -(2 ** 63)),
);
const names = fc.constantFrom(
  ...[
    'schemas',
    'id',
    'externalId',
    'userName',
    'USERNAME',
    'name',
    'displayName',
    'active',
    'emails',
    'groups',
    'meta',
  ],
  ...[
    'members',
    'roles',
    'password',
    'addresses',
    'photos',
    'x509Certificates',
    'manager',
    enterpriseUrn,
    userUrn,
    groupUrn,
  ],
  ...[
    'value',
    'type',
    'primary',
    '$ref',
    'display',
    'givenName',
    'formatted',
    'department',
    '__proto__',
    'constructor',
    'prototype',
  ],
  ...[
    'hasOwnProperty',
    'toString',
    'toJSON',
    'then',
    '',
    ' ',
    'urn:',
    'urn:x:y',
    `${enterpriseUrn}:manager`,
    'name.givenName',
    'a.b.c',
  ],
  ...[
    'Operations',
    'op',
    'path',
    'method',
    'bulkId',
    'data',
    'filter',
    'count',
    'startIndex',
    'cursor',
    'sortBy',
    'attributes',
  ],
);

/** Objects are built as text is parsed: `__proto__` becomes a key like any other. */
const objectOf = (entries: readonly (readonly [string, unknown])[]): unknown =>
  JSON.parse(
    `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value) ?? 'null'}`).join(',')}}`,
  );
const values: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    scalars,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(fc.oneof(names, strings), tie('value')), { maxLength: 5 }).map(objectOf),
  ),
})).value;

const resources = (base: Record<string, unknown>) =>
  fc.array(fc.tuple(names, values), { maxLength: 4 }).map((entries) => objectOf([...Object.entries(base), ...entries]));

const filterPieces = fc.constantFrom(
  ...[
    'userName',
    'emails',
    'emails.value',
    'members',
    'groups',
    'meta.created',
    'active',
    'x',
    enterpriseUrn,
    ':manager',
    'password',
  ],
  ...[
    ' eq ',
    ' ne ',
    ' co ',
    ' sw ',
    ' gt ',
    ' pr',
    ' and ',
    ' or ',
    'not ',
    'not(',
    '(',
    ')',
    '[',
    ']',
    '.',
    ' ',
    '"',
    '"x"',
    '\\',
  ],
  ...[
    'true',
    'null',
    '7',
    '"\\u0000"',
    '"\\ud800"',
    "'",
    '%',
    '\n',
    'type eq "work"',
    'userName eq "ann"',
    'é',
    '__proto__',
    '$ref',
  ],
);
const filters = fc.oneof(
  fc.array(filterPieces, { maxLength: 14 }).map((pieces) => pieces.join('')),
  strings,
);
const patchPaths = fc.oneof(
  names,
  filters,
  fc.tuple(names, filters, names).map(([list, filter, name]) => `${list}[${filter}].${name}`),
  fc.constantFrom(
    'emails[type eq "work"].value',
    'members[value eq "x"]',
    '',
    'emails[',
    'emails[]',
    ']',
    'a[b]c',
    'emails[type eq "work"',
  ),
);
const operations = fc.array(
  fc.record(
    {
      op: fc.oneof(fc.constantFrom('add', 'replace', 'remove', 'Add', 'REMOVE', 'move'), scalars),
      path: fc.oneof(patchPaths, values),
      value: values,
    },
    { requiredKeys: ['op'] },
  ),
  { maxLength: 5 },
);
const idOf = () =>
  fc.oneof(
    fc.constantFrom(ann, data, 'unknown', '__proto__', 'constructor', '%00', '%ff', '..', '%2e%2e', '.search'),
    strings.map(encodeSafely),
  );

function encodeSafely(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '')) || 'empty';
}

describe('153: bodies', () => {
  test.each(['/Users', '/Groups', '/Users/ID', '/Groups/ID'])('of every shape to %s', async (collection) => {
    const isGroup = collection.startsWith('/Groups');
    const base = isGroup ? newGroup('Other') : newUser('other');
    const bodies = fc.oneof(values, resources(base), resources({ ...base, members: [{ value: ann }], active: true }));
    const path = `/scim/v2${collection.replace('ID', isGroup ? data : ann)}`;
    const method = collection.endsWith('ID') ? 'PUT' : 'POST';
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => void (await survive({ method, path, body: JSON.stringify(body) }))),
      options,
    );
  });

  test.each(['Users', 'Groups'])('PATCH of %s', async (collection) => {
    const path = `/scim/v2/${collection}/${collection === 'Users' ? ann : data}`;
    const bodies = fc.oneof(
      operations.map((Operations) => ({ schemas: [patchUrn], Operations })),
      values.map((Operations) => ({ schemas: [patchUrn], Operations })),
      values,
    );
    await fc.assert(
      fc.asyncProperty(
        bodies,
        async (body) => void (await survive({ method: 'PATCH', path, body: JSON.stringify(body) })),
      ),
      { ...options, numRuns: 3 * runs },
    );
  });

  test('searches and bulk requests', async () => {
    const search = fc.record(
      {
        schemas: fc.constant(['urn:ietf:params:scim:api:messages:2.0:SearchRequest']),
        filter: fc.oneof(filters, values),
        sortBy: fc.oneof(names, values),
        sortOrder: fc.oneof(fc.constantFrom('ascending', 'DESCENDING'), values),
        startIndex: scalars,
        count: scalars,
        cursor: fc.oneof(strings, values),
        attributes: fc.oneof(fc.array(names), values),
      },
      { requiredKeys: ['schemas'] },
    );
    const bulkOperation = fc.record(
      {
        method: fc.oneof(fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE', 'get'), scalars),
        path: fc.oneof(
          fc.constantFrom(
            '/Users',
            '/Groups',
            `/Users/${ann}`,
            '/Users/bulkId:a',
            '/Me',
            '/Bulk',
            '//',
            '/Users/%zz',
            '/Users?count=x',
          ),
          strings,
        ),
        bulkId: fc.oneof(fc.constantFrom('a', 'b', 'c'), scalars),
        version: scalars,
        data: fc.oneof(
          resources(newUser('bulk', { manager: 'bulkId:b' })),
          resources(newGroup('bulk', ['bulkId:a'])),
          values,
        ),
      },
      { requiredKeys: [] },
    );
    const bulk = fc.record(
      {
        schemas: fc.constant(['urn:ietf:params:scim:api:messages:2.0:BulkRequest']),
        failOnErrors: fc.oneof(fc.constantFrom(1, 2), scalars),
        Operations: fc.oneof(fc.array(bulkOperation, { maxLength: 6 }), values),
      },
      { requiredKeys: ['schemas', 'Operations'] },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('/.search', '/Users/.search', '/Groups/.search'), search, async (path, body) => {
        await survive({ method: 'POST', path: `/scim/v2${path}`, body: JSON.stringify(body) });
      }),
      options,
    );
    await fc.assert(
      fc.asyncProperty(bulk, async (body) => {
        const { status, text } = await survive({ method: 'POST', path: '/scim/v2/Bulk', body: JSON.stringify(body) });
        if (status !== 200) return;
        const { Operations } = JSON.parse(text) as { Operations: { status: string; response?: object }[] };
        for (const { status: each, response } of Operations) {
          expect(Number(each)).toBeLessThan(500);
          if (Number(each) >= 400) expect(response).toMatchObject({ schemas: [errorUrn], status: each });
        }
      }),
      options,
    );
  });

  test('bytes that are no JSON, no UTF-8, or not what the headers say', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array)),
      fc.json().map((text) => Buffer.from(text)),
      fc.constantFrom(
        Buffer.from('{"userName":"\xff"}', 'latin1'),
        Buffer.from('{"userName":"\xc3("}', 'latin1'),
        Buffer.from('\uFEFF{"userName":"bom"}'),
        Buffer.from('{"userName":"utf16"}', 'utf16le'),
        gzipSync('{"userName":"gzip"}'),
        gzipSync('{"userName":"cut"}').subarray(0, 12),
        Buffer.from('{"userName":"a","userName":"b"}'),
        Buffer.from('{"userName":1e400}'),
        Buffer.from('userName=form&active=true'),
        Buffer.alloc(0),
      ),
    );
    const headers = fc.record(
      {
        'content-type': fc.constantFrom(
          ...[
            'application/json',
            'application/scim+json; charset=utf-8',
            'application/json; charset=utf8',
            'text/json',
          ],
          ...[
            'application/json; charset=utf-16',
            'application/json; charset=latin1',
            'text/html',
            'x',
            ';',
            'application/json;charset=',
          ],
        ),
        'content-encoding': fc.constantFrom('gzip', 'deflate', 'br', 'identity', 'x', 'gzip, gzip', ''),
        'if-match': fc.constantFrom('*', 'W/"1"', '"', 'W/', ',,,', '"a,b"', '1'.repeat(500)),
        'if-none-match': fc.constantFrom('*', 'W/"1"', '"', ''),
        accept: fc.constantFrom('text/html', 'application/xml;q=1', '*/*', ';;;', ''),
        host: fc.constantFrom('evil.test', '127.0.0.1:1', 'a b', '<script>', '[::1', ''),
        'x-request-id': fc.constantFrom('a', 'x'.repeat(500), '../..', 'é'),
        'x-forwarded-proto': fc.constantFrom('javascript', 'https, http'),
        expect: fc.constantFrom('100-continue'),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('POST', 'PUT', 'PATCH'), bytes, headers, async (method, body, more) => {
        const path = method === 'POST' ? '/scim/v2/Users' : `/scim/v2/Users/${ann}`;
        await survive({ method, path, body, headers: more as OutgoingHttpHeaders });
      }),
      { ...options, numRuns: 2 * runs },
    );
  });

  test('no name or value that is not UTF-8 is ever stored', async () => {
    const half = '{"userName":"x","displayName":"\\ud800","emails":[{"value":"\\udfff"}]}';
    expect((await survive({ method: 'POST', path: '/scim/v2/Users', body: half })).status).toBe(400);
    const garbled = Buffer.from('{"userName":"caf\xe9"}', 'latin1');
    expect((await survive({ method: 'POST', path: '/scim/v2/Users', body: garbled })).status).toBe(400);
    const group = '{"displayName":"\\ud800"}';
    expect((await survive({ method: 'POST', path: '/scim/v2/Groups', body: group })).status).toBe(400);
    const chunked = {
      method: 'POST',
      path: '/scim/v2/Users',
      body: garbled,
      headers: { 'transfer-encoding': 'chunked' },
    };
    expect((await survive(chunked)).status).toBe(400);
  });
});

describe('addresses', () => {
  test('filters, orders and pages', async () => {
    const query = fc.record(
      {
        filter: filters,
        sortBy: fc.oneof(names, strings),
        sortOrder: strings,
        startIndex: fc.oneof(strings, fc.constantFrom('1', '-1', '1e5', '0x10', '99999999999999999999')),
        count: fc.oneof(strings, fc.constantFrom('0', '2', '-0', 'Infinity')),
        cursor: fc.oneof(strings, fc.base64String({ maxLength: 60 })),
        attributes: fc.oneof(names, strings),
        excludedAttributes: fc.oneof(names, strings),
        __proto__: strings,
      },
      { requiredKeys: [] },
    );
    const collections = fc.constantFrom('/Users', '/Groups', '/', '/Schemas', '/Me', `/Users/${ann}`);
    await fc.assert(
      fc.asyncProperty(collections, query, async (collection, parameters) => {
        const text = Object.entries(parameters).map(([name, value]) => `${name}=${encodeSafely(String(value))}`);
        await survive({ method: 'GET', path: `/scim/v2${collection}?${text.join('&')}` });
      }),
      { ...options, numRuns: 3 * runs },
    );
  });

  test('paths and methods', async () => {
    const segment = fc.oneof(
      fc.constantFrom(
        'Users',
        'users',
        'Groups',
        'Bulk',
        'Schemas',
        '.search',
        'Me',
        'v2',
        'v1',
        'scim',
        'acme',
        '',
        '.',
        '..',
        '%2f',
        '%',
      ),
      fc.constantFrom(
        '%00',
        '%zz',
        '%c0%af',
        '__proto__',
        'constructor',
        ';',
        '@',
        ':id',
        '*',
        '(.*)',
        'é'.normalize('NFC').replace('é', '%C3%A9'),
      ),
      idOf(),
    );
    const methods = fc.constantFrom(
      'GET',
      'HEAD',
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      'OPTIONS',
      'TRACE',
      'PROPFIND',
      'SEARCH',
      'LOCK',
      'M-SEARCH',
    );
    await fc.assert(
      fc.asyncProperty(methods, fc.array(segment, { maxLength: 4 }), fc.boolean(), async (method, segments, body) => {
        const path = `/scim/v2/${segments.join('/')}`;
        const kept = method === 'DELETE' && (path.includes(ann) || path.includes(data));
        if (!kept) await survive({ method, path, body: body && method !== 'HEAD' ? '{}' : undefined });
      }),
      { ...options, numRuns: 3 * runs },
    );
  });
});

describe('79 and 153: sizes', () => {
  const post = (path: string, body: string | Buffer, headers?: OutgoingHttpHeaders) =>
    survive({ method: 'POST', path: `/scim/v2${path}`, body, headers: headers ?? {} });
  const patch = (path: string, Operations: readonly object[]) =>
    survive({ method: 'PATCH', path: `/scim/v2${path}`, body: JSON.stringify({ schemas: [patchUrn], Operations }) });

  test.each([
    ['10,000 lists', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['500,000 lists', '['.repeat(500_000) + ']'.repeat(500_000)],
    ['10,000 objects', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)],
    ['a user around them', `{"userName":"x","emails":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
    ['never closed', '['.repeat(500_000)],
  ])('a body nested in %s', async (_name, body) => {
    for (const path of ['/Users', '/Groups', '/Bulk', '/.search']) expect((await post(path, body)).status).toBe(400);
  });

  test('100,000 keys, a long text, a long list, a long number', async () => {
    const keys = Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`k${index}`, index]));
    expect((await post('/Users', JSON.stringify({ userName: 'keys', ...keys }))).status).toBe(201);
    expect((await post('/Users', JSON.stringify({ userName: 'x'.repeat(900_000) }))).status).toBe(201);
    const emails = Array.from({ length: 1001 }, (_, index) => ({ value: `${index}` }));
    expect((await post('/Users', JSON.stringify({ userName: 'many', emails }))).status).toBe(400);
    await post('/Users', `{"userName":"number","active":${'9'.repeat(500_000)}}`);
  });

  test('filters of ten thousand levels or terms are refused, wherever they are', async () => {
    const deep = `${'('.repeat(10_000)}userName pr${')'.repeat(10_000)}`;
    const nots = `${'not ('.repeat(10_000)}userName pr${')'.repeat(10_000)}`;
    const wide = Array.from({ length: 10_000 }, () => 'userName pr').join(' or ');
    const brackets = `emails${'[emails'.repeat(10_000)}`;
    for (const filter of [deep, nots, wide, brackets]) {
      const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter };
      const { status, text } = await post('/.search', JSON.stringify(search));
      expect({ status, text }).toMatchObject({ status: 400, text: expect.stringContaining('invalidFilter') });
      const path = `emails[${filter}].value`;
      expect((await patch(`/Users/${ann}`, [{ op: 'replace', path, value: 'x' }])).status).toBe(400);
    }
  });

  test('PATCH operations by the thousand: too many are refused, many small ones are done', async () => {
    const many = (count: number, operation: object) => Array.from({ length: count }, () => operation);
    const title = { op: 'replace', path: 'title', value: 'x' };
    expect((await patch(`/Users/${ann}`, many(1000, title))).status).toBe(200);
    expect((await patch(`/Users/${ann}`, many(10_000, title))).status).toBe(400);
    const remove = { op: 'remove', path: 'members[value eq "unknown"]' };
    expect((await patch(`/Groups/${data}`, many(20_000, remove))).status).toBe(204);

    const emails = Array.from({ length: 999 }, (_, index) => ({ value: `a${index}@acme.test` }));
    expect((await patch(`/Users/${ann}`, [{ op: 'add', path: 'emails', value: emails }])).status).toBe(200);
    const terms = Array.from({ length: 30 }, (_, index) => `value ew "${index}@acme.test"`).join(' or ');
    const costly = { op: 'replace', path: `emails[${terms}].display`, value: 'x' };
    const refused = await patch(`/Users/${ann}`, many(900, costly));
    expect(refused).toMatchObject({ status: 400, text: expect.stringContaining('too many for one request') });
    expect((await patch(`/Users/${ann}`, many(5, costly))).status).toBe(200);
  });

  test('a body too large is refused before it arrives', async () => {
    for (const path of ['/Users', '/Groups', '/Bulk', '/.search']) {
      const request = httpRequest({
        ...{ port: port(), host: '127.0.0.1', method: 'POST', path: `/scim/v2${path}`, agent: false },
        signal: AbortSignal.timeout(10_000),
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'content-length': String(2 ** 40),
        },
      });
      request.on('error', () => undefined);
      request.write('{"userName":');
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      expect(response.statusCode).toBe(413);
      request.destroy();
    }
  });

  test('an endless body is cut off, whether it is sent in chunks or unpacked', async () => {
    const request = httpRequest({
      ...{ port: port(), host: '127.0.0.1', method: 'POST', path: '/scim/v2/Users', agent: false },
      signal: AbortSignal.timeout(10_000),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
    });
    request.on('error', () => undefined);
    let answered = false;
    let sent = 0;
    const response = once(request, 'response').then(([each]) => {
      answered = true;
      return each as IncomingMessage;
    });
    while (!answered && sent < 64 * 2 ** 20) {
      sent += 65_536;
      if (!request.write(' '.repeat(65_536))) await Promise.race([once(request, 'drain'), response]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await response).statusCode).toBe(413);
    expect(sent).toBeLessThan(64 * 2 ** 20);
    request.destroy();

    const bomb = gzipSync(Buffer.alloc(100 * 2 ** 20, ' '));
    expect((await post('/Users', bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
    const packed = gzipSync(JSON.stringify(newUser('packed', { title: 'x'.repeat(900_000) })));
    expect((await post('/Users', packed, { 'content-encoding': 'gzip' })).status).toBe(201);
  });
});

/** Sends bytes and gives all that comes back until the server closes the connection. */
async function raw(bytes: string | Buffer, to = app): Promise<string> {
  const socket = connect((to.server.address() as AddressInfo).port, '127.0.0.1');
  const signal = AbortSignal.timeout(20_000);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => undefined);
  await once(socket, 'connect', { signal });
  socket.write(bytes);
  await once(socket, 'close', { signal });
  return text;
}

function parseRaw(text: string): Answer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const type = /^content-type: (.*)$/im.exec(head)?.[1];
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), type, text: rest.join('\r\n\r\n') };
}

describe('what is hardly HTTP', () => {
  const head = (extra: string) =>
    `GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n${extra}\r\n\r\n`;

  test.each([
    ['nonsense', 'nonsense\r\n\r\n', 400],
    ['a URL beyond 16 KB', `GET /scim/v2/Users?filter=${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    ['headers beyond 16 KB', head(`X-Large: ${'x'.repeat(20_000)}`), 431],
    ['two lengths', `POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 400],
    [
      'length and chunks',
      `POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['a length that is none', `POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n`, 400],
    ['a NUL in a header', head('X-Nul: a\0b'), 400],
    ['a space in the path', 'GET /scim/v2/Us ers HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['no host', 'GET /scim/v2/Users HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['a version of its own', 'GET /scim/v2/Users HTTP/9.9\r\nHost: x\r\n\r\n', 400],
    ['TLS', Buffer.from('16030100a5010000a10303', 'hex'), 400],
  ])('%s', async (name, bytes, status) => {
    const answer = parseRaw(await raw(bytes));
    expect(answer.status).toBe(status);
    if (name !== 'no host') expectError(answer);
  });

  test('an absolute URL, a fragment, doubled slashes and a full stop are only another address', async () => {
    for (const target of [
      'http://evil.test/scim/v2/Users',
      '/scim/v2/Users#x',
      '//scim//v2//Users',
      '/scim/v2/Users/.',
      '*',
      '/scim/v2/%55sers',
    ]) {
      const text = `GET ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`;
      const { status, text: body } = parseRaw(await raw(text));
      expect(status).toBeGreaterThanOrEqual(200);
      expect(status).toBeLessThan(500);
      expect(body).not.toContain('evil.test');
    }
  });

  test('random bytes after a good beginning', async () => {
    const beginnings = [
      '',
      'GET /scim/v2/Users HTTP/1.1\r\n',
      'POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n',
    ];
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 }).map((array) => Buffer.from(array));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...beginnings), bytes, async (beginning, rest) => {
        const end = Buffer.from('\r\n\r\n\0\r\n\r\n');
        const text = await raw(Buffer.concat([Buffer.from(beginning), rest, end]));
        expect(text).not.toMatch(/^HTTP\/1\.1 5/m);
      }),
      { ...options, numRuns: Math.ceil(runs / 2) },
    );
    expect((await send({ method: 'GET', path: `/scim/v2/Users/${ann}` })).status).toBe(200);
  });
});

describe('clients who take their time', () => {
  const impatient = { headers: 200, request: 400, check: 50 };

  test.each([
    ['headers', 'GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\nX-Slow: '],
    [
      'a body',
      `POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    ],
    [
      'a body in chunks',
      `POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`,
    ],
  ])('%s that never end are answered 408 and cut off', async (_name, bytes) => {
    const short = await scimApp({}, { patience: impatient, bare: true });
    try {
      const answer = parseRaw(await raw(bytes, short));
      expect(answer.status).toBe(408);
      expectError(answer);
      expect(await short.store.db.selectFrom('scim_user').selectAll().execute()).toEqual([]);
      expect((await short.get('/Users')).status).toBe(200);
      expect(short.lines.filter(({ level }) => level === 'error')).toEqual([]);
    } finally {
      await short.close();
    }
  });

  test('who drips a byte now and then gains nothing', async () => {
    const short = await scimApp({}, { patience: impatient, bare: true });
    const socket = connect((short.server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => undefined);
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    const drip = setInterval(() => socket.write('x'), 40);
    try {
      socket.write('GET /scim/v2/Users HTTP/1.1\r\nHost: x\r\nX-Slow: ');
      await once(socket, 'close', { signal: AbortSignal.timeout(20_000) });
      expect(parseRaw(text).status).toBe(408);
      expectError(parseRaw(text));
    } finally {
      clearInterval(drip);
      await short.close();
    }
  });
});
