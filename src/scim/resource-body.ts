import type { ResourceSchema } from '../model/resource-schema.js';
import { isObject, type JsonObject } from './json.js';
import { ScimError } from './scim-error.js';
import { groupUrn, userUrn } from './schema/definitions.js';

/**
 * The body of a POST or PUT as an object. `schemas` may be missing and may list URNs nobody knows, but a body that says
 * it is the other resource type is refused (RFC 7644 §3.12).
 */
export function resourceBody(body: unknown, schema: ResourceSchema): JsonObject {
  if (!isObject(body)) throw ScimError.badRequest('invalidSyntax', 'The request body must be a JSON object.');
  const schemas = Array.isArray(body['schemas']) ? body['schemas'] : [];
  const other = schema.type === 'User' ? groupUrn : userUrn;
  if (schemas.includes(other) && !schemas.includes(schema.urn)) {
    throw ScimError.badRequest('invalidSyntax', `The request body is not a ${schema.type}: its schema is ${other}.`);
  }
  return body;
}
