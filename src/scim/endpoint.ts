import type { IncomingMessage, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import { exchangeOf } from './exchange.js';
import { readBody } from './read-body.js';
import type { Method, Route } from './routes.js';
import { ScimError } from './scim-error.js';
import { readQuery, type Handler, type ScimRequest } from './scim-request.js';
import { sendReply } from './send-reply.js';

const defaultBodyLimit = 1024 * 1024;

/**
 * Serves one route: picks the handler by verb, reads the body, answers. HEAD is GET without the body.
 *
 * @param publicUrl the origin (and path prefix) clients reach us at; without it, the one the request names.
 */
export function endpoint(route: Route, publicUrl: string | undefined): Endpoint {
  const limit = route.bodyLimit ?? defaultBodyLimit;
  return async (request, response, address) => {
    const handler = handlerFor(route, request, response);
    const body = bodyless.has(request.method ?? '') ? undefined : await readBody(request, limit);
    await sendReply(response, await handler(scimRequest(request, response, address, body, publicUrl)));
  };
}

/** What the address of a request says beyond its route. */
export interface Address {
  readonly id: string;
  /** The query string with its question mark, or nothing. */
  readonly query: string;
}

export type Endpoint = (request: IncomingMessage, response: ServerResponse, address: Address) => Promise<void>;

const bodyless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE']);

function handlerFor({ handlers }: Route, request: IncomingMessage, response: ServerResponse): Handler {
  if ('all' in handlers) return handlers.all;
  const { method: verb = '' } = request;
  const method = verb === 'HEAD' ? 'GET' : verb;
  const handler = Object.hasOwn(handlers, method) ? handlers[method as Method] : undefined;
  if (handler !== undefined) return handler;
  response.setHeader('Allow', Object.keys(handlers).join(', '));
  throw new ScimError(405, `${verb} is not possible here.`);
}

function scimRequest(
  request: IncomingMessage,
  response: ServerResponse,
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
function originOf({ headers, socket }: IncomingMessage): string {
  const host = headers.host !== undefined && /^[\w.:[\]-]+$/.test(headers.host) ? headers.host : 'localhost';
  return `${socket instanceof TLSSocket ? 'https' : 'http'}://${host}`;
}
