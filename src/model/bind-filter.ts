import type { CompareOperator, Filter } from './filter.js';
import { operandOf, type Operand } from './filter-operand.js';
import {
  comparedAttribute,
  resolvePath,
  type AttributeInfo,
  type AttributeMap,
  type ResolvedPath,
  type ResourceSchema,
} from './resource-schema.js';

/**
 * A filter whose names and values have been given their meaning for one resource type. The in-memory matcher and the
 * SQL compiler both work on this, so what a filter means is decided here once:
 *
 *   a value that is   │ eq x   ne x   eq null  ne null  co sw ew gt ge lt le   pr
 *   absent            │ no     yes    yes      no       no                     no
 *   "" (empty text)   │ compared      no       yes      compared               no
 *   of another type   │ no     yes    no       yes      no                     yes
 *   present           │ compared      no       yes      compared               yes
 *
 * A multi-valued attribute matches when any of its values does; without any value it counts as one absent value. A
 * complex attribute is present when any of its sub-attributes is. Texts are compared folded unless the attribute is
 * caseExact, and ordered by code point; times chronologically.
 *
 * A term about an unknown attribute is neither true nor false, and stays so under `not`: only then can no filter select
 * everybody by a misspelt name.
 */
export type BoundFilter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly BoundFilter[] }
  | { readonly kind: 'not'; readonly filter: BoundFilter }
  | { readonly kind: 'unknown' }
  | BoundTest
  | BoundAny;

/** A condition on one single value. */
export interface BoundTest {
  readonly kind: 'test';
  /** Canonical names from the resource, or from the element inside `any`; empty means the element itself. */
  readonly path: readonly string[];
  readonly test: ValueTest;
}

/** Whether some element of a multi-valued attribute satisfies `filter`; `orNone`: also when there is no element. */
export interface BoundAny {
  readonly kind: 'any';
  readonly path: readonly string[];
  readonly filter: BoundFilter;
  readonly orNone: boolean;
}

export type ValueTest = { readonly operator: 'pr' } | { readonly operator: CompareOperator; readonly operand: Operand };

/** Gives a filter its meaning for one resource type. Never fails: what is unknown matches nothing. */
export function bindFilter(filter: Filter, schema: ResourceSchema): BoundFilter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { kind: filter.kind, filters: filter.filters.map((each) => bindFilter(each, schema)) };
    case 'not':
      return { kind: 'not', filter: bindFilter(filter.filter, schema) };
    case 'valuePath': {
      const resolved = resolvePath(schema, filter.path);
      return resolved === undefined ? unknown : bindValuePath(resolved, filter.filter);
    }
    case 'present':
    case 'compare': {
      const resolved = resolvePath(schema, filter.path);
      return resolved === undefined ? unknown : bindTerm(resolved, filter);
    }
  }
}

/** The same for a filter on the elements of one multi-valued attribute, as in the path of a PATCH operation. */
export function bindElementFilter(filter: Filter, attribute: AttributeInfo): BoundFilter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { kind: filter.kind, filters: filter.filters.map((each) => bindElementFilter(each, attribute)) };
    case 'not':
      return { kind: 'not', filter: bindElementFilter(filter.filter, attribute) };
    case 'valuePath':
      return unknown;
    case 'present':
    case 'compare':
      return bindElementTerm(attribute, filter);
  }
}

type Term = Extract<Filter, { kind: 'present' | 'compare' }>;

const unknown: BoundFilter = { kind: 'unknown' };

function bindTerm(resolved: ResolvedPath, term: Term): BoundFilter {
  const { attribute, subAttribute } = resolved;
  const path = pathOf(resolved);
  if (attribute.multiValued) {
    const ofElement = subAttribute ?? attribute;
    const filter = leaf(subAttribute === undefined ? [] : [subAttribute.name], ofElement, term);
    return { kind: 'any', path, filter, orNone: acceptsAbsence(term) };
  }
  return leaf(subAttribute === undefined ? path : [...path, subAttribute.name], subAttribute ?? attribute, term);
}

function bindElementTerm(attribute: AttributeInfo, term: Term): BoundFilter {
  if (attribute.type !== 'complex') {
    return term.path.attribute.toLowerCase() === 'value' ? leaf([], attribute, term) : unknown;
  }
  const subAttribute = attribute.subAttributes.get(term.path.attribute.toLowerCase());
  return subAttribute === undefined ? unknown : leaf([subAttribute.name], subAttribute, term);
}

function bindValuePath(resolved: ResolvedPath, selection: Filter): BoundFilter {
  const { attribute } = resolved;
  const filter = bindElementFilter(selection, attribute);
  if (!attribute.multiValued || mentionsUnknown(filter)) return unknown;
  return { kind: 'any', path: pathOf(resolved), filter, orNone: false };
}

function leaf(path: readonly string[], attribute: AttributeInfo, term: Term): BoundFilter {
  if (term.kind === 'present') return presence(path, attribute);
  const compared = comparedAttribute({ extension: undefined, attribute, subAttribute: undefined });
  if (compared === undefined) return unknown;
  const operand = operandOf(compared, term.operator, term.value);
  const test: ValueTest = { operator: term.operator, operand };
  return { kind: 'test', path: compared === attribute ? path : [...path, compared.name], test };
}

function presence(path: readonly string[], attribute: AttributeInfo): BoundFilter {
  if (attribute.type !== 'complex') return { kind: 'test', path, test: { operator: 'pr' } };
  return { kind: 'or', filters: parts(attribute.subAttributes).map((each) => presence([...path, each.name], each)) };
}

const parts = (attributes: AttributeMap): AttributeInfo[] => [...attributes.values()];

function pathOf({ extension, attribute }: ResolvedPath): readonly string[] {
  return extension === undefined ? [attribute.name] : [extension, attribute.name];
}

function acceptsAbsence(term: Term): boolean {
  if (term.kind === 'present') return false;
  return term.value === null ? term.operator === 'eq' : term.operator === 'ne';
}

function mentionsUnknown(filter: BoundFilter): boolean {
  if (filter.kind === 'not' || filter.kind === 'any') return mentionsUnknown(filter.filter);
  if (filter.kind === 'and' || filter.kind === 'or') return filter.filters.some(mentionsUnknown);
  return filter.kind === 'unknown';
}
