import { z } from 'zod';
import { longestName } from '../choices.js';
import { issueText } from './issue-text.js';
import { patched } from './json-patch.js';
import type { PatchOperation } from './json-patch.js';
import { disable, enable } from './lifecycle.js';
import type { Organisation } from './organisation.js';
import { userTypes } from './records.js';
import type { User } from './records.js';
import { failedPatch } from './refusals.js';
import { touch } from './users.js';

const name = z.string().min(1).max(longestName).nullable();

/**
 * What a patch can change, and the rules its result is held against: names of 1 to 36 characters, or none. Everything
 * else a user shows is read-only, the address above all, and no part of the document that is patched.
 */
const patchable = z.strictObject({
  first_name: name.default(null),
  last_name: name.default(null),
  active: z.boolean(),
  metadata: z.record(z.string(), z.unknown()).default({}),
  user_type: z.enum(userTypes).default('default'),
});

/**
 * Patches a user: in memory first, then checked as a whole, so that one bad operation leaves everything as it was. A
 * user who breaks the rules already, say by a long name from their creation, is refused whatever is patched.
 *
 * @throws {Refusal} 422
 */
export function patchUser(org: Organisation, user: User, operations: readonly PatchOperation[]): void {
  const before = {
    first_name: user.firstName,
    last_name: user.lastName,
    active: user.active,
    metadata: user.metadata,
    user_type: user.userType,
  };
  const after = resultOf(before, operations);
  if (JSON.stringify(after) === JSON.stringify(before)) return;

  if (after.active !== user.active) (after.active ? enable : disable)(org, user);
  noteLostAttributes(org, user, operations, after.metadata);
  user.firstName = after.first_name;
  user.lastName = after.last_name;
  user.metadata = after.metadata;
  user.userType = after.user_type;
  touch(org, user);
}

function resultOf(before: z.input<typeof patchable>, operations: readonly PatchOperation[]) {
  const parsed = patchable.safeParse(patched(before, operations));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw failedPatch(issue === undefined ? 'Invalid document' : issueText(issue));
}

/** Attributes that were there, and that a write of the whole of `metadata` left out. */
function noteLostAttributes(
  org: Organisation,
  user: User,
  operations: readonly PatchOperation[],
  after: Readonly<Record<string, unknown>>,
): void {
  if (!operations.some(({ path }) => path === '/metadata')) return;
  const gone = Object.keys(user.metadata).filter((each) => !Object.hasOwn(after, each));
  for (const attribute of gone) org.emit({ kind: 'lost', what: 'attribute', of: user.id, name: attribute });
}
