import { groupId, newUser, patchUrn, scimApp, token, userId, userUrn, type ScimApp, type Sent } from './scim-app.js';

/** Everything the discovery documents claim, held against what the server does (conformance 23, 28, 97, 137). */

interface Config {
  readonly bulk: { readonly maxOperations: number; readonly maxPayloadSize: number };
  readonly filter: { readonly maxResults: number };
  readonly pagination: {
    readonly defaultPageSize: number;
    readonly maxPageSize: number;
    readonly cursorTimeout: number;
  };
  readonly authenticationSchemes: readonly { readonly type: string }[];
  readonly [claim: string]: unknown;
}

let app: ScimApp;
let clock: number;
let config: Config;
beforeEach(async () => {
  clock = Date.UTC(2026, 0, 5);
  app = await scimApp({ now: () => (clock += 10) });
  config = (await app.get('/ServiceProviderConfig')).body as Config;
});
afterEach(() => app.close());

const bulk = (Operations: readonly unknown[]) =>
  app.post('/Bulk', { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations });
const list = async (query: string) =>
  (await app.get(`/Users?${query}`)).body as { itemsPerPage: number; startIndex?: number; nextCursor?: string };

async function createUsers(count: number): Promise<void> {
  const one = (index: number) => ({ method: 'POST', path: '/Users', bulkId: `${index}`, data: newUser(`u${index}`) });
  expect((await bulk(Array.from({ length: count }, (_, index) => one(index)))).status).toBe(200);
}

/** One check for each claim; a claim without one fails below. */
const checks: Readonly<Record<string, () => Promise<void>>> = {
  patch: async () => {
    expect(config['patch']).toEqual({ supported: true });
    const id = await userId(app, 'ann');
    const { body } = await app.patch(`/Users/${id}`, [{ op: 'add', path: 'title', value: 'Dr' }]);
    expect(body).toMatchObject({ title: 'Dr' });
  },
  bulk: async () => {
    const { maxOperations, maxPayloadSize } = config.bulk;
    expect(config.bulk).toMatchObject({ supported: true });
    const operation = { method: 'DELETE', path: '/Users/nobody' };
    expect((await bulk(Array.from({ length: maxOperations }, () => operation))).status).toBe(200);
    const tooMany = await bulk(Array.from({ length: maxOperations + 1 }, () => operation));
    expect(tooMany).toMatchObject({ status: 413, body: { detail: expect.stringContaining(`${maxOperations}`) } });
    const message = JSON.stringify({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [operation],
    });
    const padded = (size: number) => app.send('POST', '/Bulk', { body: message.padEnd(size, ' ') });
    expect((await padded(maxPayloadSize)).status).toBe(200);
    const tooLarge = await padded(maxPayloadSize + 1);
    expect(tooLarge).toMatchObject({ status: 413, body: { detail: expect.stringContaining(`${maxPayloadSize}`) } });
  },
  filter: async () => {
    const { maxResults } = config.filter;
    expect(config.filter).toMatchObject({ supported: true });
    await createUsers(maxResults + 1);
    expect((await list('filter=userName sw "u"')).itemsPerPage).toBe(maxResults);
    expect((await list(`filter=userName sw "u"&count=${maxResults + 1}`)).itemsPerPage).toBe(maxResults);
    expect((await list('filter=userName eq "u7"')).itemsPerPage).toBe(1);
  },
  changePassword: async () => {
    expect(config['changePassword']).toEqual({ supported: false });
    const id = await userId(app, 'ann', { password: 'one' });
    const before = await app.store.db.selectFrom('scim_user').selectAll().execute();
    await app.patch(`/Users/${id}`, [{ op: 'replace', path: 'password', value: 'two' }]);
    expect(await app.store.db.selectFrom('scim_user').selectAll().execute()).toEqual(before);
  },
  sort: async () => {
    expect(config['sort']).toEqual({ supported: true });
    for (const name of ['b', 'a', 'c']) await userId(app, name);
    const { body } = await app.get('/Users?sortBy=userName&sortOrder=descending&attributes=userName');
    expect(body).toMatchObject({ Resources: [{ userName: 'c' }, { userName: 'b' }, { userName: 'a' }] });
  },
  etag: async () => {
    expect(config['etag']).toEqual({ supported: true });
    const path = `/Users/${await userId(app, 'ann')}`;
    const { headers, body } = await app.get(path);
    const tag = headers['etag'] as string;
    expect((body as { meta: object }).meta).toMatchObject({ version: tag });
    expect((await app.get(path, { headers: { 'If-None-Match': tag } })).status).toBe(304);
    await app.patch(path, [{ op: 'add', path: 'title', value: 'Dr' }]);
    expect((await app.del(path, { headers: { 'If-Match': tag } })).status).toBe(412);
  },
  pagination: async () => {
    const { defaultPageSize, maxPageSize, cursorTimeout } = config.pagination;
    expect(config.pagination).toMatchObject({ cursor: true, index: true, defaultPaginationMethod: 'index' });
    await createUsers(maxPageSize + 1);
    expect(await list('')).toMatchObject({ startIndex: 1, itemsPerPage: defaultPageSize });
    for (const paging of ['startIndex=1', 'cursor']) {
      expect((await list(`${paging}&count=${maxPageSize + 1}`)).itemsPerPage).toBe(maxPageSize);
    }
    const { nextCursor = '', itemsPerPage } = await list('cursor');
    expect(itemsPerPage).toBe(defaultPageSize);
    clock += (cursorTimeout - 1) * 1000;
    expect((await list(`cursor=${nextCursor}`)).itemsPerPage).toBe(1);
    clock += 2000;
    expect((await app.get(`/Users?cursor=${nextCursor}`)).body).toMatchObject({ scimType: 'expiredCursor' });
  },
  authenticationSchemes: async () => {
    const headers: Readonly<Record<string, string>> = {
      oauthbearertoken: `Bearer ${token}`,
      httpbasic: `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}`,
    };
    expect(config.authenticationSchemes.map(({ type }) => type).sort()).toEqual(Object.keys(headers).sort());
    for (const { type } of config.authenticationSchemes) {
      const sent: Sent = { token: null, headers: { Authorization: headers[type] ?? '' } };
      expect((await app.get('/Users', sent)).status).toBe(200);
    }
  },
};

