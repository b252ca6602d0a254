import type { AttributePath, CompareOperator, CompareValue } from '../../model/filter.js';
import { textOperators, textTypes } from '../../model/filter-operand.js';
import { comparedAttribute, resolvePath, type ResolvedPath } from '../../model/resource-schema.js';
import { provisioningUrn } from '../schema/definitions.js';
import { groupSchema, userSchema } from '../schema/resource-schemas.js';

const orderings = new Set<string>(['gt', 'ge', 'lt', 'le']);

/** Computed for each answer, so there is nothing stored to compare with. */
const computed = new Set(['meta.location', 'meta.version', 'groups.$ref', 'members.$ref', 'members.display']);

/**
 * Why a well-formed term is not allowed, or undefined when it is.
 *
 * Never an empty list instead: the client would take it for "no such user" and create one.
 *
 * @param owner the attribute whose brackets the term stands in.
 */
export function refusalOf(
  path: AttributePath,
  owner: AttributePath | undefined,
  operator: CompareOperator | 'pr',
  value: CompareValue | undefined,
): string | undefined {
  const whole = owner === undefined ? path : { ...owner, subAttribute: path.attribute };
  const resolved = resolvePath(userSchema, whole) ?? resolvePath(groupSchema, whole);
  return (resolved && refusalOfAttribute(resolved, operator)) ?? refusalOfValue(operator, value);
}

/** Whether an attribute is made up for each answer, so that no listing can be filtered or sorted by it. */
export function isComputed(resolved: ResolvedPath): boolean {
  return resolved.extension === provisioningUrn || computed.has(nameOf(resolved));
}

function nameOf({ attribute, subAttribute }: ResolvedPath): string {
  return subAttribute === undefined ? attribute.name : `${attribute.name}.${subAttribute.name}`;
}

function refusalOfAttribute(resolved: ResolvedPath, operator: CompareOperator | 'pr'): string | undefined {
  const { attribute } = resolved;
  const name = nameOf(resolved);
  if (isComputed(resolved) || attribute.returned === 'never') return `${name} cannot be filtered on`;
  if (operator === 'pr') return undefined;

  const type = comparedAttribute(resolved)?.type;
  if (type === undefined) return `${name} is complex, compare one of its sub-attributes`;
  if (textOperators.has(operator) && !textTypes.has(type)) return `${name} is no text, ${operator} does not apply`;
  // RFC 7644 §3.4.2.2: booleans and binary values have no order.
  if (orderings.has(operator) && (type === 'boolean' || type === 'binary')) {
    return `${name} is ${type}, ${operator} does not apply`;
  }
  return undefined;
}

function refusalOfValue(operator: CompareOperator | 'pr', value: CompareValue | undefined): string | undefined {
  if (operator === 'eq' || operator === 'ne') return undefined;
  if (value === null) return `null cannot be compared with ${operator}`;
  return typeof value === 'boolean' ? `a boolean cannot be compared with ${operator}` : undefined;
}
