import type { UserAttributes } from '../../../src/model/scim-attributes.js';
import { parsePatch } from '../../../src/scim/patch/parse-patch.js';
import { patchUser } from '../../../src/scim/patch/patch-user.js';
import { ScimError } from '../../../src/scim/scim-error.js';

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const dbtLabsUrn = 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User';
const provisioningUrn = 'urn:drawbridge:params:scim:schemas:extension:provisioning:2.0:User';
const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

const work = { value: 'ann@acme.test', type: 'work', primary: true };
const home = { value: 'ann@home.test', type: 'home' };
const ann: UserAttributes = {
  userName: 'ann@acme.test',
  active: true,
  displayName: 'Ann Lee',
  name: { givenName: 'Ann', familyName: 'Lee' },
  emails: [work, home],
  [enterpriseUrn]: { department: 'Ops', manager: { value: 'u9', $ref: '../Users/u9' } },
};
const bob: UserAttributes = { userName: 'bob', active: true };

const rolesOf = (part: number) => Array.from({ length: 400 }, (_, index) => ({ value: `role ${part}.${index}` }));

const op = (verb: string, path: string | undefined, value?: unknown): object => ({
  op: verb,
  ...(path === undefined ? {} : { path }),
  ...(value === undefined ? {} : { value }),
});

function patch(current: UserAttributes, ...Operations: readonly object[]) {
  const { operations } = parsePatch({ schemas: [patchUrn], Operations }, 'User');
  return patchUser(current, operations);
}

function patched(current: UserAttributes, ...operations: readonly object[]): UserAttributes {
  return patch(current, ...operations).attributes;
}

