import type { GroupAttributes } from '../model/scim-attributes.js';
import type { JsonObject } from './json.js';
import { readMemberIds } from './member-ids.js';
import { resourceBody } from './resource-body.js';
import { readAttributes } from './schema/read-attributes.js';
import { groupSchema } from './schema/resource-schemas.js';
import { validateGroup } from './schema/validate.js';

/**
 * Members a client sent. Absent is not empty: a PUT without `members` leaves them as they are, while null and `[]` say
 * that there are none (RFC 7643 §2.5).
 */
export type GivenMembers = { readonly kind: 'absent' } | { readonly kind: 'given'; readonly ids: readonly string[] };

export interface GivenGroup {
  readonly attributes: GroupAttributes;
  /** Ids as sent, each once. Whether they are users of the directory is for the store to say. */
  readonly members: GivenMembers;
}

/**
 * Reads the body of a POST or PUT. Members are told from each other by `value` alone; `type` is not believed, because a
 * nested group is recognised by its id.
 *
 * @throws {ScimError} 400 `invalidSyntax` when the body is no group at all, 400 `invalidValue` naming what is wrong.
 */
export function readGroup(body: unknown): GivenGroup {
  const given = resourceBody(body, groupSchema);
  return { attributes: validateGroup(readAttributes(groupSchema, given)), members: membersOf(given) };
}

/** What a PUT makes of a group: `externalId` is kept when the client left it out. */
export function replaceGroup(existing: GroupAttributes, incoming: GroupAttributes): GroupAttributes {
  const { externalId = existing.externalId } = incoming;
  return externalId === undefined ? incoming : { ...incoming, externalId };
}

function membersOf(body: JsonObject): GivenMembers {
  const key = Object.keys(body).find((each) => each.toLowerCase() === 'members');
  if (key === undefined) return { kind: 'absent' };
  const members = body[key];
  return { kind: 'given', ids: members === null ? [] : readMemberIds(members) };
}