describe('23, 97 and 137: ServiceProviderConfig', () => {
  test('every claim has a check', () => {
    const claims = Object.keys(config).filter((name) => name !== 'schemas' && name !== 'meta');
    expect(claims.sort()).toEqual(Object.keys(checks).sort());
  });

  test.each(Object.keys(checks))('%s is as it says', async (claim) => {
    await checks[claim]?.();
  });
});

interface Attribute {
  readonly name: string;
  readonly type: string;
  readonly multiValued: boolean;
  readonly required: boolean;
  readonly caseExact?: boolean;
  readonly mutability: string;
  readonly returned: string;
  readonly uniqueness: string;
  readonly subAttributes?: readonly Attribute[];
}

/** Attributes and sub-attributes with the path by which filters name them, and a body that gives one a value. */
interface Leaf {
  readonly path: string;
  readonly leaf: Attribute;
  readonly owner: Attribute;
  readonly bodyWith: (value: unknown) => Record<string, unknown>;
}

async function leavesOf(urn: string): Promise<readonly Leaf[]> {
  const { attributes } = (await app.get(`/Schemas/${urn}`)).body as { attributes: readonly Attribute[] };
  const isCore = urn === userUrn;
  const inSchema = (name: string, value: unknown) => (isCore ? { [name]: value } : { [urn]: { [name]: value } });
  return attributes.flatMap((owner): Leaf[] => {
    const prefix = isCore ? owner.name : `${urn}:${owner.name}`;
    const listed = (value: unknown) => inSchema(owner.name, owner.multiValued ? [value] : value);
    if (owner.subAttributes === undefined) return [{ path: prefix, leaf: owner, owner, bodyWith: listed }];
    return owner.subAttributes.map((leaf) => ({
      path: `${prefix}.${leaf.name}`,
      leaf,
      owner,
      bodyWith: (value) => listed({ [leaf.name]: value }),
    }));
  });
}

