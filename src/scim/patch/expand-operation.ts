import type { ResourceSchema, SchemaExtension } from '../../model/resource-schema.js';
import { isObject, type JsonObject } from '../json.js';
import { ScimError } from '../scim-error.js';
import { cleanSingle, cleanValue } from '../schema/clean-value.js';
import { canonicalUrn } from '../schema/canonical-urn.js';
import { parsePatchPath } from './parse-patch-path.js';
import type { PatchOperation, PatchTarget } from './patch-operation.js';

/** An operation whose verb is known and whose path, if any, is not read yet. */
export interface RawOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string | undefined;
  readonly value: unknown;
}

type Expanded = readonly (PatchOperation | string)[];

/**
 * An operation without a path is one operation for each key of its value, and so is one whose path is an extension. Keys
 * may be paths themselves: Entra ID sends `"name.givenName"` and `"urn:…:User:department"`. Read-only keys are skipped
 * here, because Okta and authentik send whole resources; a path that names one is refused.
 */
export function expandObject(
  schema: ResourceSchema,
  { op, path, value }: RawOperation,
  extension: SchemaExtension | undefined,
): Expanded {
  if (extension !== undefined && value === null && op === 'add') return [];
  if (extension !== undefined && (op === 'remove' || value === null)) {
    const names = [...extension.attributes.values()].map(({ name }) => name);
    return names.flatMap((name) => memberOperations(schema, extension, 'remove', name, undefined));
  }
  if (!isObject(value)) {
    const which = path === undefined ? 'without a path' : `on ${path}`;
    throw ScimError.badRequest('invalidValue', `The value of an operation ${which} must be an object.`);
  }
  const verb = op === 'remove' ? 'replace' : op;
  return Object.entries(value).flatMap(([key, each]) => memberOperations(schema, extension, verb, key, each));
}

function memberOperations(
  schema: ResourceSchema,
  extension: SchemaExtension | undefined,
  op: RawOperation['op'],
  key: string,
  value: unknown,
): Expanded {
  const inner = extension === undefined ? schema.extensions.get(canonicalUrn(key, schema).toLowerCase()) : undefined;
  if (inner !== undefined) return expandObject(schema, { op, path: key, value }, inner);
  const target = targetOf(schema, extension === undefined ? key : `${extension.urn}:${key}`);
  if (typeof target === 'string') return [target];
  return isReadOnly(target) ? [] : toOperations(target, { op, path: key, value });
}

/** A key that is no path at all is just an unknown key. */
function targetOf(schema: ResourceSchema, path: string): PatchTarget | string {
  try {
    return parsePatchPath(schema, path);
  } catch (error) {
    if (error instanceof ScimError && error.scimType === 'invalidPath') return path.replace(/\[.*/s, '');
    throw error;
  }
}

/** One operation on a known target, its value cleaned; several for an object whose parts change one by one. */
export function toOperations(target: PatchTarget | string, { op, value }: RawOperation): Expanded {
  if (typeof target === 'string') return [target];
  const { attribute, subAttribute } = target;
  if (attribute.name === 'schemas') return [attribute.name];
  if (isReadOnly(target)) throw ScimError.badRequest('mutability', `${nameOf(target)} is read-only.`);
  // Passwords are accepted and forgotten: nothing we drive has any use for them.
  if (attribute.returned === 'never') return [];
  if (op === 'remove') return [removal(target, value)];

  const replacesParts = attribute.type === 'complex' && !attribute.multiValued && !attribute.subAttributes.has('value');
  if (replacesParts && subAttribute === undefined && isObject(value)) return parts(target, op, value);
  return [{ op, target, value: cleaned(target, value) }];
}

/** `replace name {givenName}` leaves the other parts of the name alone (RFC 7644 §3.5.2.3). */
function parts(target: PatchTarget, op: 'add' | 'replace', value: JsonObject): Expanded {
  return Object.entries(value).flatMap(([key, each]) => {
    const subAttribute = target.attribute.subAttributes.get(key.toLowerCase());
    if (subAttribute === undefined) return [`${target.attribute.name}.${key}`];
    return toOperations({ ...target, subAttribute }, { op, path: key, value: each });
  });
}

function removal(target: PatchTarget, value: unknown): PatchOperation {
  const { attribute, filter, subAttribute } = target;
  if (attribute.required && subAttribute === undefined) {
    throw ScimError.badRequest('mutability', `${attribute.name} is required and cannot be removed.`);
  }
  const listsElements = attribute.multiValued && filter === undefined && subAttribute === undefined;
  if (!listsElements || value === undefined || value === null) return { op: 'remove', target };
  return { op: 'remove', target, value: attribute.name === 'members' ? value : (cleanValue(attribute, value) ?? []) };
}

/** Members stay as they came: there may be 50,000, and `groupDelta` reads them in one go. */
function cleaned({ attribute, filter, subAttribute }: PatchTarget, value: unknown): unknown {
  if (attribute.name === 'members') return value;
  if (subAttribute !== undefined) return cleanSingle(subAttribute, value);
  return filter === undefined ? cleanValue(attribute, value) : cleanSingle(attribute, value);
}

function isReadOnly({ attribute, subAttribute }: PatchTarget): boolean {
  return attribute.mutability === 'readOnly' || subAttribute?.mutability === 'readOnly';
}

function nameOf({ attribute, subAttribute }: PatchTarget): string {
  return subAttribute === undefined ? attribute.name : `${attribute.name}.${subAttribute.name}`;
}
