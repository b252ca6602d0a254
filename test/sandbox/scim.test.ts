import type { FakeScimOptions } from '../../src/sandbox/scim/fake-scim.js';
import { likeMetabase, likeRetool } from '../../src/sandbox/scim/presets.js';
import type { Answer, Body, Caller } from './scim-caller.js';
import { enterpriseUrn, errorUrn, groupUrn, patchUrn, startCaller, stopFakes, userUrn } from './scim-caller.js';

/**
 * What a SCIM 2.0 server promises, and what real ones do otherwise by rule. Sections: 43 is RFC 7643, 44 is RFC 7644.
 *
 *  no │ invariant                                                                          │ source
 *   1 │ answers are application/scim+json, by rule application/json; both are read          │ 44 §3.8
 *   2 │ no token, or a bad one: 401, an Error body, WWW-Authenticate                        │ 44 §2
 *   3 │ Error bodies name their schema, the status as text, a scimType from the table       │ 44 §3.12
 *   4 │ by rule errors are JSON of another shape, text, or nothing                          │ seen at vendors
 *   5 │ too many requests: 429, Retry-After in the rule's form                              │ RFC 6585
 *   6 │ ServiceProviderConfig tells the truth; by rule it boasts, belittles, or is not there│ 43 §5, vendors
 *   7 │ ResourceTypes and Schemas, one or all; no filter; by rule absent                    │ 44 §4
 *   8 │ Bulk, Me and search by POST are 501                                                 │ 44 §3.4.3, §3.7, §3.11
 *   9 │ POST: 201 (200 by rule), Location, the whole resource; what is read-only is ignored │ 44 §3.3
 *  10 │ a body without its schema, a required attribute, or with a wrong type: 400          │ 44 §3.12
 *  11 │ userName is unique whatever its case (by rule with its case): 409 uniqueness        │ 43 §4.1.1
 *  12 │ names of attributes have no case; null and [] are nothing; unknown ones are dropped │ 43 §2
 *  13 │ password is taken and never shown                                                   │ 43 §4.1.1
 *  14 │ an extension is listed in schemas while it has anything                             │ 43 §3.3
 *  15 │ one primary at most, no element twice                                               │ 43 §2.4
 *  16 │ PUT replaces; what it leaves out is gone, and the ledger says so; active stays      │ 44 §3.5.1
 *  17 │ DELETE: 204, then 404, out of every group, the name free; by rule 404 or 405        │ 44 §3.6
 *  18 │ by rule names are required, and externalId is dropped                               │ seen at vendors
 *  19 │ a list: totalResults, startIndex, itemsPerPage, Resources; bounds as the RFC says   │ 44 §3.4.2.4
 *  20 │ pages of a stable order meet everybody once; a removal between two shifts them      │ 44 §3.4.2.4
 *  21 │ by rule startIndex and count mean nothing, and everything comes                     │ seen at vendors
 *  22 │ by rule lists hide who is not active                                                │ seen at vendors
 *  23 │ filters: operators, logic, grouping, brackets, case, URNs, escapes                  │ 44 §3.4.2.2
 *  24 │ a filter that cannot be read: 400 invalidFilter                                     │ 44 §3.4.2.2
 *  25 │ by rule one equality only, or none; what is not understood is refused or overlooked │ seen at vendors
 *  26 │ attributes and excludedAttributes                                                   │ 44 §3.9
 *  27 │ PATCH wants its schema and operations; names of operations have no case             │ 44 §3.5.2
 *  28 │ add                                                                                 │ 44 §3.5.2.1
 *  29 │ remove                                                                              │ 44 §3.5.2.2
 *  30 │ replace                                                                             │ 44 §3.5.2.3
 *  31 │ bad paths, bad values, what is read-only or required: 400 with the right scimType   │ 44 §3.12
 *  32 │ one bad operation, and none happens; the operations build on each other             │ 44 §3.5.2
 *  33 │ by rule PATCH answers 204; is not there; or takes few paths of users                │ seen at vendors
 *  34 │ groups are created with members, who exist (by rule others are overlooked)          │ 43 §4.2
 *  35 │ members are added once each                                                         │ 44 §3.5.2.1
 *  36 │ members[value eq "x"] removes one; so does a list of values; by rule only one works │ 44 §3.5.2.2, Entra ID
 *  37 │ removing somebody who is no member is fine                                          │ 44 §3.5.2.2
 *  38 │ replacing or emptying members is a whole-set write, and the ledger says who fell out│ 44 §3.5.2.3
 *  39 │ PUT of a group replaces its members; by rule an empty list keeps them               │ 44 §3.5.1, vendors
 *  40 │ a deleted group is gone, from its members and other groups too                      │ 44 §3.6
 *  41 │ by rule members are shown for one group only, or never                              │ seen at vendors
 *  42 │ by rule groups cannot be patched, are not there, have unique names, or numbers      │ seen at vendors
 *  43 │ groups of a user reflect membership; groups can be members                          │ 43 §4.1.2, §4.2
 *  44 │ ETag equals meta.version, is weak, and changes with changes only                    │ 44 §3.14
 *  45 │ If-Match: 412 for another version; by rule required, else 428; If-None-Match: 304   │ 44 §3.14
 *  46 │ lastModified is created until something changes                                     │ 43 §3.1
 *  47 │ the presets are what is known of Metabase's and Retool's own SCIM                   │ fact sheets
 */

afterEach(stopFakes);

const start = (options: FakeScimOptions = {}) => startCaller({ empty: true, unknownFields: false, ...options });

const nobody = '00000000-0000-0000-0000-000000000000';

const userBody = (userName: string, more: object = {}) => ({ schemas: [userUrn], userName, ...more });
const groupBody = (displayName: string, more: object = {}) => ({ schemas: [groupUrn], displayName, ...more });

const createUser = async (fake: Caller, userName = 'ann@acme.test', more: object = {}) =>
  idIn(await fake.post('/Users', userBody(userName, more)));
const createGroup = async (fake: Caller, displayName = 'Data', members: readonly string[] = []) =>
  idIn(await fake.post('/Groups', groupBody(displayName, { members: members.map((value) => ({ value })) })));

function idIn({ body, status, text }: Answer): string {
  if (body.id === undefined) throw new Error(`${String(status)} ${text}`);
  return body.id;
}

const membersOf = async (fake: Caller, group: string) =>
  (await fake.get(`/Groups/${group}`)).body.members?.map((each) => each.value) ?? [];

const attributesOf = (fake: Caller, id: string) =>
  fake.control.state().users.find((each) => each.id === id)?.attributes ?? {};

const snapshot = (fake: Caller) => JSON.stringify(fake.control.state());

const problem = ({ status, body }: Answer) => [status, body.scimType];

describe('transport and errors', () => {
  test('1 answers are application/scim+json, by rule application/json; both are read', async () => {
    const fake = await start();
    for (const type of ['application/scim+json', 'application/json', 'application/scim+json; charset=utf-8']) {
      const answer = await fake.call('POST', '/Users', userBody(`${type}@acme.test`), { 'content-type': type });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([
        201,
        'application/scim+json; charset=utf-8',
      ]);
    }
    expect((await fake.get(`/Users/${nobody}`)).headers.get('content-type')).toContain('application/scim+json');
    fake.control.configure({ contentType: 'application/json' });
    for (const path of ['/Users', `/Users/${nobody}`, '/ServiceProviderConfig']) {
      expect((await fake.get(path)).headers.get('content-type')).toBe('application/json; charset=utf-8');
    }
    const name = 'Zoë 李 🙂';
    const id = await createUser(fake, 'zoe@acme.test', { displayName: name });
    expect((await fake.get(`/Users/${id}`)).body.displayName).toBe(name);
  });

  test('2 no token, or a bad one, is a 401 with an Error body and WWW-Authenticate', async () => {
    const fake = await start();
    fake.control.addToken('second');
    expect((await fake.call('GET', '/Users', undefined, { authorization: 'Bearer second' })).status).toBe(200);
    fake.control.revokeToken('second');
    for (const authorization of [null, 'Bearer wrong', 'Bearer', `Basic ${fake.token}`, 'Bearer second']) {
      const answer = await fake.call('GET', '/Users', undefined, { authorization });
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expect(answer.body).toEqual({ schemas: [errorUrn], status: '401', detail: expect.any(String) });
    }
    expect(fake.control.counters().tokenFailures).toBe(5);
  });

  test('3 an Error body has its schema, the status as text, and a scimType where there is one', async () => {
    const fake = await start();
    const missing = await fake.get(`/Users/${nobody}`);
    expect([missing.status, missing.body]).toEqual([
      404,
      { schemas: [errorUrn], status: '404', detail: `User ${nobody} not found.` },
    ]);
    expect((await fake.get('/Nowhere')).status).toBe(404);
    expect((await fake.call('POST', `/Users/${nobody}`, userBody('a'))).status).toBe(404);
    const broken = await fake.call('POST', '/Users', '{"schemas":');
    expect([broken.status, broken.body]).toEqual([
      400,
      { schemas: [errorUrn], status: '400', scimType: 'invalidSyntax', detail: expect.any(String) },
    ]);
  });

  test.each([
    { errors: 'json', type: 'application/json; charset=utf-8', text: /"specific-errors"/ },
    { errors: 'text', type: 'text/plain; charset=utf-8', text: /^User .* not found\.$/ },
    { errors: 'empty', type: 'application/json; charset=utf-8', text: /^$/ },
  ] as const)('4 by rule "$errors" errors look different', async ({ errors, type, text }) => {
    const fake = await start({ errors });
    const missing = await fake.get(`/Users/${nobody}`);
    expect([missing.status, missing.headers.get('content-type')]).toEqual([404, type]);
    expect(missing.text).toMatch(text);
    const stranger = await fake.call('GET', '/Users', undefined, { authorization: null });
    expect([stranger.status, stranger.body.schemas]).toEqual([401, undefined]);
  });

  test.each([
    { header: 'seconds', value: '60' },
    { header: 'http-date', value: 'Thu, 01 Jan 1970 00:01:00 GMT' },
    { header: 'none', value: null },
  ] as const)('5 too many requests are a 429, header form $header', async ({ header, value }) => {
    const fake = await start({ rate: { perMinute: 1, cooldownSeconds: 60, header }, clock: () => 0 });
    expect((await fake.get('/Users')).status).toBe(200);
    const refused = await fake.get('/Users');
    expect([refused.status, refused.body.status, refused.headers.get('retry-after')]).toEqual([429, '429', value]);
  });
});

