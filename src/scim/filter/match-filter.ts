import { bindElementFilter, bindFilter, type BoundFilter, type ValueTest } from '../../model/bind-filter.js';
import { parseTime, type Operand } from '../../model/filter-operand.js';
import type { CompareOperator, Filter } from '../../model/filter.js';
import { fold } from '../../model/fold.js';
import type { AttributeInfo } from '../../model/resource-schema.js';
import { schemaOf } from '../schema/resource-schemas.js';
import { isObject } from '../json.js';

/**
 * Whether a resource, as it would be sent to the client, satisfies a filter. The store answers listings with SQL; this
 * says the same in memory (`bindFilter` holds the one truth table).
 */
export function matchFilter(
  filter: Filter,
  resource: Readonly<Record<string, unknown>>,
  type: 'User' | 'Group',
): boolean {
  return evaluate(bindFilter(filter, schemaOf(type)), resource) === true;
}

/** Prepares a filter on the elements of a multi-valued attribute: `type eq "work"` in `emails[type eq "work"]`. */
export function elementMatcher(filter: Filter, attribute: AttributeInfo): (element: unknown) => boolean {
  const bound = bindElementFilter(filter, attribute);
  return (element) => evaluate(bound, element) === true;
}

/** Undefined is Kleene's "neither": what a term about an unknown attribute is worth, also under `not`. */
function evaluate(filter: BoundFilter, value: unknown): boolean | undefined {
  switch (filter.kind) {
    case 'and':
      return settled(filter.filters, value, false);
    case 'or':
      return settled(filter.filters, value, true);
    case 'not': {
      const inner = evaluate(filter.filter, value);
      return inner === undefined ? undefined : !inner;
    }
    case 'unknown':
      return undefined;
    case 'test':
      return passes(filter.test, valueAt(value, filter.path));
    case 'any': {
      const elements = valueAt(value, filter.path);
      if (!Array.isArray(elements) || elements.length === 0) return filter.orNone;
      return elements.some((element) => evaluate(filter.filter, element) === true);
    }
  }
}

/** `decisive` ends it: false for `and`, true for `or`. */
function settled(filters: readonly BoundFilter[], value: unknown, decisive: boolean): boolean | undefined {
  let result: boolean | undefined = !decisive;
  for (const each of filters) {
    const one = evaluate(each, value);
    if (one === decisive) return decisive;
    if (one === undefined) result = undefined;
  }
  return result;
}

/** Paths hold canonical names of known attributes only, so nothing inherited is ever read. */
function valueAt(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const name of path) {
    if (!isObject(current)) return undefined;
    current = current[name];
  }
  return current ?? undefined;
}

function passes(test: ValueTest, value: unknown): boolean {
  if (test.operator === 'pr') return value !== undefined && value !== '';
  const { operator, operand } = test;
  if (operand.kind === 'null') return (value === undefined) === (operator === 'eq');
  const actual = value === undefined ? undefined : comparable(value, operand);
  if (actual === undefined || operand.kind === 'incomparable') return operator === 'ne';
  const expected = operand.kind === 'text' ? operand.text : operand.number;
  return compares(operator, actual, expected);
}

function comparable(value: unknown, operand: Operand): string | number | undefined {
  if (operand.kind === 'text') return operand.folded ? fold(String(value)) : String(value);
  if (operand.kind !== 'number') return undefined;
  return operand.type === 'dateTime' ? parseTime(String(value)) : Number(value);
}

function compares(operator: CompareOperator, actual: string | number, expected: string | number): boolean {
  switch (operator) {
    case 'eq':
      return actual === expected;
    case 'ne':
      return actual !== expected;
    case 'co':
      return String(actual).includes(String(expected));
    case 'sw':
      return String(actual).startsWith(String(expected));
    case 'ew':
      return String(actual).endsWith(String(expected));
    case 'gt':
      return order(actual, expected) > 0;
    case 'ge':
      return order(actual, expected) >= 0;
    case 'lt':
      return order(actual, expected) < 0;
    case 'le':
      return order(actual, expected) <= 0;
  }
}

/** Texts by code point, as both databases order bytes of UTF-8; JavaScript's own `<` goes by UTF-16 units. */
function order(left: string | number, right: string | number): number {
  if (typeof left === 'number' || typeof right === 'number') return Number(left) - Number(right);
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
