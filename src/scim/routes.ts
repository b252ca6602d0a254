import { bulkHandler } from './bulk/bulk-handler.js';
import { bulkLimits } from './bulk/read-bulk-request.js';
import { resourceType, resourceTypes, schema, schemas, serviceProviderConfig } from './discovery.js';
import { groupHandlers } from './groups.js';
import { ScimError } from './scim-error.js';
import type { Handler } from './scim-request.js';
import { listHandler, searchHandler } from './search.js';
import type { Services } from './services.js';
import { userHandlers } from './users.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One path below a directory's root and what each verb does there; any other verb is answered 405. */
export interface Route {
  readonly path: string;
  /** `all` stands for every verb. */
  readonly handlers: Readonly<Partial<Record<Method, Handler>>> | { readonly all: Handler };
  /** The largest body in bytes; 1 MiB unless said otherwise. */
  readonly bodyLimit?: number;
}

const userBodyLimit = 1024 * 1024;

/** Enough for a PUT of the members of a group of some 50,000. */
const groupBodyLimit = 10 * 1024 * 1024;

/** The SCIM surface, most specific path first. */
export function routesOf(services: Services): readonly Route[] {
  const users = userHandlers(services);
  const groups = groupHandlers(services);
  return [
    { path: '/ServiceProviderConfig', handlers: { GET: serviceProviderConfig } },
    { path: '/ResourceTypes', handlers: { GET: resourceTypes } },
    { path: '/ResourceTypes/:id', handlers: { GET: resourceType } },
    { path: '/Schemas', handlers: { GET: schemas } },
    { path: '/Schemas/:id', handlers: { GET: schema } },
    { path: '/Me', handlers: { all: notImplemented('A token belongs to an identity provider, which is no user.') } },
    { path: '/Bulk', handlers: { POST: bulkHandler(services, userBodyLimit) }, bodyLimit: bulkLimits.maxPayloadSize },
    { path: '/.search', handlers: { POST: searchHandler(services, 'all') } },
    { path: '/Users/.search', handlers: { POST: searchHandler(services, 'Users') } },
    { path: '/Groups/.search', handlers: { POST: searchHandler(services, 'Groups') } },
    {
      path: '/Users',
      handlers: { GET: listHandler(services, 'Users'), POST: users.create },
      bodyLimit: userBodyLimit,
    },
    {
      path: '/Users/:id',
      handlers: { GET: users.get, PUT: users.replace, PATCH: users.modify, DELETE: users.remove },
      bodyLimit: userBodyLimit,
    },
    {
      path: '/Groups',
      handlers: { GET: listHandler(services, 'Groups'), POST: groups.create },
      bodyLimit: groupBodyLimit,
    },
    {
      path: '/Groups/:id',
      handlers: { GET: groups.get, PUT: groups.replace, PATCH: groups.modify, DELETE: groups.remove },
      bodyLimit: groupBodyLimit,
    },
    { path: '/', handlers: { GET: listHandler(services, 'all') } },
  ];
}

function notImplemented(detail: string): Handler {
  return async () => {
    throw new ScimError(501, detail);
  };
}
