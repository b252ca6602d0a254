import type { UserAttributes } from '../model/scim-attributes.js';

/** Reads the body of a PUT. `active` stays absent when the client did not send it. */
export function readUser(_body: unknown): UserAttributes {
  throw new Error('not yet');
}

/** Reads the body of a POST: `active` is true unless the client says otherwise. */
export function readNewUser(_body: unknown): UserAttributes {
  throw new Error('not yet');
}
