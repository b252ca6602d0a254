import type { Attribute } from '../schema/attribute.js';
import { isObject, isUnassigned } from '../schema/document.js';
import type { Document } from '../schema/document.js';
import type { AttributePath } from './attribute-path.js';
import type { Comparable, Filter, Operator } from './filter.js';

/** Whether upper and lower case differ in an attribute's values. */
export type CaseExact = (attribute: Attribute) => boolean;

export function matches(filter: Filter, document: Document, caseExact: CaseExact): boolean {
  switch (filter.kind) {
    case 'and':
      return matches(filter.left, document, caseExact) && matches(filter.right, document, caseExact);
    case 'or':
      return matches(filter.left, document, caseExact) || matches(filter.right, document, caseExact);
    case 'not':
      return !matches(filter.inner, document, caseExact);
    case 'present':
      return valuesAt(document, filter.path).some((each) => !isUnassigned(each) && each !== '');
    case 'element':
      return elementsOf(document[filter.attribute.name]).some(
        (each) => isObject(each) && matches(filter.inner, each, caseExact),
      );
    case 'compare':
      return compares(filter, document, caseExact);
  }
}

/** Every value a path leads to: through each element of a multi-valued attribute. */
export function valuesAt(document: Document, path: readonly Attribute[]): unknown[] {
  return path.reduce<unknown[]>(
    (values, { name }) => values.flatMap((each) => (isObject(each) ? elementsOf(each[name]) : [])),
    [document],
  );
}

function elementsOf(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function compares(
  { path, operator, value }: { readonly path: AttributePath; readonly operator: Operator; readonly value: Comparable },
  document: Document,
  caseExact: CaseExact,
): boolean {
  const attribute = path.at(-1);
  const held = valuesAt(document, path);
  if (value === null) return operator === (held.length === 0 ? 'eq' : 'ne');
  const key = (each: unknown) => comparisonKey(attribute, each, caseExact);
  return operator === 'ne'
    ? held.every((each) => key(each) !== key(value))
    : held.some((each) => holds(operator, key(each), key(value)));
}

function comparisonKey(attribute: Attribute | undefined, value: unknown, caseExact: CaseExact): unknown {
  if (attribute?.type === 'dateTime') return Date.parse(String(value));
  return typeof value === 'string' && attribute !== undefined && !caseExact(attribute) ? value.toLowerCase() : value;
}

function holds(operator: Operator, held: unknown, wanted: unknown): boolean {
  if (operator === 'eq') return held === wanted;
  const isOrdered = typeof held === typeof wanted && (typeof held === 'string' || typeof held === 'number');
  if (!isOrdered) return false;
  const [a, b] = [held, wanted as typeof held];
  switch (operator) {
    case 'co':
      return String(a).includes(String(b));
    case 'sw':
      return String(a).startsWith(String(b));
    case 'ew':
      return String(a).endsWith(String(b));
    case 'gt':
      return a > b;
    case 'ge':
      return a >= b;
    case 'lt':
      return a < b;
    case 'le':
      return a <= b;
    case 'ne':
      return a !== b;
  }
}
