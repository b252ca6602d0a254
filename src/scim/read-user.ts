import type { UserAttributes } from '../model/scim-attributes.js';
import { resourceBody } from './resource-body.js';
import { readAttributes } from './schema/read-attributes.js';
import { userSchema } from './schema/resource-schemas.js';
import { validateUser } from './schema/validate.js';

/**
 * Reads the body of a PUT: the dialects of identity providers rewritten, then validated. Values come back byte for byte
 * as sent. A password is accepted and forgotten; what is read-only or unknown is ignored. `active` stays absent when the
 * client did not send it.
 *
 * @throws {ScimError} 400 `invalidSyntax` when the body is no user at all, 400 `invalidValue` naming what is wrong.
 */
export function readUser(body: unknown): UserAttributes {
  return validateUser(readAttributes(userSchema, resourceBody(body, userSchema)));
}

/** Reads the body of a POST. The same, and `active` is true unless the client says otherwise. */
export function readNewUser(body: unknown): UserAttributes {
  const attributes = readUser(body);
  return attributes.active === undefined ? { ...attributes, active: true } : attributes;
}
