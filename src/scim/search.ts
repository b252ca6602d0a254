import { listCondition } from '../store/filter-to-sql.js';
import { pageOf, type Listing } from '../store/list-resources.js';
import type { Source } from '../store/list-sorted.js';
import { sortKeyOf } from '../store/sort-key.js';
import { readListFilter } from './filter/read-list-filter.js';
import { readListParameters, type GivenListParameters, type ListParameters } from './list-parameters.js';
import { withList } from './json-stream.js';
import { lookUpPart } from './look-up.js';
import { presentListed } from './present-listed.js';
import { readProjection } from './project.js';
import { readSearchRequest } from './read-search-request.js';
import { groupSchema, userSchema } from './schema/resource-schemas.js';
import type { Handler, ScimReply, ScimRequest } from './scim-request.js';
import type { Services } from './services.js';
import { readSortBy, type SortAttributes } from './sort-by.js';
import { walkPage, type ListPart } from './walk-page.js';

/** Where a search looks: one kind of resource, or everything (RFC 7644 §3.4.2.1). */
export type Scope = 'Users' | 'Groups' | 'all';

/** GET on a collection (RFC 7644 §3.4.2). */
export function listHandler(services: Services, scope: Scope): Handler {
  return (request) => search(services, request, scope, request.query);
}

/** POST /.search (RFC 7644 §3.4.3): the same with the parameters in the body, where access logs do not see them. */
export function searchHandler(services: Services, scope: Scope): Handler {
  return (request) => search(services, request, scope, readSearchRequest(request.body));
}

type Given = GivenListParameters & Parameters<typeof readProjection>[0];

async function search(services: Services, request: ScimRequest, scope: Scope, given: Given): Promise<ScimReply> {
  const parameters = readListParameters(given);
  const projection = readProjection(given);
  const { items, ...where } = await part(services, request, scope, parameters);
  const list = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    ...where,
    itemsPerPage: items.length,
  };
  const resources = await presentListed(services.store, items, request.baseUrl, projection);
  return { status: 200, body: withList(list, 'Resources', resources) };
}

async function part(
  services: Services,
  request: ScimRequest,
  scope: Scope,
  parameters: ListParameters,
): Promise<ListPart> {
  const [kind, ...others] = kinds[scope];
  const found = others.length > 0 ? undefined : await lookUpPart(services, request.directory, kind, parameters);
  if (found !== undefined) return found;
  const listing = listingOf(services, request.directory, kinds[scope], parameters);
  const { paging, filter, sortBy, sortOrder } = parameters;
  if (paging.kind === 'cursor') {
    const query = [request.directory, scope, filter, sortBy, sortOrder];
    return walkPage(services, listing, paging.cursor, { query, count: paging.count, now: request.receivedAt });
  }
  const slice = { offset: paging.startIndex - 1, limit: paging.count };
  const { items, total } = await pageOf(services.store, listing, slice);
  return { items, totalResults: total, startIndex: paging.startIndex };
}

type Kind = 'User' | 'Group';

const kinds: Readonly<Record<Scope, readonly [Kind, ...Kind[]]>> = {
  Users: ['User'],
  Groups: ['Group'],
  all: ['User', 'Group'],
};

function listingOf(services: Services, directory: string, types: readonly Kind[], given: ListParameters): Listing {
  const sortBy = given.sortBy === undefined ? undefined : readSortBy(given.sortBy, types);
  const sources = types.map((type) => sourceOf(services, type, given.filter, sortBy));
  if (sortBy === undefined) return { directory, sources };
  return { directory, sources, sorted: { descending: given.sortOrder === 'descending' } };
}

/** An attribute of another kind is absent, in a filter and in an order (RFC 7644 §3.4.2.1). */
function sourceOf(
  { store: { engine } }: Services,
  type: Kind,
  filter: string | undefined,
  sortBy: SortAttributes | undefined,
): Source {
  const isUser = type === 'User';
  const schema = isUser ? userSchema : groupSchema;
  const attribute = sortBy?.get(type);
  return {
    table: isUser ? 'scim_user' : 'scim_group',
    where: filter === undefined ? undefined : listCondition(engine, readListFilter(filter, schema), schema),
    key: attribute === undefined ? undefined : sortKeyOf(engine, schema, attribute),
  };
}
