import type { OpenAPIRegistry, ResponseConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { registerOperation } from './operation.js';
import type { Operation } from './operation.js';
import * as schemas from './scim-schemas.js';
import { shareFailures } from './shared-failures.js';

const mediaType = 'application/scim+json';

const projection = {
  attributes: z.string().optional().meta({ description: 'Return only these, comma-separated (RFC 7644 §3.9).' }),
  excludedAttributes: z.string().optional().meta({ description: 'Return all but these, comma-separated.' }),
};

const page = {
  filter: z.string().optional().meta({ description: 'RFC 7644 §3.4.2.2', example: 'userName eq "ada@example.com"' }),
  sortBy: z.string().optional(),
  sortOrder: z.enum(['ascending', 'descending']).optional(),
  startIndex: z.string().optional().meta({ description: 'Counts from 1.', example: '1' }),
  count: z.string().optional().meta({ description: 'How many at most.', example: '100' }),
  ...projection,
};

const ifMatch = z.object({
  'If-Match': z.string().optional().meta({ description: 'The version that may be changed (RFC 7644 §3.14).' }),
});

interface ResourceType {
  readonly name: 'User' | 'Group';
  readonly people: string;
  readonly stored: z.ZodType;
  readonly incoming: z.ZodType;
  readonly patched: string;
}

/** Adds `/scim/v2`, which every directory also serves below its own name: `/scim/{directory}/v2`. */
export function describeScim(registry: OpenAPIRegistry): void {
  const types: readonly ResourceType[] = [
    {
      name: 'User',
      people: 'people',
      stored: schemas.userSchema,
      incoming: schemas.newUserSchema,
      patched: 'Answers with the resource.',
    },
    {
      name: 'Group',
      people: 'groups',
      stored: schemas.groupSchema,
      incoming: schemas.newGroupSchema,
      patched:
        'Members are changed by what the operations name and never read as a whole. Answers 204, or with the resource when `attributes` or `excludedAttributes` are given.',
    },
  ];
  const context: Context = {
    search: schemas.searchSchema,
    patch: schemas.patchSchema,
    failures: shareFailures(registry, {
      prefix: 'Scim',
      mediaType,
      schema: 'ScimError',
      meanings,
      always: [401, 429, 500],
    }),
    add: (operation) => {
      registerOperation(registry, { ...operation, path: `/scim/v2${operation.path}`, tag: 'scim' });
    },
  };
  for (const type of types) describeResource(context, type);
  describeEverything(context, z.union(types.map(({ stored }) => stored)));
  describeDiscovery(context, schemas.discoverySchema);
  describeUnsupported(context);
}

interface Context {
  readonly search: z.ZodType;
  readonly patch: z.ZodType;
  failures: ReturnType<typeof shareFailures>;
  add(operation: Omit<Operation, 'tag'>): void;
}

function describeResource(context: Context, type: ResourceType): void {
  const { name, people, stored, incoming } = type;
  const { add, failures } = context;
  const list = scim('One page.', schemas.listOf(stored));
  const one = scim('The resource.', stored);
  const many = `/${name}s`;
  const byId = `${many}/{id}`;
  const body = { schema: incoming, mediaType };

  add({
    method: 'get',
    path: many,
    operationId: `list${name}s`,
    summary: `Find ${people}`,
    description: `A page of ${people}, in a stable order. No match is an empty page, not an error (RFC 7644 §3.4.2).`,
    query: z.object(page),
    responses: { 200: list, ...failures(400) },
  });
  add({
    method: 'post',
    path: many,
    operationId: `create${name}`,
    summary: `Create a ${name.toLowerCase()}`,
    description:
      'It is stored, with the work it causes, before this answers (RFC 7644 §3.3).' +
      (name === 'User' ? ' May wait a few seconds for the targets; when all of them refuse, nothing is kept.' : ''),
    query: z.object(projection),
    body,
    responses: { 201: one, ...failures(400, 409, 413) },
  });
  add({
    method: 'post',
    path: `${many}/.search`,
    operationId: `search${name}s`,
    summary: `Find ${people} without personal data in the URL`,
    description: 'The same as the list, with its parameters in the body (RFC 7644 §3.4.3).',
    body: { schema: context.search, mediaType },
    responses: { 200: list, ...failures(400) },
  });
  add({
    method: 'get',
    path: byId,
    operationId: `get${name}`,
    summary: `Read one ${name.toLowerCase()}`,
    description: 'Inactive people are returned as well; only deleted ones are gone (RFC 7644 §3.4.1).',
    query: z.object(projection),
    responses: { 200: one, 304: { description: 'Unchanged since the version in `If-None-Match`.' }, ...failures(404) },
  });
  add({
    method: 'put',
    path: byId,
    operationId: `replace${name}`,
    summary: `Replace a ${name.toLowerCase()}`,
    description:
      'Never creates. A group body that does not speak of members leaves them as they are (RFC 7644 §3.5.1).',
    query: z.object(projection),
    headers: ifMatch,
    body,
    responses: { 200: one, ...failures(400, 404, 409, 412, 413) },
  });
  add({
    method: 'patch',
    path: byId,
    operationId: `patch${name}`,
    summary: `Change a ${name.toLowerCase()}`,
    description: `All operations or none (RFC 7644 §3.5.2). ${type.patched}`,
    query: z.object(projection),
    headers: ifMatch,
    body: { schema: context.patch, mediaType },
    responses: { 200: one, 204: { description: 'Done.' }, ...failures(400, 404, 409, 412, 413) },
  });
  add({
    method: 'delete',
    path: byId,
    operationId: `delete${name}`,
    summary: `Delete a ${name.toLowerCase()}`,
    description:
      name === 'User'
        ? 'The targets deactivate the account. Who comes back is linked to it again (RFC 7644 §3.6).'
        : 'Its members leave it in the targets; a group Drawbridge made there is removed (RFC 7644 §3.6).',
    headers: ifMatch,
    responses: { 204: { description: 'Deleted.' }, ...failures(404, 412) },
  });
}

/** Both kinds of resources in one list (RFC 7644 §3.4.2.1). */
function describeEverything({ add, failures, search }: Context, either: z.ZodType): void {
  const list = scim('One page.', schemas.listOf(either));
  add({
    method: 'get',
    path: '',
    operationId: 'listAll',
    summary: 'Find people and groups',
    description: 'A filter on an attribute one of them does not have matches none of it (RFC 7644 §3.4.2.1).',
    query: z.object(page),
    responses: { 200: list, ...failures(400) },
  });
  add({
    method: 'post',
    path: '/.search',
    operationId: 'searchAll',
    summary: 'Find people and groups without personal data in the URL',
    description: 'The same as the list, with its parameters in the body (RFC 7644 §3.4.3).',
    body: { schema: search, mediaType },
    responses: { 200: list, ...failures(400) },
  });
}

function describeDiscovery({ add, failures }: Context, discovery: z.ZodType): void {
  const one = scim('The document.', discovery);
  const many = scim('All of them.', schemas.listOf(discovery));
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

/** Known endpoints of the standard that are not offered, and say so (RFC 7644 §3.7, §3.11). */
function describeUnsupported({ add, failures }: Context): void {
  add({
    method: 'post',
    path: '/Bulk',
    operationId: 'bulk',
    summary: 'Not supported',
    description: 'The service provider configuration says so too.',
    responses: failures(501),
  });
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

const meanings: Readonly<Record<number, string>> = {
  400: 'The request cannot be understood; `scimType` and `detail` say why. Also a refusal of every target, in its words.',
  401: 'The bearer token is missing or wrong.',
  403: 'Discovery documents take no filter.',
  404: 'There is no such resource in this directory.',
  409: 'Another resource has this name.',
  412: 'The resource has changed since the version in `If-Match`.',
  413: 'The body is larger than the server takes.',
  429: 'Too many failed attempts to authenticate from this address; `Retry-After` says when to come back.',
  500: 'Drawbridge failed; nothing was stored.',
  501: 'Not supported.',
};

function scim(description: string, schema: z.ZodType): ResponseConfig {
  return { description, content: { [mediaType]: { schema } } };
}
