import { attributeNamed } from '../schema/attribute.js';
import type { Attribute } from '../schema/attribute.js';
import type { ResourceType } from '../schema/schemas.js';
import { attributesOf } from '../schema/schemas.js';

/** The attributes that lead to a value, outermost first; an extension is the outermost of its own. */
export type AttributePath = readonly [Attribute, ...Attribute[]];

/**
 * Finds what a dotted name means: `name.givenName`, or with its URN before it (RFC 7644 §3.10), or an extension's URN
 * alone. Undefined for what the resource cannot have.
 */
export function attributePath(type: ResourceType, text: string): AttributePath | undefined {
  const all = attributesOf(type);
  const schema = [type.core, ...type.extensions].find(({ id }) => beginsWith(text, id));
  if (schema === undefined) return walk(all, text.split('.'));
  const rest = text.slice(schema.id.length + 1);
  const outer = schema === type.core ? undefined : attributeNamed(all, schema.id);
  if (outer === undefined) return rest === '' ? undefined : walk(schema.attributes, rest.split('.'));
  if (rest === '') return [outer];
  const inner = walk(schema.attributes, rest.split('.'));
  return inner === undefined ? undefined : [outer, ...inner];
}

/** The path of a name below one attribute, as inside the brackets of `emails[type eq "work"]`. */
export function pathBelow(attribute: Attribute, text: string): AttributePath | undefined {
  return walk(attribute.subAttributes ?? [], text.split('.'));
}

function walk(attributes: readonly Attribute[], names: readonly string[]): AttributePath | undefined {
  const [name = '', ...rest] = names;
  const attribute = attributeNamed(attributes, name);
  if (attribute === undefined) return undefined;
  if (rest.length === 0) return [attribute];
  const below = walk(attribute.subAttributes ?? [], rest);
  return below === undefined ? undefined : [attribute, ...below];
}

function beginsWith(text: string, urn: string): boolean {
  const [given, wanted] = [text.toLowerCase(), urn.toLowerCase()];
  return given === wanted || given.startsWith(`${wanted}:`);
}
