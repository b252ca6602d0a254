import type { Filter } from '../../model/filter.js';
import { readMemberIds } from '../member-ids.js';
import { ScimError } from '../scim-error.js';
import type { PatchOperation } from './patch-operation.js';

/** One thing a PATCH does to a group's members, by user id. */
export type MemberStep =
  { readonly kind: 'add' | 'remove' | 'replace'; readonly ids: readonly string[] } | { readonly kind: 'clear' };

export interface GroupDelta {
  /** Only what changes. `externalId: null` clears it. */
  readonly attributes: { readonly displayName?: string; readonly externalId?: string | null };
  /** In the order asked for. */
  readonly steps: readonly MemberStep[];
}

/**
 * What a PATCH does to a group, without knowing who is in it: members are changed by rows, and a group of 50,000 costs
 * no more than one of ten.
 *
 * `remove` of `members` takes away those listed in its value, which is Entra ID's form; only without a value, or with
 * null, does it clear the group, and an empty list removes nobody.
 *
 * @throws {ScimError} 400 `invalidFilter` for members selected by anything but `value`, `invalidValue`, `invalidPath`.
 */
export function groupDelta(operations: readonly PatchOperation[]): GroupDelta {
  const attributes: { displayName?: string; externalId?: string | null } = {};
  const steps: MemberStep[] = [];
  for (const operation of operations) {
    const { name } = operation.target.attribute;
    if (name === 'members') steps.push(...memberSteps(operation));
    else if (name === 'displayName') attributes.displayName = displayNameOf(operation);
    else if (name === 'externalId') attributes.externalId = externalIdOf(operation);
  }
  return { attributes, steps };
}

function displayNameOf(operation: PatchOperation): string {
  const { value } = operation;
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw ScimError.badRequest('invalidValue', 'displayName is required and must be a text that is not empty.');
}

function externalIdOf({ value }: PatchOperation): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string') return value;
  throw ScimError.badRequest('invalidValue', 'externalId must be a text.');
}

function memberSteps(operation: PatchOperation): readonly MemberStep[] {
  const { op, target, value } = operation;
  if (target.subAttribute !== undefined) {
    throw ScimError.badRequest('mutability', 'A member cannot be changed, only added or removed.');
  }
  if (target.filter !== undefined) {
    if (op === 'remove') return [{ kind: 'remove', ids: selectedIds(target.filter) }];
    throw ScimError.badRequest('invalidPath', `Members to ${op} are listed in the value, not selected by the path.`);
  }
  if (value === undefined || value === null) return op === 'add' ? [] : [{ kind: 'clear' }];
  const ids = readMemberIds(value);
  if (ids.length === 0) return op === 'replace' ? [{ kind: 'clear' }] : [];
  return [{ kind: op, ids }];
}

/** The ids in `value eq "a" or value eq "b"`. */
function selectedIds(filter: Filter): readonly string[] {
  if (filter.kind === 'or') return [...new Set(filter.filters.flatMap(selectedIds))];
  const isById =
    filter.kind === 'compare' && filter.operator === 'eq' && filter.path.attribute.toLowerCase() === 'value';
  if (isById && filter.value !== null) return [String(filter.value)];
  throw ScimError.badRequest('invalidFilter', 'Members can be selected only by id: members[value eq "…"].');
}
