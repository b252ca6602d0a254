import {
  resolvePath,
  type AttributeInfo,
  type ResourceSchema,
  type SchemaExtension,
} from '../../model/resource-schema.js';
import { parseAttributePath } from '../filter/parse-attribute-path.js';
import { isObject, type JsonObject } from '../json.js';
import { ScimError } from '../scim-error.js';
import { cleanValue } from './clean-value.js';
import { canonicalUrn } from './canonical-urn.js';

/**
 * The attributes of a resource body that a client may set and we keep, cleaned, under their canonical names; extension
 * attributes under their URN. Unknown attributes and schemas, and what is read-only or never stored, are left out: keys
 * are only ever looked up among known names, so `__proto__` is just one more unknown one.
 */
export function readAttributes(schema: ResourceSchema, body: JsonObject): JsonObject {
  const read: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(body)) readKey(schema, read, key, value);
  return read;
}

function readKey(schema: ResourceSchema, read: Record<string, unknown>, key: string, value: unknown): void {
  const name = key.toLowerCase();
  if (name.startsWith('urn:')) {
    readUrn(schema, read, key, value);
    return;
  }
  const attribute = schema.attributes.get(name);
  if (attribute !== undefined) keep(read, attribute, value);
  else keepInExtension(read, schema.unqualified.get(name), name, value);
}

function readUrn(schema: ResourceSchema, read: Record<string, unknown>, key: string, value: unknown): void {
  const urn = canonicalUrn(key, schema).toLowerCase();
  const extension = schema.extensions.get(urn);
  if (extension === undefined && urn !== schema.urn.toLowerCase()) {
    readQualified(schema, read, key, value);
    return;
  }
  if (value === null) return;
  if (!isObject(value)) throw ScimError.badRequest('invalidValue', `${key} must be an object.`);
  for (const [inner, each] of Object.entries(value)) {
    if (extension !== undefined) keepInExtension(read, extension, inner.toLowerCase(), each);
    else if (!inner.toLowerCase().startsWith('urn:')) readKey(schema, read, inner, each);
  }
}

/** `"urn:…:User:department": "Ops"`, one level instead of two. */
function readQualified(schema: ResourceSchema, read: Record<string, unknown>, key: string, value: unknown): void {
  const path = parseAttributePath(key);
  if (path?.schema === undefined || path.subAttribute !== undefined) return;
  const resolved = resolvePath(schema, { ...path, schema: canonicalUrn(path.schema, schema) });
  if (resolved === undefined) return;
  if (resolved.extension === undefined) keep(read, resolved.attribute, value);
  else
    keepInExtension(read, schema.extensions.get(resolved.extension.toLowerCase()), path.attribute.toLowerCase(), value);
}

function keepInExtension(
  read: Record<string, unknown>,
  extension: SchemaExtension | undefined,
  name: string,
  value: unknown,
): void {
  const attribute = extension?.attributes.get(name);
  if (extension === undefined || attribute === undefined) return;
  const known = read[extension.urn];
  const values: Record<string, unknown> = isObject(known) ? { ...known } : {};
  keep(values, attribute, value);
  if (Object.keys(values).length > 0) read[extension.urn] = values;
}

function keep(read: Record<string, unknown>, attribute: AttributeInfo, value: unknown): void {
  if (attribute.mutability === 'readOnly' || attribute.returned === 'never' || attribute.name === 'members') return;
  const cleaned = cleanValue(attribute, value);
  if (cleaned !== undefined) read[attribute.name] = cleaned;
}
