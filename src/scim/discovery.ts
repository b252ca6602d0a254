import { bulkLimits } from './bulk/read-bulk-request.js';
import { cursorTimeoutSeconds } from './list-cursor.js';
import { maxResults } from './list-parameters.js';
import { resourceTypeDocuments, schemaDocuments } from './schema/discovery-documents.js';
import { ScimError } from './scim-error.js';
import type { Handler, ScimReply, ScimRequest } from './scim-request.js';

type Document = Readonly<{ id: string }>;

/** GET /Schemas (RFC 7644 §4). */
export const schemas: Handler = async (request) => list(request, schemaDocuments(request.baseUrl));

/** GET /Schemas/{urn}; URNs are compared without regard to case (RFC 8141 §3.1). */
export const schema: Handler = async (request) => one(request, schemaDocuments(request.baseUrl), 'Schema');

/** GET /ResourceTypes (RFC 7644 §4). */
export const resourceTypes: Handler = async (request) => list(request, resourceTypeDocuments(request.baseUrl));

/** GET /ResourceTypes/{name}. */
export const resourceType: Handler = async (request) =>
  one(request, resourceTypeDocuments(request.baseUrl), 'ResourceType');

/**
 * GET /ServiceProviderConfig (RFC 7643 §5, RFC 9865 §4). Every block is complete even where a feature is off: authentik gives up on
 * the whole document when one is missing, and sizes its member PATCHes by `bulk.maxOperations` (its 2025 client).
 */
export const serviceProviderConfig: Handler = async (request) => {
  refuseFilter(request);
  return {
    status: 200,
    body: {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
      patch: { supported: true },
      bulk: { supported: true, ...bulkLimits },
      filter: { supported: true, maxResults },
      changePassword: { supported: false },
      sort: { supported: true },
      etag: { supported: true },
      pagination: {
        cursor: true,
        index: true,
        defaultPaginationMethod: 'index',
        defaultPageSize: maxResults,
        maxPageSize: maxResults,
        cursorTimeout: cursorTimeoutSeconds,
      },
      authenticationSchemes: [
        {
          type: 'oauthbearertoken',
          name: 'Bearer token',
          description: 'The token of the directory in the Authorization header.',
          specUri: 'https://www.rfc-editor.org/rfc/rfc6750',
          primary: true,
        },
        {
          type: 'httpbasic',
          name: 'HTTP Basic',
          description: 'The token of the directory as the password; the user name does not matter.',
          specUri: 'https://www.rfc-editor.org/rfc/rfc7617',
          primary: false,
        },
      ],
      meta: { resourceType: 'ServiceProviderConfig', location: `${request.baseUrl}/ServiceProviderConfig` },
    },
  };
};

function list(request: ScimRequest, documents: readonly Document[]): ScimReply {
  refuseFilter(request);
  const body = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: documents.length,
    startIndex: 1,
    itemsPerPage: documents.length,
    Resources: documents,
  };
  return { status: 200, body };
}

function one(request: ScimRequest, documents: readonly Document[], kind: string): ScimReply {
  const document = documents.find(({ id }) => id.toLowerCase() === request.id.toLowerCase());
  if (document === undefined) throw ScimError.notFound(`${kind} ${request.id} not found.`);
  return { status: 200, body: document };
}

/** RFC 7644 §4: a filter here is answered 403, so that nobody takes the unfiltered list for the filtered one. */
function refuseFilter(request: ScimRequest): void {
  if (request.query['filter'] !== undefined) throw new ScimError(403, 'Discovery endpoints cannot be filtered.');
}
