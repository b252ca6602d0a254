import type { Rules } from '../rules.js';
import { isObject, isUnassigned } from '../schema/document.js';
import { bad } from '../state/refusals.js';
import type { PatchOperation } from './operation.js';

/** With or without the URN of groups before it. */
const allMembers = /(?:^|:)members$/i;
const someMembers = /(?:^|:)members(?:\[|$)/i;

/** Whether an operation says who all the members are, and not only who joins or leaves. */
export function writesWholeSet({ op, path, value }: PatchOperation): boolean {
  const isMembers = path !== undefined && allMembers.test(path);
  if (op === 'replace') {
    const named = isObject(value) ? Object.keys(value).map((each) => each.toLowerCase()) : [];
    return isMembers || (path === undefined && named.includes('members'));
  }
  return op === 'remove' && isMembers && isUnassigned(value);
}

/** By rule only one of the two ways to name who leaves is understood. @throws {ScimRefusal} 400 invalidPath */
export function requireRemovalForm(operations: readonly PatchOperation[], rule: Rules['memberRemoval']): void {
  if (rule === 'any') return;
  for (const { op, path = '', value } of operations) {
    if (op !== 'remove' || !someMembers.test(path)) continue;
    const form: Rules['memberRemoval'] = path.includes('[') ? 'filter-only' : isUnassigned(value) ? rule : 'value-only';
    if (form !== rule) throw bad('invalidPath', 'This server does not remove members that way.');
  }
}