describe('discovery', () => {
  const config = async (fake: Caller) => {
    const { body } = await fake.get('/ServiceProviderConfig');
    return ['patch', 'filter', 'etag', 'bulk', 'sort'].filter(
      (each) => (body[each] as { supported: boolean }).supported,
    );
  };

  test('6 the service provider configuration tells the truth', async () => {
    const fake = await start();
    expect(await config(fake)).toEqual(['patch', 'filter', 'etag']);
    expect((await fake.get('/ServiceProviderConfig')).body).toMatchObject({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
      bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
      filter: { maxResults: 200 },
      changePassword: { supported: false },
      authenticationSchemes: [{ type: 'oauthbearertoken' }],
    });
    fake.control.configure({ patch: 'unsupported', filter: 'none', etags: 'none' });
    expect(await config(fake)).toEqual([]);
    fake.control.configure({ patch: 'full', groupPatch: 'unsupported', filter: 'equality', etags: 'required' });
    expect(await config(fake)).toEqual(['filter', 'etag']);
  });

  test('6 by rule it says yes or no to everything, or is not there', async () => {
    const fake = await start({ patch: 'unsupported', serviceProviderConfig: 'boastful' });
    expect(await config(fake)).toEqual(['patch', 'filter', 'etag', 'bulk', 'sort']);
    fake.control.configure({ patch: 'full', serviceProviderConfig: 'modest' });
    expect(await config(fake)).toEqual([]);
    fake.control.configure({ serviceProviderConfig: 'absent' });
    expect((await fake.get('/ServiceProviderConfig')).status).toBe(404);
    fake.control.configure({ serviceProviderConfig: 'unauthorized' });
    expect((await fake.get('/ServiceProviderConfig')).status).toBe(401);
    expect((await fake.get('/Users')).status).toBe(200);
  });

  test('7 resource types and schemas come one by one or all together', async () => {
    const fake = await start();
    const types = (await fake.get('/ResourceTypes?count=1&startIndex=2')).body;
    expect(types.Resources?.map((each) => each.id)).toEqual(['User', 'Group']);
    expect((await fake.get('/ResourceTypes/User')).body).toMatchObject({
      endpoint: '/Users',
      schema: userUrn,
      schemaExtensions: [{ schema: enterpriseUrn, required: false }, { required: false }],
    });
    const schemas = (await fake.get('/Schemas')).body.Resources ?? [];
    expect(schemas.map((each) => each.id)).toEqual(expect.arrayContaining([userUrn, enterpriseUrn, groupUrn]));
    expect((await fake.get(`/Schemas/${userUrn}`)).body).toEqual(schemas.find((each) => each.id === userUrn));
    const attributes = (schemas.find((each) => each.id === userUrn)?.['attributes'] ?? []) as Body[];
    expect(attributes.find((each) => each['name'] === 'userName')).toEqual({
      name: 'userName',
      type: 'string',
      multiValued: false,
      description: 'userName',
      required: true,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'server',
    });
    expect((await fake.get('/Schemas/urn:none')).status).toBe(404);
    expect((await fake.get('/ResourceTypes/Device')).status).toBe(404);
    expect((await fake.get('/Schemas?filter=id eq "x"')).status).toBe(403);
  });

  test('7 by rule schemas and resource types are absent, or have no groups', async () => {
    const fake = await start({ groups: 'absent' });
    expect((await fake.get('/ResourceTypes')).body.Resources?.map((each) => each.id)).toEqual(['User']);
    expect((await fake.get(`/Schemas/${groupUrn}`)).status).toBe(404);
    fake.control.configure({ schemas: 'absent' });
    expect((await fake.get('/Schemas')).status).toBe(404);
    expect((await fake.get('/ResourceTypes/User')).status).toBe(404);
  });

  test.each(['POST /Bulk', 'GET /Me', 'PATCH /Me', 'POST /.search', 'POST /Users/.search', 'POST /Groups/.search'])(
    '8 %s is a 501',
    async (route) => {
      const fake = await start();
      const [method = '', path = ''] = route.split(' ');
      expect((await fake.call(method, path, method === 'GET' ? undefined : {})).status).toBe(501);
    },
  );
});

