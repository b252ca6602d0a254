import type { Request, Response } from 'express';
import { exchangeOf } from './exchange.js';
import { bodyReader } from './read-body.js';
import type { Method, Route } from './routes.js';
import { ScimError } from './scim-error.js';
import { readQuery, type Handler, type ScimRequest } from './scim-request.js';
import { writeReply } from './write-reply.js';

const defaultBodyLimit = 1024 * 1024;

/**
 * Serves one route: picks the handler by verb, reads the body, answers. HEAD is GET without the body.
 *
 * @param publicUrl the origin (and path prefix) clients reach us at; without it, the one the request names.
 */
export function endpoint(route: Route, publicUrl: string | undefined): Endpoint {
  const readBody = bodyReader(route.bodyLimit ?? defaultBodyLimit);
  return async (request, response, address) => {
    const handler = handlerFor(route, request, response);
    const body = bodyless.has(request.method) ? undefined : await readBody(request, response);
    writeReply(response, await handler(scimRequest(request, response, address, body, publicUrl)));
  };
}

/** What the address of a request says beyond its route. */
export interface Address {
  readonly id: string;
  /** The query string with its question mark, or nothing. */
  readonly query: string;
}

export type Endpoint = (request: Request, response: Response, address: Address) => Promise<void>;

const bodyless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE']);

function handlerFor({ handlers }: Route, request: Request, response: Response): Handler {
  if ('all' in handlers) return handlers.all;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const handler = Object.hasOwn(handlers, method) ? handlers[method as Method] : undefined;
  if (handler !== undefined) return handler;
  response.setHeader('Allow', Object.keys(handlers).join(', '));
  throw new ScimError(405, `${request.method} is not possible here.`);
}

function scimRequest(
  request: Request,
  response: Response,
  { id, query }: Address,
  body: unknown,
  publicUrl: string | undefined,
): ScimRequest {
  const { directory = '', actor = '', root = '', requestId, receivedAt } = exchangeOf(response);
  return {
    directory,
    cause: { actor, requestId },
    receivedAt,
    baseUrl: (publicUrl ?? originOf(request)) + root,
    id,
    query: query === '' ? noQuery : readQuery({ url: query }),
    header: (name) => request.headers[name],
    body,
  };
}

const noQuery = {};

/** `Host` is the client's to write; what is no host name must not end up in the links we send. */
function originOf(request: Request): string {
  const host = /^[\w.:[\]-]+$/.test(request.host) ? request.host : 'localhost';
  return `${request.protocol}://${host}`;
}
