import SCIMMY from 'scimmy';
import { resourceTypeDocuments, schemaDocuments } from '../../../src/scim/schema/discovery-documents.js';
import type { AttributeDocument } from '../../../src/scim/schema/attribute-document.js';
import { schemasOf } from '../../../src/scim/schema/schemas-of.js';
import { ScimError } from '../../../src/scim/scim-error.js';

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const dbtLabsUrn = 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User';
const provisioningUrn = 'urn:drawbridge:params:scim:schemas:extension:provisioning:2.0:User';

const baseUrl = 'https://scim.acme.test/scim/acme/v2';

function attribute(urn: string, path: string): AttributeDocument {
  const schema = schemaDocuments(baseUrl).find(({ id }) => id === urn);
  const [name, subName] = path.split('.');
  const found = schema?.attributes.find((each) => each.name === name);
  return (subName === undefined ? found : found?.subAttributes?.find((each) => each.name === subName))!;
}

test('every schema a resource can carry is described, under the URL of the caller', () => {
  expect(schemaDocuments(baseUrl).map(({ id, meta }) => [id, meta.location])).toEqual(
    [userUrn, groupUrn, enterpriseUrn, dbtLabsUrn, provisioningUrn].map((urn) => [urn, `${baseUrl}/Schemas/${urn}`]),
  );
});

test('quirk 65: two directories get their own URLs', () => {
  const other = 'https://scim.other.test/v2';
  const [mine, theirs] = [resourceTypeDocuments(baseUrl), resourceTypeDocuments(other)];
  expect(mine[0]?.meta.location).toBe(`${baseUrl}/ResourceTypes/User`);
  expect(theirs[0]?.meta.location).toBe(`${other}/ResourceTypes/User`);
});

test('resource types name their schema and extensions, all of them described', () => {
  const described = schemaDocuments(baseUrl).map(({ id }) => id);
  const [user, group] = resourceTypeDocuments(baseUrl);
  expect(user).toMatchObject({ id: 'User', name: 'User', endpoint: '/Users', schema: userUrn });
  expect(group).toMatchObject({
    id: 'Group',
    name: 'Group',
    endpoint: '/Groups',
    schema: groupUrn,
    schemaExtensions: [],
  });
  expect(user?.schemaExtensions).toEqual([
    { schema: enterpriseUrn, required: false },
    { schema: dbtLabsUrn, required: false },
    { schema: provisioningUrn, required: false },
  ]);
  expect(described).toEqual(expect.arrayContaining([userUrn, groupUrn, enterpriseUrn, dbtLabsUrn, provisioningUrn]));
});

test.each([
  [userUrn, 'userName', { required: true, uniqueness: 'server', caseExact: false, mutability: 'readWrite' }],
  [userUrn, 'password', { mutability: 'writeOnly', returned: 'never' }],
  [userUrn, 'groups', { mutability: 'readOnly', multiValued: true }],
  [userUrn, 'groups.value', { caseExact: true, mutability: 'readOnly' }],
  [userUrn, 'emails.value', { caseExact: false, type: 'string' }],
  [userUrn, 'active', { type: 'boolean', mutability: 'readWrite' }],
  [userUrn, 'x509Certificates.value', { type: 'binary', caseExact: true }],
  [groupUrn, 'displayName', { required: true, uniqueness: 'server', caseExact: false }],
  [groupUrn, 'members.value', { caseExact: true, mutability: 'immutable' }],
  [groupUrn, 'members.display', { mutability: 'readOnly' }],
  [groupUrn, 'members.type', { canonicalValues: ['User'] }],
  [groupUrn, 'members.$ref', { referenceTypes: ['User'] }],
  [enterpriseUrn, 'manager.value', { caseExact: true }],
  [enterpriseUrn, 'manager.displayName', { mutability: 'readOnly' }],
  [dbtLabsUrn, 'licenseType', { mutability: 'readWrite', type: 'string' }],
  [provisioningUrn, 'targets', { mutability: 'readOnly', multiValued: true }],
  [
    provisioningUrn,
    'targets.state',
    { canonicalValues: ['pending', 'invited', 'active', 'inactive', 'held', 'failed'] },
  ],
  [provisioningUrn, 'targets.since', { type: 'dateTime', mutability: 'readOnly' }],
])('metadata says how we behave: %s %s', (urn, path, expected) => {
  expect(attribute(urn, path)).toMatchObject(expected);
});

test('every attribute has every characteristic, and nothing is null', () => {
  const characteristics = [
    'name',
    'type',
    'multiValued',
    'description',
    'required',
    'mutability',
    'returned',
    'uniqueness',
  ];
  const check = (document: AttributeDocument): void => {
    expect(Object.keys(document)).toEqual(expect.arrayContaining(characteristics));
    if (document.type === 'string') expect(document).toHaveProperty('caseExact');
    document.subAttributes?.forEach(check);
  };
  schemaDocuments(baseUrl).forEach(({ attributes }) => attributes.forEach(check));
  expect(JSON.stringify([schemaDocuments(baseUrl), resourceTypeDocuments(baseUrl)])).not.toContain('null');
  const names = schemaDocuments(baseUrl).flatMap(({ attributes }) => attributes.map(({ name }) => name));
  expect(names).not.toEqual(expect.arrayContaining(['schemas']));
  expect(names).not.toEqual(expect.arrayContaining(['meta']));
});

test('scimmy, which belongs to the whole process, keeps its own definitions', () => {
  expect(SCIMMY.Schemas.Group.definition.attribute('displayName').config.uniqueness).toBe('none');
  expect(SCIMMY.Schemas.User.definition.attributes.every((each) => each.constructor === SCIMMY.Types.Attribute)).toBe(
    true,
  );
});

test('schemas follow from what a resource carries', () => {
  expect(schemasOf(JSON.stringify({ userName: 'ann', schemas: ['urn:x'] }), 'User')).toEqual([userUrn]);
  expect(schemasOf(JSON.stringify({ [dbtLabsUrn]: {}, [enterpriseUrn]: {} }), 'User')).toEqual([
    userUrn,
    enterpriseUrn,
    dbtLabsUrn,
  ]);
  const spoken = { userName: `"${enterpriseUrn}":{}`, title: enterpriseUrn };
  expect(schemasOf(JSON.stringify(spoken), 'User')).toEqual([userUrn]);
  expect(schemasOf(JSON.stringify({ displayName: 'x' }), 'Group')).toEqual([groupUrn]);
});

test.each([
  [ScimError.badRequest('noTarget', 'why'), { status: '400', scimType: 'noTarget', detail: 'why' }],
  [ScimError.notFound('gone'), { status: '404', detail: 'gone' }],
  [ScimError.conflict('taken'), { status: '409', scimType: 'uniqueness', detail: 'taken' }],
  [new ScimError(405, 'no'), { status: '405', detail: 'no' }],
  [new ScimError(429, 'slow', { retryAfterSeconds: 7 }), { status: '429', detail: 'slow' }],
])('quirk 52: an error is an RFC 7644 §3.12 body, whatever its status', (error, body) => {
  expect(error.toBody()).toEqual({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], ...body });
});
