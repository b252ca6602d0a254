import { z } from 'zod';
import { isObject } from './json.js';
import { ScimError } from './scim-error.js';

/** `{value}` in any spelling, or the id on its own; `$ref`, `display` and `type` say nothing we rely on. */
const memberId = z.preprocess(idOf, z.string().min(1).max(1024));
const memberIds = z.array(memberId);

/**
 * The user ids in a list of members, each once, in order: a list, one member on its own, or bare ids.
 *
 * @throws {ScimError} 400 `invalidValue` naming the position of a member that is none.
 */
export function readMemberIds(value: unknown): readonly string[] {
  const result = memberIds.safeParse(Array.isArray(value) ? value : [value]);
  if (result.success) return [...new Set(result.data)];
  const position = result.error.issues[0]?.path[0];
  const which = typeof position === 'number' ? `members[${position}]` : 'members';
  throw ScimError.badRequest('invalidValue', `${which} is no member: it needs a "value", the id of a user.`);
}

function idOf(member: unknown): unknown {
  if (!isObject(member)) return member;
  if ('value' in member) return member['value'];
  return Object.entries(member).find(([key]) => key.toLowerCase() === 'value')?.[1];
}
