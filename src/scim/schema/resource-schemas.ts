import type { AttributeInfo, AttributeMap, ResourceSchema, SchemaExtension } from '../../model/resource-schema.js';
import { enterpriseUrn } from '../../model/scim-attributes.js';
import { groupDefinition, userDefinition, userExtensions, type Definition } from './definitions.js';
import { attributeDocument, type AttributeDocument } from './attribute-document.js';

const extensions = new Map(userExtensions.map((each) => [each.urn.toLowerCase(), extensionOf(each)]));
const enterprise = extensions.get(enterpriseUrn.toLowerCase());

/** What we know about a user's attributes: one source for filters, PATCH, projection, validation and `/Schemas`. */
export const userSchema: ResourceSchema = {
  type: 'User',
  urn: userDefinition.urn,
  attributes: mapOf(userDefinition),
  extensions,
  unqualified: new Map(enterprise === undefined ? [] : [['manager', enterprise]]),
};

export const groupSchema: ResourceSchema = {
  type: 'Group',
  urn: groupDefinition.urn,
  attributes: mapOf(groupDefinition),
  extensions: new Map(),
  unqualified: new Map(),
};

export function schemaOf(type: 'User' | 'Group'): ResourceSchema {
  return type === 'User' ? userSchema : groupSchema;
}

function extensionOf(definition: Definition): SchemaExtension {
  return { urn: definition.urn, attributes: mapOf(definition) };
}

function mapOf(definition: Definition): AttributeMap {
  return infoMap(definition.attributes.map(attributeDocument));
}

function infoMap(documents: readonly AttributeDocument[]): AttributeMap {
  return new Map(documents.map((each) => [each.name.toLowerCase(), infoOf(each)]));
}

function infoOf(document: AttributeDocument): AttributeInfo {
  const { name, type, multiValued, required, mutability, returned } = document;
  const caseExact = document.caseExact ?? false;
  const subAttributes = infoMap(document.subAttributes ?? []);
  return { name, type, multiValued, required, caseExact, mutability, returned, subAttributes };
}
