import { groupFilter, userFilter } from '../store/filter-to-sql.js';
import { listGroups } from '../store/scim-groups.js';
import { listUsers, type PageRequest } from '../store/scim-users.js';
import { parseFilter } from './filter/parse-filter.js';
import { readListParameters, type ListParameters } from './list-parameters.js';
import { presentGroups } from './present-group.js';
import { presentUsers } from './present-user.js';
import { project, readProjection, type Projection } from './project.js';
import { readSearchRequest } from './read-search-request.js';
import { groupSchema, userSchema } from './schema/resource-schemas.js';
import type { Handler, ScimReply, ScimRequest } from './scim-request.js';
import type { Services } from './services.js';

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

type Given = Parameters<typeof readListParameters>[0] & Parameters<typeof readProjection>[0];

async function search(services: Services, request: ScimRequest, scope: Scope, given: Given): Promise<ScimReply> {
  const parameters = readListParameters(given);
  const projection = readProjection(given);
  const found = await searchers[scope](services, request, parameters, projection);
  const list = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: found.total,
    startIndex: parameters.startIndex,
    itemsPerPage: found.resources.length,
    Resources: found.resources,
  };
  return { status: 200, body: list };
}

interface Found {
  readonly total: number;
  readonly resources: readonly Readonly<Record<string, unknown>>[];
}

type Searcher = (
  services: Services,
  request: ScimRequest,
  parameters: ListParameters,
  projection: Projection,
) => Promise<Found>;

const searchers: Readonly<Record<Scope, Searcher>> = { Users: searchUsers, Groups: searchGroups, all: searchAll };

async function searchUsers(...[services, request, parameters, projection]: Parameters<Searcher>): Promise<Found> {
  const { store } = services;
  const where =
    parameters.filter === undefined ? undefined : userFilter(store.engine, parseFilter(parameters.filter), userSchema);
  const { rows, total } = await listUsers(store, request.directory, { where, ...sliceOf(parameters) });
  const users = await presentUsers(store, rows, request.baseUrl);
  return { total, resources: users.map((user) => project(user.resource, projection, 'User')) };
}

async function searchGroups(...[services, request, parameters, projection]: Parameters<Searcher>): Promise<Found> {
  const { store } = services;
  const where =
    parameters.filter === undefined
      ? undefined
      : groupFilter(store.engine, parseFilter(parameters.filter), groupSchema);
  const { rows, total } = await listGroups(store, request.directory, { where, ...sliceOf(parameters) });
  const groups = await presentGroups(store, rows, request.baseUrl, projection);
  return { total, resources: groups.map((group) => project(group.resource, projection, 'Group')) };
}

/** All users, then all groups; an attribute of the other kind is absent and matches accordingly. */
async function searchAll(...[services, request, parameters, projection]: Parameters<Searcher>): Promise<Found> {
  const users = await searchUsers(services, request, parameters, projection);
  const count = parameters.count - users.resources.length;
  const startIndex = Math.max(1, parameters.startIndex - users.total);
  const groups = await searchGroups(services, request, { ...parameters, startIndex, count }, projection);
  return { total: users.total + groups.total, resources: [...users.resources, ...groups.resources] };
}

function sliceOf({ startIndex, count }: ListParameters): Pick<PageRequest, 'offset' | 'limit'> {
  return { offset: startIndex - 1, limit: count };
}
