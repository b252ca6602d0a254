import { z } from 'zod';
import { mediaType, scim } from './scim-context.js';
import type { ScimContext } from './scim-context.js';
import { listOf } from './scim-schemas.js';

const projection = {
  attributes: z.string().optional().meta({ description: 'Return only these, comma-separated (RFC 7644 §3.9).' }),
  excludedAttributes: z.string().optional().meta({ description: 'Return all but these, comma-separated.' }),
};

const page = {
  filter: z.string().optional().meta({ description: 'RFC 7644 §3.4.2.2', example: 'userName eq "ada@example.com"' }),
  sortBy: z
    .string()
    .optional()
    .meta({ description: 'An attribute or sub-attribute (RFC 7644 §3.4.2.3).', example: 'name.familyName' }),
  sortOrder: z.enum(['ascending', 'descending']).optional(),
  startIndex: z.string().optional().meta({ description: 'Counts from 1; not together with `cursor`.', example: '1' }),
  count: z.string().optional().meta({ description: 'How many at most.', example: '100' }),
  cursor: z.string().optional().meta({
    description:
      'Pages by cursor (RFC 9865): empty for the first page, then `nextCursor` or `previousCursor`, all else unchanged.',
  }),
  ...projection,
};

const ifMatch = z.object({
  'If-Match': z.string().optional().meta({ description: 'The version that may be changed (RFC 7644 §3.14).' }),
});

export interface ResourceType {
  readonly name: 'User' | 'Group';
  readonly people: string;
  readonly stored: z.ZodType;
  readonly incoming: z.ZodType;
  readonly patched: string;
}

/** Adds what can be done with one kind of resource. */
export function describeResource(context: ScimContext, type: ResourceType): void {
  const { name, people, stored, incoming } = type;
  const { add, failures } = context;
  const list = scim('One page.', listOf(stored));
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
export function describeEverything({ add, failures, search }: ScimContext, either: z.ZodType): void {
  const list = scim('One page.', listOf(either));
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
