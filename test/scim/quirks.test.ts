import {
  enterpriseUrn,
  groupId,
  groupUrn,
  newGroup,
  newUser,
  otherToken,
  patchUrn,
  scimApp,
  stored,
  takeDue,
  userId,
  userUrn,
  type ScimApp,
} from './scim-app.js';

/** What identity providers really send, by the numbers of our catalogue. The store is compared, not the status alone. */

let app: ScimApp;
beforeEach(async () => {
  app = await scimApp();
});
afterEach(() => app.close());

const userNamed = async (name: string) => (await stored(app.store)).users[name];
const membersOf = async (name: string) => (await stored(app.store)).groups[name];
const find = async (filter: string) => {
  const { status, body } = await app.get(`/Users?filter=${encodeURIComponent(filter)}`);
  expect(status).toBe(200);
  return (body as { Resources: { userName: string }[] }).Resources.map(({ userName }) => userName);
};

describe('users', () => {
  let ann: string;
  beforeEach(async () => {
    ann = await userId(app, 'ann@acme.test', {
      active: true,
      displayName: 'Ann',
      name: { givenName: 'Ann', familyName: 'Lee' },
    });
    await takeDue(app.store);
  });

  test.each(['Replace', 'REPLACE', 'replace'])('quirk 1: op %s', async (op) => {
    expect((await app.patch(`/Users/${ann}`, [{ op, path: 'displayName', value: 'New' }])).status).toBe(200);
    expect(await userNamed('ann@acme.test')).toMatchObject({ displayName: 'New' });
  });

  test.each([
    { form: 'a string at a path', operation: { op: 'Replace', path: 'active', value: 'False' } },
    { form: 'a lower-case string', operation: { op: 'replace', path: 'active', value: 'false' } },
    { form: 'a string without a path', operation: { op: 'replace', value: { active: 'False' } } },
    { form: 'quirk 4, a boolean without a path', operation: { op: 'replace', value: { active: false } } },
    { form: 'quirk 9, an empty path', operation: { op: 'replace', path: '', value: { active: false } } },
    { form: 'quirk 9, a null path', operation: { op: 'replace', path: null, value: { active: false } } },
    { form: 'quirk 12, a core URN path', operation: { op: 'replace', path: `${userUrn}:active`, value: false } },
    { form: 'quirk 21, any case of the path', operation: { op: 'replace', path: 'Active', value: false } },
  ])('quirk 2: deactivation as $form deactivates', async ({ operation }) => {
    const { status, body } = await app.patch(`/Users/${ann}`, [operation], { dialect: true });
    expect({ status, active: (body as { active: unknown }).active }).toEqual({ status: 200, active: false });
    expect(await userNamed('ann@acme.test')).toMatchObject({ active: false });
    expect(await takeDue(app.store)).toEqual(['account:ann@acme.test']);
  });

  test('quirk 3: string booleans and capitalised keys inside roles and emails', async () => {
    await userId(app, 'bob', {
      emails: [{ value: 'bob@acme.test', Primary: 'True' }],
      roles: [{ value: 'admin', primary: 'True' }],
    });
    expect(await userNamed('bob')).toMatchObject({ emails: [{ primary: true }], roles: [{ primary: true }] });
  });

  test('quirk 5: a pathless replace of emails replaces the list', async () => {
    await app.patch(`/Users/${ann}`, [{ op: 'replace', value: { emails: [{ value: 'a@acme.test', type: 'work' }] } }]);
    await app.patch(`/Users/${ann}`, [{ op: 'replace', value: { emails: [{ value: 'b@acme.test', type: 'home' }] } }]);
    expect((await userNamed('ann@acme.test'))?.['emails']).toEqual([{ value: 'b@acme.test', type: 'home' }]);
  });

  test('quirk 7: read-only keys of a pathless value do no harm, equal or not', async () => {
    const value = { id: 'other', schemas: [userUrn], meta: { version: 'x' }, displayName: 'New' };
    expect((await app.patch(`/Users/${ann}`, [{ op: 'replace', value }])).status).toBe(200);
    expect(await userNamed('ann@acme.test')).toMatchObject({ displayName: 'New' });
    expect((await app.get(`/Users/${ann}`)).body).toMatchObject({ id: ann });
  });

  test('quirk 8: dotted and URN keys of a pathless value are paths', async () => {
    const value = { 'name.familyName': 'Li', [`${enterpriseUrn}:department`]: 'Ops' };
    expect((await app.patch(`/Users/${ann}`, [{ op: 'replace', value }])).status).toBe(200);
    expect(await userNamed('ann@acme.test')).toMatchObject({
      name: { givenName: 'Ann', familyName: 'Li' },
      [enterpriseUrn]: { department: 'Ops' },
    });
  });

  test.each([
    ['add', 'emails[type eq "work"].value', { emails: [{ type: 'work', value: 'x' }] }],
    ['replace', 'emails[type eq "work"].value', { emails: [{ type: 'work', value: 'x' }] }],
    ['add', 'phoneNumbers[type eq "mobile"].value', { phoneNumbers: [{ type: 'mobile', value: 'x' }] }],
    ['add', 'addresses[type eq "work"].country', { addresses: [{ type: 'work', country: 'x' }] }],
    ['add', 'roles[primary eq "True"].value', { roles: [{ primary: true, value: 'x' }] }],
    ['replace', 'emails[type eq "untyped"].value', { emails: [{ type: 'untyped', value: 'x' }] }],
  ])('quirks 10 and 11: %s of %s creates the element', async (op, path, expected) => {
    expect((await app.patch(`/Users/${ann}`, [{ op, path, value: 'x' }])).status).toBe(200);
    expect(await userNamed('ann@acme.test')).toMatchObject(expected);
  });

  test.each([
    { form: 'a string', path: `${enterpriseUrn}:manager`, value: '26' },
    { form: 'a list', path: 'manager', value: [{ $ref: 'http://x/Users/26', value: '26' }] },
    { form: 'an object', path: `${enterpriseUrn}:manager`, value: { value: '26' } },
    { form: 'a sub-attribute', path: `${enterpriseUrn}:manager.value`, value: '26' },
    { form: 'managerId', path: `${enterpriseUrn}:manager`, value: { managerId: '26' } },
  ])('quirks 12 and 13: manager as $form', async ({ path, value }) => {
    expect((await app.patch(`/Users/${ann}`, [{ op: 'Add', path, value }])).status).toBe(200);
    expect(await userNamed('ann@acme.test')).toMatchObject({ [enterpriseUrn]: { manager: { value: '26' } } });
    expect(await find(`manager eq "26"`)).toEqual(['ann@acme.test']);

    await app.patch(`/Users/${ann}`, [{ op: 'Replace', path: `${enterpriseUrn}:manager`, value: '' }]);
    expect((await userNamed('ann@acme.test'))?.[enterpriseUrn]).toBeUndefined();
    expect((await app.get(`/Users/${ann}`)).body).toMatchObject({
      schemas: expect.not.arrayContaining([enterpriseUrn]),
    });
  });

  test.each([
    ['quirk 21', 'username EQ "ann@acme.test"'],
    ['quirk 21', 'UserName Eq "ann@acme.test"'],
    ['quirk 22', 'userName eq "ANN@ACME.TEST"'],
    ['quirk 23', 'userName eq ann@acme.test'],
    ['quirk 25', `${userUrn}:userName eq "ann@acme.test"`],
    ['quirk 27', '((userName eq "ann@acme.test"))'],
  ])('%s: %s finds Ann', async (_quirk, filter) => {
    await userId(app, 'bob');
    expect(await find(filter)).toEqual(['ann@acme.test']);
  });

  test('quirk 22: externalId and id differ by case', async () => {
    await userId(app, 'bob', { externalId: 'AbC' });
    expect(await find('externalId eq "AbC"')).toEqual(['bob']);
    expect(await find('externalId eq "abc"')).toEqual([]);
    expect(await find(`id eq "${ann}"`)).toEqual(['ann@acme.test']);
    expect(await find(`id eq "${ann.toUpperCase()}"`)).toEqual([]);
  });

  test.each(['a "quoted" name', 'back\\slash', 'x and y', 'a (b) or c', 'plus+sign', "o'neil", 'per%cent'])(
    'quirk 24: %s is found by its own value',
    async (displayName) => {
      await userId(app, 'bob', { displayName });
      expect(await find(`displayName eq ${JSON.stringify(displayName)}`)).toEqual(['bob']);
    },
  );

  test('quirk 24: a plus is a space, %20 as well, %22 a quote', async () => {
    for (const query of ['userName+eq+%22ann@acme.test%22', 'userName%20eq%20%22ann@acme.test%22']) {
      expect((await app.get(`/Users?filter=${query}`)).body).toMatchObject({ totalResults: 1 });
    }
  });

  test.each([
    'emails.value eq "work@acme.test"',
    'emails eq "work@acme.test"',
    'emails[type eq "work"].value eq "WORK@acme.test"',
    'emails[type eq "work" and value eq "work@acme.test"]',
    'externalId eq "x1"',
  ])('quirk 26: %s finds one', async (filter) => {
    await userId(app, 'bob', {
      externalId: 'x1',
      emails: [
        { type: 'work', value: 'work@acme.test' },
        { type: 'home', value: 'home@acme.test' },
      ],
    });
    expect(await find(filter)).toEqual(['bob']);
    expect(await find('emails[type eq "home"].value eq "work@acme.test"')).toEqual([]);
  });

  test.each([
    'userName',
    'userName eq',
    'userName xx "a"',
    '(userName eq "a"',
    '',
    'password eq "x"',
    'active gt true',
  ])('quirk 27: the filter "%s" is refused, never ignored', async (filter) => {
    const { status, body } = await app.get(`/Users?filter=${encodeURIComponent(filter)}`);
    expect({ status, body }).toMatchObject({ status: 400, body: { status: '400', scimType: 'invalidFilter' } });
    expect(body).not.toHaveProperty('Resources');
  });

  test('quirks 27 and 28: an unknown attribute, and no match, are an empty list', async () => {
    expect(await find('favouriteColour eq "red"')).toEqual([]);
    const { status, body } = await app.get('/Users?filter=userName%20eq%20%22nobody%22');
    expect(status).toBe(200);
    expect(body).toMatchObject({ totalResults: 0, itemsPerPage: 0, startIndex: 1, Resources: [] });
  });

  test('quirk 34: a PATCH of a user, even one that changes nothing, answers the whole user', async () => {
    const before = (await app.get(`/Users/${ann}`)).body as { meta: object };
    const { status, body } = await app.patch(`/Users/${ann}`, [{ op: 'replace', path: 'displayName', value: 'Ann' }]);
    expect({ status, body }).toEqual({ status: 200, body: before });
    expect(await takeDue(app.store)).toEqual([]);
  });

  test('quirk 35: an operation on an unknown attribute is left out and logged, the others are done', async () => {
    const { status } = await app.patch(`/Users/${ann}`, [
      { op: 'Add', path: 'shoeSize', value: '42-secret' },
      { op: 'Add', path: 'urn:acme:custom:2.0:User:badge', value: '7' },
      { op: 'Replace', path: 'displayName', value: 'New' },
    ]);
    expect(status).toBe(200);
    expect(await userNamed('ann@acme.test')).toMatchObject({ displayName: 'New' });
    const line = app.lines.find(({ message }) => message === 'ignored unknown attributes');
    expect(line?.fields['attributes']).toEqual(expect.arrayContaining(['shoeSize']));
    expect(JSON.stringify(app.lines)).not.toContain('42-secret');
  });

  test.each([
    ['urn:scim:schemas:core:1.0'],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0User'],
    ['urn:acme:unheard:of'],
  ])('quirk 36: the schema %s is neither refused nor echoed', async (urn) => {
    const { status, body } = await app.post('/Users', {
      ...newUser('bob'),
      schemas: [userUrn, urn],
      [urn]: { a: 1 },
      shoeSize: 42,
    });
    expect(status).toBe(201);
    expect((body as { schemas: string[] }).schemas).not.toContain(urn);
    expect(body).not.toHaveProperty('shoeSize');
  });

  test.each([
    { form: 'no schemas', body: { Operations: [{ op: 'replace', path: 'displayName', value: 'New' }] } },
    {
      form: 'another URN as well',
      body: { schemas: [patchUrn, 'urn:x'], Operations: [{ op: 'replace', path: 'displayName', value: 'New' }] },
    },
    {
      form: 'lower-case operations',
      body: { schemas: [patchUrn], operations: [{ op: 'replace', path: 'displayName', value: 'New' }] },
    },
  ])('quirk 37: a PATCH with $form is understood', async ({ body }) => {
    expect((await app.send('PATCH', `/Users/${ann}`, { body, dialect: true })).status).toBe(200);
    expect(await userNamed('ann@acme.test')).toMatchObject({ displayName: 'New' });
  });

  test('quirks 38 and 39: null and empty lists are unassigned', async () => {
    const nulls = { phoneNumbers: null, addresses: null, title: null, roles: [], groups: [], displayName: null };
    const { status } = await app.post('/Users', newUser('bob', nulls), { dialect: true });
    expect(status).toBe(201);
    expect(await userNamed('bob')).toEqual({ userName: 'bob', active: true });
  });

  test('quirks 40 to 42: a PUT clears what it leaves out, but for active and externalId', async () => {
    const bob = await userId(app, 'bob', { externalId: 'x1', displayName: 'Bob', title: 'Dr', active: false });
    expect((await app.put(`/Users/${bob}`, newUser('bob', { displayName: 'Bobby' }))).status).toBe(200);
    expect(await userNamed('bob')).toEqual({ userName: 'bob', externalId: 'x1', displayName: 'Bobby', active: false });
  });

  test('quirk 41: a PUT of what was read, ids and meta and groups included, changes nothing', async () => {
    await groupId(app, 'Data', [ann]);
    const before = (await app.get(`/Users/${ann}`)).body as object;
    await takeDue(app.store);
    const { status, body } = await app.put(`/Users/${ann}`, { ...before, groups: [], id: 'somebody-else' });
    expect({ status, body }).toEqual({ status: 200, body: before });
    expect(await membersOf('Data')).toEqual(['ann@acme.test']);
    expect(await takeDue(app.store)).toEqual([]);
  });

  test('quirk 42: active is true when a POST does not say', async () => {
    expect((await app.post('/Users', newUser('bob'))).body).toMatchObject({ active: true });
  });

  test('quirk 43: a password is accepted and is nowhere afterwards', async () => {
    const secret = 'c0rrect-h0rse';
    const bob = await userId(app, 'bob', { password: secret });
    await app.patch(`/Users/${bob}`, [{ op: 'replace', value: { password: secret } }]);
    await app.patch(`/Users/${bob}`, [{ op: 'add', path: 'password', value: secret }]);
    const answer = await app.put(`/Users/${bob}`, newUser('bob', { password: secret }));

    expect(answer.status).toBe(200);
    const dump = await Promise.all(
      (['scim_user', 'audit', 'due'] as const).map((table) => app.store.db.selectFrom(table).selectAll().execute()),
    );
    expect(answer.text + JSON.stringify(dump) + JSON.stringify(app.lines)).not.toContain(secret);
    expect(await userNamed('bob')).not.toHaveProperty('password');
  });

  test('quirk 44: externalId may be missing, shared, and change', async () => {
    const bob = await userId(app, 'bob', { externalId: 'shared' });
    await userId(app, 'eve', { externalId: 'shared' });
    expect(await find('externalId eq "shared"')).toEqual(['bob', 'eve']);
    await app.patch(`/Users/${bob}`, [{ op: 'replace', path: 'externalId', value: 'own' }]);
    expect(await userNamed('bob')).toMatchObject({ externalId: 'own' });
  });

  test('quirk 46: of several primary addresses the last one is primary', async () => {
    await userId(app, 'bob', {
      emails: [
        { value: 'a@acme.test', primary: true },
        { value: 'b@acme.test', primary: true },
      ],
    });
    const emails = (await userNamed('bob'))?.['emails'] as { primary?: boolean }[];
    expect(emails.map(({ primary }) => primary ?? false)).toEqual([false, true]);
  });

  test('quirk 47: values come back byte for byte', async () => {
    const sent = {
      displayName: 'Zoë  O\u2019Neil \u{1F600}',
      phoneNumbers: [{ value: ' +1 (555) 01-00 ', type: 'Mobile' }],
      emails: [{ value: 'Zoe.ONeil@ACME.test', type: 'work', primary: true }],
      name: { givenName: 'Zoe\u0308', familyName: 'O\u2019Neil' },
    };
    const bob = await userId(app, 'Zoe@Acme.TEST', sent);
    expect((await app.get(`/Users/${bob}`)).body).toMatchObject({ userName: 'Zoe@Acme.TEST', ...sent });
  });

  test('quirk 48: an inactive user is seen, found, cannot be created again, and comes back under the same id', async () => {
    await app.patch(`/Users/${ann}`, [{ op: 'replace', path: 'active', value: false }]);
    expect((await app.get(`/Users/${ann}`)).body).toMatchObject({ active: false });
    expect(await find('userName eq "ann@acme.test"')).toEqual(['ann@acme.test']);
    expect((await app.post('/Users', newUser('ann@acme.test'))).status).toBe(409);
    await app.patch(`/Users/${ann}`, [{ op: 'replace', path: 'active', value: true }]);
    expect((await app.get(`/Users/${ann}`)).body).toMatchObject({ id: ann, active: true });
  });

  test('quirk 49: a PUT to an unknown id is 404 and creates nobody; so is a second DELETE', async () => {
    const before = await stored(app.store);
    expect((await app.put('/Users/unknown', newUser('new'))).status).toBe(404);
    expect(await stored(app.store)).toEqual(before);
    expect((await app.del(`/Users/${ann}`)).status).toBe(204);
    expect((await app.del(`/Users/${ann}`)).status).toBe(404);
  });

  test('quirk 50: a duplicate is 409 uniqueness with words', async () => {
    const { status, body } = await app.post('/Users', newUser('ANN@acme.test'));
    expect({ status, body }).toMatchObject({
      status: 409,
      body: { status: '409', scimType: 'uniqueness', detail: expect.stringContaining('userName') },
    });
  });

  test('quirk 51: 201 has a body with id and a Location', async () => {
    const { headers, body } = await app.post('/Users', newUser('bob'));
    const { id, meta } = body as { id: string; meta: { location: string } };
    expect(headers['location']).toBe(meta.location);
    expect(meta.location).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:\\d+/scim/v2/Users/${id}$`));
    expect(headers['etag']).toBe((meta as unknown as { version: string }).version);
  });

  test('quirk 63: a replace of name merges', async () => {
    await app.patch(`/Users/${ann}`, [{ op: 'replace', path: 'name', value: { givenName: 'Anna' } }]);
    expect(await userNamed('ann@acme.test')).toMatchObject({ name: { givenName: 'Anna', familyName: 'Lee' } });
  });

  test('quirk 67: a second primary set by PATCH takes it from the first', async () => {
    await app.patch(`/Users/${ann}`, [
      { op: 'add', path: 'emails', value: [{ value: 'a', type: 'work', primary: true }] },
    ]);
    await app.patch(`/Users/${ann}`, [
      { op: 'add', path: 'emails', value: [{ value: 'b', type: 'home', primary: true }] },
    ]);
    const emails = (await userNamed('ann@acme.test'))?.['emails'] as { value: string; primary?: boolean }[];
    expect(emails.filter(({ primary }) => primary).map(({ value }) => value)).toEqual(['b']);
  });
});

describe('groups', () => {
  let ann: string;
  let bob: string;
  let eve: string;
  let data: string;
  beforeEach(async () => {
    [ann, bob, eve] = [await userId(app, 'ann'), await userId(app, 'bob'), await userId(app, 'eve')];
    data = await groupId(app, 'Data', [ann, bob]);
    await takeDue(app.store);
  });
  const patch = (...operations: readonly unknown[]) => app.patch(`/Groups/${data}`, operations);

  test.each([
    ['quirk 5: pathless replace replaces', () => ({ op: 'replace', value: { members: [{ value: eve }] } }), ['eve']],
    ['quirk 6: pathless empty list clears', () => ({ op: 'replace', value: { members: [], id: data } }), []],
    [
      'quirk 12: core URN path',
      () => ({ op: 'add', path: `${groupUrn}:members`, value: [{ value: eve }] }),
      ['ann', 'bob', 'eve'],
    ],
    [
      'quirk 14: remove by values removes those, whatever display says',
      () => ({ op: 'Remove', path: 'members', value: [{ $ref: null, value: ann, display: 'other' }] }),
      ['bob'],
    ],
    ['quirk 15: remove by filter', () => ({ op: 'remove', path: `members[value eq "${ann}"]` }), ['bob']],
    ['quirk 15: remove of no member', () => ({ op: 'remove', path: `members[value eq "${eve}"]` }), ['ann', 'bob']],
    ['quirk 15: remove of nobody', () => ({ op: 'remove', path: 'members[value eq "gone"]' }), ['ann', 'bob']],
    ['quirk 16: bare remove clears', () => ({ op: 'remove', path: 'members' }), []],
    ['quirk 16: remove of an empty list', () => ({ op: 'remove', path: 'members', value: [] }), ['ann', 'bob']],
    ['quirk 16: replace by null clears', () => ({ op: 'replace', path: 'members', value: null }), []],
    ['quirk 17: a duplicate add', () => ({ op: 'add', path: 'members', value: [{ value: ann }] }), ['ann', 'bob']],
    ['quirk 18: a bare string', () => ({ op: 'add', path: 'members', value: eve }), ['ann', 'bob', 'eve']],
    ['quirk 18: a list of strings', () => ({ op: 'add', path: 'members', value: [eve] }), ['ann', 'bob', 'eve']],
    ['quirk 18: one object', () => ({ op: 'add', path: 'members', value: { value: eve } }), ['ann', 'bob', 'eve']],
    ['quirk 21: Members', () => ({ op: 'Add', path: 'Members', value: [{ value: eve }] }), ['ann', 'bob', 'eve']],
    [
      'quirk 68: type user and any $ref',
      () => ({ op: 'add', path: 'members', value: [{ value: eve, type: 'user', $ref: '../Users/x?y' }] }),
      ['ann', 'bob', 'eve'],
    ],
  ])('quirks 33 and 69: %s, answered 204 and stored so', async (_form, operation, members) => {
    const { status, text } = await patch(operation());
    expect({ status, text, members: await membersOf('Data') }).toEqual({ status: 204, text: '', members });
  });

  test.each([['nobody-at-all'], ['of-other'], ['deleted'], ['a-group']])(
    'quirk 19: %s as a member is 400 naming it, and nothing is written',
    async (kind) => {
      const foreign = await app.post('/scim/other/v2/Users', newUser('zed'), { token: otherToken });
      await app.del(`/Users/${eve}`);
      await takeDue(app.store);
      const ids: Record<string, string> = {
        'nobody-at-all': 'nobody-at-all',
        'of-other': (foreign.body as { id: string }).id,
        deleted: eve,
        'a-group': data,
      };
      const id = ids[kind] ?? '';

      for (const { status, body } of [
        await patch(
          { op: 'replace', value: { displayName: 'New' } },
          { op: 'add', path: 'members', value: [{ value: id }] },
        ),
        await patch({ op: 'replace', path: 'members', value: [{ value: id }] }),
        await app.put(`/Groups/${data}`, newGroup('New', [id])),
        await app.post('/Groups', newGroup('Other', [id])),
      ]) {
        expect({ status, body }).toMatchObject({
          status: 400,
          body: { scimType: 'invalidValue', detail: expect.stringContaining(id) },
        });
      }
      expect((await stored(app.store)).groups).toEqual({ Data: ['ann', 'bob'] });
      expect(await takeDue(app.store)).toEqual([]);
    },
  );

  test('quirk 20: excludedAttributes shapes the answer and nothing else, on every verb', async () => {
    const path = `/Groups/${data}?excludedAttributes=members`;
    expect((await app.get(path)).body).not.toHaveProperty('members');
    expect((await app.get('/Groups?excludedAttributes=members')).body).not.toHaveProperty('Resources.0.members');

    const patched = await app.patch(path, [{ op: 'replace', path: 'displayName', value: 'Data 2' }]);
    expect(patched.status).toBe(200);
    expect(patched.body).not.toHaveProperty('members');
    const replaced = await app.put(path, newGroup('Data 3', [ann, bob]));
    expect(replaced.body).not.toHaveProperty('members');
    expect(await membersOf('Data 3')).toEqual(['ann', 'bob']);
    expect((await app.get(`/Groups/${data}?excludedAttributes=`)).body).toHaveProperty('members');
  });

  test('quirk 36: a group with the ADSCIM schema is ours alone afterwards', async () => {
    const adscim = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group';
    const { status, body } = await app.post('/Groups', { ...newGroup('Ops'), schemas: [groupUrn, adscim] });
    expect({ status, schemas: (body as { schemas: unknown }).schemas }).toEqual({ status: 201, schemas: [groupUrn] });
  });

  test('a PUT that does not speak of members leaves them; an empty list clears', async () => {
    expect((await app.put(`/Groups/${data}`, { schemas: [groupUrn], displayName: 'Data' })).status).toBe(200);
    expect(await membersOf('Data')).toEqual(['ann', 'bob']);
    expect((await app.put(`/Groups/${data}`, newGroup('Data'))).status).toBe(200);
    expect(await membersOf('Data')).toEqual([]);
  });

  test('quirk 59: rename and members in one PATCH are one change', async () => {
    const { status } = await patch(
      { op: 'replace', path: 'displayName', value: 'Engineers' },
      { op: 'remove', path: `members[value eq "${ann}"]` },
      { op: 'add', path: 'members', value: [{ value: eve }] },
    );
    expect(status).toBe(204);
    expect((await stored(app.store)).groups).toEqual({ Engineers: ['bob', 'eve'] });
    expect(await takeDue(app.store)).toEqual(['account:ann', 'account:eve', 'group:Engineers']);
    expect((await app.get(`/Groups/${data}`)).body).toMatchObject({ meta: { version: 'W/"2"' } });
  });

  test('quirk 61: a nested group is refused, not stored as something else', async () => {
    const other = await groupId(app, 'Other');
    const { status, body } = await patch({ op: 'add', path: 'members', value: [{ value: other, type: 'Group' }] });
    expect({ status, body }).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
    expect(await membersOf('Data')).toEqual(['ann', 'bob']);
  });

  test('quirks 59 and 64: thousands of members in one request, more than a mebibyte', async () => {
    const padding = 'x'.repeat(1_000);
    const members = Array.from({ length: 3_000 }, () => ({ value: eve, display: padding }));
    expect((await app.put(`/Groups/${data}`, { ...newGroup('Data'), members })).status).toBe(200);
    expect(await membersOf('Data')).toEqual(['eve']);
  });
});

describe('lists and transport', () => {
  beforeEach(async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await userId(app, name);
  });
  const page = async (query: string) => {
    const { status, body } = await app.get(`/Users${query}`);
    expect(status).toBe(200);
    const { Resources, ...counts } = body as { Resources: { userName: string }[] };
    return { ...counts, names: Resources.map(({ userName }) => userName).join('') };
  };

  test.each([
    ['quirk 29', '?startIndex=2&count=2', { totalResults: 5, startIndex: 2, itemsPerPage: 2, names: 'bc' }],
    ['quirk 30', '?startIndex=4&count=10', { totalResults: 5, startIndex: 4, itemsPerPage: 2, names: 'de' }],
    ['quirk 30', '?startIndex=6&count=10', { totalResults: 5, startIndex: 6, itemsPerPage: 0, names: '' }],
    ['quirk 31', '?count=0', { totalResults: 5, startIndex: 1, itemsPerPage: 0, names: '' }],
    ['quirk 31', '?count=-3', { totalResults: 5, startIndex: 1, itemsPerPage: 0, names: '' }],
    ['quirk 31', '?startIndex=0&count=1', { totalResults: 5, startIndex: 1, itemsPerPage: 1, names: 'a' }],
    ['quirk 31', '?startIndex=-7&count=1', { totalResults: 5, startIndex: 1, itemsPerPage: 1, names: 'a' }],
    ['quirk 32', '?count=100000', { totalResults: 5, startIndex: 1, itemsPerPage: 5, names: 'abcde' }],
    ['quirk 57', '?aadOptscim062020&x=1', { totalResults: 5, startIndex: 1, itemsPerPage: 5, names: 'abcde' }],
  ])('%s: %s', async (_quirk, query, expected) => {
    expect(await page(query)).toMatchObject(expected);
  });

  test.each(['startIndex=two', 'count=1.5', 'count=many'])('a page of %s is 400, not the first page', async (query) => {
    expect((await app.get(`/Users?${query}`)).body).toMatchObject({ status: '400', scimType: 'invalidValue' });
  });

  test('quirk 32: more than our maximum is cut, and following pages fit without gap', async () => {
    for (let index = 0; index < 200; index += 1) await userId(app, `u${index}`);
    const first = await page('?startIndex=1&count=5000');
    const second = await page(`?startIndex=201&count=5000`);
    expect(first).toMatchObject({ totalResults: 205, itemsPerPage: 200 });
    expect(second).toMatchObject({ totalResults: 205, itemsPerPage: 5, names: 'u195u196u197u198u199' });
  });

  test('quirk 52: every refusal is a SCIM error', async () => {
    const refusals = [
      await app.send('POST', '/Users', { body: '{"userName":' }),
      await app.send('DELETE', '/Users'),
      await app.send('GET', '/Nothing'),
      await app.send('GET', '/Users', { token: null }),
      await app.send('POST', '/Users', { body: '<user/>', headers: { 'Content-Type': 'application/xml' } }),
      await app.send('POST', '/Users', { body: JSON.stringify(newUser('x'.repeat(2 ** 20))) }),
      await app.send('GET', '/Users/%ZZ'),
      await app.send('GET', '/Me'),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([400, 405, 404, 401, 415, 413, 400, 501]);
    for (const { status, headers, body } of refusals) {
      expect(headers['content-type']).toMatch(/^application\/scim\+json/);
      expect(body).toMatchObject({ status: String(status), detail: expect.any(String) });
    }
  });

  test('quirk 53: a store that fails is a 5xx, never 404, and says nothing about itself', async () => {
    const id = await userId(app, 'ann');
    await app.store.db.schema.alterTable('scim_user').renameTo('elsewhere').execute();
    const { status, text } = await app.get(`/Users/${id}`);
    await app.store.db.schema.alterTable('elsewhere').renameTo('scim_user').execute();
    expect(status).toBe(500);
    expect(text).not.toMatch(/scim_user|sqlite|at .*\.ts/i);
    expect(
      app.lines.some(({ level, fields }) => level === 'error' && String(fields['error']).includes('scim_user')),
    ).toBe(true);
  });

  test('quirk 54: every block of the configuration is complete', async () => {
    expect((await app.get('/ServiceProviderConfig')).body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: true, maxOperations: 1000, maxPayloadSize: expect.any(Number) },
      filter: { supported: true, maxResults: 200 },
      changePassword: { supported: false },
      sort: { supported: true },
      etag: { supported: true },
      authenticationSchemes: [{ type: 'oauthbearertoken' }, { type: 'httpbasic' }],
    });
  });

  test.each([
    'application/scim+json',
    'application/scim+json; charset=utf-8',
    'application/json',
    'application/json;charset=UTF-8',
    'text/json',
    '',
  ])('quirk 55: a body of type "%s" is read', async (type) => {
    const response = await app.send('POST', '/Users', {
      body: type === '' ? Buffer.from(JSON.stringify(newUser('zoë'))) : JSON.stringify(newUser('zoë')),
      headers: { 'Content-Type': type },
    });
    expect(response.status).toBe(201);
    expect(await userNamed('zoë')).toBeDefined();
  });

  test.each([
    '/scim/v2/Users/',
    '/scim/v2//Users',
    '//scim/v2/Users',
    '/scim/v2/users',
    '/SCIM/V2/USERS/',
    '/scim/ACME/v2/Users',
  ])('quirk 56: %s is /Users, for GET with a filter and for POST', async (path) => {
    expect((await app.get(`${path}?filter=userName eq "a"`)).body).toMatchObject({ totalResults: 1 });
    expect((await app.post(path, newUser('f'))).status).toBe(201);
  });

  test('quirk 62: a user is not sent anywhere by the request itself: one key is due, nothing more', async () => {
    await takeDue(app.store);
    const id = await userId(app, 'f');
    await app.del(`/Users/${id}`);
    expect(await app.store.db.selectFrom('due').select('key').execute()).toEqual([{ key: id }]);
    expect(await app.store.db.selectFrom('operation').selectAll().execute()).toEqual([]);
  });

  test('quirk 65: two tenants at once each get their own locations', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0
          ? app.post('/scim/acme/v2/Users', newUser(`t${index}`))
          : app.post('/scim/other/v2/Users', newUser(`t${index}`), { token: otherToken }),
      ),
    );
    for (const [index, { body }] of answers.entries()) {
      const tenant = index % 2 === 0 ? 'acme' : 'other';
      expect(body).toMatchObject({ meta: { location: expect.stringContaining(`/scim/${tenant}/v2/Users/`) } });
    }
  });

  test('quirk 66: in Bulk a group may come before the user it refers to', async () => {
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'];
    const Operations = [
      { method: 'POST', path: '/Groups', bulkId: 'g', data: newGroup('Data', ['bulkId:u']) },
      { method: 'POST', path: '/Users', bulkId: 'u', data: newUser('ann') },
    ];
    expect((await app.post('/Bulk', { schemas, Operations })).status).toBe(200);
    expect((await stored(app.store)).groups).toEqual({ Data: ['ann'] });
  });
});
