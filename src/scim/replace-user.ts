import type { UserAttributes } from '../model/scim-attributes.js';

export function replaceUser(_existing: UserAttributes, _incoming: UserAttributes): UserAttributes {
  throw new Error('not yet');
}