describe('users', () => {
  test('9 POST answers 201 with the whole resource and where it is; what is read-only is ignored', async () => {
    const fake = await start({ clock: () => Date.UTC(2026, 0, 1) });
    const { status, headers, body } = await fake.post('/Users', {
      ...userBody('ann@acme.test', {
        externalId: '00uA1',
        name: { givenName: 'Ann', familyName: 'Lee' },
        emails: [{ value: 'ann@acme.test', type: 'work', primary: true }],
      }),
      id: 'mine',
      meta: { resourceType: 'Spy', created: '1999-01-01T00:00:00Z' },
      groups: [{ value: 'admins' }],
    });
    const location = `${fake.baseUrl}/Users/${String(body.id)}`;
    expect([status, headers.get('location')]).toEqual([201, location]);
    expect(body).toEqual({
      schemas: [userUrn],
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      externalId: '00uA1',
      active: true,
      userName: 'ann@acme.test',
      name: { givenName: 'Ann', familyName: 'Lee' },
      emails: [{ value: 'ann@acme.test', type: 'work', primary: true }],
      meta: {
        resourceType: 'User',
        created: '2026-01-01T00:00:00.000Z',
        lastModified: '2026-01-01T00:00:00.000Z',
        location,
        version: 'W/"1"',
      },
    });
    expect((await fake.get(`/Users/${String(body.id)}`)).body).toEqual(body);
    fake.control.configure({ createStatus: 200 });
    expect((await fake.post('/Users', userBody('ben@acme.test'))).status).toBe(200);
    expect((await fake.post('/Groups', groupBody('Data'))).status).toBe(200);
  });

  test.each([
    { wrong: 'no userName', body: { schemas: [userUrn] }, scimType: 'invalidValue' },
    { wrong: 'a blank userName', body: userBody('  '), scimType: 'invalidValue' },
    { wrong: 'no schemas', body: { userName: 'ann' }, scimType: 'invalidSyntax' },
    { wrong: 'another schema', body: { schemas: [groupUrn], userName: 'ann' }, scimType: 'invalidSyntax' },
    { wrong: 'a list', body: [], scimType: 'invalidSyntax' },
    { wrong: 'a text for active', body: userBody('ann', { active: 'true' }), scimType: 'invalidValue' },
    { wrong: 'a number for a name', body: userBody('ann', { displayName: 7 }), scimType: 'invalidValue' },
    { wrong: 'a text for name', body: userBody('ann', { name: 'Ann' }), scimType: 'invalidValue' },
    { wrong: 'two primaries', body: userBody('ann', { emails: ['a', 'b'].map(primary) }), scimType: 'invalidValue' },
  ])('10 $wrong is a 400 $scimType', async ({ body, scimType }) => {
    const fake = await start();
    expect(problem(await fake.post('/Users', body))).toEqual([400, scimType]);
    expect(fake.control.state().users).toEqual([]);
    expect(problem(await fake.post('/Groups', { schemas: [groupUrn] }))).toEqual([400, 'invalidValue']);
  });

  test('11 a user name that is taken, whatever its case, is a 409 on POST, PUT and PATCH', async () => {
    const fake = await start();
    await createUser(fake, 'Ann@acme.test');
    const ben = await createUser(fake, 'ben@acme.test');
    const before = snapshot(fake);
    const rename = { op: 'replace', path: 'userName', value: 'ANN@acme.test' };
    for (const answer of [
      await fake.post('/Users', userBody('ann@ACME.test')),
      await fake.put(`/Users/${ben}`, userBody('ann@acme.test')),
      await fake.patch(`/Users/${ben}`, rename),
    ]) {
      expect(problem(answer)).toEqual([409, 'uniqueness']);
    }
    expect(snapshot(fake)).toBe(before);
    expect((await fake.put(`/Users/${ben}`, userBody('BEN@acme.test'))).body.userName).toBe('BEN@acme.test');

    fake.control.configure({ userNameCase: 'exact' });
    expect((await fake.patch(`/Users/${ben}`, rename)).status).toBe(200);
    const named = (await fake.get('/Users?filter=userName eq "ann@acme.test"')).body;
    expect(named.totalResults).toBe(0);
  });

  test('12 names have no case, null and [] are nothing, what nobody knows is dropped', async () => {
    const fake = await start();
    const { body } = await fake.post('/Users', {
      SCHEMAS: [userUrn],
      USERNAME: 'ann',
      Name: { GIVENNAME: 'Ann', nickname: 'A' },
      title: null,
      emails: [],
      phoneNumbers: [{ VALUE: '1', Primary: true }],
      favouriteColour: 'blue',
      [enterpriseUrn.toUpperCase()]: { Department: 'Ops', manager: 'u9' },
    });
    expect(body).toMatchObject({
      schemas: [userUrn, enterpriseUrn],
      userName: 'ann',
      name: { givenName: 'Ann' },
      phoneNumbers: [{ value: '1', primary: true }],
      [enterpriseUrn]: { department: 'Ops', manager: { value: 'u9' } },
    });
    expect(Object.keys(body.name as object)).toEqual(['givenName']);
    for (const none of ['title', 'emails', 'favouriteColour', 'USERNAME']) expect(body).not.toHaveProperty(none);
    const manager = { value: 'u9', displayName: 'read-only' };
    const ben = await createUser(fake, 'ben', { [enterpriseUrn]: { manager } });
    expect(attributesOf(fake, ben)[enterpriseUrn]).toEqual({ manager: { value: 'u9' } });
  });

  test('13 a password is taken, never shown, and never kept', async () => {
    const fake = await start();
    const created = await fake.post('/Users', userBody('ann', { password: 'hunter2' }));
    const id = idIn(created);
    expect((await fake.patch(`/Users/${id}`, { op: 'replace', path: 'password', value: 'hunter3' })).status).toBe(200);
    const shown = [created, await fake.get(`/Users/${id}?attributes=password`), await fake.get('/Users')];
    for (const { text } of shown) expect(text).not.toContain('hunter');
    expect(snapshot(fake)).not.toContain('hunter');
    expect((await fake.post('/Users', userBody('ben', { password: 7 }))).status).toBe(400);
  });

  test('14 an extension is named in schemas while it has anything', async () => {
    const fake = await start();
    const id = await createUser(fake, 'ann', { [enterpriseUrn]: { department: 'Ops' } });
    const schemas = async () => (await fake.get(`/Users/${id}`)).body.schemas;
    expect(await schemas()).toEqual([userUrn, enterpriseUrn]);
    await fake.patch(`/Users/${id}`, { op: 'remove', path: `${enterpriseUrn}:department` });
    expect(await schemas()).toEqual([userUrn]);
    await fake.patch(`/Users/${id}`, { op: 'add', path: `${enterpriseUrn}:costCenter`, value: '7' });
    expect(await schemas()).toEqual([userUrn, enterpriseUrn]);
    await fake.patch(`/Users/${id}`, { op: 'remove', path: enterpriseUrn });
    expect((await fake.get(`/Users/${id}`)).body).not.toHaveProperty([enterpriseUrn]);
  });

  test('15 no element comes twice, and a new primary takes the place of the old one', async () => {
    const fake = await start();
    const work = { value: 'a@acme.test', type: 'work', primary: true };
    const id = await createUser(fake, 'ann', { emails: [work, work] });
    const emails = async () => (await fake.get(`/Users/${id}`)).body['emails'];
    expect(await emails()).toEqual([work]);
    const home = { value: 'a@home.test', type: 'home', primary: true };
    await fake.patch(`/Users/${id}`, { op: 'add', path: 'emails', value: [home] });
    expect(await emails()).toEqual([{ ...work, primary: false }, home]);
    await fake.patch(`/Users/${id}`, { op: 'replace', path: 'emails[type eq "work"].primary', value: true });
    expect(await emails()).toEqual([work, { ...home, primary: false }]);
  });

  test('16 PUT replaces: what it leaves out is gone and noted, but for active', async () => {
    const fake = await start({ unknownFields: true });
    const id = await createUser(fake, 'ann', {
      externalId: 'x',
      name: { givenName: 'Ann', middleName: 'M' },
      emails: [{ value: 'a' }, { value: 'b' }],
      title: 'Dr',
    });
    await fake.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false });
    const put = await fake.put(`/Users/${id}`, {
      ...userBody('ann', { name: { givenName: 'Anna' }, emails: [{ value: 'c' }] }),
      id: 'other',
    });
    expect([put.status, put.body]).toMatchObject([200, { id, active: false, name: { givenName: 'Anna' } }]);
    expect(attributesOf(fake, id)).toEqual({
      userName: 'ann',
      active: false,
      name: { givenName: 'Anna' },
      emails: [{ value: 'c' }],
    });
    const lost = fake.control.ledger.losses;
    expect(lost.map((each) => each.name).toSorted()).toEqual([
      'emails',
      'externalId',
      'name.middleName',
      'title',
      'urn:example:params:scim:schemas:extension:badge:2.0:User',
    ]);
    expect(lost.every((each) => each.of === id && each.sequence === 3)).toBe(true);
    expect((await fake.put(`/Users/${nobody}`, userBody('new'))).status).toBe(404);
    expect((await fake.put(`/Users/${id}`, { schemas: [userUrn] })).status).toBe(400);
  });

  test('16 a PUT that sends back what it read loses nothing, and is no change', async () => {
    const fake = await start({ unknownFields: true });
    const id = await createUser(fake, 'ann', { name: { givenName: 'Ann' }, [enterpriseUrn]: { department: 'Ops' } });
    const { body } = await fake.get(`/Users/${id}`);
    expect((await fake.put(`/Users/${id}`, body)).body).toEqual(body);
    expect(fake.control.ledger.losses).toEqual([]);
  });

  test('17 a deleted user is gone, from groups too, and the name is free', async () => {
    const fake = await start();
    const id = await createUser(fake);
    const group = await createGroup(fake, 'Data', [id]);
    const gone = await fake.delete(`/Users/${id}`);
    expect([gone.status, gone.text]).toEqual([204, '']);
    const patch = await fake.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: true });
    const put = await fake.put(`/Users/${id}`, userBody('ann@acme.test'));
    for (const after of [await fake.get(`/Users/${id}`), await fake.delete(`/Users/${id}`), patch, put]) {
      expect(after.status).toBe(404);
    }
    expect((await fake.get('/Users')).body.totalResults).toBe(0);
    expect(await membersOf(fake, group)).toEqual([]);
    expect((await fake.post('/Users', userBody('ann@acme.test'))).status).toBe(201);
  });

  test.each([
    { deleteUser: 'not-found', status: 404 },
    { deleteUser: 'not-allowed', status: 405 },
  ] as const)('17 by rule deleting users is a $status, and does nothing', async ({ deleteUser, status }) => {
    const fake = await start({ deleteUser });
    const id = await createUser(fake);
    expect((await fake.delete(`/Users/${id}`)).status).toBe(status);
    expect((await fake.get(`/Users/${id}`)).status).toBe(200);
  });

  test('18 by rule both names are required, and externalId is dropped', async () => {
    const fake = await start({ names: 'required', externalId: 'dropped' });
    expect(problem(await fake.post('/Users', userBody('ann', { name: { givenName: 'Ann' } })))).toEqual([
      400,
      'invalidValue',
    ]);
    const name = { givenName: 'Ann', familyName: 'Lee' };
    const created = await fake.post('/Users', userBody('ann', { name, externalId: 'x' }));
    expect([created.status, created.body.externalId]).toEqual([201, undefined]);
    const path = `/Users/${idIn(created)}`;
    expect((await fake.patch(path, { op: 'add', path: 'externalId', value: 'y' })).body.externalId).toBeUndefined();
    expect((await fake.patch(path, { op: 'remove', path: 'name.familyName' })).status).toBe(400);
    expect((await fake.post('/Groups', groupBody('g', { externalId: 'z' }))).body.externalId).toBeUndefined();
  });
});

