import type { ResourceSchema } from '../../model/resource-schema.js';
import { enterpriseUrn } from '../../model/scim-attributes.js';

/**
 * Spellings of schema URNs seen in the field: OneLogin's templates lack `ietf:params` and the resource type, one
 * Microsoft sample lacks the colon before `User`, SCIM 1.1 clients say `1.0`.
 */
const enterprise = /^urn:(ietf:params:)?scim:schemas:extension:enterprise:[12]\.0(:?user)?$/i;
const core = /^urn:(ietf:params:)?scim:schemas:core:[12]\.0$/i;

/** The URN a client meant; any other is given back as it is. */
export function canonicalUrn(urn: string, schema: ResourceSchema): string {
  if (enterprise.test(urn)) return enterpriseUrn;
  return core.test(urn) ? schema.urn : urn;
}
