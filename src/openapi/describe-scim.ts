import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { describeBulk } from './describe-scim-bulk.js';
import { describeDiscovery, describeUnsupported } from './describe-scim-discovery.js';
import { describeEverything, describeResource } from './describe-scim-resource.js';
import type { ResourceType } from './describe-scim-resource.js';
import { registerOperation } from './operation.js';
import { mediaType } from './scim-context.js';
import type { ScimContext } from './scim-context.js';
import * as schemas from './scim-schemas.js';
import { shareFailures } from './shared-failures.js';

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
  const context: ScimContext = {
    search: schemas.searchSchema,
    patch: schemas.patchSchema,
    failures: shareFailures(registry, {
      prefix: 'Scim',
      mediaType,
      schema: 'ScimError',
      meanings,
      always: [400, 401, 404, 415, 429, 500, 503],
    }),
    add: (operation) => {
      registerOperation(registry, { ...operation, path: `/scim/v2${operation.path}`, tag: 'scim' });
    },
  };
  for (const type of types) describeResource(context, type);
  describeEverything(context, z.union(types.map(({ stored }) => stored)));
  describeDiscovery(context, schemas.discoverySchema);
  describeBulk(context);
  describeUnsupported(context);
}

const meanings: Readonly<Record<number, string>> = {
  400: 'The request cannot be understood; `scimType` and `detail` say why. Also a refusal of every target, in its words.',
  401: 'The bearer token is missing or wrong.',
  403: 'Discovery documents take no filter.',
  404: 'There is no such resource in this directory, or no such directory.',
  409: 'Another resource has this name.',
  412: 'The resource has changed since the version in `If-Match`.',
  413: 'The body is larger than the server takes, or has too many operations.',
  415: 'The body is not JSON in UTF-8, or has another media type.',
  429: 'Too many failed attempts to authenticate from this address; `Retry-After` says when to come back.',
  500: 'Drawbridge failed; nothing was stored.',
  501: 'Not supported.',
  503: 'The store is busy; `Retry-After` says, in seconds, when to come back.',
};
