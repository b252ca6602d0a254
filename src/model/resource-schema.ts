import type { AttributePath } from './filter.js';

export type AttributeType =
  'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'reference' | 'binary' | 'complex';

/** The characteristics of an attribute (RFC 7643 §2.2 and §7) that filters, PATCH, projection and validation go by. */
export interface AttributeInfo {
  /** In its canonical spelling. */
  readonly name: string;
  readonly type: AttributeType;
  readonly multiValued: boolean;
  readonly required: boolean;
  /** Whether upper and lower case differ. When false, both sides of a comparison are folded. */
  readonly caseExact: boolean;
  readonly mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
  readonly returned: 'always' | 'never' | 'default' | 'request';
  /** By name in lower case; empty unless `type` is `complex`. */
  readonly subAttributes: AttributeMap;
}

/** Attributes by their names in lower case. A Map, because names come from clients. */
export type AttributeMap = ReadonlyMap<string, AttributeInfo>;

/** An extension of a resource type: its attributes live in an object under its URN. */
export interface SchemaExtension {
  readonly urn: string;
  readonly attributes: AttributeMap;
}

/** All that is known about the attributes of one resource type, common attributes included. */
export interface ResourceSchema {
  readonly type: 'User' | 'Group';
  readonly urn: string;
  readonly attributes: AttributeMap;
  /** By URN in lower case. */
  readonly extensions: ReadonlyMap<string, SchemaExtension>;
  /** Extension attributes clients name without their URN, in lower case: Entra ID's `manager`. */
  readonly unqualified: ReadonlyMap<string, SchemaExtension>;
}

/** An attribute path whose every part is known. */
export interface ResolvedPath {
  /** The URN of the extension the attribute lives in; undefined for the core schema. */
  readonly extension: string | undefined;
  readonly attribute: AttributeInfo;
  readonly subAttribute: AttributeInfo | undefined;
}

/** Finds what a path names, in any case, or undefined when the resource type has no such attribute. */
export function resolvePath(schema: ResourceSchema, path: AttributePath): ResolvedPath | undefined {
  const name = path.attribute.toLowerCase();
  const home = homeOf(schema, path.schema, name);
  const attribute = home?.attributes.get(name);
  if (attribute === undefined) return undefined;
  const subAttribute =
    path.subAttribute === undefined ? undefined : attribute.subAttributes.get(path.subAttribute.toLowerCase());
  if (path.subAttribute !== undefined && subAttribute === undefined) return undefined;
  return { extension: home === schema ? undefined : home?.urn, attribute, subAttribute };
}

/**
 * The attribute whose values a comparison looks at: `emails eq "x"` means `emails.value` (RFC 7644 §3.4.2.2). Undefined
 * for a complex attribute without a `value`.
 */
export function comparedAttribute({ attribute, subAttribute }: ResolvedPath): AttributeInfo | undefined {
  if (subAttribute !== undefined) return subAttribute;
  return attribute.type === 'complex' ? attribute.subAttributes.get('value') : attribute;
}

function homeOf(schema: ResourceSchema, urn: string | undefined, name: string): SchemaExtension | undefined {
  if (urn === undefined) return schema.attributes.has(name) ? schema : schema.unqualified.get(name);
  return urn.toLowerCase() === schema.urn.toLowerCase() ? schema : schema.extensions.get(urn.toLowerCase());
}
