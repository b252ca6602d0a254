import { isDeepStrictEqual } from 'node:util';

/** The names of the top-level attributes whose values differ; the order of keys does not count. */
export function changedAttributes(before: object, after: object): string[] {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  const names = new Set([...old.keys(), ...now.keys()]);
  return [...names].filter((name) => !isDeepStrictEqual(old.get(name), now.get(name)));
}
