import type { Filter } from '../../model/filter.js';
import type { AttributeInfo } from '../../model/resource-schema.js';
import { elementMatcher } from '../filter/match-filter.js';
import { isObject, without, type JsonObject } from '../json.js';
import { ScimError } from '../scim-error.js';
import { cleanSingle, isPrimary, refuseTooMany } from '../schema/clean-value.js';
import { asObject, merged, withoutListed, type Elements } from './merge-elements.js';
import type { PatchOperation, PatchTarget } from './patch-operation.js';

type Write = Extract<PatchOperation, { op: 'add' | 'replace' }>;

/** What an operation makes of the elements of a multi-valued attribute (RFC 7644 §3.5.2.1 to §3.5.2.3). */
export function changeList(before: Elements, operation: PatchOperation): Elements {
  if (operation.op === 'remove') return removed(before, operation);
  const after = withOnePrimary(before, written(before, operation));
  refuseTooMany(operation.target.attribute, after);
  return after;
}

function removed(before: Elements, { target, value }: Extract<PatchOperation, { op: 'remove' }>): Elements {
  const { subAttribute } = target;
  const isSelected = selector(target);
  if (subAttribute !== undefined) return withoutPart(before, isSelected, subAttribute.name);
  if (Array.isArray(value)) return withoutListed(before, value);
  return before.filter((each) => !isSelected(each));
}

function written(before: Elements, { op, target, value }: Write): Elements {
  const { filter, subAttribute } = target;
  if (filter === undefined && subAttribute === undefined) {
    const given = Array.isArray(value) ? value : [];
    return op === 'add' ? merged(before, given) : given;
  }
  const isSelected = selector(target);
  if (value === undefined) {
    if (op === 'add') return before;
    return subAttribute === undefined
      ? before.filter((each) => !isSelected(each))
      : withoutPart(before, isSelected, subAttribute.name);
  }
  const change = subAttribute === undefined ? value : { [subAttribute.name]: value };
  if (!isObject(change)) throw ScimError.badRequest('invalidValue', `${target.attribute.name} needs an object.`);
  if (!before.some(isSelected)) return [...before, { ...impliedBy(target), ...change }];

  const replacesWhole = op === 'replace' && subAttribute === undefined;
  return before.map((each) => {
    if (!isSelected(each)) return each;
    return replacesWhole ? { ...labelsOf(each), ...change } : { ...asObject(each), ...change };
  });
}

function selector({ filter, attribute }: PatchTarget): (element: unknown) => boolean {
  return filter === undefined ? () => true : elementMatcher(filter, attribute);
}

/**
 * The element a client means when it writes to `emails[type eq "work"].value` and there is none. The RFC says `noTarget`;
 * Entra ID (seen 2024) expects it to be made, also for `roles[primary eq "True"]`. Only for labels: an element chosen by
 * its value, which does not exist, is really missing.
 */
function impliedBy({ filter, attribute }: PatchTarget): JsonObject {
  const implied = filter === undefined ? {} : equalities(filter, attribute);
  if (implied !== undefined) return implied;
  throw ScimError.badRequest('noTarget', `No element of ${attribute.name} matches the filter in the path.`);
}

function equalities(filter: Filter, attribute: AttributeInfo): JsonObject | undefined {
  if (filter.kind === 'and') {
    const all = filter.filters.map((each) => equalities(each, attribute));
    return all.includes(undefined) ? undefined : (Object.assign({}, ...all) as JsonObject);
  }
  if (filter.kind !== 'compare' || filter.operator !== 'eq' || filter.value === null) return undefined;
  const label = attribute.subAttributes.get(filter.path.attribute.toLowerCase());
  if (label === undefined || !labels.has(label.name)) return undefined;
  return { [label.name]: cleanSingle(label, label.type === 'string' ? String(filter.value) : filter.value) };
}

const labels = new Set(['type', 'primary']);

function labelsOf(element: unknown): JsonObject {
  return Object.fromEntries(Object.entries(asObject(element)).filter(([name]) => labels.has(name)));
}

/** An element of which nothing but labels would be left goes altogether. */
function withoutPart(before: Elements, isSelected: (element: unknown) => boolean, name: string): Elements {
  return before.flatMap((each) => {
    if (!isSelected(each)) return [each];
    const rest = without(asObject(each), name);
    return Object.keys(rest).every((key) => labels.has(key) || key === 'display') ? [] : [rest];
  });
}

/** When an operation made an element primary, no other stays so (RFC 7644 §3.5.2). */
function withOnePrimary(before: Elements, after: Elements): Elements {
  const known = new Set(before);
  const chosen = after.findLast((each) => isPrimary(each) && !known.has(each));
  if (chosen === undefined) return after;
  return after.map((each) => (each !== chosen && isPrimary(each) ? { ...each, primary: false } : each));
}
