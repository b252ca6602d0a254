import { mediaType, scim, type ScimContext } from './scim-context.js';
import { bulkRequestSchema, bulkResponseSchema } from './scim-schemas.js';

/** Adds many operations in one request (RFC 7644 §3.7). */
export function describeBulk({ add, failures }: ScimContext): void {
  add({
    method: 'post',
    path: '/Bulk',
    operationId: 'bulk',
    summary: 'Many operations in one request',
    description:
      'Up to 1,000 operations and 10 MiB. Each is stored, audited and provisioned as a request of its own would be, in order, but one that refers to a resource still to be made waits for it. Never waits for the targets (RFC 7644 §3.7).',
    body: { schema: bulkRequestSchema, mediaType },
    responses: { 200: scim('What became of each operation.', bulkResponseSchema), ...failures(400, 413) },
  });
}
