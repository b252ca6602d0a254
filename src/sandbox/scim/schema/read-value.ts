import { bad } from '../state/refusals.js';
import { attributeNamed } from './attribute.js';
import type { Attribute } from './attribute.js';
import { isObject, isSame, isUnassigned } from './document.js';
import type { Document } from './document.js';

/**
 * A client's value of one attribute, with canonical names and without what clients cannot set; undefined for none.
 *
 * @throws {ScimRefusal} 400 invalidValue for a value of another type
 */
export function readValue(attribute: Attribute, value: unknown): unknown {
  if (isUnassigned(value)) return undefined;
  if (attribute.multiValued !== true) return readSingle(attribute, value);
  const elements = Array.isArray(value) ? value : [value];
  return distinct(
    attribute,
    elements.map((each) => readElement(attribute, each)).filter((each) => !isUnassigned(each)),
  );
}

/** One element of a multi-valued attribute; a bare text stands for its `value`. @throws {ScimRefusal} as `readValue` */
export function readElement(attribute: Attribute, value: unknown): unknown {
  const element = typeof value === 'string' && attribute.type === 'complex' ? { value } : value;
  return readSingle(attribute, element);
}

/** No element twice, and one primary at most (RFC 7643 §2.4). @throws {ScimRefusal} 400 for two primaries */
export function distinct(attribute: Attribute, elements: readonly unknown[]): readonly unknown[] {
  const kept = elements.filter((each, at) => elements.findIndex((other) => isSame(other, each)) === at);
  if (kept.filter(isPrimary).length > 1) throw bad('invalidValue', `${attribute.name}: only one can be primary.`);
  return kept;
}

export function isPrimary(element: unknown): boolean {
  return isObject(element) && element['primary'] === true;
}

function readSingle(attribute: Attribute, value: unknown): unknown {
  if (attribute.type === 'complex') return readComplex(attribute, value);
  const wanted = attribute.type === 'boolean' ? 'boolean' : 'string';
  if (typeof value !== wanted) throw bad('invalidValue', `${attribute.name} must be a ${wanted}.`);
  return value;
}

function readComplex(attribute: Attribute, value: unknown): Document {
  // The manager as a bare text is what one identity provider sends.
  const given = typeof value === 'string' && attribute.name === 'manager' ? { value } : value;
  if (!isObject(given)) throw bad('invalidValue', `${attribute.name} must be an object.`);
  const read = Object.entries(given).flatMap(([name, each]) => {
    const sub = attributeNamed(attribute.subAttributes ?? [], name);
    if (sub === undefined || sub.mutability === 'readOnly') return [];
    const held = readValue(sub, each);
    return held === undefined ? [] : [[sub.name, held] as const];
  });
  return Object.fromEntries(read);
}
