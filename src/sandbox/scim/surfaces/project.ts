import type { AttributePath } from '../filter/attribute-path.js';
import { attributePath } from '../filter/attribute-path.js';
import type { Attribute } from '../schema/attribute.js';
import type { Document } from '../schema/document.js';
import { isObject, isUnassigned } from '../schema/document.js';
import type { ResourceType } from '../schema/schemas.js';

/**
 * What the caller asked to see of a resource (RFC 7644 §3.9): `attributes` names it, or `excludedAttributes` what to
 * leave out. What is always returned stays, and names nobody knows mean nothing. With both, the first wins.
 */
export function project(type: ResourceType, document: Document, query: URLSearchParams): Document {
  const wanted = pathsIn(type, query.get('attributes'));
  if (wanted !== undefined) return keep(document, [...always(type), ...wanted]);
  const unwanted = pathsIn(type, query.get('excludedAttributes')) ?? [];
  return unwanted.filter(([first]) => first.returned !== 'always').reduce(without, document);
}

function pathsIn(type: ResourceType, names: string | null): AttributePath[] | undefined {
  if (names === null || names.trim() === '') return undefined;
  return names.split(',').flatMap((name) => {
    const path = attributePath(type, name.trim());
    return path === undefined ? [] : [path];
  });
}

function always(type: ResourceType): AttributePath[] {
  return ['schemas', 'id'].flatMap((name) => {
    const path = attributePath(type, name);
    return path === undefined ? [] : [path];
  });
}

/** The document in its own order, with nothing but these paths. */
function keep(document: Document, paths: readonly (readonly Attribute[])[]): Document {
  const kept = Object.entries(document).flatMap(([name, value]) => {
    const through = paths.filter(([first]) => first?.name === name);
    if (through.length === 0) return [];
    const rests = through.map(([, ...rest]) => rest);
    const shown = rests.some((rest) => rest.length === 0) ? value : below(value, (each) => keep(each, rests));
    return isUnassigned(shown) ? [] : [[name, shown] as const];
  });
  return Object.fromEntries(kept);
}

function without(document: Document, path: readonly Attribute[]): Document {
  const [first, ...rest] = path;
  const left = Object.entries(document).flatMap(([name, value]) => {
    if (name !== first?.name) return [[name, value] as const];
    if (rest.length === 0) return [];
    const shown = below(value, (each) => without(each, rest));
    return isUnassigned(shown) ? [] : [[name, shown] as const];
  });
  return Object.fromEntries(left);
}

function below(value: unknown, change: (each: Document) => Document): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => (isObject(each) ? change(each) : each));
  return isObject(value) ? change(value) : value;
}