describe('lists', () => {
  const crowd = async (size: number, options: FakeScimOptions = {}) => {
    const fake = await start(options);
    for (let n = 0; n < size; n += 1) fake.control.users.add({ userName: `p${String(n)}` });
    return fake;
  };
  const names = ({ body }: Answer) => body.Resources?.map((each) => each.userName);

  test.each([
    { query: '', startIndex: 1, rows: [0, 3] },
    { query: 'startIndex=2', startIndex: 2, rows: [1, 4] },
    { query: 'startIndex=0', startIndex: 1, rows: [0, 3] },
    { query: 'startIndex=-5', startIndex: 1, rows: [0, 3] },
    { query: 'startIndex=7', startIndex: 7, rows: [7, 7] },
    { query: 'startIndex=99', startIndex: 99, rows: [7, 7] },
    { query: 'count=0', startIndex: 1, rows: [0, 0] },
    { query: 'count=-1', startIndex: 1, rows: [0, 0] },
    { query: 'count=2', startIndex: 1, rows: [0, 2] },
    { query: 'count=99', startIndex: 1, rows: [0, 5] },
    { query: 'count=4&startIndex=5', startIndex: 5, rows: [4, 6] },
    { query: 'unknown=1&sortBy=userName', startIndex: 1, rows: [0, 3] },
  ] as const)('19 ?$query of 6, pages of 3 or at most 5', async ({ query, startIndex, rows }) => {
    const fake = await crowd(6, { defaultPageSize: 3, maxPageSize: 5 });
    const answer = await fake.get(`/Users?${query}`);
    const expected = ['p0', 'p1', 'p2', 'p3', 'p4', 'p5'].slice(...rows);
    expect(answer.body).toMatchObject({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: 6,
      startIndex,
      itemsPerPage: expected.length,
    });
    expect(names(answer)).toEqual(expected);
  });

  test.each(['count=ten', 'startIndex=1.5', 'count='])('19 ?%s is a 400', async (query) => {
    const fake = await start();
    expect(problem(await fake.get(`/Users?${query}`))).toEqual([400, 'invalidValue']);
  });

  test.each([0, 1, 99, 100, 101, 250])('20 pages over %i users meet each once, and groups alike', async (size) => {
    const fake = await crowd(size);
    fake.control.groups.create({ displayName: 'g' });
    const seen: (string | undefined)[] = [];
    let total = 1;
    while (seen.length < total) {
      const { body } = await fake.get(`/Users?startIndex=${String(seen.length + 1)}`);
      expect(body.itemsPerPage).toBe(Math.min(100, size - seen.length));
      total = body.totalResults ?? 0;
      seen.push(...(body.Resources?.map((each) => each.id) ?? []));
    }
    expect(new Set(seen).size).toBe(size);
    expect((await fake.get('/Groups?startIndex=2')).body).toMatchObject({ totalResults: 1, Resources: [] });
  });

  test('20 a removal between two pages makes naive paging skip somebody, an insertion moves the total', async () => {
    const fake = await crowd(6);
    fake.control.shiftPages({ list: 'users', remove: ['p0'] });
    const first = await fake.get('/Users?count=3');
    const second = await fake.get('/Users?count=3&startIndex=4');
    expect([names(first), names(second)]).toEqual([
      ['p0', 'p1', 'p2'],
      ['p4', 'p5'],
    ]);
    fake.control.shiftPages({ list: 'users', beforeOffset: 3, insert: ['late'] });
    const totals = [];
    for (const index of [1, 3, 4, 5]) {
      totals.push((await fake.get(`/Users?count=1&startIndex=${String(index)}`)).body.totalResults);
    }
    expect(totals).toEqual([5, 5, 6, 6]);
  });

  test('21 by rule startIndex and count mean nothing', async () => {
    const fake = await crowd(150, { paging: 'ignored' });
    for (const query of ['', 'count=10', 'count=0', 'startIndex=101&count=100']) {
      const { body } = await fake.get(`/Users?${query}`);
      expect(body).toMatchObject({ totalResults: 150, startIndex: 1, itemsPerPage: 150 });
      expect(body.Resources).toHaveLength(150);
    }
  });

  test('22 by rule lists hide who is not active', async () => {
    const fake = await crowd(3);
    fake.control.users.deactivate('p1');
    expect(names(await fake.get('/Users'))).toEqual(['p0', 'p1', 'p2']);
    fake.control.configure({ inactiveUsers: 'hidden' });
    expect(names(await fake.get('/Users'))).toEqual(['p0', 'p2']);
    const id = fake.control.state().users[1]?.id ?? '';
    expect((await fake.get(`/Users/${id}`)).body.active).toBe(false);
  });
});

describe('filters', () => {
  /** Two people who differ in everything a filter may ask for. */
  const people = async (options: FakeScimOptions = {}) => {
    let now = Date.UTC(2026, 0, 1);
    const fake = await start({ ...options, clock: () => now });
    const ann = await createUser(fake, 'Ann@acme.test', {
      externalId: 'X1',
      displayName: 'Ann "the" Lee',
      title: 'Dr',
      name: { givenName: 'Ann', familyName: 'Lee' },
      emails: [
        { value: 'ann@acme.test', type: 'work', primary: true },
        { value: 'ann@home.test', type: 'home' },
      ],
      [enterpriseUrn]: { department: 'Ops', manager: { value: 'M7' } },
    });
    now = Date.UTC(2026, 5, 1);
    const ben = await createUser(fake, 'ben@acme.test', {
      displayName: '',
      name: { givenName: 'Ben' },
      emails: [{ value: 'ben@home.test', type: 'work' }],
      active: false,
    });
    await createGroup(fake, 'Data', [ann]);
    return { fake, ann, ben };
  };
  const found = async (fake: Caller, filter: string) => {
    const { body, status } = await fake.get(`/Users?filter=${encodeURIComponent(filter)}`);
    return status === 200 ? body.Resources?.map((each) => each.userName?.slice(0, 3)) : status;
  };

  test.each<[string, string[]]>([
    ['userName eq "ANN@acme.test"', ['Ann']],
    ['USERNAME EQ "ann@acme.test"', ['Ann']],
    ['userName ne "ann@acme.test"', ['ben']],
    ['userName co "CME"', ['Ann', 'ben']],
    ['userName sw "b"', ['ben']],
    ['userName ew "n@acme.test"', ['Ann', 'ben']],
    ['userName gt "b"', ['ben']],
    ['userName lt "b"', ['Ann']],
    ['userName ge "ben@acme.test"', ['ben']],
    ['userName le "ann@acme.test"', ['Ann']],
    ['externalId eq "X1"', ['Ann']],
    ['externalId eq "x1"', []],
    ['externalId ne "X1"', ['ben']],
    ['externalId eq null', ['ben']],
    ['externalId ne null', ['Ann']],
    ['title pr', ['Ann']],
    ['displayName pr', ['Ann']],
    ['emails pr', ['Ann', 'ben']],
    ['not (title pr)', ['ben']],
    ['active eq true', ['Ann']],
    ['active eq false', ['ben']],
    ['name.familyName eq "lee"', ['Ann']],
    [`${userUrn}:name.familyName eq "lee"`, ['Ann']],
    [`${enterpriseUrn}:department eq "ops"`, ['Ann']],
    [`${enterpriseUrn}:manager eq "m7"`, ['Ann']],
    [`${enterpriseUrn}:manager.value eq "M7"`, ['Ann']],
    ['emails eq "ann@home.test"', ['Ann']],
    ['emails.value co "home"', ['Ann', 'ben']],
    ['emails.type eq "work"', ['Ann', 'ben']],
    ['emails[type eq "work" and value co "home"]', ['ben']],
    ['emails[type eq "work"] and active eq true', ['Ann']],
    ['emails[primary eq true]', ['Ann']],
    ['displayName eq "ann \\"the\\" lee"', ['Ann']],
    ['displayName eq "Ann \\u0022the\\u0022 Lee"', ['Ann']],
    ['title pr or userName sw "b"', ['Ann', 'ben']],
    ['userName sw "b" or title pr and active eq false', ['ben']],
    ['(userName sw "b" or title pr) and active eq true', ['Ann']],
    ['((userName sw "a"))', ['Ann']],
    ['not (userName sw "a") and not (title pr)', ['ben']],
    ['meta.created gt "2026-03-01T00:00:00Z"', ['ben']],
    ['meta.lastModified lt "2026-03-01T01:00:00+01:00"', ['Ann']],
    ['meta.created eq "2026-01-01T01:00:00+01:00"', ['Ann']],
    ['meta.resourceType eq "User"', ['Ann', 'ben']],
    ['meta.resourceType eq "user"', []],
    [`schemas eq "${enterpriseUrn}"`, ['Ann']],
    ['groups.display eq "data"', ['Ann']],
    ['active eq "true"', []],
    ['userName gt 7', []],
    ['active co "ru"', []],
  ])('23 %s', async (filter, expected) => {
    const { fake } = await people();
    expect(await found(fake, filter)).toEqual(expected);
  });

  test('23 by id, and groups by name and member', async () => {
    const { fake, ann, ben } = await people();
    expect(await found(fake, `id eq "${ben}"`)).toEqual(['ben']);
    const groups = async (filter: string) =>
      (await fake.get(`/Groups?filter=${encodeURIComponent(filter)}`)).body.totalResults;
    expect(await groups('displayName eq "DATA"')).toBe(1);
    expect(await groups(`members eq "${ann}"`)).toBe(1);
    expect(await groups(`members[value eq "${ben}"]`)).toBe(0);
  });

  test.each([
    ...[
      '',
      ' ',
      'userName',
      'userName eq',
      'userName is "x"',
      'userName eq "x',
      'userName eq ann',
      'eq "x"',
      '"x" eq "x"',
    ],
    ...[
      'userName eq "x" and',
      'userName eq "x" userName eq "y"',
      '(userName eq "x"',
      'userName eq "x")',
      'not userName pr',
    ],
    ...['favouriteColour eq "x"', 'name eq "x"', 'active gt true', 'emails[type eq "work"', 'userName[type eq "x"]'],
    ...[
      'emails[colour eq "x"]',
      'not title pr)',
      `${enterpriseUrn}:manager[value eq "x"]`,
      '__proto__.x eq "a"',
      'constructor pr',
      'userName eq {}',
      'userName eq "a\\x"',
    ],
  ])('24 "%s" is a 400 invalidFilter', async (filter) => {
    const fake = await start();
    expect(problem(await fake.get(`/Users?filter=${encodeURIComponent(filter)}`))).toEqual([400, 'invalidFilter']);
  });

  test('25 by rule only one equality is understood', async () => {
    const { fake } = await people({ filter: 'equality' });
    expect(await found(fake, 'userName eq "ann@acme.test"')).toEqual(['Ann']);
    for (const filter of ['externalId eq "X1"', 'userName sw "a"', 'userName eq "a" or userName eq "b"', 'id eq "7"']) {
      expect(await found(fake, filter)).toBe(400);
    }
    const groups = await fake.get('/Groups?filter=displayName eq "data"');
    expect(groups.body.totalResults).toBe(1);
    expect((await fake.get('/Groups?filter=id eq "data"')).status).toBe(400);
  });

  test('25 by rule there are no filters: refused, or overlooked', async () => {
    const { fake } = await people({ filter: 'none' });
    const filter = 'userName eq "ann@acme.test"';
    expect(await found(fake, filter)).toBe(400);
    fake.control.configure({ strangeFilter: 'ignore' });
    expect(await found(fake, filter)).toEqual(['Ann', 'ben']);
    fake.control.configure({ filter: 'equality' });
    expect(await found(fake, filter)).toEqual(['Ann']);
    expect(await found(fake, 'externalId eq "X1"')).toEqual(['Ann', 'ben']);
  });

  const always = ['schemas', 'id'];
  test.each([
    { query: 'attributes=userName', keys: [...always, 'userName'] },
    { query: 'attributes=USERNAME,%20active', keys: [...always, 'active', 'userName'] },
    { query: `attributes=${userUrn}:title`, keys: [...always, 'title'] },
    { query: `attributes=${enterpriseUrn}`, keys: [...always, enterpriseUrn] },
    { query: 'attributes=favouriteColour', keys: always },
    { query: 'attributes=userName&excludedAttributes=userName', keys: [...always, 'userName'] },
  ])('26 ?$query shows nothing but that, and what is always shown', async ({ query, keys }) => {
    const { fake, ann } = await people();
    expect(Object.keys((await fake.get(`/Users/${ann}?${query}`)).body)).toEqual(keys);
    expect(Object.keys((await fake.get(`/Users?${query}`)).body.Resources?.[0] ?? {})).toEqual(keys);
  });

  test('26 parts of an attribute can be asked for or left out', async () => {
    const { fake, ann } = await people();
    const get = async (query: string) => (await fake.get(`/Users/${ann}?${query}`)).body;
    expect((await get('attributes=name.givenName')).name).toEqual({ givenName: 'Ann' });
    expect((await get('attributes=emails.value'))['emails']).toEqual([
      { value: 'ann@acme.test' },
      { value: 'ann@home.test' },
    ]);
    expect((await get(`attributes=${enterpriseUrn}:department`))[enterpriseUrn]).toEqual({ department: 'Ops' });
    const without = await get('excludedAttributes=name.givenName,emails,id,schemas,meta');
    expect(without).toMatchObject({ id: ann, schemas: [userUrn, enterpriseUrn], name: { familyName: 'Lee' } });
    expect(Object.keys(without.name as object)).toEqual(['familyName']);
    for (const gone of ['emails', 'meta']) expect(without).not.toHaveProperty(gone);
  });

  test('26 what is asked for shapes the answer to a write, and not what is kept', async () => {
    const { fake, ann } = await people();
    const before = attributesOf(fake, ann);
    const answer = await fake.call('PATCH', `/Users/${ann}?attributes=title`, {
      schemas: [patchUrn],
      Operations: [{ op: 'replace', path: 'title', value: 'Prof' }],
    });
    expect(Object.keys(answer.body)).toEqual([...always, 'title']);
    expect(attributesOf(fake, ann)).toEqual({ ...before, title: 'Prof' });
    const group = await fake.get('/Groups?excludedAttributes=members');
    expect(group.body.Resources?.[0]).not.toHaveProperty('members');
  });
});

