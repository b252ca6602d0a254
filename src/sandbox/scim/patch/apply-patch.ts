import { attributePath } from '../filter/attribute-path.js';
import type { CaseExact } from '../filter/match-filter.js';
import type { Attribute } from '../schema/attribute.js';
import type { Document } from '../schema/document.js';
import { isObject, withAttribute } from '../schema/document.js';
import { requireRequired } from '../schema/read-resource.js';
import type { ResourceType } from '../schema/schemas.js';
import { bad } from '../state/refusals.js';
import { changeElements, changeValue, listOf } from './change-value.js';
import type { PatchOperation } from './operation.js';
import type { PatchPath } from './patch-path.js';
import { parsePatchPath } from './patch-path.js';

/**
 * The document after all operations, each on the result of the one before; nothing is changed when one of them fails.
 *
 * @throws {ScimRefusal} 400 as RFC 7644 §3.5.2 and §3.12 say
 */
export function applyPatch(
  type: ResourceType,
  document: Document,
  operations: readonly PatchOperation[],
  caseExact: CaseExact,
): Document {
  let result = document;
  for (const operation of operations) {
    for (const { path, operation: single } of targetsOf(type, operation)) {
      result = change(result, path.steps, { path, operation: single, caseExact });
    }
  }
  requireRequired(type, result);
  return result;
}

interface Target {
  readonly path: PatchPath;
  readonly operation: PatchOperation;
}

/** An operation without a path names its attributes in its value. What is read-only in there is overlooked. */
function targetsOf(type: ResourceType, operation: PatchOperation): Target[] {
  const { op, path: text, value } = operation;
  if (text !== undefined && text !== '') {
    const path = parsePatchPath(type, text);
    requireWritable(path, op);
    return [{ path, operation }];
  }
  if (op === 'remove') throw bad('noTarget', 'remove needs a path.');
  if (!isObject(value)) throw bad('invalidValue', 'An operation without a path needs an object as its value.');
  return Object.entries(value).flatMap(([name, each]) => {
    const steps = attributePath(type, name);
    if (steps === undefined || steps.some(({ mutability }) => mutability === 'readOnly')) return [];
    return [{ path: { steps }, operation: { ...operation, value: each } }];
  });
}

function requireWritable({ steps, elements }: PatchPath, op: PatchOperation['op']): void {
  const all = [...steps, ...(elements?.below ?? [])];
  const frozen = all.find(({ mutability }) => mutability === 'readOnly' || mutability === 'immutable');
  if (frozen !== undefined) throw bad('mutability', `${frozen.name} cannot be changed.`);
  const last = all.at(-1);
  if (op === 'remove' && last?.required === true) throw bad('mutability', `${last.name} is required.`);
}

interface Change extends Target {
  readonly caseExact: CaseExact;
}

/** Walks down to the attribute and changes it there; what is on the way is made when it is missing. */
function change(document: Document, steps: readonly Attribute[], how: Change): Document {
  const [step, ...rest] = steps;
  if (step === undefined) return document;
  const held = document[step.name];
  if (rest.length === 0) return withAttribute(document, step.name, changed(step, held, how));
  if (step.multiValued !== true) {
    return withAttribute(document, step.name, change(isObject(held) ? held : {}, rest, how));
  }
  // `emails.type` means the type of each of them.
  const elements = listOf(held).map((each) => (isObject(each) ? change(each, rest, how) : each));
  return withAttribute(document, step.name, elements);
}

function changed(attribute: Attribute, held: unknown, { path, operation, caseExact }: Change): unknown {
  const { elements } = path;
  // What is written and never shown is checked, and kept nowhere.
  if (attribute.returned === 'never') {
    changeValue(attribute, held, operation);
    return undefined;
  }
  if (elements === undefined) return changeValue(attribute, held, operation);
  const { filter, below } = elements;
  const deeper =
    below === undefined
      ? undefined
      : (element: Document) => change(element, below, { path: { steps: below }, operation, caseExact });
  return changeElements(attribute, held, { filter, caseExact }, { operation, below: deeper });
}
