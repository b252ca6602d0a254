import type { OpenAPIRegistry, ResponseConfig, RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';

/** One operation of the contract. Schemas with an id in their metadata are written once and referred to. */
export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tag: string;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: { readonly schema: z.ZodType; readonly mediaType: string };
  readonly responses: Readonly<Record<number, ResponseConfig | { readonly $ref: string }>>;
  /** False for what anybody may ask. */
  readonly secured?: boolean;
}

/** What a `{parameter}` of a path stands for. */
const parameterMeanings: Readonly<Record<string, string>> = {
  id: "The resource's id, as the server gave it.",
  target: 'The name of a target in the configuration.',
  channel: 'The name of an alert channel in the configuration.',
};

export function registerOperation(registry: OpenAPIRegistry, operation: Operation): void {
  const { method, path, operationId, summary, description, tag, query, headers, body, responses, secured } = operation;
  const request: RouteConfig['request'] = {
    ...pathParameters(path),
    ...(query === undefined ? {} : { query }),
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body: { required: true, content: { [body.mediaType]: { schema: body.schema } } } }),
  };
  const security = secured === false ? [] : [{ [tag === 'admin' ? 'adminToken' : 'scimToken']: [] }];
  registry.registerPath({
    method,
    path,
    operationId,
    summary,
    description,
    tags: [tag],
    security,
    request,
    responses: { ...responses },
  });
}

function pathParameters(path: string): { params?: z.ZodObject } {
  const names = Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => name);
  if (names.length === 0) return {};
  const shape = names.map((name) => [name, z.string().meta({ description: parameterMeanings[name] ?? name })] as const);
  return { params: z.object(Object.fromEntries(shape)) };
}
