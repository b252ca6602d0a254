import { bad } from '../state/refusals.js';
import { attributeNamed } from './attribute.js';
import type { Document } from './document.js';
import { isObject } from './document.js';
import { readValue } from './read-value.js';
import type { ResourceType } from './schemas.js';
import { attributesOf } from './schemas.js';

/**
 * A resource as a client sends it to be created or replaced: canonical names, nothing read-only, nothing unknown.
 *
 * @throws {ScimRefusal} 400 without its schema, without a required attribute, or with a value of a wrong type
 */
export function readResource(type: ResourceType, body: unknown): Document {
  if (!isObject(body)) throw bad('invalidSyntax', 'The body must be an object.');
  const attributes = attributesOf(type);
  requireSchema(type, Object.entries(body).find(([name]) => name.toLowerCase() === 'schemas')?.[1]);
  const read = Object.entries(body).flatMap(([name, value]) => {
    const attribute = attributeNamed(attributes, name);
    if (attribute === undefined || attribute.mutability === 'readOnly') return [];
    const held = readValue(attribute, value);
    // What is never returned is checked, and kept nowhere.
    return held === undefined || attribute.returned === 'never' ? [] : [[attribute.name, held] as const];
  });
  const document = Object.fromEntries(read);
  requireRequired(type, document);
  return document;
}

/** @throws {ScimRefusal} 400 invalidValue when something required is missing or blank */
export function requireRequired(type: ResourceType, document: Document): void {
  for (const { name, required } of attributesOf(type)) {
    const value = document[name];
    if (required === true && (typeof value !== 'string' || value.trim() === '')) {
      throw bad('invalidValue', `${name} is required.`);
    }
  }
}

function requireSchema(type: ResourceType, schemas: unknown): void {
  const known = Array.isArray(schemas) ? schemas.map((each) => String(each).toLowerCase()) : [];
  if (!known.includes(type.core.id.toLowerCase())) throw bad('invalidSyntax', `schemas must name ${type.core.id}.`);
}
