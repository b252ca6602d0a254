import type { Attribute, Schema } from './attribute.js';

export const urns = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  enterprise: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  /** This server's own; no client knows it. */
  badge: 'urn:example:params:scim:schemas:extension:badge:2.0:User',
  list: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  patch: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
  error: 'urn:ietf:params:scim:api:messages:2.0:Error',
  config: 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig',
  resourceType: 'urn:ietf:params:scim:schemas:core:2.0:ResourceType',
  schema: 'urn:ietf:params:scim:schemas:core:2.0:Schema',
} as const;

const text = (name: string, more: Partial<Attribute> = {}): Attribute => ({ name, type: 'string', ...more });

const list = (name: string, value: Partial<Attribute> = {}): Attribute => ({
  name,
  type: 'complex',
  multiValued: true,
  subAttributes: [text('value', value), text('display'), text('type'), { name: 'primary', type: 'boolean' }],
});

const readOnly = { mutability: 'readOnly' } as const;

/** Every resource has these; no schema lists them (RFC 7643 §3.1). */
export const commonAttributes: readonly Attribute[] = [
  { name: 'schemas', type: 'reference', multiValued: true, ...readOnly, caseExact: true, returned: 'always' },
  text('id', { ...readOnly, caseExact: true, returned: 'always' }),
  text('externalId', { caseExact: true }),
  {
    name: 'meta',
    type: 'complex',
    ...readOnly,
    subAttributes: [
      text('resourceType', { ...readOnly, caseExact: true }),
      { name: 'created', type: 'dateTime', ...readOnly },
      { name: 'lastModified', type: 'dateTime', ...readOnly },
      { name: 'location', type: 'reference', ...readOnly, caseExact: true },
      text('version', { ...readOnly, caseExact: true }),
    ],
  },
];

export const userSchema: Schema = {
  id: urns.user,
  name: 'User',
  attributes: [
    text('userName', { required: true, uniqueness: 'server' }),
    {
      name: 'name',
      type: 'complex',
      subAttributes: [
        ...['formatted', 'familyName', 'givenName', 'middleName', 'honorificPrefix', 'honorificSuffix'].map((name) =>
          text(name),
        ),
      ],
    },
    text('displayName'),
    text('nickName'),
    { name: 'profileUrl', type: 'reference', caseExact: true },
    text('title'),
    text('userType'),
    text('preferredLanguage'),
    text('locale'),
    text('timezone'),
    { name: 'active', type: 'boolean' },
    text('password', { mutability: 'writeOnly', returned: 'never' }),
    list('emails'),
    list('phoneNumbers'),
    list('ims'),
    list('photos', { type: 'reference', caseExact: true }),
    {
      name: 'addresses',
      type: 'complex',
      multiValued: true,
      subAttributes: [
        ...['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country', 'type'].map((name) =>
          text(name),
        ),
        { name: 'primary', type: 'boolean' },
      ],
    },
    {
      name: 'groups',
      type: 'complex',
      multiValued: true,
      ...readOnly,
      subAttributes: [
        text('value', readOnly),
        { name: '$ref', type: 'reference', ...readOnly, caseExact: true },
        text('display', readOnly),
        text('type', readOnly),
      ],
    },
    list('entitlements'),
    list('roles'),
    list('x509Certificates', { type: 'binary', caseExact: true }),
  ],
};

export const enterpriseSchema: Schema = {
  id: urns.enterprise,
  name: 'EnterpriseUser',
  attributes: [
    ...['employeeNumber', 'costCenter', 'organization', 'division', 'department'].map((name) => text(name)),
    {
      name: 'manager',
      type: 'complex',
      subAttributes: [
        text('value'),
        { name: '$ref', type: 'reference', caseExact: true },
        text('displayName', readOnly),
      ],
    },
  ],
};

export const badgeSchema: Schema = { id: urns.badge, name: 'Badge', attributes: [text('number'), text('colour')] };

export const groupSchema: Schema = {
  id: urns.group,
  name: 'Group',
  attributes: [
    text('displayName', { required: true }),
    {
      name: 'members',
      type: 'complex',
      multiValued: true,
      subAttributes: [
        text('value', { mutability: 'immutable', caseExact: true }),
        { name: '$ref', type: 'reference', mutability: 'immutable', caseExact: true },
        text('type', { mutability: 'immutable' }),
        text('display', readOnly),
      ],
    },
  ],
};

/** A kind of resource: where it lives, and every attribute it can have. */
export interface ResourceType {
  readonly name: 'User' | 'Group';
  readonly endpoint: '/Users' | '/Groups';
  readonly core: Schema;
  readonly extensions: readonly Schema[];
}

export const userType: ResourceType = {
  name: 'User',
  endpoint: '/Users',
  core: userSchema,
  extensions: [enterpriseSchema, badgeSchema],
};

export const groupType: ResourceType = { name: 'Group', endpoint: '/Groups', core: groupSchema, extensions: [] };

/** Every top-level attribute of a resource, an extension being a complex one under its URN. */
export function attributesOf({ core, extensions }: ResourceType): readonly Attribute[] {
  return [
    ...commonAttributes,
    ...core.attributes,
    ...extensions.map(({ id, attributes }) => ({ name: id, type: 'complex', subAttributes: attributes }) as const),
  ];
}
