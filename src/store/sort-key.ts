import type { Expression } from 'kysely';
import { textTypes } from '../model/filter-operand.js';
import { comparedAttribute, type ResolvedPath, type ResourceSchema } from '../model/resource-schema.js';
import type { Engine } from './engine.js';
import { elementsOf } from './filter-elements.js';
import type { Value } from './filter-test-to-sql.js';
import { resourceValue } from './resource-values.js';

/** What the resources of one kind are sorted by, in SQL. */
export interface SortKey {
  readonly expression: Expression<unknown>;
  readonly nullable: boolean;
}

/**
 * The value a resource is sorted by (RFC 7644 §3.4.2.3): of a multi-valued attribute that of the primary element, or of
 * the first one. Texts are folded unless the attribute is caseExact, the same way filters compare them. Undefined for a
 * complex attribute that has no `value`.
 */
export function sortKeyOf(engine: Engine, schema: ResourceSchema, resolved: ResolvedPath): SortKey | undefined {
  const { extension, attribute, subAttribute } = resolved;
  const compared = comparedAttribute(resolved);
  if (compared === undefined) return undefined;
  const path = extension === undefined ? [attribute.name] : [extension, attribute.name];
  const inner = subAttribute === undefined && compared === attribute ? [] : [compared.name];
  const folds = textTypes.has(compared.type) && !compared.caseExact;

  if (attribute.multiValued) {
    const elements = elementsOf(engine, schema, path);
    return { expression: elements.first(expressionOf(engine, elements.value(inner), folds)), nullable: true };
  }
  const value = resourceValue(engine, schema, [...path, ...inner]);
  return { expression: expressionOf(engine, value, folds), nullable: value.nullable };
}

function expressionOf(engine: Engine, value: Value, folds: boolean): Expression<unknown> {
  const plain = value.plain ?? value.folded;
  return folds ? (value.folded ?? engine.fold(plain)) : plain;
}
