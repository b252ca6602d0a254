import { attributeDocument, type AttributeDocument } from './attribute-document.js';
import { groupDefinition, userDefinition, userExtensions, type Definition } from './definitions.js';

interface Meta {
  readonly resourceType: 'Schema' | 'ResourceType';
  readonly location: string;
}

export interface SchemaDocument {
  readonly schemas: readonly string[];
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly AttributeDocument[];
  readonly meta: Meta;
}

export interface ResourceTypeDocument {
  readonly schemas: readonly string[];
  readonly id: 'User' | 'Group';
  readonly name: 'User' | 'Group';
  readonly description: string;
  readonly endpoint: '/Users' | '/Groups';
  readonly schema: string;
  readonly schemaExtensions: readonly { readonly schema: string; readonly required: boolean }[];
  readonly meta: Meta;
}

const definitions: readonly Definition[] = [userDefinition, groupDefinition, ...userExtensions];

/** The attributes a schema is about: those every resource has belong to none (RFC 7643 §3.1). */
const described = new Map(
  definitions.map((each) => [
    each.urn,
    each.attributes.filter(({ config }) => config.shadow !== true).map(attributeDocument),
  ]),
);

/**
 * Every schema a resource of ours can carry, for `/Schemas` (RFC 7643 §7). Metadata says how we really behave;
 * `canonicalValues` are suggestions, any label is accepted.
 *
 * @param baseUrl the caller's own SCIM base URL, without a slash at the end.
 */
export function schemaDocuments(baseUrl: string): readonly SchemaDocument[] {
  return definitions.map(({ urn, name, description }) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id: urn,
    name,
    description,
    attributes: described.get(urn) ?? [],
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${urn}` },
  }));
}

/**
 * Our resource types, for `/ResourceTypes` (RFC 7643 §6).
 *
 * @param baseUrl the caller's own SCIM base URL, without a slash at the end.
 */
export function resourceTypeDocuments(baseUrl: string): readonly ResourceTypeDocument[] {
  return [
    resourceType(baseUrl, 'User', '/Users', userDefinition, userExtensions),
    resourceType(baseUrl, 'Group', '/Groups', groupDefinition, []),
  ];
}

function resourceType(
  baseUrl: string,
  id: ResourceTypeDocument['id'],
  endpoint: ResourceTypeDocument['endpoint'],
  definition: Definition,
  extensions: readonly Definition[],
): ResourceTypeDocument {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id,
    name: id,
    description: definition.description,
    endpoint,
    schema: definition.urn,
    schemaExtensions: extensions.map(({ urn }) => ({ schema: urn, required: false })),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${id}` },
  };
}
