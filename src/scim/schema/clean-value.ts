import type { AttributeInfo, AttributeMap } from '../../model/resource-schema.js';
import { isObject, type JsonObject } from '../json.js';
import { ScimError } from '../scim-error.js';

/**
 * Rewrites what identity providers send for an attribute into what RFC 7643 means, and changes no value otherwise: names
 * get their canonical spelling; unknown and read-only sub-attributes and nulls go; booleans in quotes become booleans;
 * a value on its own becomes the list or object it stands for. What is wrong beyond that is left for `validate`.
 *
 * Undefined means unassigned: null, an empty list and an empty object are one state (RFC 7643 §2.5).
 */
export function cleanValue(attribute: AttributeInfo, value: unknown): unknown {
  return attribute.multiValued ? cleanList(attribute, value) : cleanSingle(attribute, value);
}

/** A person has a handful of addresses and roles; checking tens of thousands would hold up everybody else. */
export function refuseTooMany({ name }: AttributeInfo, elements: readonly unknown[]): void {
  if (elements.length > 1000) throw ScimError.badRequest('invalidValue', `${name} has more than 1000 values.`);
}

/** Half a surrogate pair is no character and has no place in UTF-8; neither database keeps U+0000. */
function refuseUnstorable({ name }: AttributeInfo, text: string): void {
  if (text.includes('\0')) throw ScimError.badRequest('invalidValue', `${name} contains U+0000.`);
  if (/\p{Surrogate}/u.test(text)) throw ScimError.badRequest('invalidValue', `${name} contains half a character.`);
}

/** The same for one element of a multi-valued attribute, or for the value of a single-valued one. */
export function cleanSingle(attribute: AttributeInfo, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (attribute.type === 'complex') return cleanComplex(attribute, value);
  if (typeof value !== 'string') return value;
  refuseUnstorable(attribute, value);
  return attribute.type === 'boolean' ? cleanBoolean(value) : value;
}

function cleanList(attribute: AttributeInfo, value: unknown): readonly unknown[] | undefined {
  if (value === null || value === undefined) return undefined;
  const elements = Array.isArray(value) ? value : [value];
  refuseTooMany(attribute, elements);
  const cleaned = elements.map((each) => cleanSingle(attribute, each)).filter((each) => each !== undefined);
  return cleaned.length === 0 ? undefined : withLastPrimary(cleaned);
}

/** Entra ID sends `"False"`, OneLogin's templates quote booleans in any case. */
function cleanBoolean(value: string): unknown {
  const text = value.toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : value;
}

function cleanComplex(attribute: AttributeInfo, value: unknown): unknown {
  const { name, multiValued, subAttributes } = attribute;
  // Entra ID, 2024: a single manager inside a list.
  if (Array.isArray(value) && !multiValued && value.length < 2) return cleanSingle(attribute, value[0]);
  if (typeof value === 'string' && subAttributes.has('value')) return cleanComplex(attribute, { value });
  if (!isObject(value)) return value;

  const cleaned = cleanObject(subAttributes, value, misspelt.get(name));
  // Entra ID's validator clears a manager with an empty text.
  const isCleared = !multiValued && cleaned['value'] === '';
  return isCleared || Object.keys(cleaned).length === 0 ? undefined : cleaned;
}

function cleanObject(attributes: AttributeMap, value: JsonObject, aliases: Aliases = new Map()): JsonObject {
  const cleaned: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value)) {
    const name = key.toLowerCase();
    const attribute = attributes.get(aliases.get(name) ?? name);
    if (attribute === undefined || attribute.mutability === 'readOnly') continue;
    const clean = cleanSingle(attribute, each);
    if (clean !== undefined) cleaned[attribute.name] = clean;
  }
  return cleaned;
}

type Aliases = ReadonlyMap<string, string>;

/** Other names clients give to sub-attributes, in lower case. OneLogin's template: `{"managerId": …}`. */
const misspelt: ReadonlyMap<string, Aliases> = new Map([['manager', new Map([['managerid', 'value']])]]);

/** At most one element is primary, the last that says so (RFC 7643 §2.4); PingOne marks one of each type. */
function withLastPrimary(elements: readonly unknown[]): readonly unknown[] {
  const last = elements.findLastIndex(isPrimary);
  return elements.map((each, index) => (index < last && isPrimary(each) ? { ...each, primary: false } : each));
}

export function isPrimary(element: unknown): element is JsonObject {
  return isObject(element) && element['primary'] === true;
}
