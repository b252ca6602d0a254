import { isObject, without, type JsonObject } from '../json.js';
import type { PatchOperation } from './patch-operation.js';

/** What an operation makes of a single-valued attribute; undefined is unassigned. */
export function changeSingle(before: unknown, operation: PatchOperation): unknown {
  const { subAttribute } = operation.target;
  const value = operation.op === 'remove' ? undefined : operation.value;
  if (operation.op === 'add' && value === undefined) return before;
  if (subAttribute === undefined) return value;
  return withPart(isObject(before) ? before : {}, subAttribute.name, value);
}

function withPart(before: JsonObject, name: string, value: unknown): JsonObject {
  const after = value === undefined ? without(before, name) : { ...before, [name]: value };
  // Another manager has another URL; without a manager there is none.
  return name === 'value' && before['value'] !== value ? without(after, '$ref') : after;
}
