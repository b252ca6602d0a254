import type { GroupAttributes } from '../model/scim-attributes.js';

export type GivenMembers = { readonly kind: 'absent' } | { readonly kind: 'given'; readonly ids: readonly string[] };

export function readGroup(_body: unknown): { attributes: GroupAttributes; members: GivenMembers } {
  throw new Error('not yet');
}

/** PUT of a group: `externalId` is kept when absent. */
export function replaceGroup(_existing: GroupAttributes, _incoming: GroupAttributes): GroupAttributes {
  throw new Error('not yet');
}
