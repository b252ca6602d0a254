import type { Attribute, Schema } from '../schema/attribute.js';
import type { ResourceType } from '../schema/schemas.js';
import { urns } from '../schema/schemas.js';

interface Placed {
  readonly base: string;
}

/** A schema as RFC 7643 §7 has it: every characteristic written out. */
export function schemaDocument({ base }: Placed, { id, name, attributes }: Schema) {
  return {
    schemas: [urns.schema],
    id,
    name,
    description: name,
    attributes: attributes.map(attributeDocument),
    meta: { resourceType: 'Schema', location: `${base}/Schemas/${id}` },
  };
}

/** RFC 7643 §6. */
export function resourceTypeDocument({ base }: Placed, { name, endpoint, core, extensions }: ResourceType) {
  return {
    schemas: [urns.resourceType],
    id: name,
    name,
    endpoint,
    schema: core.id,
    schemaExtensions: extensions.map(({ id }) => ({ schema: id, required: false })),
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${name}` },
  };
}

function attributeDocument(attribute: Attribute): object {
  const { name, type, subAttributes } = attribute;
  return {
    name,
    type,
    multiValued: attribute.multiValued ?? false,
    description: name,
    required: attribute.required ?? false,
    caseExact: attribute.caseExact ?? false,
    mutability: attribute.mutability ?? 'readWrite',
    returned: attribute.returned ?? 'default',
    uniqueness: attribute.uniqueness ?? 'none',
    ...(type === 'reference' ? { referenceTypes: ['uri'] } : {}),
    ...(subAttributes === undefined ? {} : { subAttributes: subAttributes.map(attributeDocument) }),
  };
}
