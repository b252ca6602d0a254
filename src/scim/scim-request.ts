import type { Request } from 'express';
import type { Cause } from '../model/cause.js';
import type { ScimWrite } from '../store/scim-write.js';

/** What a handler gets to see of a request, and everything it may depend on: parsed once, authenticated. */
export interface ScimRequest {
  readonly directory: string;
  readonly cause: Cause;
  /** When the request arrived, in epoch milliseconds. */
  readonly receivedAt: number;
  /** The caller's own root, in the form the request used, without a slash at the end: what locations are made of. */
  readonly baseUrl: string;
  /** The last segment of the path, where the route has one. */
  readonly id: string;
  readonly query: Readonly<Record<string, string>>;
  readonly header: (name: 'if-match' | 'if-none-match') => string | undefined;
  /** Parsed JSON of any shape; undefined when there was none. */
  readonly body: unknown;
}

/** What a handler answers. Without a body the answer is empty. */
export interface ScimReply {
  readonly status: number;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handler = (request: ScimRequest) => Promise<ScimReply>;

/** The circumstances under which a request's change is stored. */
export function writeOf(request: ScimRequest): ScimWrite {
  return { directory: request.directory, cause: request.cause, now: request.receivedAt };
}

/**
 * A query string as names and values. Names this server knows are found in any case, the first of several wins, and
 * unknown ones do no harm (RFC 7644 §3.4.2, Entra ID's `aadOptscim062020`). Read here once: Express 5 parses
 * `request.query` again at each access.
 */
export function readQuery(request: Pick<Request, 'url'>): Readonly<Record<string, string>> {
  const start = request.url.indexOf('?');
  const query: Record<string, string> = {};
  if (start === -1) return query;
  for (const [name, value] of new URLSearchParams(request.url.slice(start))) {
    const known = parameterNames.get(name.toLowerCase());
    if (known !== undefined) query[known] ??= value;
  }
  return query;
}

const parameterNames = new Map(
  ['filter', 'sortBy', 'sortOrder', 'startIndex', 'count', 'cursor', 'attributes', 'excludedAttributes'].map((name) => [
    name.toLowerCase(),
    name,
  ]),
);
