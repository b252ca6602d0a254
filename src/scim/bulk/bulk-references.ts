import type { ResourceSchema } from '../../model/resource-schema.js';
import { isObject } from '../json.js';

/** `bulkId:` and the name another operation gave itself (RFC 7644 §3.7.2). */
const reference = /^bulkId:(.+)$/s;

/** The same inside the filter of a PATCH path: `members[value eq "bulkId:qwerty"]`. */
const quotedReference = /"bulkId:([^"\\]+)"/g;

/** The bulkId a text refers to, if it does. */
export function referenceIn(text: string): string | undefined {
  return reference.exec(text)?.[1];
}

/**
 * The bulkIds some data refers to. What a client cannot write, such as the groups of a user, is ignored later on, and
 * so is what it refers to.
 */
export function referencesIn(data: unknown, schema: ResourceSchema): ReadonlySet<string> {
  const found = new Set<string>();
  const note = (bulkId: string): string => {
    found.add(bulkId);
    return bulkId;
  };
  if (!isObject(data)) return found;
  for (const [key, value] of Object.entries(data)) if (!isReadOnly(schema, key)) replaced(value, key, note);
  return found;
}

/** The data with an id in place of each reference that `ids` knows. */
export function resolveReferences(data: unknown, ids: ReadonlyMap<string, string>): unknown {
  return replaced(data, '', (bulkId) => ids.get(bulkId) ?? `bulkId:${bulkId}`);
}

/** The data without broken references, and without what consists of nothing else: a manager, an element of a list. */
export function withoutReferences(data: unknown, isBroken: (bulkId: string) => boolean): unknown {
  const rest = (each: unknown): unknown => withoutReferences(each, isBroken);
  if (typeof data === 'string') {
    const bulkId = referenceIn(data);
    return bulkId !== undefined && isBroken(bulkId) ? undefined : data;
  }
  if (Array.isArray(data)) return data.map(rest).filter((each) => each !== undefined);
  if (!isObject(data)) return data;
  const kept = Object.entries(data).map(([key, each]) => [key, rest(each)] as const);
  const isHollow = kept.some(([key, each]) => key.toLowerCase() === 'value' && each === undefined);
  return isHollow ? undefined : Object.fromEntries(kept.filter(([, each]) => each !== undefined));
}

function replaced(value: unknown, key: string, replace: (bulkId: string) => string): unknown {
  if (typeof value === 'string') {
    const bulkId = referenceIn(value);
    if (bulkId !== undefined) return replace(bulkId);
    if (key.toLowerCase() !== 'path') return value;
    return value.replace(quotedReference, (_match, inner: string) => JSON.stringify(replace(inner)));
  }
  if (Array.isArray(value)) return value.map((each) => replaced(each, key, replace));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, replaced(each, name, replace)]));
}

function isReadOnly(schema: ResourceSchema, name: string): boolean {
  return schema.attributes.get(name.toLowerCase())?.mutability === 'readOnly';
}