function refusal(current: UserAttributes, ...operations: readonly object[]): ScimError {
  try {
    patch(current, ...operations);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('dialects', () => {
  test.each(['replace', 'Replace', 'REPLACE'])('quirk 1: op as %s', (verb) => {
    expect(patched(ann, op(verb, 'displayName', 'Ann L'))).toEqual({ ...ann, displayName: 'Ann L' });
  });

  test.each([
    ['with a path', op('Replace', 'active', 'False')],
    ['in lower case', op('Replace', 'active', 'false')],
    ['without a path', op('replace', undefined, { active: 'False' })],
    ['as a boolean', op('replace', 'active', false)],
  ])('quirk 2: active in quotes, %s', (_, operation) => {
    expect(patched(ann, operation)).toEqual({ ...ann, active: false });
  });

  test('quirk 3: booleans in quotes and keys in any case inside values', () => {
    const roles = [{ Value: 'admin', Primary: 'True' }];
    expect(patched(bob, op('add', 'roles', roles))).toEqual({ ...bob, roles: [{ value: 'admin', primary: true }] });
  });

  test('quirk 4: a value without a path changes each of its keys', () => {
    const value = { active: false, displayName: 'Gone' };
    expect(patched(ann, op('replace', undefined, value))).toEqual({ ...ann, active: false, displayName: 'Gone' });
  });

  test('quirk 5: a list in a value without a path replaces the list', () => {
    expect(patched(ann, op('replace', undefined, { emails: [home] }))).toEqual({ ...ann, emails: [home] });
  });

  test('quirk 7: what is read-only in a whole resource without a path is skipped', () => {
    const value = {
      id: 'other',
      schemas: ['urn:x'],
      meta: { resourceType: 'User' },
      groups: [{ value: 'g1' }],
      [provisioningUrn]: { targets: [] },
      externalId: '00u1',
    };
    expect(patched(ann, op('replace', undefined, value))).toEqual({ ...ann, externalId: '00u1' });
  });

  test('quirk 8: dotted and qualified keys without a path are paths', () => {
    const value = {
      'name.givenName': 'Anna',
      [`${enterpriseUrn}:employeeNumber`]: '7',
      [`${userUrn}:title`]: 'Dr',
      'emails[type eq "work"].value': 'anna@acme.test',
      [dbtLabsUrn]: { licenseType: 'developer' },
    };
    expect(patched(ann, op('replace', undefined, value))).toEqual({
      ...ann,
      title: 'Dr',
      name: { givenName: 'Anna', familyName: 'Lee' },
      emails: [{ ...work, value: 'anna@acme.test' }, home],
      [enterpriseUrn]: { ...ann[enterpriseUrn], employeeNumber: '7' },
      [dbtLabsUrn]: { licenseType: 'developer' },
    });
  });

  test.each([[''], [' '], [null]])('quirk 9: the path %j is no path', (path) => {
    expect(patched(ann, { op: 'replace', path, value: { title: 'Dr' } })).toEqual({ ...ann, title: 'Dr' });
  });

  test.each([
    ['Add', 'emails[type eq "work"].value', 'b@x.test', { emails: [{ type: 'work', value: 'b@x.test' }] }],
    ['Replace', 'emails[type eq "work"].value', 'b@x.test', { emails: [{ type: 'work', value: 'b@x.test' }] }],
    ['Add', 'phoneNumbers[type eq "mobile"].value', '+1', { phoneNumbers: [{ type: 'mobile', value: '+1' }] }],
    ['Add', 'addresses[type eq "work"].locality', 'Ulm', { addresses: [{ type: 'work', locality: 'Ulm' }] }],
    ['Replace', 'roles[primary eq "True"].value', 'admin', { roles: [{ primary: true, value: 'admin' }] }],
    [
      'Add',
      'emails[type eq "work" and primary eq true].value',
      'b@x.test',
      { emails: [{ type: 'work', primary: true, value: 'b@x.test' }] },
    ],
    ['Replace', 'emails[type eq "work"]', { value: 'b@x.test' }, { emails: [{ type: 'work', value: 'b@x.test' }] }],
    ['Add', 'emails.value', 'b@x.test', { emails: [{ value: 'b@x.test' }] }],
  ])('quirk 10: %s %s makes the element it is about', (verb, path, value, expected) => {
    expect(patched(bob, op(verb, path, value))).toEqual({ ...bob, ...expected });
  });

  test('quirk 10: a second attribute of the same element joins it', () => {
    const operations = [
      op('Add', 'addresses[type eq "work"].locality', 'Ulm'),
      op('Add', 'addresses[type eq "work"].country', 'DE'),
    ];
    expect(patched(bob, ...operations)).toMatchObject({
      addresses: [{ type: 'work', locality: 'Ulm', country: 'DE' }],
    });
  });

  test.each(['emails[type eq "untyped"].value', 'emails[type eq "Work"].value'])(
    'quirk 11: labels are free: %s',
    (path) => {
      expect(patched(bob, op('add', path, 'b@x.test'))).toMatchObject({ emails: [{ value: 'b@x.test' }] });
    },
  );

  test.each([
    [`${userUrn}:displayName`, { displayName: 'x' }],
    [`${userUrn}:name.familyName`, { name: { familyName: 'x' } }],
    [`${userUrn}:emails[type eq "work"].value`, { emails: [{ type: 'work', value: 'x' }] }],
    [`${enterpriseUrn}:department`, { [enterpriseUrn]: { department: 'x' } }],
    [`${enterpriseUrn}:manager.value`, { [enterpriseUrn]: { manager: { value: 'x' } } }],
    [`${enterpriseUrn.toUpperCase().replace('URN', 'urn')}:Department`, { [enterpriseUrn]: { department: 'x' } }],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0User:department', { [enterpriseUrn]: { department: 'x' } }],
    [`${dbtLabsUrn}:licenseType`, { [dbtLabsUrn]: { licenseType: 'x' } }],
  ])('quirk 12: the path %s', (path, expected) => {
    expect(patched(bob, op('add', path, 'x'))).toEqual({ ...bob, ...expected });
  });

  test('quirk 12: a URN on its own is the path of the whole extension', () => {
    const value = { department: 'Sales', costCenter: '4', division: null, shoeSize: 42 };
    const after = patched(ann, op('replace', enterpriseUrn, value));
    expect(after[enterpriseUrn]).toEqual({ ...ann[enterpriseUrn], department: 'Sales', costCenter: '4' });
    expect(patched(ann, op('remove', enterpriseUrn))).not.toHaveProperty([enterpriseUrn]);
    expect(patched(bob, op('replace', userUrn, { title: 'Dr' }))).toEqual({ ...bob, title: 'Dr' });
  });

  test.each([
    ['a bare id', 'manager', 'u2'],
    ['a bare id under the full path', `${enterpriseUrn}:manager`, 'u2'],
    ['a list', 'manager', [{ value: 'u2' }]],
    ['an object', `${enterpriseUrn}:manager`, { value: 'u2', displayName: 'Boss' }],
    ['managerId', `${enterpriseUrn}:manager`, { managerId: 'u2' }],
    ['the sub-attribute', `${enterpriseUrn}:manager.value`, 'u2'],
    ['the value of the extension', enterpriseUrn, { manager: 'u2' }],
  ])('quirk 13: manager as %s', (_, path, value) => {
    expect(patched(ann, op('Add', path, value))[enterpriseUrn]).toEqual({
      department: 'Ops',
      manager: { value: 'u2' },
    });
  });

  test.each([
    op('Replace', 'manager', ''),
    op('Replace', `${enterpriseUrn}:manager`, ''),
    { op: 'replace', path: `${enterpriseUrn}:manager`, value: null },
    op('Replace', 'manager', { value: '' }),
    op('Replace', 'manager', []),
    op('remove', 'manager'),
    op('remove', `${enterpriseUrn}:manager.value`),
  ])('quirk 13: manager is cleared by %j', (operation) => {
    expect(patched(ann, operation)[enterpriseUrn]).toEqual({ department: 'Ops' });
  });

  test.each(['Emails[Type EQ "WORK"].VALUE', 'EMAILS[type eq "work"].value'])(
    'quirk 21: paths in any case: %s',
    (path) => {
      expect(patched(ann, op('replace', path, 'x@y.z')).emails).toEqual([{ ...work, value: 'x@y.z' }, home]);
    },
  );

  test('quirk 35: operations on unknown attributes are dropped and named, the others apply', () => {
    const body = {
      schemas: [patchUrn],
      Operations: [
        op('Add', 'department', 'Ops'),
        op('Replace', 'displayName', 'New'),
        op('Add', 'urn:custom:schema:2.0:User:badge', '12'),
        op('Replace', undefined, { shoeSize: 42, __proto__x: 1, title: 'Dr', 'name.nick': 'x' }),
        op('Replace', 'unknown[type eq "secret"].value', 'x'),
        op('Replace', undefined, { 'other[type eq "secret"].value': 'x', 'broken[type eq "secret"': 'x' }),
        op('Replace', 'name', { nick: 'A', givenName: 'Anna' }),
      ],
    };
    const { operations, dropped } = parsePatch(body, 'User');
    expect(dropped).toEqual([
      'department',
      'urn:custom:schema:2.0:User:badge',
      'shoeSize',
      '__proto__x',
      'name.nick',
      'unknown',
      'other',
      'broken',
      'name.nick',
    ]);
    expect(patchUser(ann, operations).attributes).toEqual({
      ...ann,
      displayName: 'New',
      title: 'Dr',
      name: { givenName: 'Anna', familyName: 'Lee' },
    });
  });

  test.each([
    ['without schemas', { Operations: [op('replace', 'title', 'Dr')] }],
    ['with more schemas', { schemas: ['urn:x', patchUrn], Operations: [op('replace', 'title', 'Dr')] }],
    ['with lower-case operations', { schemas: [patchUrn], operations: [op('replace', 'title', 'Dr')] }],
    ['with capitals', { Schemas: [patchUrn], Operations: [{ Op: 'Replace', Path: 'title', Value: 'Dr' }] }],
  ])('quirk 37: a body %s', (_, body) => {
    expect(patchUser(bob, parsePatch(body, 'User').operations).attributes).toEqual({ ...bob, title: 'Dr' });
  });

  test('quirk 43: a password is accepted and forgotten, and not even its path is reported', () => {
    const { operations, dropped } = parsePatch(
      { Operations: [op('replace', undefined, { password: 's3cret' }), op('replace', 'password', 's3cret')] },
      'User',
    );
    expect({ operations, dropped }).toEqual({ operations: [], dropped: [] });
  });

  test('quirk 46: of several primary values in one list the last stays so', () => {
    const emails = [work, { ...home, primary: true }];
    expect(patched(ann, op('replace', 'emails', emails)).emails).toEqual([
      { ...work, primary: false },
      { ...home, primary: true },
    ]);
  });

  test.each([
    [
      'merged into a complex attribute',
      op('replace', 'name', { givenName: 'Anna' }),
      { givenName: 'Anna', familyName: 'Lee' },
    ],
    ['added to it', op('add', 'name', { formatted: 'A L' }), { givenName: 'Ann', familyName: 'Lee', formatted: 'A L' }],
    [
      'without a path',
      op('replace', undefined, { name: { givenName: 'Anna' } }),
      { givenName: 'Anna', familyName: 'Lee' },
    ],
    ['null clears one part', op('replace', 'name', { givenName: null }), { familyName: 'Lee' }],
  ])('quirk 63: what is given is %s, the rest stays', (_, operation, name) => {
    expect(patched(ann, operation)).toEqual({ ...ann, name });
  });

  test.each([
    ['by a filter', op('replace', 'emails[type eq "home"].primary', true)],
    ['by adding', op('add', 'emails', [{ ...home, primary: 'True' }])],
    [
      'by value',
      op('Replace', 'emails[value eq "ann@home.test"]', { value: 'ann@home.test', type: 'home', primary: true }),
    ],
  ])('quirk 67: a second primary, set %s, takes it from the first', (_, operation) => {
    expect(patched(ann, operation).emails).toEqual([
      { ...work, primary: false },
      { ...home, primary: true },
    ]);
  });
});

describe('RFC 7644 §3.5.2', () => {
  test('operations are applied in order, each to the result of the one before', () => {
    const operations = [
      op('add', 'title', 'Dr'),
      op('remove', 'title'),
      op('remove', 'emails'),
      op('add', 'emails', [{ value: 'a@b.c' }]),
      op('replace', 'emails[value eq "a@b.c"].type', 'other'),
    ];
    expect(patched(ann, ...operations)).toEqual({ ...ann, emails: [{ value: 'a@b.c', type: 'other' }] });
  });

  test('one failing operation leaves the user as it was', () => {
    const before = structuredClone(ann);
    expect(
      refusal(ann, op('replace', 'displayName', 'x'), op('replace', 'emails[value eq "x"].type', 'y')),
    ).toMatchObject({
      scimType: 'noTarget',
    });
    expect(ann).toEqual(before);
  });

  test.each([
    [
      'adding to a list appends',
      op('add', 'emails', [{ value: 'c@d.e' }]),
      { emails: [work, home, { value: 'c@d.e' }] },
    ],
    [
      'one object is a list of one',
      op('add', 'emails', { value: 'c@d.e' }),
      { emails: [work, home, { value: 'c@d.e' }] },
    ],
    [
      'what an equal element adds is merged',
      op('add', 'emails', [{ ...home, display: 'H' }]),
      { emails: [work, { ...home, display: 'H' }] },
    ],
    ['replacing without a filter swaps the list', op('replace', 'emails', [home]), { emails: [home] }],
    [
      'a sub-attribute of all that match',
      op('replace', 'emails[value ew ".test"].display', 'x'),
      {
        emails: [
          { ...work, display: 'x' },
          { ...home, display: 'x' },
        ],
      },
    ],
    [
      'a sub-attribute without a filter is that of all',
      op('replace', 'emails.display', 'x'),
      {
        emails: [
          { ...work, display: 'x' },
          { ...home, display: 'x' },
        ],
      },
    ],
    [
      'adding to what a filter selects merges',
      op('add', 'emails[type eq "home"]', { display: 'H' }),
      {
        emails: [work, { ...home, display: 'H' }],
      },
    ],
    [
      'replacing what a filter selects keeps its labels only',
      op('replace', 'emails[type eq "work"]', { value: 'n@e.w' }),
      {
        emails: [{ type: 'work', primary: true, value: 'n@e.w' }, home],
      },
    ],
    ['removing by filter', op('remove', 'emails[type eq "work"]'), { emails: [home] }],
    ['removing a list of values (Entra ID)', op('Remove', 'emails', [{ value: 'ann@home.test' }]), { emails: [work] }],
    ['removing an empty list removes nothing', op('remove', 'emails', []), {}],
    ['removing what is not there', op('remove', 'emails[type eq "fax"]'), {}],
    ['removing the value removes the element', op('remove', 'emails[type eq "work"].value'), { emails: [home] }],
    [
      'removing a label keeps the element',
      op('remove', 'emails[type eq "work"].primary'),
      {
        emails: [{ value: 'ann@acme.test', type: 'work' }, home],
      },
    ],
    [
      'null for a value removes the element',
      { op: 'replace', path: 'emails[type eq "work"].value', value: null },
      { emails: [home] },
    ],
    ['null added to an extension is nothing added', { op: 'add', path: enterpriseUrn, value: null }, {}],
    ['null added is nothing added', { op: 'add', path: 'emails', value: null }, {}],
  ])('%s', (_, operation, expected) => {
    expect(patched(ann, operation)).toEqual({ ...ann, ...expected });
  });

  test.each([
    op('remove', 'emails'),
    op('replace', 'emails', []),
    { op: 'replace', path: 'emails', value: null },
    op('remove', 'emails[value pr]'),
    op('replace', undefined, { emails: [] }),
  ])('a list without elements is unassigned: %j', (operation) => {
    expect(patched(ann, operation)).not.toHaveProperty('emails');
  });

  test('the last attribute of an extension takes the extension with it', () => {
    const after = patched(ann, op('remove', `${enterpriseUrn}:department`), op('remove', 'manager'));
    expect(after).not.toHaveProperty([enterpriseUrn]);
  });

  test.each([
    op('replace', 'displayName', 'Ann Lee'),
    op('add', 'emails', [work]),
    op('replace', undefined, { active: 'True', name: { familyName: 'Lee', givenName: 'Ann' } }),
    op('remove', 'title'),
    op('add', 'emails', [{ Value: 'ann@acme.test', Type: 'work' }]),
  ])('what changes nothing is reported as no change: %j', (operation) => {
    expect(patch(ann, operation)).toEqual({ attributes: ann, changed: false });
  });

  test('what changes something is reported as a change', () => {
    expect(patch(ann, op('replace', 'active', false)).changed).toBe(true);
  });

  test.each([
    op('remove', 'active'),
    { op: 'replace', path: 'active', value: null },
    { op: 'replace', value: { active: null } },
  ])('a disabled user does not come back by losing `active`: %j', (operation) => {
    expect(patched({ ...bob, active: false }, operation).active).toBe(false);
  });

  test.each([
    ['mutability', op('replace', 'id', 'x')],
    ['mutability', op('replace', 'meta.created', '2026-01-01')],
    ['mutability', op('add', 'groups', [{ value: 'g1' }])],
    ['mutability', op('replace', `${provisioningUrn}:targets`, [])],
    ['mutability', op('remove', provisioningUrn)],
    ['mutability', op('replace', `${enterpriseUrn}:manager.displayName`, 'Boss')],
    ['mutability', op('remove', 'userName')],
    ['noTarget', op('remove', undefined)],
    ['noTarget', op('remove', undefined, { title: 'x' })],
    ['noTarget', op('replace', 'emails[value eq "nobody@x"].type', 'work')],
    ['noTarget', op('replace', 'emails[type ne "work" and type ne "home"].value', 'x')],
    ['noTarget', op('add', 'emails[not (value pr)].value', 'x')],
    ['invalidPath', op('replace', 'emails[type eq "work"', 'x')],
    ['invalidPath', op('replace', 'emails[type eq "work"]value', 'x')],
    ['invalidPath', op('replace', 'name..givenName', 'x')],
    ['invalidPath', op('replace', 'a.b.c', 'x')],
    ['invalidPath', op('replace', '__proto__', 'x')],
    ['invalidPath', op('replace', 'userName[value eq "x"]', 'x')],
    ['invalidPath', { op: 'replace', path: 5, value: 'x' }],
    ['invalidFilter', op('replace', 'emails[type is "work"].value', 'x')],
    ['invalidFilter', op('replace', 'emails[]', 'x')],
    ['invalidFilter', op('remove', `emails[${'('.repeat(70)}type pr${')'.repeat(70)}]`)],
    ['invalidValue', op('add', 'title')],
    ['invalidValue', op('replace', 'title')],
    ['invalidValue', op('replace', undefined, 'x')],
    ['invalidValue', op('replace', undefined, [{ active: false }])],
    ['invalidValue', op('replace', enterpriseUrn, 'x')],
    ['invalidValue', op('replace', 'title', 5)],
    ['invalidValue', op('replace', 'title', ['x'])],
    ['invalidValue', op('replace', 'active', 'perhaps')],
    ['invalidValue', op('replace', 'name', 'Ann')],
    ['invalidValue', op('replace', 'emails', [5])],
    ['invalidValue', op('replace', 'emails[type eq "work"].value', { a: 1 })],
    ['invalidValue', op('replace', 'userName', '')],
    ['invalidValue', { op: 'replace', path: 'userName', value: null }],
    ['invalidValue', op('replace', 'title', 'a\0b')],
    ['invalidSyntax', { op: 'move', path: 'title', value: 'x' }],
    ['invalidSyntax', { path: 'title', value: 'x' }],
    ['invalidSyntax', [] as object],
  ])('%s: %j', (scimType, operation) => {
    expect(refusal(ann, operation)).toMatchObject({ status: 400, scimType });
  });

  test.each([
    null,
    'x',
    [],
    {},
    { schemas: [patchUrn] },
    { schemas: [patchUrn], Operations: [] },
    { schemas: [patchUrn], Operations: op('add', 'title', 'x') },
    { schemas: [userUrn], Operations: [op('add', 'title', 'x')] },
  ])('a body that is no PatchOp is invalidSyntax: %j', (body) => {
    expect(() => parsePatch(body, 'User')).toThrow(expect.objectContaining({ status: 400, scimType: 'invalidSyntax' }));
  });

  test.each([
    ['1,001 operations', Array.from({ length: 1001 }, () => op('add', 'title', 'x'))],
    ['lists that grow past 1,000 values', [0, 1, 2].map((part) => op('add', 'roles', rolesOf(part)))],
  ])('what would hold up everybody else is refused: %s', (_, operations) => {
    expect(refusal(bob, ...operations)).toMatchObject({ status: 400, scimType: 'invalidValue' });
  });

  test('keys that reach for prototypes are unknown keys', () => {
    const value = JSON.parse('{"__proto__": {"active": false}, "constructor": {"x": 1}, "title": "Dr"}') as object;
    const after = patched(ann, op('replace', undefined, value));
    expect(after).toEqual({ ...ann, title: 'Dr' });
    expect(Object.getPrototypeOf(after)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['active']).toBeUndefined();
  });
});
