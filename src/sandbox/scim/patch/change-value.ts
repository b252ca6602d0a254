import type { Filter } from '../filter/filter.js';
import type { CaseExact } from '../filter/match-filter.js';
import { matches } from '../filter/match-filter.js';
import type { Attribute } from '../schema/attribute.js';
import type { Document } from '../schema/document.js';
import { isObject, isSame, isUnassigned } from '../schema/document.js';
import { distinct, isPrimary, readElement, readValue } from '../schema/read-value.js';
import { bad } from '../state/refusals.js';
import type { PatchOperation } from './operation.js';

/** What one operation makes of the attribute it names; undefined for nothing left. RFC 7644 §3.5.2.1 to §3.5.2.3. */
export function changeValue(attribute: Attribute, held: unknown, operation: PatchOperation): unknown {
  const { op, value } = operation;
  if (attribute.multiValued === true) return changeList(attribute, listOf(held), operation);
  if (op === 'remove') return undefined;
  const read = readValue(attribute, value);
  // Parts of a complex attribute that are not named stay.
  return attribute.type === 'complex' && isObject(read) && isObject(held) ? { ...held, ...read } : read;
}

export function listOf(held: unknown): readonly unknown[] {
  return Array.isArray(held) ? held : [];
}

function changeList(attribute: Attribute, held: readonly unknown[], operation: PatchOperation): readonly unknown[] {
  const { op, value, hasValue } = operation;
  if (op === 'replace') return listOf(readValue(attribute, value));
  if (op === 'add') return joined(attribute, held, listOf(readValue(attribute, value)));
  if (!hasValue || isUnassigned(value)) return [];
  // Not in the RFC, and what Entra ID sends: only the listed ones go.
  const gone = new Set(listOf(readValue(attribute, value)).map(valueOf));
  return held.filter((each) => !gone.has(valueOf(each)));
}

/** The elements with others at the end; a new primary takes the place of the old one. */
function joined(attribute: Attribute, held: readonly unknown[], added: readonly unknown[]): readonly unknown[] {
  const fresh = added.filter((each) => !held.some((other) => isSame(other, each)));
  return distinct(attribute, [...withoutPrimary(held, fresh), ...fresh]);
}

function withoutPrimary(held: readonly unknown[], fresh: readonly unknown[]): readonly unknown[] {
  if (!fresh.some(isPrimary)) return held;
  return held.map((each) => (isObject(each) && isPrimary(each) ? { ...each, primary: false } : each));
}

function valueOf(element: unknown): unknown {
  return isObject(element) ? element['value'] : element;
}

/**
 * Changes the elements that fit: removed, replaced, or changed in the part the path goes on to.
 *
 * @throws {ScimRefusal} 400 noTarget when none fits, except for a removal, which then has nothing to do
 */
export function changeElements(
  attribute: Attribute,
  held: unknown,
  { filter, caseExact }: { readonly filter: Filter; readonly caseExact: CaseExact },
  {
    operation,
    below,
  }: { readonly operation: PatchOperation; readonly below: ((element: Document) => Document) | undefined },
): readonly unknown[] {
  const elements = listOf(held);
  const fits = (each: unknown): each is Document => isObject(each) && matches(filter, each, caseExact);
  if (!elements.some(fits)) {
    if (operation.op === 'remove') return elements;
    throw bad('noTarget', `No element of ${attribute.name} fits the filter.`);
  }
  if (below === undefined && operation.op === 'remove') return elements.filter((each) => !fits(each));
  const change = (each: Document) => (below === undefined ? readElement(attribute, operation.value) : below(each));
  const changed = elements.map((each) => (fits(each) ? change(each) : each));
  const fresh = changed.filter((each, at) => each !== elements[at]);
  const others = changed.map((each, at) => (each === elements[at] ? (withoutPrimary([each], fresh)[0] ?? each) : each));
  return distinct(
    attribute,
    others.filter((each) => !isUnassigned(each)),
  );
}
