import type { z } from 'zod';
import { scim } from './scim-context.js';
import type { ScimContext } from './scim-context.js';
import { listOf } from './scim-schemas.js';

/** Adds the documents by which a server tells what it can do. */
export function describeDiscovery({ add, failures }: ScimContext, discovery: z.ZodType): void {
  const one = scim('The document.', discovery);
  const many = scim('All of them.', listOf(discovery));
  const documents = [
    { path: '/ServiceProviderConfig', operationId: 'getServiceProviderConfig', summary: 'What this server can do' },
    { path: '/ResourceTypes', operationId: 'listResourceTypes', summary: 'The kinds of resources' },
    { path: '/ResourceTypes/{id}', operationId: 'getResourceType', summary: 'One kind of resource' },
    { path: '/Schemas', operationId: 'listSchemas', summary: 'All schemas' },
    { path: '/Schemas/{id}', operationId: 'getSchema', summary: 'One schema' },
  ];
  for (const document of documents) {
    add({
      ...document,
      method: 'get',
      description: 'RFC 7644 §4. Paging and projection parameters are ignored; a filter is refused.',
      responses: {
        200: document.operationId.startsWith('list') ? many : one,
        ...failures(403, ...(document.path.endsWith('}') ? [404] : [])),
      },
    });
  }
}

/** The endpoint of the standard that is not offered, and says so (RFC 7644 §3.11). */
export function describeUnsupported({ add, failures }: ScimContext): void {
  for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
    add({
      method,
      path: '/Me',
      operationId: `${method}Me`,
      summary: 'Not supported',
      description: 'Tokens belong to identity providers, not to people: there is nobody this could mean.',
      responses: failures(501),
    });
  }
}