describe('PATCH', () => {
  const ann = {
    externalId: 'x',
    title: 'Dr',
    name: { givenName: 'Ann', familyName: 'Lee' },
    emails: [
      { value: 'a@acme.test', type: 'work', primary: true },
      { value: 'a@home.test', type: 'home' },
    ],
    [enterpriseUrn]: { department: 'Ops' },
  };
  const [work, home] = ann.emails;

  test.each([
    { wrong: 'no schema', body: { Operations: [{ op: 'add', path: 'title', value: 'x' }] } },
    { wrong: 'another schema', body: { schemas: [userUrn], Operations: [{ op: 'add', path: 'title', value: 'x' }] } },
    { wrong: 'no operations', body: { schemas: [patchUrn] } },
    { wrong: 'an empty list', body: { schemas: [patchUrn], Operations: [] } },
    { wrong: 'no op', body: { schemas: [patchUrn], Operations: [{ path: 'title', value: 'x' }] } },
    { wrong: 'a foreign op', body: { schemas: [patchUrn], Operations: [{ op: 'move', path: 'title', value: 'x' }] } },
    { wrong: 'a list', body: [] },
  ])('27 $wrong is a 400 invalidSyntax', async ({ body }) => {
    const fake = await start();
    const id = await createUser(fake);
    expect(problem(await fake.call('PATCH', `/Users/${id}`, body))).toEqual([400, 'invalidSyntax']);
  });

  test.each(['replace', 'Replace', 'REPLACE', 'Add', 'add'])('27 an op may be written "%s"', async (op) => {
    const fake = await start();
    const id = await createUser(fake);
    expect((await fake.patch(`/Users/${id}`, { op, path: 'TITLE', value: 'Dr' })).body['title']).toBe('Dr');
  });

  interface Case {
    readonly what: string;
    readonly operation: object;
    readonly result: object;
  }
  const cases = (op: string, rows: [string, object, object][]): Case[] =>
    rows.map(([what, more, result]) => ({ what, operation: { op, ...more }, result }));

  test.each([
    ...cases('add', [
      ['sets a single value', { path: 'nickName', value: 'A' }, { nickName: 'A' }],
      ['replaces a single value', { path: 'title', value: 'Prof' }, { title: 'Prof' }],
      ['adds to a list', { path: 'emails', value: [{ value: 'z' }] }, { emails: [work, home, { value: 'z' }] }],
      ['takes one element bare', { path: 'emails', value: { value: 'z' } }, { emails: [work, home, { value: 'z' }] }],
      ['adds no element twice', { path: 'emails', value: [home] }, { emails: [work, home] }],
      ['merges', { path: 'name', value: { middleName: 'M' } }, { name: { ...ann.name, middleName: 'M' } }],
      ['reaches a part', { path: 'name.givenName', value: 'Anna' }, { name: { ...ann.name, givenName: 'Anna' } }],
      ['reaches a URN', { path: `${userUrn}:title`, value: 'Prof' }, { title: 'Prof' }],
      [
        'merges an extension',
        { path: enterpriseUrn, value: { costCenter: '7' } },
        { [enterpriseUrn]: { department: 'Ops', costCenter: '7' } },
      ],
      [
        'reaches a part of a part',
        { path: `${enterpriseUrn}:manager.value`, value: 'u9' },
        { [enterpriseUrn]: { department: 'Ops', manager: { value: 'u9' } } },
      ],
      [
        'takes attributes without a path',
        { value: { title: 'Prof', 'name.givenName': 'Anna', [`${enterpriseUrn}:division`]: 'D', id: 'mine' } },
        {
          title: 'Prof',
          name: { ...ann.name, givenName: 'Anna' },
          [enterpriseUrn]: { department: 'Ops', division: 'D' },
        },
      ],
    ]),
  ])('28 add $what', async ({ operation, result }) => {
    const fake = await start();
    const id = await createUser(fake, 'ann', ann);
    const { status, body } = await fake.patch(`/Users/${id}`, operation);
    expect(status).toBe(200);
    expect(attributesOf(fake, id)).toEqual({ userName: 'ann', active: true, ...ann, ...result });
    expect(body).toMatchObject(result);
  });

  test.each([
    ...cases('remove', [
      ['takes a single value', { path: 'title' }, { title: undefined }],
      ['takes a whole list', { path: 'emails' }, { emails: undefined }],
      ['takes what fits', { path: 'emails[type eq "work"]' }, { emails: [home] }],
      ['takes nothing that does not fit', { path: 'emails[type eq "pager"]' }, {}],
      [
        'takes a part of what fits',
        { path: 'emails[type eq "work"].type' },
        { emails: [{ ...work, type: undefined }, home] },
      ],
      ['takes a part', { path: 'name.familyName' }, { name: { givenName: 'Ann' } }],
      ['takes what is not there', { path: 'nickName' }, {}],
      ['takes the last part', { path: `${enterpriseUrn}:department` }, { [enterpriseUrn]: undefined }],
    ]),
  ])('29 remove $what', async ({ operation, result }) => {
    const fake = await start();
    const id = await createUser(fake, 'ann', ann);
    expect((await fake.patch(`/Users/${id}`, operation)).status).toBe(200);
    const expected: unknown = JSON.parse(JSON.stringify({ userName: 'ann', active: true, ...ann, ...result }));
    expect(attributesOf(fake, id)).toEqual(expected);
  });

  test('29 an element with nothing left goes with its last part', async () => {
    const fake = await start();
    const id = await createUser(fake, 'ann', { emails: [{ value: 'a' }, { value: 'b' }] });
    await fake.patch(`/Users/${id}`, { op: 'remove', path: 'emails[value eq "a"].value' });
    expect(attributesOf(fake, id)['emails']).toEqual([{ value: 'b' }]);
  });

  test.each([
    ...cases('replace', [
      ['changes a single value', { path: 'title', value: 'Prof' }, { title: 'Prof' }],
      ['sets what is not there', { path: 'nickName', value: 'A' }, { nickName: 'A' }],
      ['takes null for nothing', { path: 'title', value: null }, { title: undefined }],
      ['swaps a whole list', { path: 'emails', value: [{ value: 'z' }] }, { emails: [{ value: 'z' }] }],
      ['empties a list', { path: 'emails', value: [] }, { emails: undefined }],
      [
        'keeps parts it does not name',
        { path: 'name', value: { givenName: 'A' } },
        { name: { ...ann.name, givenName: 'A' } },
      ],
      [
        'changes the element that fits',
        { path: 'emails[type eq "home"]', value: { value: 'z' } },
        { emails: [work, { value: 'z' }] },
      ],
      [
        'changes a part of it',
        { path: 'emails[type eq "home"].value', value: 'z' },
        { emails: [work, { ...home, value: 'z' }] },
      ],
      [
        'changes a part of all',
        { path: 'emails.type', value: 'other' },
        {
          emails: [
            { ...work, type: 'other' },
            { ...home, type: 'other' },
          ],
        },
      ],
      [
        'takes a list without a path',
        { value: { emails: [{ value: 'z' }], active: false } },
        { emails: [{ value: 'z' }], active: false },
      ],
    ]),
  ])('30 replace $what', async ({ operation, result }) => {
    const fake = await start();
    const id = await createUser(fake, 'ann', ann);
    expect((await fake.patch(`/Users/${id}`, operation)).status).toBe(200);
    const expected: unknown = JSON.parse(JSON.stringify({ userName: 'ann', active: true, ...ann, ...result }));
    expect(attributesOf(fake, id)).toEqual(expected);
  });

  test.each([
    { operation: { op: 'replace', path: 'colour', value: 'x' }, scimType: 'invalidPath' },
    { operation: { op: 'replace', path: 'name.colour', value: 'x' }, scimType: 'invalidPath' },
    { operation: { op: 'replace', path: 'emails[type eq "work"', value: 'x' }, scimType: 'invalidPath' },
    { operation: { op: 'replace', path: 'emails[type eq "work"].colour', value: 'x' }, scimType: 'invalidPath' },
    { operation: { op: 'replace', path: 'title[type eq "x"]', value: 'x' }, scimType: 'invalidPath' },
    { operation: { op: 'replace', path: '__proto__.x', value: 'x' }, scimType: 'invalidPath' },
    { operation: { op: 'replace', path: 'emails[type is "work"]', value: 'x' }, scimType: 'invalidFilter' },
    { operation: { op: 'replace', path: 'emails[type eq "pager"].value', value: 'x' }, scimType: 'noTarget' },
    { operation: { op: 'remove' }, scimType: 'noTarget' },
    { operation: { op: 'remove', path: 'userName' }, scimType: 'mutability' },
    { operation: { op: 'replace', path: 'id', value: 'x' }, scimType: 'mutability' },
    { operation: { op: 'add', path: 'groups', value: [{ value: 'x' }] }, scimType: 'mutability' },
    { operation: { op: 'replace', path: 'meta.created', value: 'x' }, scimType: 'mutability' },
    { operation: { op: 'add', path: 'title' }, scimType: 'invalidValue' },
    { operation: { op: 'replace', path: 'active', value: 'False' }, scimType: 'invalidValue' },
    { operation: { op: 'replace', path: 'userName', value: '' }, scimType: 'invalidValue' },
    { operation: { op: 'replace', path: 'userName', value: null }, scimType: 'invalidValue' },
    { operation: { op: 'replace', value: 'x' }, scimType: 'invalidValue' },
  ])('31, 32 $operation is a 400 $scimType, and nothing of that PATCH happens', async ({ operation, scimType }) => {
    const fake = await start();
    const id = await createUser(fake, 'ann', ann);
    const before = snapshot(fake);
    const answer = await fake.patch(`/Users/${id}`, { op: 'replace', path: 'nickName', value: 'new' }, operation);
    expect(problem(answer)).toEqual([400, scimType]);
    expect(snapshot(fake)).toBe(before);
  });

  test('32 operations build on each other', async () => {
    const fake = await start();
    const id = await createUser(fake, 'ann', ann);
    const { body } = await fake.patch(
      `/Users/${id}`,
      { op: 'remove', path: 'emails' },
      { op: 'add', path: 'emails', value: [{ value: 'z', type: 'pager' }] },
      { op: 'replace', path: 'emails[type eq "pager"].value', value: 'y' },
    );
    expect(body['emails']).toEqual([{ value: 'y', type: 'pager' }]);
  });

  test('33 by rule PATCH answers 204, unless attributes are asked for', async () => {
    const fake = await start({ patchReply: 204 });
    const id = await createUser(fake);
    const group = await createGroup(fake);
    const operation = { op: 'replace', path: 'displayName', value: 'New' };
    for (const path of [`/Users/${id}`, `/Groups/${group}`]) {
      const answer = await fake.patch(path, operation);
      expect([answer.status, answer.text]).toEqual([204, '']);
      expect((await fake.get(path)).body.displayName).toBe('New');
      expect((await fake.patch(`${path}?attributes=displayName`, operation)).status).toBe(200);
    }
  });

  test.each([501, 405, 404] as const)('33 by rule there is no PATCH: %i, and nothing happens', async (status) => {
    const fake = await start({ patch: 'unsupported', groupPatch: 'unsupported', unsupportedStatus: status });
    const [user, group] = [await createUser(fake), await createGroup(fake)];
    const before = snapshot(fake);
    for (const path of [`/Users/${user}`, `/Groups/${group}`]) {
      expect((await fake.patch(path, { op: 'replace', path: 'displayName', value: 'x' })).status).toBe(status);
    }
    expect(snapshot(fake)).toBe(before);
    expect((await fake.put(`/Groups/${group}`, groupBody('New'))).body.displayName).toBe('New');
  });

  test('33 by rule users take replace of few paths; add and remove are overlooked', async () => {
    const fake = await start({ patch: 'few-paths' });
    const id = await createUser(fake, 'ann', ann);
    const answer = await fake.patch(
      `/Users/${id}`,
      { op: 'replace', path: 'name.givenName', value: 'Anna' },
      { op: 'replace', value: { active: false } },
      { op: 'add', path: 'nickName', value: 'A' },
      { op: 'remove', path: 'title' },
    );
    expect(answer.status).toBe(200);
    expect(attributesOf(fake, id)).toEqual({
      userName: 'ann',
      ...ann,
      active: false,
      name: { ...ann.name, givenName: 'Anna' },
    });
    const refused = await fake.patch(`/Users/${id}`, { op: 'replace', path: 'title', value: 'Prof' });
    expect([refused.status, refused.body.detail]).toEqual([400, 'Unsupported path: title']);
  });
});

