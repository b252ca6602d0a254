import { without as omit } from '../../src/scim/json.js';
import { includesAttribute, project, readProjection } from '../../src/scim/project.js';

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const ann = {
  schemas: [userUrn, enterpriseUrn],
  id: 'u1',
  userName: 'ann',
  active: true,
  name: { givenName: 'Ann', familyName: 'Lee' },
  emails: [{ value: 'ann@acme.test', type: 'work' }, { type: 'home' }],
  [enterpriseUrn]: { department: 'Ops', manager: { value: 'u9', $ref: 'x' } },
  meta: { resourceType: 'User', location: 'x' },
};
const always = { schemas: ann.schemas, id: 'u1' };

describe('attributes', () => {
  test.each([
    ['userName', { userName: 'ann' }],
    ['USERNAME, Active', { userName: 'ann', active: true }],
    ['name.givenName', { name: { givenName: 'Ann' } }],
    ['name.givenName,name', { name: ann.name }],
    ['name,name.givenName', { name: ann.name }],
    ['emails.value', { emails: [{ value: 'ann@acme.test' }] }],
    [`${userUrn}:userName`, { userName: 'ann' }],
    [`${userUrn}:name.familyName`, { name: { familyName: 'Lee' } }],
    [`${enterpriseUrn}:department`, { [enterpriseUrn]: { department: 'Ops' } }],
    [`${enterpriseUrn}:manager.value`, { [enterpriseUrn]: { manager: { value: 'u9' } } }],
    [enterpriseUrn, { [enterpriseUrn]: ann[enterpriseUrn] }],
    ['manager', { [enterpriseUrn]: { manager: ann[enterpriseUrn].manager } }],
    ['meta.location', { meta: { location: 'x' } }],
    ['id', {}],
    ['unknown,name.unknown,urn:x:y', {}],
    ['__proto__,constructor', {}],
    ['title', {}],
  ])('%s', (attributes, expected) => {
    expect(project(ann, readProjection({ attributes }), 'User')).toEqual({ ...always, ...expected });
  });

  test('the URN of the core schema is all of its attributes and no extension', () => {
    const core = omit(ann, enterpriseUrn);
    expect(project(ann, readProjection({ attributes: userUrn }), 'User')).toEqual(core);
  });
});

describe('excludedAttributes', () => {
  const without = (excludedAttributes: string) => project(ann, readProjection({ excludedAttributes }), 'User');

  test.each(['id', 'schemas', 'unknown', 'ID,SCHEMAS'])('what is returned always stays: %s', (names) => {
    expect(without(names)).toEqual(ann);
  });

  test('whole attributes, sub-attributes and extensions go', () => {
    expect(without('emails')).toEqual(omit(ann, 'emails'));
    expect(without('NAME.givenName')).toEqual({ ...ann, name: { familyName: 'Lee' } });
    expect(without('emails.type')).toEqual({ ...ann, emails: [{ value: 'ann@acme.test' }] });
    expect(without('name.givenName,name.familyName')).not.toHaveProperty('name');
    expect(without(`${enterpriseUrn}:manager`)).toEqual({ ...ann, [enterpriseUrn]: { department: 'Ops' } });
    expect(without(enterpriseUrn)).not.toHaveProperty([enterpriseUrn]);
  });

  test.each([
    [{}, true],
    [{ excludedAttributes: 'members' }, false],
    [{ excludedAttributes: 'Members,displayName' }, false],
    [{ excludedAttributes: 'members.display' }, true],
    [{ attributes: 'id' }, false],
    [{ attributes: 'displayName,members.value' }, true],
    [{ attributes: 'MEMBERS' }, true],
    [{ attributes: 'urn:ietf:params:scim:schemas:core:2.0:Group' }, true],
  ])('quirk 20: whether members must be loaded for %j: %s', (query, expected) => {
    expect(includesAttribute(readProjection(query), 'members', 'Group')).toBe(expected);
  });
});

describe('readProjection', () => {
  test.each([
    [{ excludedAttributes: '' }],
    [{ attributes: ' , ' }],
    [{ attributes: [], excludedAttributes: '' }],
    [{ attributes: null }],
    [{}],
  ])('quirk 20: empty is absent: %j', (query) => {
    expect(project(ann, readProjection(query), 'User')).toEqual(ann);
  });

  test('names come between commas, repeated, or as a list', () => {
    expect(readProjection({ attributes: 'a, b' })).toEqual({ attributes: ['a', 'b'] });
    expect(readProjection({ attributes: ['a', 'b,c'] })).toEqual({ attributes: ['a', 'b', 'c'] });
  });

  test.each([
    { attributes: 'a', excludedAttributes: 'b' },
    { attributes: 5 },
    { excludedAttributes: [{ a: 1 }] },
    { attributes: { a: 'b' } },
  ])('a 400 invalidValue: %j', (query) => {
    expect(() => readProjection(query)).toThrow(expect.objectContaining({ status: 400, scimType: 'invalidValue' }));
  });
});
