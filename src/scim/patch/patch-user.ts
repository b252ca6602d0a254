import { isDeepStrictEqual } from 'node:util';
import type { UserAttributes } from '../../model/scim-attributes.js';
import { isObject, without, type JsonObject } from '../json.js';
import { validateUser } from '../schema/validate.js';
import { changeList } from './change-list.js';
import { changeSingle } from './change-single.js';
import type { PatchOperation } from './patch-operation.js';
import { PatchWork } from './patch-work.js';

/**
 * Applies operations to a user, in order, each to the result of the one before (RFC 7644 §3.5.2): all of them or, when
 * one throws, none. What changed is validated like the body of a POST. `changed` is false when nothing differs.
 *
 * @throws {ScimError} 400 `noTarget` when a filter selects nothing and no element can be made of it, `invalidValue` also
 *   for more work than one request may cause.
 */
export function patchUser(
  current: UserAttributes,
  operations: readonly PatchOperation[],
): { attributes: UserAttributes; changed: boolean } {
  const work = new PatchWork();
  const draft = operations.reduce<JsonObject>((before, operation) => applied(before, operation, work), current);
  const attributes = validateUser(draft, current);
  return { attributes, changed: !isDeepStrictEqual(attributes, current) };
}

function applied(draft: JsonObject, operation: PatchOperation, work: PatchWork): JsonObject {
  const { extension, attribute } = operation.target;
  if (extension === undefined) return withValue(draft, attribute.name, changed(draft[attribute.name], operation, work));
  const known = draft[extension];
  const values = isObject(known) ? known : {};
  const value = changed(values[attribute.name], operation, work);
  return withValue(draft, extension, withValue(values, attribute.name, value));
}

function changed(before: unknown, operation: PatchOperation, work: PatchWork): unknown {
  if (operation.target.attribute.multiValued) {
    const elements: readonly unknown[] = Array.isArray(before) ? before : [];
    work.add(elements, operation);
    return changeList(elements, operation);
  }
  const after = changeSingle(before, operation);
  // A user without `active` counts as active, so taking it away would bring a disabled user back.
  return operation.target.attribute.name === 'active' && after === undefined ? before : after;
}

/** Empty is unassigned, and unassigned is absent (RFC 7643 §2.5). */
function withValue(object: JsonObject, name: string, value: unknown): JsonObject {
  return isEmpty(value) ? without(object, name) : { ...object, [name]: value };
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || (isObject(value) && Object.keys(value).length === 0);
}
