import fc from 'fast-check';
import { readGroup, replaceGroup } from '../../src/scim/read-group.js';
import { readNewUser, readUser } from '../../src/scim/read-user.js';
import { replaceUser } from '../../src/scim/replace-user.js';

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const dbtLabsUrn = 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User';
const provisioningUrn = 'urn:drawbridge:params:scim:schemas:extension:provisioning:2.0:User';

const bob = { userName: 'bob' };
const read = (body: object) => readUser({ ...bob, ...body });

describe('readUser', () => {
  test('quirk 47: values come back byte for byte, whatever scimmy makes of them', () => {
    const body = {
      userName: ' Ann.Lee@ACME.test ',
      externalId: '00uA1',
      displayName: 'A\u0308nn  Lee\t',
      profileUrl: 'www.acme.test/ann',
      phoneNumbers: [{ value: '(0731) 12-34', type: 'Mobile' }],
      photos: [{ value: 'not a url', type: 'photo' }],
      x509Certificates: [{ value: 'MIIB+/==' }],
      roles: [{ value: '{"id":"1","value":"Admin"}', type: 'WindowsAzureActiveDirectoryRole', primary: false }],
      active: true,
      [dbtLabsUrn]: { licenseType: 'Developer' },
    };
    expect(readUser({ schemas: [userUrn], ...body })).toEqual(body);
    expect(JSON.stringify(readUser(body))).toBe(JSON.stringify(body));
  });

  test.each([
    ['True', true],
    ['true', true],
    ['False', false],
    ['FALSE', false],
  ])('quirk 2: active as %j', (sent, active) => {
    expect(read({ active: sent })).toEqual({ ...bob, active });
  });

  test('quirk 3: booleans in quotes and keys in any case at any depth', () => {
    const emails = [{ Value: 'b@x.test', TYPE: 'work', Primary: 'True' }];
    expect(readUser({ USERNAME: 'bob', Emails: emails, Name: { GIVENNAME: 'Bob' } })).toEqual({
      ...bob,
      emails: [{ value: 'b@x.test', type: 'work', primary: true }],
      name: { givenName: 'Bob' },
    });
  });

  test('quirk 11: labels outside the canonical ones', () => {
    const emails = [
      { value: 'b@x.test', type: 'untyped' },
      { value: 'c@x.test', type: 'Work' },
    ];
    expect(read({ emails })).toEqual({ ...bob, emails });
  });

  test.each([
    ['a bare id', { [enterpriseUrn]: { manager: 'u9' } }],
    ['an object with what is read-only', { [enterpriseUrn]: { manager: { value: 'u9', displayName: 'Boss' } } }],
    ['a list', { [enterpriseUrn]: { manager: [{ value: 'u9' }] } }],
    ['managerId (OneLogin)', { [enterpriseUrn]: { manager: { managerId: 'u9', displayName: 'Boss' } } }],
    ['an attribute of the user', { manager: { value: 'u9' } }],
    ['a qualified key', { [`${enterpriseUrn}:manager`]: 'u9' }],
  ])('quirk 13: manager as %s', (_, body) => {
    expect(read(body)).toEqual({ ...bob, [enterpriseUrn]: { manager: { value: 'u9' } } });
  });

  test.each(['', null, [], {}, { value: '' }, { displayName: 'Boss' }])('quirk 13: manager %j is none', (manager) => {
    expect(read({ [enterpriseUrn]: { manager } })).toEqual(bob);
  });

  test('quirk 36: unknown attributes and schemas are ignored and not echoed', () => {
    const schemas = [userUrn, 'urn:scim:schemas:core:1.0', 'urn:custom:2.0:User'];
    expect(read({ schemas, department: 'Ops', shoeSize: 42, 'urn:custom:2.0:User': { badge: 1 } })).toEqual(bob);
    expect(read({ emails: [{ value: 'b@x.test', shoeSize: 42 }] })).toEqual({
      ...bob,
      emails: [{ value: 'b@x.test' }],
    });
  });

  test.each([
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0User',
    'urn:scim:schemas:extension:enterprise:2.0',
    'urn:scim:schemas:extension:enterprise:1.0',
    enterpriseUrn.toUpperCase().replace('URN', 'urn'),
  ])('quirk 36: the enterprise extension under %s', (urn) => {
    expect(read({ [urn]: { Department: 'Ops' } })).toEqual({ ...bob, [enterpriseUrn]: { department: 'Ops' } });
  });

  test.each([
    [{}],
    [{ schemas: null }],
    [{ schemas: [] }],
    [{ schemas: ['urn:scim:schemas:core:1.0'] }],
    [{ schemas: 'x' }],
  ])('schemas may be missing, empty or foreign: %j', (body) => {
    expect(read(body)).toEqual(bob);
  });

  test('quirk 38: null, empty lists and empty objects are unassigned', () => {
    const body = {
      addresses: null,
      phoneNumbers: null,
      title: null,
      manager: null,
      name: { givenName: null },
      emails: [null, {}, { value: null }],
      [enterpriseUrn]: null,
    };
    expect(read(body)).toEqual(bob);
  });

  test('quirks 39 and 41: read-only attributes of a body that was read from us are ignored, even when wrong', () => {
    const body = {
      id: 'other',
      meta: { resourceType: 'Group', created: 'x' },
      groups: [{ value: 'g1' }],
      roles: [],
      [provisioningUrn]: { targets: [{ target: 'dbt', state: 'active' }] },
      emails: [{ value: 'b@x.test', display: 'Bob' }],
    };
    expect(read(body)).toEqual({ ...bob, emails: [{ value: 'b@x.test', display: 'Bob' }] });
    expect(read({ groups: 'nonsense', meta: 5, id: null })).toEqual(bob);
  });

  test('quirk 42: active is true for a new user unless said otherwise, and absent when a PUT leaves it out', () => {
    expect(readNewUser(bob)).toEqual({ ...bob, active: true });
    expect(readNewUser({ ...bob, active: null })).toEqual({ ...bob, active: true });
    expect(readNewUser({ ...bob, active: 'False' })).toEqual({ ...bob, active: false });
    expect(readUser(bob)).not.toHaveProperty('active');
  });

  test('quirk 43: a password is accepted and forgotten', () => {
    expect(read({ password: 's3cret', Password: 5, [userUrn]: { password: 's3cret' } })).toEqual(bob);
  });

  test('quirk 46: of several primary values the last stays so', () => {
    const emails = [
      { value: 'a', type: 'work', primary: true },
      { value: 'b', type: 'home', primary: 'true' },
      { value: 'c' },
    ];
    expect(read({ emails })).toMatchObject({
      emails: [{ primary: false }, { primary: true }, { value: 'c' }],
    });
  });

  test('one object or text where a list belongs is a list of one', () => {
    expect(read({ emails: { value: 'b@x.test' }, roles: 'admin' })).toEqual({
      ...bob,
      emails: [{ value: 'b@x.test' }],
      roles: [{ value: 'admin' }],
    });
  });

  test('keys that reach for prototypes are unknown keys', () => {
    const text =
      '{"userName":"bob","__proto__":{"active":true},"constructor":{"prototype":{"x":1}},"toString":1,"name":{"__proto__":{"givenName":"x"}}}';
    const user = readUser(JSON.parse(text));
    expect(user).toEqual(bob);
    expect(user.active).toBeUndefined();
    expect(Object.getPrototypeOf(user)).toBe(Object.prototype);
  });

  test.each([
    ['userName', {}],
    ['userName', { userName: null }],
    ['userName', { userName: '' }],
    ['userName', { userName: '  ' }],
    ['userName', { userName: 5 }],
    ['userName', { userName: ['bob'] }],
    ['active', { ...bob, active: 'perhaps' }],
    ['active', { ...bob, active: 1 }],
    ['displayName', { ...bob, displayName: { a: 1 } }],
    ['name', { ...bob, name: 'Bob' }],
    ['givenName', { ...bob, name: { givenName: 5 } }],
    ['emails', { ...bob, emails: [5] }],
    ['value', { ...bob, emails: [{ value: 5 }] }],
    ['primary', { ...bob, emails: [{ value: 'b@x.test', primary: 'first' }] }],
    ['title', { ...bob, title: 'a\0b' }],
    ['roles', { ...bob, roles: Array.from({ length: 1001 }, () => 'admin') }],
    ['department', { ...bob, [enterpriseUrn]: { department: ['Ops'] } }],
    ['manager', { ...bob, [enterpriseUrn]: { manager: [{ value: 'a' }, { value: 'b' }] } }],
    [enterpriseUrn, { ...bob, [enterpriseUrn]: 'Ops' }],
  ])('a wrong value is a 400 invalidValue that names %s: %j', (name, body) => {
    expect(() => readUser(body)).toThrow(
      expect.objectContaining({ status: 400, scimType: 'invalidValue', detail: expect.stringContaining(name) }),
    );
  });

  test.each([[null], [undefined], ['x'], [[]], [{ ...bob, schemas: [groupUrn] }]])(
    'a body that is no user is a 400 invalidSyntax: %j',
    (body) => {
      expect(() => readUser(body)).toThrow(expect.objectContaining({ status: 400, scimType: 'invalidSyntax' }));
    },
  );

  test('whatever the JSON, the answer is a user or a 400; and what was read reads as itself', () => {
    const key = fc.constantFrom(
      'userName',
      'active',
      'emails',
      'name',
      'value',
      'primary',
      'manager',
      userUrn,
      enterpriseUrn,
      '__proto__',
      'x',
    );
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof({ maxDepth: 4 }, fc.constantFrom(null, true, 'true', '', 'a', 5), tie('list'), tie('object')),
      list: fc.array(tie('json'), { maxLength: 3 }),
      object: fc.dictionary(key, tie('json'), { maxKeys: 5 }),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, json), (body) => {
        try {
          const user = readUser({ ...body, userName: 'bob' });
          expect(readUser(user)).toEqual(user);
        } catch (error) {
          expect(error).toMatchObject({ name: 'ScimError', status: 400 });
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('replaceUser', () => {
  const existing = {
    userName: 'bob',
    externalId: 'e1',
    active: false,
    title: 'Dr',
    [enterpriseUrn]: { department: 'Ops' },
  };

  test('quirk 40: a PUT clears what it leaves out, but for active and externalId', () => {
    expect(replaceUser(existing, readUser({ userName: 'bobby' }))).toEqual({
      userName: 'bobby',
      externalId: 'e1',
      active: false,
    });
  });

  test('quirk 42: what a PUT says wins', () => {
    const incoming = readUser({ userName: 'bob', externalId: 'e2', active: 'True', title: 'Prof' });
    expect(replaceUser(existing, incoming)).toEqual({ userName: 'bob', externalId: 'e2', active: true, title: 'Prof' });
  });
});

describe('readGroup', () => {
  const given = (body: object) => readGroup({ displayName: 'Data Eng', ...body });

  test.each([
    ['absent', {}, { kind: 'absent' }],
    ['null', { members: null }, { kind: 'given', ids: [] }],
    ['an empty list', { members: [] }, { kind: 'given', ids: [] }],
    ['objects', { members: [{ value: 'u1', display: 'Ann' }, { value: 'u2' }] }, { kind: 'given', ids: ['u1', 'u2'] }],
    ['quirk 17: one twice', { members: [{ value: 'u1' }, { value: 'u1' }] }, { kind: 'given', ids: ['u1'] }],
    ['quirk 18: bare ids', { members: ['u1'] }, { kind: 'given', ids: ['u1'] }],
    ['quirk 18: one object', { Members: { Value: 'u1' } }, { kind: 'given', ids: ['u1'] }],
    [
      'quirk 68: labels that say nothing',
      { members: [{ value: 'u1', type: 'user', $ref: 'Users/x' }] },
      { kind: 'given', ids: ['u1'] },
    ],
  ])('absent is not empty: members as %s', (_, body, members) => {
    expect(given(body)).toEqual({ attributes: { displayName: 'Data Eng' }, members });
  });

  test.each([[5], [[5]], [[null]], [[{}]], [[{ value: null }]], [[{ value: '' }]], [''], [[['u1']]], [{}], [true]])(
    'malformed members are a 400 invalidValue: %j',
    (members) => {
      expect(() => given({ members })).toThrow(expect.objectContaining({ status: 400, scimType: 'invalidValue' }));
    },
  );

  test('quirk 36: what Entra ID adds to a group is ignored', () => {
    const schemas = [groupUrn, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'];
    const body = { schemas, externalId: 'e1', id: 'x', meta: { resourceType: 'Group' }, unknown: 1 };
    expect(given(body).attributes).toEqual({ displayName: 'Data Eng', externalId: 'e1' });
  });

  test('quirk 44: externalId is optional, and a PUT without it keeps it', () => {
    const existing = { displayName: 'Data Eng', externalId: 'e1' };
    expect(replaceGroup(existing, { displayName: 'New' })).toEqual({ displayName: 'New', externalId: 'e1' });
    expect(replaceGroup(existing, { displayName: 'New', externalId: 'e2' })).toEqual({
      displayName: 'New',
      externalId: 'e2',
    });
    expect(replaceGroup({ displayName: 'x' }, { displayName: 'New' })).toEqual({ displayName: 'New' });
  });

  test.each([[{}], [{ displayName: '' }], [{ displayName: null }], [{ displayName: 5 }]])(
    'displayName is required: %j',
    (body) => {
      expect(() => readGroup(body)).toThrow(expect.objectContaining({ status: 400, scimType: 'invalidValue' }));
    },
  );

  test('a user is no group', () => {
    expect(() => given({ schemas: [userUrn] })).toThrow(expect.objectContaining({ scimType: 'invalidSyntax' }));
  });

  test('quirk 64: 50,000 members are read', () => {
    const members = Array.from({ length: 50_000 }, (_, index) => ({ value: `u${index}`, $ref: null }));
    expect(given({ members }).members).toMatchObject({ ids: { length: 50_000 } });
  });
});
