import { isDeepStrictEqual } from 'node:util';
import { fold } from '../../model/fold.js';
import { groupBy } from '../../model/group-by.js';
import { isObject, type JsonObject } from '../json.js';

export type Elements = readonly unknown[];

/** Adds elements; one that is already there takes over what is new, so nothing is ever there twice. */
export function merged(before: Elements, given: Elements): Elements {
  const after = [...before];
  const places = new Map(before.map((each, index) => [keyOf(each), index]));
  for (const each of given) {
    const place = places.get(keyOf(each));
    if (place === undefined) places.set(keyOf(each), after.push(each) - 1);
    else after[place] = union(after[place], each);
  }
  return after;
}

/** `each` itself when nothing is new. */
function union(known: unknown, each: unknown): unknown {
  const both = isObject(known) && isObject(each) ? { ...known, ...each } : each;
  return isDeepStrictEqual(both, known) ? known : both;
}

/** No two elements share type and value (RFC 7643 §2.4). Without a value, all of the element counts. */
function keyOf(element: unknown): string {
  if (!isObject(element)) return JSON.stringify(element);
  const { value, type } = element;
  if (value === undefined) return JSON.stringify(Object.entries(element).toSorted());
  return JSON.stringify([value, typeof type === 'string' ? fold(type) : null]);
}

/** Takes away what is listed: what is listed of an element decides, and `value` with `type` when it is listed. */
export function withoutListed(before: Elements, listed: Elements): Elements {
  const byValue = groupBy(listed, (each) => asObject(each)['value']);
  return before.filter((each) => {
    const known = asObject(each);
    const wanted = byValue.get(known['value']) ?? [];
    return !wanted.some((one) => isSame(known, asObject(one)));
  });
}

function isSame(known: JsonObject, wanted: JsonObject): boolean {
  if (wanted['value'] === undefined) return isDeepStrictEqual(known, wanted);
  return wanted['type'] === undefined || keyOf(known) === keyOf(wanted);
}

export function asObject(element: unknown): JsonObject {
  return isObject(element) ? element : {};
}
