import { bindFilter, type BoundAny, type BoundFilter, type BoundTest } from '../model/bind-filter.js';
import type { Filter } from '../model/filter.js';
import type { ResourceSchema } from '../model/resource-schema.js';
import { emailRowsFor, narrowedByEmailRows } from './filter-emails.js';

/**
 * What a filter costs. `indexed` costs what it finds. Any other must look at every resource of the directory, and `work`
 * says for how long at each: 1 for a comparison with a column, `storedTerm` for one that reads the stored JSON or other
 * rows, some four microseconds.
 */
export type FilterCost = { readonly kind: 'indexed' } | { readonly kind: 'scan'; readonly work: number };

export const storedTerm = 8;

export function filterCost(filter: Filter, schema: ResourceSchema): FilterCost {
  const bound = narrowedByEmailRows(bindFilter(filter, schema));
  return isIndexed(bound, schema) ? { kind: 'indexed' } : { kind: 'scan', work: workOf(bound, schema) };
}

/** Whether an index leads to the few resources that can satisfy the filter. */
export function isIndexed(filter: BoundFilter, schema: ResourceSchema): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.filters.some((each) => isIndexed(each, schema));
    case 'or':
      return filter.filters.every((each) => isIndexed(each, schema));
    case 'unknown': // selects nothing
      return true;
    case 'not':
      return false;
    case 'test':
      return isLookUp(filter) && (indexedColumns.get(schema.type)?.has(filter.path.join('.')) ?? false);
    case 'any':
      return isIndexedAny(filter, schema);
  }
}

/** Whether an index leads from a value to the elements that have it, and from those to their resources. */
export function isIndexedAny(any: BoundAny, schema: ResourceSchema): boolean {
  const name = any.path.join('.');
  const related = relatedRows.get(schema.type)?.has(name) === true && !any.orNone && isIndexedElement(any.filter);
  return related && (name !== 'emails' || emailRowsFor(any) !== undefined);
}

function isIndexedElement(filter: BoundFilter): boolean {
  if (filter.kind === 'and') return filter.filters.some(isIndexedElement);
  if (filter.kind === 'or') return filter.filters.every(isIndexedElement);
  return filter.kind === 'test' && isLookUp(filter) && filter.path.join('.') === 'value';
}

function isLookUp({ test }: BoundTest): boolean {
  return test.operator === 'eq' && test.operand.kind === 'text';
}

const indexedColumns = new Map([
  ['User', new Set(['id', 'userName', 'externalId', 'displayName'])],
  ['Group', new Set(['id', 'externalId', 'displayName'])],
]);

/** Multi-valued attributes kept as rows that are found by their `value`. */
const relatedRows = new Map([
  ['User', new Set(['emails', 'groups'])],
  ['Group', new Set(['members'])],
]);

function workOf(filter: BoundFilter, schema: ResourceSchema): number {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.reduce((sum, each) => sum + workOf(each, schema), 0);
    case 'not':
      return workOf(filter.filter, schema);
    case 'unknown':
      return 0;
    case 'test':
      return columns.has(filter.path.join('.')) ? 1 : storedTerm;
    case 'any':
      return storedTerm * leavesOf(filter.filter);
  }
}

const columns = new Set([
  ...['id', 'userName', 'externalId', 'displayName', 'active'],
  ...['meta.resourceType', 'meta.created', 'meta.lastModified'],
]);

function leavesOf(filter: BoundFilter): number {
  if (filter.kind === 'and' || filter.kind === 'or')
    return filter.filters.reduce((sum, each) => sum + leavesOf(each), 0);
  return filter.kind === 'not' || filter.kind === 'any' ? leavesOf(filter.filter) : 1;
}