describe('groups', () => {
  const trio = async (options: FakeScimOptions = {}) => {
    const fake = await start(options);
    const ids = [await createUser(fake, 'ann'), await createUser(fake, 'ben'), await createUser(fake, 'cyd')] as const;
    return { fake, ids };
  };

  test('34 a group is created with its members, each shown with kind and address', async () => {
    const { fake, ids } = await trio();
    const { status, body, headers } = await fake.post(
      '/Groups',
      groupBody('Data', { externalId: 'g1', members: [{ value: ids[0], display: 'spy' }, { value: ids[0] }] }),
    );
    expect([status, headers.get('location')]).toEqual([201, `${fake.baseUrl}/Groups/${String(body.id)}`]);
    expect(body).toMatchObject({
      schemas: [groupUrn],
      externalId: 'g1',
      displayName: 'Data',
      members: [{ value: ids[0], $ref: `${fake.baseUrl}/Users/${ids[0]}`, type: 'User', display: 'ann' }],
      meta: { resourceType: 'Group' },
    });
    expect(body.members).toHaveLength(1);
    expect((await fake.get(`/Groups/${String(body.id)}`)).body).toEqual(body);
    expect((await fake.post('/Groups', groupBody('Empty'))).body).not.toHaveProperty('members');
  });

  test('34 a member who is nobody is a 400, and by rule is overlooked', async () => {
    const { fake, ids } = await trio();
    const members = [{ value: ids[0] }, { value: nobody }];
    expect(problem(await fake.post('/Groups', groupBody('Data', { members })))).toEqual([400, 'invalidValue']);
    const group = await createGroup(fake);
    expect((await fake.patch(`/Groups/${group}`, { op: 'add', path: 'members', value: members })).status).toBe(400);
    expect((await fake.put(`/Groups/${group}`, groupBody('Data', { members }))).status).toBe(400);
    expect(await membersOf(fake, group)).toEqual([]);
    expect(fake.control.state().groups).toHaveLength(1);
    fake.control.configure({ unknownMember: 'ignore' });
    expect((await fake.patch(`/Groups/${group}`, { op: 'add', path: 'members', value: members })).status).toBe(200);
    expect(await membersOf(fake, group)).toEqual([ids[0]]);
  });

  test.each([
    { form: 'with a path', add: (value: unknown) => ({ op: 'add', path: 'members', value }) },
    { form: 'capitalised', add: (value: unknown) => ({ op: 'Add', path: 'Members', value }) },
    { form: 'without a path', add: (members: unknown) => ({ op: 'add', value: { members } }) },
  ])('35 members are added $form, once each, and the others stay', async ({ add }) => {
    const { fake, ids } = await trio();
    const group = await createGroup(fake, 'Data', [ids[0]]);
    const value = [{ $ref: null, value: ids[1], display: 'Ben' }, { value: ids[0] }];
    for (let n = 0; n < 2; n += 1) expect((await fake.patch(`/Groups/${group}`, add(value))).status).toBe(200);
    expect(await membersOf(fake, group)).toEqual([ids[0], ids[1]]);
    expect(fake.control.ledger.replaced).toEqual([]);
    expect(fake.control.ledger.removed).toEqual([]);
  });

  const removals = [
    { form: 'filter-only', remove: (id: string) => ({ op: 'remove', path: `members[value eq "${id}"]` }) },
    { form: 'value-only', remove: (id: string) => ({ op: 'Remove', path: 'members', value: [{ value: id }] }) },
  ] as const;

  test.each(removals)('36 one member is removed, $form, and the ledger names them', async ({ form, remove }) => {
    const { fake, ids } = await trio();
    const group = await createGroup(fake, 'Data', ids);
    const answer = await fake.patch(`/Groups/${group}`, remove(ids[1]));
    expect([answer.status, answer.body.members?.map((each) => each.value)]).toEqual([200, [ids[0], ids[2]]]);
    expect(fake.control.ledger.removed).toMatchObject([{ userId: ids[1], groupId: group }]);
    expect(fake.control.ledger.dropped).toEqual([]);

    fake.control.configure({ memberRemoval: form === 'filter-only' ? 'value-only' : 'filter-only' });
    expect(problem(await fake.patch(`/Groups/${group}`, remove(ids[0])))).toEqual([400, 'invalidPath']);
    expect(await membersOf(fake, group)).toEqual([ids[0], ids[2]]);
    fake.control.configure({ memberRemoval: form });
    expect((await fake.patch(`/Groups/${group}`, remove(ids[0]))).status).toBe(200);
    expect(await membersOf(fake, group)).toEqual([ids[2]]);
  });

  test.each(removals)('37 removing somebody who is no member is fine, $form', async ({ remove }) => {
    const { fake, ids } = await trio();
    const group = await createGroup(fake, 'Data', [ids[0]]);
    const { body } = await fake.get(`/Groups/${group}`);
    for (const id of [ids[1], nobody]) {
      const answer = await fake.patch(`/Groups/${group}`, remove(id));
      expect([answer.status, answer.body]).toEqual([200, body]);
    }
    expect(fake.control.ledger.removed).toEqual([]);
  });

  test.each([
    { what: 'replace with a path', operation: { op: 'replace', path: 'members', value: [{ value: 1 }] }, left: [1] },
    { what: 'replace without a path', operation: { op: 'replace', value: { members: [{ value: 1 }] } }, left: [1] },
    { what: 'replace by nothing', operation: { op: 'replace', path: 'members', value: [] }, left: [] },
    {
      what: 'replace by URN',
      operation: { op: 'replace', path: `${groupUrn}:members`, value: [{ value: 1 }] },
      left: [1],
    },
    { what: 'remove of all', operation: { op: 'remove', path: 'members' }, left: [] },
  ])('38 $what writes the whole set', async ({ operation, left }) => {
    const { fake, ids } = await trio();
    const group = await createGroup(fake, 'Data', [ids[0], ids[1]]);
    const real = JSON.parse(JSON.stringify(operation).replace('"value":1', `"value":"${ids[1]}"`)) as object;
    expect((await fake.patch(`/Groups/${group}`, real)).status).toBe(200);
    expect(await membersOf(fake, group)).toEqual(left.map((at) => ids[at]));
    const gone = left.length === 0 ? [ids[0], ids[1]] : [ids[0]];
    expect(fake.control.ledger.dropped).toEqual(gone.map((userId) => ({ sequence: 5, userId, groupId: group })));
    expect(fake.control.ledger.removed).toEqual([]);
  });

  test('39 PUT replaces name, external id and members', async () => {
    const { fake, ids } = await trio();
    const group = idIn(
      await fake.post('/Groups', groupBody('Data', { externalId: 'g1', members: [{ value: ids[0] }] })),
    );
    const put = await fake.put(`/Groups/${group}`, groupBody('Analysts', { members: [{ value: ids[1] }] }));
    expect([put.status, put.body]).toMatchObject([200, { id: group, displayName: 'Analysts' }]);
    expect(await membersOf(fake, group)).toEqual([ids[1]]);
    expect(fake.control.ledger.dropped).toMatchObject([{ userId: ids[0], groupId: group }]);
    expect(fake.control.ledger.losses).toMatchObject([{ of: group, name: 'externalId' }]);
    await fake.put(`/Groups/${group}`, groupBody('Analysts'));
    expect(await membersOf(fake, group)).toEqual([]);
  });

  test('39 by rule a PUT with no members keeps those there are', async () => {
    const { fake, ids } = await trio({ emptyMembers: 'keep' });
    const group = await createGroup(fake, 'Data', [ids[0], ids[1]]);
    for (const body of [groupBody('New', { members: [] }), groupBody('New')]) {
      expect((await fake.put(`/Groups/${group}`, body)).status).toBe(200);
      expect(await membersOf(fake, group)).toEqual([ids[0], ids[1]]);
    }
    await fake.put(`/Groups/${group}`, groupBody('New', { members: [{ value: ids[1] }] }));
    expect(await membersOf(fake, group)).toEqual([ids[1]]);
  });

  test('40 a deleted group is gone, from its members and from other groups too', async () => {
    const { fake, ids } = await trio();
    const inner = await createGroup(fake, 'Inner', [ids[0]]);
    const outer = await createGroup(fake, 'Outer', [inner]);
    const gone = await fake.delete(`/Groups/${inner}`);
    expect([gone.status, gone.text]).toEqual([204, '']);
    expect((await fake.get(`/Groups/${inner}`)).status).toBe(404);
    expect((await fake.delete(`/Groups/${inner}`)).status).toBe(404);
    expect(await membersOf(fake, outer)).toEqual([]);
    expect((await fake.get(`/Users/${ids[0]}`)).body.groups).toBeUndefined();
  });

  test('41 by rule members are shown for one group only, or never', async () => {
    const { fake, ids } = await trio();
    const group = await createGroup(fake, 'Data', [ids[0]]);
    const shown = async () => [
      (await fake.get('/Groups')).body.Resources?.[0]?.members?.length,
      (await fake.get(`/Groups/${group}`)).body.members?.length,
      (await fake.patch(`/Groups/${group}`, { op: 'replace', path: 'displayName', value: 'New' })).body.members?.length,
    ];
    expect(await shown()).toEqual([1, 1, 1]);
    fake.control.configure({ members: 'single' });
    expect(await shown()).toEqual([undefined, 1, 1]);
    fake.control.configure({ members: 'never' });
    expect(await shown()).toEqual([undefined, undefined, undefined]);
    expect(fake.control.state().groups[0]?.members).toEqual([ids[0]]);
  });

  test('42 by rule groups cannot be patched while users can', async () => {
    const { fake, ids } = await trio({ groupPatch: 'unsupported' });
    const group = await createGroup(fake);
    const operation = { op: 'replace', path: 'displayName', value: 'New' };
    expect((await fake.patch(`/Groups/${group}`, operation)).status).toBe(501);
    expect((await fake.patch(`/Users/${ids[0]}`, operation)).status).toBe(200);
  });

  test('42 by rule there are no groups', async () => {
    const { fake } = await trio({ groups: 'absent' });
    expect((await fake.get('/Groups')).status).toBe(404);
    expect((await fake.post('/Groups', groupBody('Data'))).status).toBe(404);
    expect((await fake.get('/Users')).status).toBe(200);
  });

  test('42 names of groups may repeat, or by rule may not', async () => {
    const { fake } = await trio();
    await createGroup(fake, 'Data');
    const other = await createGroup(fake, 'Data');
    fake.control.configure({ groupNames: 'unique' });
    expect(problem(await fake.post('/Groups', groupBody('Data')))).toEqual([409, 'uniqueness']);
    await fake.put(`/Groups/${other}`, groupBody('Other'));
    const rename = { op: 'replace', path: 'displayName', value: 'Data' };
    expect((await fake.patch(`/Groups/${other}`, rename)).status).toBe(409);
    expect((await fake.post('/Groups', groupBody('data'))).status).toBe(201);
  });

  test('42 by rule ids of groups are numbers', async () => {
    const { fake, ids } = await trio({ numericGroupIds: true });
    const { body } = await fake.post('/Groups', groupBody('Data', { members: [{ value: ids[0] }] }));
    expect(body.id).toEqual(expect.any(Number));
    expect((await fake.get('/Groups')).body.Resources?.[0]?.id).toBe(body.id);
    expect((await fake.get(`/Groups/${String(body.id)}`)).body.displayName).toBe('Data');
    expect((await fake.get(`/Users/${ids[0]}`)).body.groups).toMatchObject([{ value: body.id }]);
  });

  test('43 groups of a user follow their memberships; a group can be a member', async () => {
    const { fake, ids } = await trio();
    const inner = await createGroup(fake, 'Inner', [ids[0]]);
    const outer = await createGroup(fake, 'Outer', [inner]);
    expect((await fake.get(`/Users/${ids[0]}`)).body.groups).toEqual([
      { value: inner, $ref: `${fake.baseUrl}/Groups/${inner}`, display: 'Inner', type: 'direct' },
    ]);
    expect((await fake.get(`/Groups/${outer}`)).body.members).toEqual([
      { value: inner, $ref: `${fake.baseUrl}/Groups/${inner}`, type: 'Group', display: 'Inner' },
    ]);
  });
});

