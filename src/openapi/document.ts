import { OpenApiGeneratorV31, OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { stringify } from 'yaml';
import { adminErrorSchema } from './admin-schemas.js';
import { describeAdmin } from './describe-admin.js';
import { describeHealth } from './describe-health.js';
import { describeScim } from './describe-scim.js';
import { scimErrorSchema } from './scim-schemas.js';

type Document = ReturnType<OpenApiGeneratorV31['generateDocument']>;

/** The contract of the HTTP surfaces as an OpenAPI 3.1 document. */
export function openapiDocument(version: string): Document {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'scimToken', {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of the directory, as given to its identity provider.',
  });
  registry.registerComponent('securitySchemes', 'adminToken', {
    type: 'http',
    scheme: 'bearer',
    description: 'The `admin.token` of the configuration.',
  });
  describeScim(registry);
  describeAdmin(registry);
  describeHealth(registry);
  // The failing answers refer to these by name, which the generator does not follow.
  const errors = [adminErrorSchema, scimErrorSchema].map((schema) => ({ type: 'schema' as const, schema }));
  return new OpenApiGeneratorV31([...registry.definitions, ...errors]).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Drawbridge',
      version,
      description:
        'A SCIM 2.0 bridge: an identity provider provisions people and groups into tools whose plan has no SCIM.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'Wherever this document was read from.' }],
    tags: [
      {
        name: 'scim',
        description:
          'What identity providers speak (RFC 7643, RFC 7644). `/scim/v2` is the first directory of the configuration; ' +
          'every directory, the first included, is served the same way at `/scim/{directory}/v2`.',
      },
      { name: 'admin', description: 'What operators speak. Not mounted with `admin: off`.' },
      { name: 'health', description: 'What machines ask.' },
    ],
  });
}

/** The same document as the text of `openapi.yaml`. */
export function openapiYaml(version: string): string {
  return stringify(openapiDocument(version), { lineWidth: 120, aliasDuplicateObjects: false });
}

export interface DocumentedOperation {
  readonly method: string;
  /** With `{parameter}` for each part that varies. */
  readonly path: string;
}

/** Every operation the document promises, the per-directory addresses of SCIM spelled out: for comparing with routes. */
export function documentedOperations(): readonly DocumentedOperation[] {
  const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;
  return Object.entries(openapiDocument('0').paths ?? {}).flatMap(([path, item]) =>
    methods
      .filter((method) => item[method] !== undefined)
      .flatMap((method) => addressesOf(path).map((address) => ({ method, path: address }))),
  );
}

function addressesOf(path: string): string[] {
  const below = /^\/scim\/v2(\/.*)?$/.exec(path);
  return below === null ? [path] : [path, `/scim/{directory}/v2${below[1] ?? ''}`];
}
