import SCIMMY from 'scimmy';
import {
  enterpriseUrn,
  errorUrn,
  groupId,
  groupUrn,
  listUrn,
  newGroup,
  newUser,
  otherToken,
  patchUrn,
  scimApp,
  stored,
  takeDue,
  token,
  userId,
  userUrn,
  type ScimApp,
} from './scim-app.js';

/** RFC 7643 and RFC 7644 line by line, over HTTP; the numbers are those of our checklist. */

let app: ScimApp;
beforeEach(async () => {
  app = await scimApp();
});
afterEach(() => app.close());

interface Resource {
  id: string;
  schemas: string[];
  meta: { resourceType: string; created: string; lastModified: string; location: string; version: string };
  [attribute: string]: unknown;
}
const read = async (path: string) => (await app.get(path)).body as Resource;
const names = async (query: string) => {
  const { status, body } = await app.get(`/Users?${query}`);
  expect(status).toBe(200);
  return (body as { Resources: { userName: string }[] }).Resources.map(({ userName }) => userName);
};
const filtered = (filter: string) => names(`filter=${encodeURIComponent(filter)}`);
const refusal = (status: number, scimType?: string) => ({
  status,
  body: { schemas: [errorUrn], status: String(status), ...(scimType === undefined ? {} : { scimType }) },
});