describe('versions', () => {
  const title = (value: string) => ({ op: 'replace', path: 'title', value });

  test('44 the ETag is meta.version, weak, and changes with changes only', async () => {
    const fake = await start();
    const id = await createUser(fake);
    const version = async () => {
      const { headers, body } = await fake.get(`/Users/${id}`);
      expect(headers.get('etag')).toBe(body.meta?.version);
      expect(body.meta?.version).toMatch(/^W\/"/);
      return body.meta?.version;
    };
    const first = await version();
    expect(await version()).toBe(first);
    const changed = await fake.patch(`/Users/${id}`, title('Dr'));
    expect(changed.headers.get('etag')).toBe(await version());
    expect(await version()).not.toBe(first);
    const second = await version();
    await fake.patch(`/Users/${id}`, title('Dr'));
    await createGroup(fake, 'Data', [id]);
    expect(await version()).toBe(second);
  });

  test('44 a change of members is a change of the group', async () => {
    const fake = await start();
    const id = await createUser(fake);
    const group = await createGroup(fake);
    const tag = async () => (await fake.get(`/Groups/${group}`)).headers.get('etag');
    const before = await tag();
    await fake.patch(`/Groups/${group}`, { op: 'add', path: 'members', value: [{ value: id }] });
    const after = await tag();
    expect(after).not.toBe(before);
    await fake.delete(`/Users/${id}`);
    expect(await tag()).not.toBe(after);
  });

  test('45 a write of another version is a 412, of this one or any a success', async () => {
    const fake = await start();
    const id = await createUser(fake);
    const group = await createGroup(fake);
    const patch = { schemas: [patchUrn], Operations: [{ op: 'replace', path: 'displayName', value: 'New' }] };
    const before = snapshot(fake);
    for (const [method, path, body] of [
      ['PUT', `/Users/${id}`, userBody('new')],
      ['PATCH', `/Users/${id}`, patch],
      ['DELETE', `/Users/${id}`, undefined],
      ['PUT', `/Groups/${group}`, groupBody('New')],
      ['PATCH', `/Groups/${group}`, patch],
      ['DELETE', `/Groups/${group}`, undefined],
    ] as const) {
      expect((await fake.call(method, path, body, { 'if-match': 'W/"99"' })).status).toBe(412);
    }
    expect(snapshot(fake)).toBe(before);
    expect((await fake.call('PATCH', `/Users/${id}`, patch, { 'if-match': 'W/"7", W/"1"' })).status).toBe(200);
    expect((await fake.call('PATCH', `/Users/${id}`, patch, { 'if-match': 'W/"1"' })).status).toBe(412);
    expect((await fake.call('PUT', `/Users/${id}`, userBody('ann'), { 'if-match': '*' })).status).toBe(200);
    expect((await fake.call('PUT', `/Users/${nobody}`, userBody('ann'), { 'if-match': '*' })).status).toBe(404);
  });

  test('45 by rule a write has to name its version, or there are none', async () => {
    const fake = await start({ etags: 'required' });
    const id = await createUser(fake);
    expect((await fake.patch(`/Users/${id}`, title('Dr'))).status).toBe(428);
    expect((await fake.delete(`/Users/${id}`)).status).toBe(428);
    const body = { schemas: [patchUrn], Operations: [title('Dr')] };
    expect((await fake.call('PATCH', `/Users/${id}`, body, { 'if-match': 'W/"1"' })).status).toBe(200);
    fake.control.configure({ etags: 'none' });
    expect((await fake.call('PATCH', `/Users/${id}`, body, { 'if-match': 'W/"1"' })).status).toBe(200);
    const { headers, body: user } = await fake.get(`/Users/${id}`);
    expect([headers.get('etag'), user.meta?.version]).toEqual([null, undefined]);
  });

  test('45 a reader who has the version gets a 304', async () => {
    const fake = await start();
    const paths = [`/Users/${await createUser(fake)}`, `/Groups/${await createGroup(fake)}`];
    for (const path of paths) {
      const same = await fake.call('GET', path, undefined, { 'if-none-match': 'W/"1"' });
      expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', 'W/"1"']);
      expect((await fake.call('GET', path, undefined, { 'if-none-match': 'W/"9"' })).status).toBe(200);
    }
  });

  test('46 lastModified is created until something changes', async () => {
    let now = 0;
    const fake = await start({ clock: () => (now += 1000) });
    const id = await createUser(fake);
    const times = async () => {
      const { meta } = (await fake.get(`/Users/${id}`)).body;
      return [meta?.created, meta?.lastModified];
    };
    const [created, modified] = await times();
    expect(modified).toBe(created);
    await fake.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: true });
    expect(await times()).toEqual([created, created]);
    await fake.patch(`/Users/${id}`, title('Dr'));
    const [still, later] = await times();
    expect(still).toBe(created);
    expect(Date.parse(later ?? '')).toBeGreaterThan(Date.parse(created ?? ''));
  });
});

