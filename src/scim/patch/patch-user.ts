import { isDeepStrictEqual } from 'node:util';
import type { UserAttributes } from '../../model/scim-attributes.js';
import { isObject, without, type JsonObject } from '../json.js';
import { validateUser } from '../schema/validate.js';
import { changeList } from './change-list.js';
import { changeSingle } from './change-single.js';
import type { PatchOperation } from './patch-operation.js';

/**
 * Applies operations to a user, in order, each to the result of the one before (RFC 7644 §3.5.2): all of them or, when
 * one throws, none. What changed is validated like the body of a POST. `changed` is false when nothing differs.
 *
 * @throws {ScimError} 400 `noTarget` when a filter selects nothing and no element can be made of it, `invalidValue`.
 */
export function patchUser(
  current: UserAttributes,
  operations: readonly PatchOperation[],
): { attributes: UserAttributes; changed: boolean } {
  const attributes = validateUser(operations.reduce<JsonObject>(applied, current), current);
  return { attributes, changed: !isDeepStrictEqual(attributes, current) };
}

function applied(draft: JsonObject, operation: PatchOperation): JsonObject {
  const { extension, attribute } = operation.target;
  if (extension === undefined) return withValue(draft, attribute.name, changed(draft[attribute.name], operation));
  const known = draft[extension];
  const values = isObject(known) ? known : {};
  return withValue(draft, extension, withValue(values, attribute.name, changed(values[attribute.name], operation)));
}

function changed(before: unknown, operation: PatchOperation): unknown {
  if (operation.target.attribute.multiValued) return changeList(Array.isArray(before) ? before : [], operation);
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
