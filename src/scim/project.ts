import { resolvePath, type ResourceSchema } from '../model/resource-schema.js';
import { parseAttributePath } from './filter/parse-attribute-path.js';
import { isObject, type JsonObject } from './json.js';
import { ScimError } from './scim-error.js';
import { schemaOf } from './schema/resource-schemas.js';

/** Which attributes the client wants back (RFC 7644 §3.9), as it named them. At most one of the two is set. */
export interface Projection {
  readonly attributes?: readonly string[];
  readonly excludedAttributes?: readonly string[];
}

/**
 * Reads `attributes` and `excludedAttributes` from a query string (names between commas) or a SearchRequest (a list).
 * Empty is the same as absent: Entra ID sends `excludedAttributes=`.
 *
 * @throws {ScimError} 400 `invalidValue` when both are given: RFC 7644 §3.9 allows one.
 */
export function readProjection(query: {
  readonly attributes?: unknown;
  readonly excludedAttributes?: unknown;
}): Projection {
  const attributes = readNames('attributes', query.attributes);
  const excludedAttributes = readNames('excludedAttributes', query.excludedAttributes);
  if (attributes.length > 0 && excludedAttributes.length > 0) {
    throw ScimError.badRequest('invalidValue', 'Give either attributes or excludedAttributes, not both.');
  }
  if (attributes.length > 0) return { attributes };
  return excludedAttributes.length > 0 ? { excludedAttributes } : {};
}

/** The part of a resource the client wants, and always what is returned always: `id` and `schemas`. */
export function project(resource: JsonObject, projection: Projection, type: 'User' | 'Group'): JsonObject {
  const { attributes, excludedAttributes } = projection;
  const schema = schemaOf(type);
  if (attributes !== undefined)
    return { ...always(resource, schema), ...picked(resource, selectionOf(schema, attributes)) };
  if (excludedAttributes === undefined) return resource;
  return { ...omitted(resource, selectionOf(schema, excludedAttributes)), ...always(resource, schema) };
}

/** Whether any part of a core attribute will be sent: members that will not be need not be loaded. */
export function includesAttribute(projection: Projection, name: string, type: 'User' | 'Group'): boolean {
  const { attributes, excludedAttributes } = projection;
  const schema = schemaOf(type);
  if (attributes !== undefined) return selectionOf(schema, attributes).has(name);
  return excludedAttributes === undefined || selectionOf(schema, excludedAttributes).get(name) !== 'all';
}

/** Canonical names, and what is meant of each. Extensions are one level more, by URN. */
type Selection = Map<string, Selection | 'all'>;

function selectionOf(schema: ResourceSchema, names: readonly string[]): Selection {
  const selection: Selection = new Map();
  for (const name of names) for (const path of pathsOf(schema, name)) select(selection, path);
  return selection;
}

/** What a name stands for: nothing when it is unknown, every core attribute when it is the URN of the core schema. */
function pathsOf(schema: ResourceSchema, name: string): readonly (readonly string[])[] {
  const extension = schema.extensions.get(name.toLowerCase());
  if (extension !== undefined) return [[extension.urn]];
  if (name.toLowerCase() === schema.urn.toLowerCase()) {
    return [...schema.attributes.values()].map((attribute) => [attribute.name]);
  }
  const path = parseAttributePath(name);
  const resolved = path && resolvePath(schema, path);
  if (resolved === undefined) return [];
  const { attribute, subAttribute } = resolved;
  return [[resolved.extension, attribute.name, subAttribute?.name].filter((part) => part !== undefined)];
}

function select(selection: Selection, [name, ...rest]: readonly string[]): void {
  if (name === undefined) return;
  const known = selection.get(name);
  if (known === 'all') return;
  if (rest.length === 0) {
    selection.set(name, 'all');
    return;
  }
  const inner: Selection = known ?? new Map();
  selection.set(name, inner);
  select(inner, rest);
}

function always(resource: JsonObject, schema: ResourceSchema): JsonObject {
  const names = [...schema.attributes.values()].filter(({ returned }) => returned === 'always').map(({ name }) => name);
  return Object.fromEntries(names.filter((name) => name in resource).map((name) => [name, resource[name]]));
}

function picked(value: JsonObject, selection: Selection): JsonObject {
  return rebuilt(value, (name, each) => {
    const inner = selection.get(name);
    if (inner === undefined) return undefined;
    return inner === 'all' ? each : within(each, (part) => picked(part, inner));
  });
}

function omitted(value: JsonObject, selection: Selection): JsonObject {
  return rebuilt(value, (name, each) => {
    const inner = selection.get(name);
    if (inner === undefined) return each;
    return inner === 'all' ? undefined : within(each, (part) => omitted(part, inner));
  });
}

function rebuilt(value: JsonObject, change: (name: string, each: unknown) => unknown): JsonObject {
  const entries = Object.entries(value).map(([name, each]) => [name, change(name, each)] as const);
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
}

/** Applies `change` to an object, or to each of a list; undefined when nothing is left. */
function within(value: unknown, change: (part: JsonObject) => JsonObject): unknown {
  if (Array.isArray(value)) {
    const parts = value.map((each) => within(each, change)).filter((each) => each !== undefined);
    return parts.length === 0 ? undefined : parts;
  }
  if (!isObject(value)) return undefined;
  const part = change(value);
  return Object.keys(part).length === 0 ? undefined : part;
}

function readNames(parameter: string, given: unknown): readonly string[] {
  if (given === undefined || given === null) return [];
  const texts: readonly unknown[] = Array.isArray(given) ? given : [given];
  return texts.flatMap((text) => {
    if (typeof text !== 'string') throw ScimError.badRequest('invalidValue', `${parameter} must be attribute names.`);
    return text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  });
}
