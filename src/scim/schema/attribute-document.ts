import type SCIMMY from 'scimmy';
import type { AttributeInfo } from '../../model/resource-schema.js';

/** One attribute as RFC 7643 §7 writes it in a schema. */
export interface AttributeDocument extends Omit<AttributeInfo, 'caseExact' | 'subAttributes'> {
  readonly description: string;
  /** Absent where case means nothing: booleans, numbers, times, complex attributes. */
  readonly caseExact?: boolean;
  readonly uniqueness: 'none' | 'server' | 'global';
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly AttributeDocument[];
}

/** A scimmy attribute as plain data, `uniqueness` always said. */
export function attributeDocument(attribute: SCIMMY.Types.Attribute): AttributeDocument {
  const { subAttributes, ...own } = attribute.toJSON();
  return {
    ...(own as Omit<AttributeDocument, 'uniqueness' | 'subAttributes'>),
    uniqueness: (own.uniqueness ?? 'none') as AttributeDocument['uniqueness'],
    ...(subAttributes === undefined ? {} : { subAttributes: subAttributesOf(attribute) }),
  };
}

function subAttributesOf(attribute: SCIMMY.Types.Attribute): AttributeDocument[] {
  return (attribute.subAttributes ?? []).map(attributeDocument);
}