describe('Schemas', () => {
  const schemas = [
    userUrn,
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User',
  ];
  const isWritable = ({ leaf, owner }: Leaf) => leaf.mutability !== 'readOnly' && owner.mutability !== 'readOnly';
  const found = async (filter: string) =>
    ((await app.get(`/Users?filter=${encodeURIComponent(filter)}`)).body as { totalResults?: number }).totalResults;

  test.each(schemas)('28: texts of %s are compared and sorted as caseExact says', async (urn) => {
    const texts = (await leavesOf(urn)).filter((each) => {
      const { leaf, owner } = each;
      return isWritable(each) && ['string', 'reference'].includes(leaf.type) && owner.returned !== 'never';
    });
    expect(texts.length).toBeGreaterThan(0);
    for (const [index, { path, leaf, bodyWith }] of texts.entries()) {
      const isName = path === 'userName';
      for (const value of ['b-Mixed', 'C-MIXED']) {
        const own = isName ? { userName: value } : { userName: `u${index}-${value}`, ...bodyWith(value) };
        const { status } = await app.post('/Users', newUser(own.userName, own));
        expect({ path, status }).toEqual({ path, status: 201 });
      }
      expect([path, await found(`${path} eq "B-mIXED"`)]).toEqual([path, leaf.caseExact === true ? 0 : 1]);
      const filter = `filter=${encodeURIComponent(`${path} co "-"`)}`;
      const sorted = await app.get(`/Users?${filter}&sortBy=${path}&count=2`);
      const order = (sorted.body as { Resources: { userName: string }[] }).Resources.map(({ userName }) => userName);
      const ends = order.map((name) => name.slice(-'b-Mixed'.length));
      if (!isName)
        expect([path, ends]).toEqual([path, leaf.caseExact === true ? ['C-MIXED', 'b-Mixed'] : ['b-Mixed', 'C-MIXED']]);
      for (const { id } of (sorted.body as { Resources: { id: string }[] }).Resources) await app.del(`/Users/${id}`);
    }
  });

  test.each(schemas)(
    '28: what %s calls read-only is ignored, what is never returned is not, and the rest comes back',
    async (urn) => {
      for (const [index, { path, leaf, owner, bodyWith }] of (await leavesOf(urn)).entries()) {
        if (leaf.type !== 'string' || path === 'userName') continue;
        const { status, body } = await app.post('/Users', newUser(`u${index}`, bodyWith('a value of its own')));
        const writable = isWritable({ path, leaf, owner, bodyWith });
        const shown = JSON.stringify(body).includes('a value of its own');
        expect({ path, status, shown }).toEqual({ path, status: 201, shown: writable && owner.returned !== 'never' });
      }
    },
  );

  test('28: what is required is, and what is unique on the server is', async () => {
    for (const [collection, urn] of [
      ['/Users', userUrn],
      ['/Groups', 'urn:ietf:params:scim:schemas:core:2.0:Group'],
    ] as const) {
      const { attributes } = (await app.get(`/Schemas/${urn}`)).body as { attributes: readonly Attribute[] };
      const needed = attributes.filter(({ required }) => required).map(({ name }) => name);
      const unique = attributes.filter(({ uniqueness }) => uniqueness === 'server').map(({ name }) => name);
      expect(needed).toEqual(unique);
      expect(await app.post(collection, { schemas: [urn] })).toMatchObject({
        status: 400,
        body: { scimType: 'invalidValue' },
      });
      const body = { schemas: [urn], ...Object.fromEntries(needed.map((name) => [name, 'one'])) };
      expect((await app.post(collection, body)).status).toBe(201);
      expect(await app.post(collection, body)).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
      const others = attributes.filter(
        ({ name, type }) => !needed.includes(name) && type === 'string' && name !== 'password',
      );
      const twice = Object.fromEntries(others.map(({ name }) => [name, 'the same']));
      for (const name of ['two', 'three']) {
        const more = { schemas: [urn], ...Object.fromEntries(needed.map((each) => [each, name])), ...twice };
        expect((await app.post(collection, more)).status).toBe(201);
      }
    }
  });

  test('28: members are users by reference, as their schema says', async () => {
    const { attributes } = (await app.get('/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group')).body as {
      attributes: readonly (Attribute & { subAttributes?: readonly (Attribute & Record<string, unknown>)[] })[];
    };
    const members = attributes.find(({ name }) => name === 'members');
    const types = members?.subAttributes?.find(({ name }) => name === 'type');
    expect(types).toMatchObject({ canonicalValues: ['User'] });
    const inner = await groupId(app, 'Inner');
    const nested = await app.post('/Groups', { displayName: 'Outer', members: [{ value: inner }] });
    expect(nested).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
  });
});

test('the resource types name endpoints that take what their schemas describe', async () => {
  const { Resources } = (await app.get('/ResourceTypes')).body as { Resources: { endpoint: string; schema: string }[] };
  for (const { endpoint, schema } of Resources) {
    const key = schema === userUrn ? 'userName' : 'displayName';
    const { body, status } = await app.post(endpoint, { schemas: [schema], [key]: 'x' });
    expect({ status, body }).toMatchObject({ status: 201, body: { schemas: expect.arrayContaining([schema]) } });
    const { id } = body as { id: string };
    const patch = { schemas: [patchUrn], Operations: [{ op: 'replace', path: key, value: 'y' }] };
    expect((await app.send('PATCH', `${endpoint}/${id}`, { body: patch })).status).toBeLessThan(300);
  }
});