describe('presets', () => {
  const name = { givenName: 'Ann', familyName: 'Lee' };

  test('47 like Metabase: no discovery, no PATCH of groups, one filter, members kept by an empty PUT', async () => {
    const fake = await start(likeMetabase);
    expect((await fake.get('/ServiceProviderConfig')).status).toBe(401);
    expect((await fake.get('/Schemas')).status).toBe(404);
    expect((await fake.post('/Users', userBody('ann'))).status).toBe(400);
    const created = await fake.post('/Users', userBody('ann', { name, externalId: 'x' }));
    expect([created.status, created.headers.get('etag'), created.body.externalId]).toEqual([201, null, undefined]);
    const id = idIn(created);
    const group = await createGroup(fake, 'Data', [id, nobody]);
    expect((await fake.patch(`/Groups/${group}`, { op: 'remove', path: 'members' })).status).toBe(404);
    expect((await fake.put(`/Groups/${group}`, groupBody('Data', { members: [] }))).body.members).toHaveLength(1);
    expect((await fake.get('/Groups')).body.Resources?.[0]).not.toHaveProperty('members');
    expect((await fake.get('/Users?filter=externalId eq "x"')).status).toBe(400);
    expect((await fake.delete(`/Users/${id}`)).status).toBe(404);
    expect((await fake.patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: false })).body.active).toBe(false);
  });

  test('47 like Retool: no paging, 200 for a create, numbers for groups, no configuration', async () => {
    const fake = await start(likeRetool);
    for (let n = 0; n < 120; n += 1) fake.control.users.add({ userName: `p${String(n)}` });
    expect((await fake.get('/Users?count=10&startIndex=5')).body).toMatchObject({
      totalResults: 120,
      itemsPerPage: 120,
    });
    expect((await fake.post('/Users', userBody('ann', { name }))).status).toBe(200);
    expect((await fake.post('/Groups', groupBody('Data'))).body.id).toEqual(expect.any(Number));
    expect((await fake.get('/ServiceProviderConfig')).status).toBe(404);
    expect((await fake.get('/Users?filter=userName eq "ANN"')).body.totalResults).toBe(1);
    expect((await fake.get('/Users?filter=userName sw "a"')).status).toBe(400);
  });
});

function primary(value: string) {
  return { value, primary: true };
}