describe('A: transport, media types, authentication', () => {
  test('1 to 3: JSON is read under both types and answered as application/scim+json, whatever is accepted', async () => {
    for (const [index, Accept] of ['application/scim+json', 'application/json', '*/*', ''].entries()) {
      const type = index % 2 === 0 ? 'application/scim+json' : 'application/json; charset=utf-8';
      const response = await app.post('/Users', newUser(`u${index}`), { headers: { Accept, 'Content-Type': type } });
      expect(response.status).toBe(201);
      expect(response.headers['content-type']).toMatch(/^application\/scim\+json/);
    }
  });

  test('4: names in any script come back byte for byte', async () => {
    const familyName = 'Świątek 山田 \u{1F469}\u200D\u{1F4BB} e\u0301';
    const id = await userId(app, 'ann', { name: { familyName } });
    expect(await read(`/Users/${id}`)).toMatchObject({ name: { familyName } });
  });

  test('5: no or bad credentials are 401 with an Error and a challenge', async () => {
    for (const sent of [{ token: null }, { token: 'wrong' }, { token: '' }]) {
      const { status, body, headers } = await app.get('/Users', sent);
      expect({ status, body }).toMatchObject(refusal(401));
      expect(headers['www-authenticate']).toMatch(/^Bearer /);
    }
  });

  test('7 and 151: no token and no filter appears in a log line, good or bad', async () => {
    await app.get('/Users?filter=userName eq "ann"&access_token=in-the-query');
    await app.get('/Users', { token: 'wrong-token-0123' });
    expect(app.lines).toHaveLength(2);
    expect(JSON.stringify(app.lines)).not.toMatch(new RegExp(`${token}|wrong-token-0123|in-the-query|filter|ann`));
  });

  test('8: another version is told so', async () => {
    for (const path of ['/scim/v1/Users', '/scim/acme/v3/Users']) {
      expect(await app.get(path)).toMatchObject(refusal(400, 'invalidVers'));
    }
  });

  test('9: unknown query parameters do no harm', async () => {
    await userId(app, 'ann');
    expect(await names('aadOptscim062020&access_token=x&filter[]=1&__proto__=2&')).toEqual(['ann']);
  });

  test('10: what belongs to one directory does not exist for another', async () => {
    const ann = await userId(app, 'ann', { externalId: 'x1' });
    const data = await groupId(app, 'Data', [ann]);
    const other = { token: otherToken };
    for (const path of [`/scim/other/v2/Users/${ann}`, `/scim/other/v2/Groups/${data}`]) {
      expect((await app.get(path, other)).status).toBe(404);
      expect((await app.del(path, other)).status).toBe(404);
      expect((await app.patch(path, [{ op: 'replace', path: 'displayName', value: 'x' }], other)).status).toBe(404);
    }
    for (const path of ['/scim/other/v2/Users', '/scim/other/v2/Groups', '/scim/other/v2/']) {
      expect((await app.get(path, other)).body).toMatchObject({ totalResults: 0 });
    }
    expect((await app.get('/Users', other)).status).toBe(401);
    expect((await app.get('/scim/other/v2/Users')).status).toBe(401);
    expect((await app.post('/scim/other/v2/Users', newUser('ann', { externalId: 'x1' }), other)).status).toBe(201);
  });

  test('11: locations are those of the address the request used', async () => {
    const id = await userId(app, 'ann');
    for (const root of ['/scim/v2', '/scim/acme/v2']) {
      const { location } = (await read(`${root}/Users/${id}`)).meta;
      expect(location).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:\\d+${root}/Users/${id}$`));
    }
  });
});

describe('B: errors', () => {
  test('12 to 14: unparsable JSON is an Error with status as text and invalidSyntax', async () => {
    const { status, body } = await app.send('POST', '/Users', { body: '{"userName": "ann"' });
    expect(status).toBe(400);
    expect(body).toEqual({
      schemas: [errorUrn],
      status: '400',
      scimType: 'invalidSyntax',
      detail: expect.any(String),
    });
  });

  test('15: an unknown id and an unknown endpoint are 404', async () => {
    for (const path of [
      '/Users/nope',
      '/Groups/nope',
      '/Schemas/nope',
      '/ResourceTypes/nope',
      '/Devices',
      '/Users/a/b',
    ]) {
      expect(await app.get(path)).toMatchObject(refusal(404));
    }
    expect((await app.get('/scim/nope/v2/Users')).status).toBe(404);
  });

  test('16: a taken userName is 409 at POST, PUT and PATCH, a taken displayName of a group as well', async () => {
    await userId(app, 'ann');
    const bob = await userId(app, 'bob');
    await groupId(app, 'Data');
    const ops = await groupId(app, 'Ops');
    for (const response of [
      await app.post('/Users', newUser('Ann')),
      await app.put(`/Users/${bob}`, newUser('ANN')),
      await app.patch(`/Users/${bob}`, [{ op: 'replace', path: 'userName', value: 'aNN' }]),
      await app.post('/Groups', newGroup('DATA')),
      await app.put(`/Groups/${ops}`, newGroup('data')),
      await app.patch(`/Groups/${ops}`, [{ op: 'replace', path: 'displayName', value: 'dATA' }]),
    ]) {
      expect(response).toMatchObject(refusal(409, 'uniqueness'));
    }
    expect(await stored(app.store)).toMatchObject({ users: { bob: {} }, groups: { Ops: [] } });
  });

  test('18: a body too large is 413 and names the limit', async () => {
    const { status, body } = await app.post('/Users', newUser('a'.repeat(1_100_000)));
    expect({ status, body }).toMatchObject({ status: 413, body: { detail: expect.stringContaining('1048576') } });
  });

  test('19: a wrong verb is 405 and names the right ones', async () => {
    for (const [method, path, allow] of [
      ['PUT', '/Users', 'GET, POST'],
      ['DELETE', '/Groups', 'GET, POST'],
      ['POST', '/Users/some-id', 'GET, PUT, PATCH, DELETE'],
      ['GET', '/.search', 'POST'],
      ['OPTIONS', '/Users', 'GET, POST'],
    ] as const) {
      const response = await app.send(method, path);
      expect(response).toMatchObject({ ...refusal(405), headers: { allow } });
    }
  });

  test('20 and 22: our own failure is 500 with an Error, without a trace', async () => {
    const id = await userId(app, 'ann');
    await app.store.db.schema.dropTable('scim_email').execute();
    await app.store.db.schema.alterTable('audit').renameTo('gone').execute();
    const response = await app.del(`/Users/${id}`);
    expect(response).toMatchObject(refusal(500));
    expect(response.text).not.toMatch(/audit|SQL|node_modules|\.ts/);
  });

  test('21: a busy store is 503 with whole seconds to wait', async () => {
    const busy = Object.assign(new Error('database is locked'), { errcode: 5 });
    app.acknowledge = () => Promise.reject(busy);
    const response = await app.post('/Users', newUser('ann'));
    expect(response).toMatchObject(refusal(503));
    expect(response.headers['retry-after']).toMatch(/^\d+$/);
  });
});

describe('C: discovery', () => {
  test('23 and 97: the service provider configuration is complete; `discovery-claims.test.ts` says whether it is true', async () => {
    const body = await read('/ServiceProviderConfig');
    expect(Object.keys(body).sort()).toEqual(
      [
        ...['schemas', 'patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag', 'pagination'],
        ...['authenticationSchemes', 'meta'],
      ].sort(),
    );
    expect(new SCIMMY.Schemas.ServiceProviderConfig(body, 'out')).toMatchObject({ patch: { supported: true } });
  });

  test('24: resource types as a list and one by one, whose endpoints and schemas exist', async () => {
    const { body } = await app.get('/ResourceTypes');
    expect(body).toMatchObject({ schemas: [listUrn], totalResults: 2 });
    for (const type of (body as { Resources: Resource[] }).Resources) {
      expect(await read(`/ResourceTypes/${type.id}`)).toEqual(type);
      expect((await app.get(type['endpoint'] as string)).status).toBe(200);
      const urns = [
        type['schema'] as string,
        ...(type['schemaExtensions'] as { schema: string }[]).map((e) => e.schema),
      ];
      for (const urn of urns) expect((await app.get(`/Schemas/${urn}`)).body).toMatchObject({ id: urn });
    }
  });

  test('25: schemas as a list and one by one; an unknown one is 404', async () => {
    const { body } = await app.get('/Schemas');
    const { Resources, totalResults } = body as { Resources: Resource[]; totalResults: number };
    expect(Resources).toHaveLength(totalResults);
    for (const schema of Resources) {
      expect(await read(`/Schemas/${schema.id}`)).toEqual(schema);
      expect(await read(schema.meta.location.replace(/^http:\/\/[^/]+/, ''))).toEqual(schema);
    }
    expect((await app.get('/Schemas/urn:nope')).status).toBe(404);
  });

  test('26: every schema of a resource is a schema of its resource type', async () => {
    const licence = 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User';
    const id = await userId(app, 'ann', {
      [enterpriseUrn]: { department: 'Ops' },
      [licence]: { licenseType: 'developer' },
    });
    const { schemas } = await read(`/Users/${id}`);
    const type = await read('/ResourceTypes/User');
    const known = [type['schema'], ...(type['schemaExtensions'] as { schema: string }[]).map((e) => e.schema)];
    expect(schemas).toHaveLength(4);
    expect(known).toEqual(expect.arrayContaining(schemas));
  });

  test('27: discovery ignores paging and projection, and refuses a filter', async () => {
    for (const path of ['/Schemas', '/ResourceTypes', '/ServiceProviderConfig']) {
      const query = '?startIndex=9&count=1&attributes=id&sortBy=id';
      expect((await app.get(path + query)).body).toEqual((await app.get(path)).body);
      expect(await app.get(`${path}?filter=id eq "x"`)).toMatchObject(refusal(403));
    }
  });

  test('28: no null in any discovery document', async () => {
    for (const path of ['/Schemas', '/ResourceTypes', '/ServiceProviderConfig']) {
      expect((await app.get(path)).text).not.toContain('null');
    }
  });

  test('29 and 30: discovery asks for the token and takes no writes', async () => {
    for (const path of ['/Schemas', '/ResourceTypes', '/ServiceProviderConfig', `/Schemas/${userUrn}`]) {
      expect((await app.get(path, { token: null })).status).toBe(401);
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        expect((await app.send(method, path, { body: {} })).status).toBe(405);
      }
    }
  });
});

describe('D: representation', () => {
  test('31 to 33: schemas, id and meta are ours, whatever the client sends', async () => {
    const sent = {
      id: 'mine',
      meta: { resourceType: 'Group', created: '1999-01-01T00:00:00Z' },
      schemas: [userUrn, 'urn:x'],
    };
    const { body } = await app.post('/Users', { ...newUser('ann'), ...sent });
    const { id, schemas, meta } = body as Resource;
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(schemas[0]).toBe(userUrn);
    expect(schemas).not.toContain('urn:x');
    expect(new Set(schemas).size).toBe(schemas.length);
    expect(meta).toMatchObject({ resourceType: 'User', location: expect.stringContaining(`/scim/v2/Users/${id}`) });
    expect(meta.created).toMatch(/^2026-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(await read(meta.location.replace(/^http:\/\/[^/]+/, ''))).toEqual(body);
  });

  test('34: lastModified is created until something changes', async () => {
    const id = await userId(app, 'ann', { displayName: 'Ann' });
    const first = (await read(`/Users/${id}`)).meta;
    expect(first.lastModified).toBe(first.created);
    await app.patch(`/Users/${id}`, [{ op: 'add', path: 'displayName', value: 'Ann' }]);
    expect((await read(`/Users/${id}`)).meta).toEqual(first);
    await app.patch(`/Users/${id}`, [{ op: 'replace', path: 'displayName', value: 'New' }]);
    const second = (await read(`/Users/${id}`)).meta;
    expect(second.created).toBe(first.created);
    expect(Date.parse(second.lastModified)).toBeGreaterThan(Date.parse(first.lastModified));
  });

  test('35: id and meta in a PUT are ignored', async () => {
    const id = await userId(app, 'ann');
    const { meta } = await read(`/Users/${id}`);
    await app.put(`/Users/${id}`, newUser('ann', { id: 'x', meta: { location: 'http://evil' } }));
    expect(await read(`/Users/${id}`)).toMatchObject({ id, meta });
  });

  test('36: externalId is exact, as sent, and not unique', async () => {
    await userId(app, 'ann', { externalId: 'Ä-1' });
    await userId(app, 'bob', { externalId: 'Ä-1' });
    expect(await filtered('externalId eq "Ä-1"')).toEqual(['ann', 'bob']);
    expect(await filtered('externalId eq "ä-1"')).toEqual([]);
  });

  test('37: attribute names count in any case: bodies, filters, paths, attribute lists', async () => {
    const shouted = { SCHEMAS: [userUrn], USERNAME: 'ann', Name: { GIVENNAME: 'Ann' } };
    const { body } = await app.post('/Users', shouted, { dialect: true });
    const { id } = body as Resource;
    expect(body).toMatchObject({ userName: 'ann', name: { givenName: 'Ann' } });
    expect(await filtered('NAME.givenname EQ "ann"')).toEqual(['ann']);
    await app.patch(`/Users/${id}`, [{ op: 'replace', path: 'NAME.FamilyName', value: 'Lee' }]);
    expect(await read(`/Users/${id}?attributes=NAME.familyname`)).toMatchObject({ name: { familyName: 'Lee' } });
  });

  test('38: null, an empty list and absence are one state', async () => {
    const bodies = [{ emails: null }, { emails: [] }, {}];
    const users = await Promise.all(
      bodies.map(async (more, index) => {
        const { body } = await app.post('/Users', newUser(`u${index}`, more), { dialect: true });
        return read(`/Users/${(body as Resource).id}`);
      }),
    );
    for (const user of users) expect(user).not.toHaveProperty('emails');
    expect(await filtered('emails pr')).toEqual([]);
  });

  test('39 and 127: an extension comes with its URN and leaves with it', async () => {
    const id = await userId(app, 'ann');
    await app.patch(`/Users/${id}`, [{ op: 'add', path: `${enterpriseUrn}:department`, value: 'Ops' }]);
    expect(await read(`/Users/${id}`)).toMatchObject({
      schemas: expect.arrayContaining([enterpriseUrn]),
      [enterpriseUrn]: { department: 'Ops' },
    });
    await app.patch(`/Users/${id}`, [{ op: 'remove', path: `${enterpriseUrn}:department` }]);
    const after = await read(`/Users/${id}`);
    expect(after.schemas).not.toContain(enterpriseUrn);
    expect(after).not.toHaveProperty([enterpriseUrn]);
  });

  test('40, 56 and 152: userName is required and unique whatever its case, beyond ASCII too', async () => {
    expect(await app.post('/Users', { schemas: [userUrn] })).toMatchObject(refusal(400, 'invalidValue'));
    expect(await app.post('/Users', newUser('   '))).toMatchObject(refusal(400, 'invalidValue'));
    await userId(app, 'ÉMILE@acme.test');
    expect(await app.post('/Users', newUser('émile@ACME.test'))).toMatchObject(refusal(409, 'uniqueness'));
  });

  test('41 and 150: a password is taken and forgotten: not stored, not shown, not logged, not part of a version', async () => {
    const id = await userId(app, 'ann', { password: 'hunter2-secret' });
    const before = await read(`/Users/${id}`);
    await app.patch(`/Users/${id}`, [{ op: 'replace', path: 'password', value: 'hunter3-secret' }]);
    await app.put(`/Users/${id}`, newUser('ann', { password: 'hunter4-secret' }));
    expect(await read(`/Users/${id}?attributes=password,meta`)).toEqual({
      schemas: before.schemas,
      id,
      meta: before.meta,
    });
    const rows = [
      await app.store.db.selectFrom('scim_user').selectAll().execute(),
      await app.store.db.selectFrom('audit').selectAll().execute(),
      app.lines,
    ];
    expect(JSON.stringify(rows)).not.toMatch(/hunter/);
  });

  test('42: groups of a user are read-only and follow the memberships', async () => {
    const ann = await userId(app, 'ann', { groups: [{ value: 'forged' }] });
    const data = await groupId(app, 'Data', [ann]);
    const { groups } = await read(`/Users/${ann}`);
    expect(groups).toEqual([
      { value: data, $ref: expect.stringContaining(`/scim/v2/Groups/${data}`), display: 'Data', type: 'direct' },
    ]);
    const { body } = await app.get('/Users');
    expect(body).toMatchObject({ Resources: [{ groups }] });

    expect(await app.patch(`/Users/${ann}`, [{ op: 'remove', path: 'groups' }])).toMatchObject(
      refusal(400, 'mutability'),
    );
    await app.put(`/Users/${ann}`, newUser('ann', { groups: [] }));
    expect((await read(`/Users/${ann}`))['groups']).toEqual(groups);
    await app.del(`/Groups/${data}`);
    expect((await read(`/Users/${ann}`))['groups']).toEqual([]);
  });

  test('43: displayName of a group is required; members carry value, $ref, type and display', async () => {
    expect(await app.post('/Groups', { schemas: [groupUrn] })).toMatchObject(refusal(400, 'invalidValue'));
    const ann = await userId(app, 'ann', { displayName: 'Ann Lee' });
    const bob = await userId(app, 'bob');
    const data = await groupId(app, 'Data', [ann, bob]);
    const { members } = await read(`/Groups/${data}`);
    expect(members).toEqual([
      { value: ann, $ref: expect.stringMatching(`/scim/v2/Users/${ann}$`), type: 'User', display: 'Ann Lee' },
      { value: bob, $ref: expect.stringMatching(`/scim/v2/Users/${bob}$`), type: 'User', display: 'bob' },
    ]);
    expect((await app.get('/Groups')).body).toMatchObject({ Resources: [{ members }] });
  });

  test('44: of several primary values the last one stays so', async () => {
    const emails = ['a', 'b', 'c'].map((value, index) => ({ value, primary: index < 2 }));
    const id = await userId(app, 'ann', { emails });
    const shown = (await read(`/Users/${id}`))['emails'] as { value: string; primary?: boolean }[];
    expect(shown.filter(({ primary }) => primary).map(({ value }) => value)).toEqual(['b']);
  });

  test('43: groups are no members of groups, and the refusal says so', async () => {
    const inner = await groupId(app, 'Inner');
    const ann = await userId(app, 'ann');
    const outer = await groupId(app, 'Outer', [ann]);
    const detail = expect.stringContaining(`Groups cannot be members of groups: ${inner}.`);
    const member = [{ value: inner, type: 'Group' }];
    for (const response of [
      await app.post('/Groups', newGroup('New', [ann, inner])),
      await app.put(`/Groups/${outer}`, { displayName: 'Outer', members: member }),
      await app.patch(`/Groups/${outer}`, [{ op: 'add', path: 'members', value: member }]),
    ]) {
      expect(response).toMatchObject({ status: 400, body: { scimType: 'invalidValue', detail } });
    }
    const both = await app.patch(`/Groups/${outer}`, [
      { op: 'add', path: 'members', value: [{ value: 'nobody' }, { value: inner }] },
    ]);
    expect(both.body).toMatchObject({ detail: expect.stringContaining('Not a user of this directory: nobody.') });
    expect((await stored(app.store)).groups).toEqual({ Inner: [], Outer: ['ann'] });
  });

  test('45 to 47: no member twice, free type labels, booleans as booleans', async () => {
    const ann = await userId(app, 'ann', { emails: [{ value: 'a@acme.test', type: 'Büro' }], active: 'TRUE' });
    const data = await groupId(app, 'Data', [ann, ann]);
    expect((await read(`/Groups/${data}`))['members']).toHaveLength(1);
    expect(await read(`/Users/${ann}`)).toMatchObject({ active: true, emails: [{ type: 'Büro' }] });
  });

  test('48 and 50: values of the wrong kind are refused', async () => {
    for (const wrong of [{ active: 'perhaps' }, { name: 'Ann' }, { displayName: { a: 1 } }]) {
      const { status, body } = await app.post('/Users', newUser('ann', wrong));
      expect({ wrong, status, body }).toMatchObject({ wrong, ...refusal(400, 'invalidValue') });
    }
  });
});

describe('D: what the schemas say', () => {
  interface Attribute {
    readonly name: string;
    readonly type: string;
    readonly subAttributes?: readonly Attribute[];
  }

  test('49: no complex attribute has complex sub-attributes', async () => {
    const { Resources } = (await app.get('/Schemas')).body as { Resources: { attributes: Attribute[] }[] };
    const complex = Resources.flatMap(({ attributes }) => attributes).filter(({ type }) => type === 'complex');
    expect(complex.length).toBeGreaterThan(10);
    for (const { name, subAttributes } of complex) {
      expect([name, subAttributes?.filter(({ type }) => type === 'complex')]).toEqual([name, []]);
    }
  });
});

describe('E: create', () => {
  test('51: 201, the whole resource, Location', async () => {
    const user = await app.post('/Users', newUser('ann'));
    const group = await app.post('/Groups', newGroup('Data'));
    for (const { status, headers, body } of [user, group]) {
      expect(status).toBe(201);
      expect(headers['location']).toBe((body as Resource).meta.location);
    }
  });

  test('52 to 55: required is required, schemas may be missing, read-only is ignored, active gets its default', async () => {
    expect(await app.post('/Users', { schemas: [userUrn], displayName: 'x' })).toMatchObject(
      refusal(400, 'invalidValue'),
    );
    const { status, body } = await app.post('/Users', { userName: 'ann', groups: [{ value: 'x' }] });
    expect({ status, body }).toMatchObject({ status: 201, body: { active: true, groups: [] } });
  });

  test('57: the userName of a deleted user is free, and the id is a new one', async () => {
    const first = await userId(app, 'ann');
    await app.del(`/Users/${first}`);
    expect(await userId(app, 'ann')).not.toBe(first);
  });

  test('58: a POST to a resource is 405, to the root as well', async () => {
    expect((await app.post('/Users/x', newUser('ann'))).status).toBe(405);
    expect((await app.post('/', newUser('ann'))).status).toBe(405);
  });
});

describe('F: read and list', () => {
  beforeEach(async () => {
    await userId(app, 'Ann', {
      name: { givenName: 'Ann', familyName: 'Lee' },
      displayName: 'Ann Lee',
      title: 'Dr',
      emails: [
        { value: 'ann@work.test', type: 'work' },
        { value: 'ann@home.test', type: 'home' },
      ],
      [enterpriseUrn]: { department: 'Ops', manager: { value: '26' } },
    });
    await userId(app, 'Bob', { displayName: 'Bob Ray', active: false, externalId: 'B1' });
    await userId(app, 'Cem', { displayName: 'Cem "C" Öz', emails: [{ value: 'cem@home.test', type: 'home' }] });
  });

  test.each([
    ['64', 'userName eq "ann"', ['Ann']],
    ['64', 'userName NE "ann"', ['Bob', 'Cem']],
    ['64', 'displayName co "Ray"', ['Bob']],
    ['64', 'displayName sw "ann"', ['Ann']],
    ['64', 'displayName ew "öz"', ['Cem']],
    ['64', 'userName gt "ann"', ['Bob', 'Cem']],
    ['64', 'userName ge "BOB"', ['Bob', 'Cem']],
    ['64', 'userName lt "bob"', ['Ann']],
    ['64', 'userName le "bob"', ['Ann', 'Bob']],
    ['64 and 70', 'title pr', ['Ann']],
    ['65', 'userName eq "ann" or userName eq "bob" and active eq true', ['Ann']],
    ['65', '(userName eq "ann" or userName eq "bob") and active eq false', ['Bob']],
    ['65', 'not (userName eq "ann")', ['Bob', 'Cem']],
    ['65', '((not ((active eq true))))', ['Bob']],
    ['66', 'emails[type eq "work" and value co "@work"]', ['Ann']],
    ['66', 'emails[type eq "home" and value co "@work"]', []],
    ['67', 'emails[type eq "home"].value eq "CEM@home.test"', ['Cem']],
    ['68', 'emails.value ew "home.test"', ['Ann', 'Cem']],
    ['68', 'emails co "work"', ['Ann']],
    ['69', 'externalId eq "b1"', []],
    ['69', 'externalId eq "B1"', ['Bob']],
    ['70', 'emails pr', ['Ann', 'Cem']],
    ['70', 'name pr', ['Ann']],
    ['72', 'meta.created ge "2020-01-01T00:00:00Z"', ['Ann', 'Bob', 'Cem']],
    ['72', 'meta.lastModified lt "2020-01-01T00:00:00+02:00"', []],
    ['73', 'displayName eq "Cem \\"C\\" \\u00d6z"', ['Cem']],
    ['73', 'active eq false', ['Bob']],
    ['74', `${userUrn}:userName eq "ann"`, ['Ann']],
    ['74', `${enterpriseUrn}:department eq "ops"`, ['Ann']],
    ['74', `${enterpriseUrn}:manager.value eq "26"`, ['Ann']],
    ['75', 'meta.resourceType eq "User" and userName eq "ann"', ['Ann']],
    ['75', `schemas eq "${enterpriseUrn}"`, ['Ann']],
    ['77', 'nonsense eq "x"', []],
  ])('%s: %s', async (_line, filter, expected) => {
    expect(await filtered(filter)).toEqual(expected);
  });

  test.each([
    ['71', 'active gt false'],
    ['76', 'userName xx "a"'],
    ['76', '(userName eq "a"'],
    ['76', 'userName eq'],
    ['76', 'userName'],
    ['76', ''],
    ['78', 'password sw "a"'],
  ])('%s: refused as invalidFilter: %s', async (_line, filter) => {
    const response = await app.get(`/Users?filter=${encodeURIComponent(filter)}`);
    expect(response).toMatchObject(refusal(400, 'invalidFilter'));
  });

  test('79: a filter of a thousand terms, or of a thousand brackets, is refused and takes nothing down', async () => {
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'];
    const terms = Array.from({ length: 1_000 }, () => 'id pr').join(' or ');
    const brackets = `${'('.repeat(1_000)}id pr${')'.repeat(1_000)}`;
    for (const filter of [terms, brackets, terms.repeat(20), brackets.replaceAll('(', 'not (')]) {
      expect(await app.post('/Users/.search', { schemas, filter })).toMatchObject(refusal(400, 'invalidFilter'));
    }
  });

  test('59: a read is 200 with the resource, ETag and Location', async () => {
    const [{ id }] = ((await app.get('/Users?count=1')).body as { Resources: [Resource] }).Resources;
    const { status, headers, body } = await app.get(`/Users/${id}`);
    const { meta } = body as Resource;
    expect({ status, etag: headers['etag'], location: headers['location'] }).toEqual({
      status: 200,
      etag: meta.version,
      location: meta.location,
    });
    expect((await app.send('HEAD', `/Users/${id}`)).status).toBe(200);
  });

  test('59: HEAD answers as GET does, without a body', async () => {
    const [{ id }] = ((await app.get('/Users?count=1')).body as { Resources: [Resource] }).Resources;
    for (const path of [`/Users/${id}`, '/Users', '/ServiceProviderConfig', '/Schemas']) {
      const get = await app.get(path);
      const head = await app.send('HEAD', path);
      expect({ path, status: head.status, text: head.text ?? '' }).toEqual({ path, status: 200, text: '' });
      for (const name of ['content-type', 'etag', 'location']) expect(head.headers[name]).toBe(get.headers[name]);
    }
    expect((await app.send('HEAD', '/Users/nope')).status).toBe(404);
    expect((await app.send('HEAD', '/Bulk')).status).toBe(405);
  });

  test('19: a method in a header does not count: SCIM 2.0 has PATCH and DELETE of its own', async () => {
    const [{ id }] = ((await app.get('/Users?count=1')).body as { Resources: [Resource] }).Resources;
    for (const verb of ['DELETE', 'PATCH', 'PUT']) {
      const headers = { 'X-HTTP-Method-Override': verb, 'X-HTTP-Method': verb, 'X-Method-Override': verb };
      expect((await app.post(`/Users/${id}?_method=${verb}`, newUser('x'), { headers })).status).toBe(405);
    }
    expect(Object.keys((await stored(app.store)).users)).toEqual(['Ann', 'Bob', 'Cem']);
  });

  test('60, 61, 81 to 83: a list says how much there is, where it starts and how much it holds', async () => {
    expect((await app.get('/Users')).body).toMatchObject({
      schemas: [listUrn],
      totalResults: 3,
      startIndex: 1,
      itemsPerPage: 3,
    });
    expect((await app.get('/Users?startIndex=3&count=2')).body).toMatchObject({ startIndex: 3, itemsPerPage: 1 });
    expect((await app.get('/Users?startIndex=4')).body).toMatchObject({ totalResults: 3, Resources: [] });
    expect((await app.get('/Users?count=0')).body).toMatchObject({ totalResults: 3, Resources: [] });
    expect((await app.get('/Groups')).body).toMatchObject({ totalResults: 0, Resources: [] });
    expect(await names('startIndex=2&count=1')).toEqual(['Bob']);
  });

  test('62: the root lists users, then groups, over a page boundary, and filters by kind', async () => {
    await groupId(app, 'Data');
    await groupId(app, 'Ops');
    const page = async (query: string) => {
      const { totalResults, Resources } = (await app.get(`/?${query}`)).body as {
        totalResults: number;
        Resources: { userName?: string; displayName: string }[];
      };
      return { totalResults, found: Resources.map(({ userName, displayName }) => userName ?? displayName) };
    };
    expect(await page('')).toEqual({ totalResults: 5, found: ['Ann', 'Bob', 'Cem', 'Data', 'Ops'] });
    expect(await page('startIndex=3&count=2')).toEqual({ totalResults: 5, found: ['Cem', 'Data'] });
    expect(await page('startIndex=5&count=2')).toEqual({ totalResults: 5, found: ['Ops'] });
    expect(await page('filter=userName pr')).toEqual({ totalResults: 3, found: ['Ann', 'Bob', 'Cem'] });
    expect(await page('filter=meta.resourceType eq "Group"')).toEqual({ totalResults: 2, found: ['Data', 'Ops'] });
  });

  test('84 to 86: attributes and excludedAttributes, sub-attributes and URNs, never without id and schemas', async () => {
    const ask = async (query: string) => {
      const { body } = await app.get(`/Users?filter=userName eq "ann"&${query}`);
      return (body as { Resources: [Resource] }).Resources[0];
    };
    const always = { schemas: expect.any(Array), id: expect.any(String) };
    expect(await ask('attributes=userName')).toEqual({ ...always, userName: 'Ann' });
    expect(await ask('attributes=name.givenName')).toEqual({ ...always, name: { givenName: 'Ann' } });
    expect(await ask(`attributes=${userUrn}:userName`)).toEqual({ ...always, userName: 'Ann' });
    expect(await ask(`attributes=${enterpriseUrn}:department`)).toEqual({
      ...always,
      [enterpriseUrn]: { department: 'Ops' },
    });
    const without = await ask('excludedAttributes=id,schemas,emails,name.familyName');
    expect(without).toMatchObject({ ...always, userName: 'Ann', name: { givenName: 'Ann' } });
    expect(without).not.toHaveProperty('emails');
  });

  test('84 and 108a: attributes shape the answer of POST, PUT and PATCH too, and only the answer', async () => {
    const created = await app.post('/Users?attributes=userName', newUser('dan', { displayName: 'Dan' }));
    const { id } = created.body as Resource;
    expect(Object.keys(created.body as object).sort()).toEqual(['id', 'schemas', 'userName']);
    const replaced = await app.put(
      `/Users/${id}?attributes=title`,
      newUser('dan', { displayName: 'Dan', title: 'Dr' }),
    );
    expect(replaced.body).toEqual({ schemas: expect.any(Array), id, title: 'Dr' });
    const patched = await app.patch(`/Users/${id}?excludedAttributes=displayName`, [
      { op: 'replace', path: 'title', value: 'Mr' },
    ]);
    expect(patched.body).not.toHaveProperty('displayName');
    expect((await stored(app.store)).users['dan']).toMatchObject({ displayName: 'Dan', title: 'Mr' });
  });

  test('87 and 88: both lists at once are refused; a password is never returned though asked for', async () => {
    expect(await app.get('/Users?attributes=userName&excludedAttributes=name')).toMatchObject(refusal(400));
    const id = await userId(app, 'dan', { password: 's3cret' });
    expect((await app.get(`/Users/${id}?attributes=password,userName`)).body).not.toHaveProperty('password');
  });

  test('89: POST /.search gives what GET gives, for users, groups and everything', async () => {
    await groupId(app, 'Data');
    const search = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
      filter: 'userName sw "B" or displayName eq "data"',
      attributes: ['displayName', 'userName'],
      startIndex: 1,
      count: 10,
    };
    for (const path of ['', '/Users', '/Groups']) {
      const query = `filter=${encodeURIComponent(search.filter)}&attributes=displayName,userName&startIndex=1&count=10`;
      const searched = await app.post(`${path}/.search`, search);
      expect(searched.status).toBe(200);
      expect(searched.body).toEqual((await app.get(`${path === '' ? '/' : path}?${query}`)).body);
    }
  });

  test.each([{ schemas: [listUrn] }, {}, [], 'text', { schemas: 5 }, null])(
    '90: %j is no SearchRequest',
    async (body) => {
      const response = await app.post('/Users/.search', body);
      expect(response).toMatchObject(refusal(400, 'invalidSyntax'));
    },
  );
});

describe('G: replace', () => {
  let ann: string;
  beforeEach(async () => {
    ann = await userId(app, 'ann', { displayName: 'Ann', title: 'Dr', externalId: 'x1', active: false });
  });

  test('99: an unknown id is 404 and nobody is created', async () => {
    expect(await app.put('/Users/unknown', newUser('new'))).toMatchObject(refusal(404));
    expect(await app.put('/Groups/unknown', newGroup('new'))).toMatchObject(refusal(404));
    expect(await stored(app.store)).toMatchObject({ users: { ann: {} }, groups: {} });
  });

  test('100, 102 and 103: left out is cleared, null and [] too; active and externalId stay; read-only is ignored', async () => {
    const { status, body } = await app.put(`/Users/${ann}`, newUser('ann', { title: null, emails: [], id: 'other' }));
    expect({ status, body }).toMatchObject({ status: 200, body: { id: ann, externalId: 'x1', active: false } });
    expect((await stored(app.store)).users['ann']).toEqual({ userName: 'ann', externalId: 'x1', active: false });
  });

  test('101: what is immutable can be given again: members are told by their value alone', async () => {
    const data = await groupId(app, 'Data', [ann]);
    const members = [{ value: ann, display: 'another', type: 'User', $ref: 'https://elsewhere.test/Users/1' }];
    expect((await app.put(`/Groups/${data}`, { displayName: 'Data', members })).status).toBe(200);
    const change = [{ op: 'replace', path: `members[value eq "${ann}"].value`, value: 'other' }];
    expect(await app.patch(`/Groups/${data}`, change)).toMatchObject(refusal(400, 'mutability'));
    expect((await stored(app.store)).groups).toEqual({ Data: ['ann'] });
  });

  test('104 and 105: required missing is 400, a taken name 409, and nothing changes', async () => {
    await userId(app, 'bob');
    const before = await read(`/Users/${ann}`);
    expect(await app.put(`/Users/${ann}`, { schemas: [userUrn] })).toMatchObject(refusal(400, 'invalidValue'));
    expect(await app.put(`/Users/${ann}`, newUser('Bob'))).toMatchObject(refusal(409, 'uniqueness'));
    expect(await read(`/Users/${ann}`)).toEqual(before);
  });
});

describe('H: modify', () => {
  let ann: string;
  beforeEach(async () => {
    ann = await userId(app, 'ann', {
      displayName: 'Ann',
      name: { givenName: 'Ann', familyName: 'Lee' },
      emails: [
        { value: 'w@acme.test', type: 'work', primary: true },
        { value: 'h@acme.test', type: 'home' },
      ],
    });
    await takeDue(app.store);
  });
  const patch = (...operations: readonly unknown[]) => app.patch(`/Users/${ann}`, operations);
  const now = async () => (await stored(app.store)).users['ann'] ?? {};

  test.each([
    ['106', { schemas: [patchUrn], Operations: [] }, 'invalidSyntax'],
    ['106', { schemas: [patchUrn] }, 'invalidSyntax'],
    ['106', [], 'invalidSyntax'],
    ['107', { schemas: [patchUrn], Operations: [{ op: 'destroy', path: 'title' }] }, 'invalidSyntax'],
  ])('%s: %j is no PATCH', async (_line, body, scimType) => {
    expect(await app.send('PATCH', `/Users/${ann}`, { body })).toMatchObject(refusal(400, scimType));
  });

  test.each([
    ['112', { op: 'replace', path: 'name..givenName', value: 'x' }, 400, 'invalidPath'],
    ['112', { op: 'replace', path: 'emails[type eq].value', value: 'x' }, 400, 'invalidFilter'],
    ['115', { op: 'remove' }, 400, 'noTarget'],
    ['117', { op: 'remove', path: 'userName' }, 400, 'mutability'],
    ['123', { op: 'replace', path: 'emails[value eq "nobody"].display', value: 'x' }, 400, 'noTarget'],
    ['126', { op: 'replace', path: 'id', value: 'x' }, 400, 'mutability'],
    ['126', { op: 'add', path: 'meta.created', value: '2020-01-01T00:00:00Z' }, 400, 'mutability'],
    ['128', { op: 'replace', path: 'active', value: 'perhaps' }, 400, 'invalidValue'],
    ['128', { op: 'add', path: 'displayName' }, 400, 'invalidValue'],
  ])('109 and %s: %j is refused and leaves the user as it was', async (_line, operation, status, scimType) => {
    const before = await read(`/Users/${ann}`);
    expect(await patch({ op: 'replace', path: 'title', value: 'lost' }, operation)).toMatchObject(
      refusal(status, scimType),
    );
    expect(await read(`/Users/${ann}`)).toEqual(before);
    expect(await takeDue(app.store)).toEqual([]);
  });

  test('108: 200 with the resource; shaped when attributes are named', async () => {
    const { status, body } = await app.patch(`/Users/${ann}?attributes=title`, [
      { op: 'add', path: 'title', value: 'Dr' },
    ]);
    expect({ status, body }).toEqual({ status: 200, body: { schemas: expect.any(Array), id: ann, title: 'Dr' } });
    const data = await groupId(app, 'Data', [ann]);
    const group = await app.patch(`/Groups/${data}?attributes=displayName`, [
      { op: 'replace', path: 'displayName', value: 'New' },
    ]);
    expect(group).toMatchObject({ status: 200, body: { id: data, displayName: 'New' } });
    expect((await stored(app.store)).groups).toEqual({ New: ['ann'] });
  });

  test('110: operations build on each other, in order', async () => {
    await patch(
      { op: 'add', path: 'title', value: 'one' },
      { op: 'remove', path: 'title' },
      { op: 'add', path: 'nickName', value: 'a' },
      { op: 'replace', path: 'nickName', value: 'b' },
    );
    expect(await now()).toMatchObject({ nickName: 'b' });
    expect(await now()).not.toHaveProperty('title');
  });

  test.each([
    [
      '113 add appends',
      { op: 'add', path: 'emails', value: [{ value: 'n', type: 'other' }] },
      ['w@acme.test', 'h@acme.test', 'n'],
    ],
    [
      '113 an equal value is not added again',
      { op: 'add', path: 'emails', value: [{ value: 'h@acme.test', type: 'home' }] },
      ['w@acme.test', 'h@acme.test'],
    ],
    ['115 remove by filter', { op: 'remove', path: 'emails[type eq "work"]' }, ['h@acme.test']],
    ['119 pathless replace swaps', { op: 'replace', value: { emails: [{ value: 'n' }] } }, ['n']],
    ['122 replace swaps', { op: 'replace', path: 'emails', value: [{ value: 'n' }] }, ['n']],
    [
      '124 filtered sub-attribute',
      { op: 'replace', path: 'emails[type eq "home"].value', value: 'n' },
      ['w@acme.test', 'n'],
    ],
  ])('%s', async (_line, operation, expected) => {
    expect((await patch(operation)).status).toBe(200);
    expect(((await now())['emails'] as { value: string }[]).map(({ value }) => value)).toEqual(expected);
  });

  test('111: every form of a path', async () => {
    const ent = (name: string) => `${enterpriseUrn}:${name}`;
    for (const [path, value, expected] of [
      ['title', 'a', { title: 'a' }],
      ['name.middleName', 'b', { name: { middleName: 'b' } }],
      ['emails[type eq "work"]', { value: 'c', type: 'work' }, { emails: [{ value: 'c' }, {}] }],
      ['emails[type eq "work"].display', 'd', { emails: [{ display: 'd' }, {}] }],
      [`${userUrn}:nickName`, 'e', { nickName: 'e' }],
      [`${userUrn}:name.honorificPrefix`, 'f', { name: { honorificPrefix: 'f' } }],
      [`${userUrn}:emails[type eq "home"].display`, 'g', { emails: [{}, { display: 'g' }] }],
      [ent('department'), 'h', { [enterpriseUrn]: { department: 'h' } }],
      [ent('manager.value'), 'i', { [enterpriseUrn]: { manager: { value: 'i' } } }],
      [enterpriseUrn, { division: 'j' }, { [enterpriseUrn]: { division: 'j', department: 'h' } }],
    ] as const) {
      expect({ path, status: (await patch({ op: 'replace', path, value })).status }).toEqual({ path, status: 200 });
      expect(await now()).toMatchObject(expected);
    }
  });

  test('116 and 118: members who are not there are removed without ado; a list removes those it names', async () => {
    const bob = await userId(app, 'bob');
    const data = await groupId(app, 'Data', [ann, bob]);
    const remove = (operation: object) => app.patch(`/Groups/${data}`, [{ op: 'remove', ...operation }]);
    expect((await remove({ path: 'members[value eq "nobody"]' })).status).toBe(204);
    expect((await remove({ path: 'members', value: [{ value: 'nobody' }] })).status).toBe(204);
    expect((await read(`/Groups/${data}`)).meta.version).toBe('W/"1"');
    expect((await remove({ path: 'members', value: [{ $ref: null, value: bob, display: 'other' }] })).status).toBe(204);
    expect((await stored(app.store)).groups).toEqual({ Data: ['ann'] });
  });

  test('115: remove of all, and 122 replace by nothing, unassign', async () => {
    await patch({ op: 'remove', path: 'emails' });
    expect(await now()).not.toHaveProperty('emails');
    await patch({ op: 'replace', path: 'displayName', value: null });
    expect(await now()).not.toHaveProperty('displayName');
  });

  test('113, 114, 120, 121: complex attributes merge; replace of an absent one adds', async () => {
    await patch(
      { op: 'add', path: 'name', value: { middleName: 'M' } },
      { op: 'replace', path: 'name', value: { givenName: 'A' } },
    );
    await patch({ op: 'replace', path: 'title', value: 'Dr' });
    expect(await now()).toMatchObject({ name: { givenName: 'A', middleName: 'M', familyName: 'Lee' }, title: 'Dr' });
  });

  test('125: a new primary takes it from the old one', async () => {
    await patch({ op: 'replace', path: 'emails[type eq "home"].primary', value: true });
    const primary = ((await now())['emails'] as { type: string; primary?: boolean }[]).filter((each) => each.primary);
    expect(primary.map(({ type }) => type)).toEqual(['home']);
  });

  test('129: a PATCH to a taken userName is 409', async () => {
    await userId(app, 'bob');
    expect(await patch({ op: 'replace', path: 'userName', value: 'BOB' })).toMatchObject(refusal(409, 'uniqueness'));
  });
});

describe('I: delete, and J: versions', () => {
  test('130 to 132: 204 and empty, then 404 for every verb, gone from lists and groups', async () => {
    const ann = await userId(app, 'ann');
    const data = await groupId(app, 'Data', [ann]);
    const deleted = await app.del(`/Users/${ann}`);
    expect({ status: deleted.status, text: deleted.text }).toEqual({ status: 204, text: '' });

    const path = `/Users/${ann}`;
    const after = [
      await app.get(path),
      await app.put(path, newUser('ann')),
      await app.patch(path, [{ op: 'replace', path: 'title', value: 'x' }]),
      await app.del(path),
      await app.del('/Groups/unknown'),
    ];
    for (const response of after) expect(response).toMatchObject(refusal(404));
    expect(await filtered('userName eq "ann"')).toEqual([]);
    expect(await read(`/Groups/${data}`)).toMatchObject({ members: [], meta: { version: 'W/"2"' } });
  });

  test('133 and 136: the version is the ETag, moves with each change and with nothing else', async () => {
    const ann = await userId(app, 'ann');
    const tag = async () => (await app.get(`/Users/${ann}`)).headers['etag'] as string;
    const first = await tag();
    expect(first).toMatch(/^W\/"[^"]+"$/);
    expect(await tag()).toBe(first);
    await app.patch(`/Users/${ann}`, [{ op: 'replace', path: 'userName', value: 'ann' }]);
    expect(await tag()).toBe(first);
    const { headers, body } = await app.patch(`/Users/${ann}`, [{ op: 'replace', path: 'title', value: 'x' }]);
    expect(headers['etag']).not.toBe(first);
    expect((body as Resource).meta.version).toBe(headers['etag']);
  });

  test('134: If-Match of another version is 412 and changes nothing; of this one, or *, it is done', async () => {
    const ann = await userId(app, 'ann');
    const data = await groupId(app, 'Data');
    for (const path of [`/Users/${ann}`, `/Groups/${data}`]) {
      const old = (await read(path)).meta.version;
      const change = (value: string, match: string) =>
        app.patch(path, [{ op: 'replace', path: 'displayName', value }], { headers: { 'If-Match': match } });
      expect((await change('one', old)).status).toBeLessThan(300);
      expect(await change('two', old)).toMatchObject(refusal(412));
      expect(await app.del(path, { headers: { 'If-Match': old } })).toMatchObject(refusal(412));
      expect(await read(path)).toMatchObject({ displayName: 'one' });
      expect((await change('three', '*')).status).toBeLessThan(300);
    }
    const stale = await app.put(`/Users/${ann}`, newUser('ann'), { headers: { 'If-Match': 'W/"1"' } });
    expect(stale).toMatchObject(refusal(412));
  });

  test('17 and 134: If-None-Match of this version refuses a write with 412; of another one it is done', async () => {
    const ann = await userId(app, 'ann');
    const data = await groupId(app, 'Data');
    for (const path of [`/Users/${ann}`, `/Groups/${data}`]) {
      const change = (value: string, none: string) =>
        app.patch(path, [{ op: 'replace', path: 'displayName', value }], { headers: { 'If-None-Match': none } });
      const { version } = (await read(path)).meta;
      expect(await change('one', version)).toMatchObject(refusal(412));
      expect(await change('one', `W/"0", ${version}`)).toMatchObject(refusal(412));
      expect(await change('one', '*')).toMatchObject(refusal(412));
      expect(await app.del(path, { headers: { 'If-None-Match': version } })).toMatchObject(refusal(412));
      expect((await change('two', 'W/"999"')).status).toBeLessThan(300);
      expect(await read(path)).toMatchObject({ displayName: 'two' });
    }
  });

  test('134: joining a group does not make an If-Match on the user stale', async () => {
    const ann = await userId(app, 'ann');
    const { version } = (await read(`/Users/${ann}`)).meta;
    await groupId(app, 'Data', [ann]);
    const { status } = await app.put(`/Users/${ann}`, newUser('ann', { title: 'Dr' }), {
      headers: { 'If-Match': version },
    });
    expect(status).toBe(200);
  });

  test('135: If-None-Match of the current version is 304 and empty, for users and groups', async () => {
    const ann = await userId(app, 'ann');
    const data = await groupId(app, 'Data', [ann]);
    for (const path of [`/Users/${ann}`, `/Groups/${data}`]) {
      const etag = (await app.get(path)).headers['etag'] as string;
      const response = await app.get(path, { headers: { 'If-None-Match': etag } });
      expect({ status: response.status, text: response.text, etag: response.headers['etag'] }).toEqual({
        status: 304,
        text: '',
        etag,
      });
    }
  });

  test('135: 304 never hides a new membership', async () => {
    const ann = await userId(app, 'ann');
    const etag = (await app.get(`/Users/${ann}`)).headers['etag'] as string;
    await groupId(app, 'Data', [ann]);
    expect((await app.get(`/Users/${ann}`, { headers: { 'If-None-Match': etag } })).status).toBe(200);
  });
});

describe('L: what is not offered', () => {
  test('148 and 149: /Me is 501 for every verb', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      expect(await app.send(method, '/Me', { body: { userName: 'x' } })).toMatchObject(refusal(501));
    }
  });
});
