import { randomUUID } from 'node:crypto';
import express, { type ErrorRequestHandler, type RequestHandler, type Router } from 'express';
import type { Acknowledge } from '../model/acknowledge.js';
import type { Log } from '../model/log.js';
import type { Store } from '../store/store.js';
import { accessLog } from './access-log.js';
import type { TokenRule } from './authenticate.js';
import { CursorSeal } from './cursor-seal.js';
import { endpoint } from './endpoint.js';
import { beginExchange, exchangeOf } from './exchange.js';
import { directoryGuard } from './guard-directory.js';
import { lastRequestNote } from './note-last-request.js';
import { routesOf } from './routes.js';
import { ScimError } from './scim-error.js';
import { translateError } from './translate-error.js';
import { writeError } from './write-reply.js';

export interface ScimRouterOptions {
  readonly store: Store;
  /** The first one is also served at `/scim/v2`. */
  readonly directories: readonly ScimDirectory[];
  readonly acknowledge: Acknowledge;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Where clients reach us, such as `https://scim.acme.com`; without it, the origin each request names. */
  readonly publicUrl?: string | undefined;
  /** How many failed authentications an address may make in a minute before it is answered 429. */
  readonly failedAuthPerMinute?: number | undefined;
  readonly newId?: (() => string) | undefined;
}

/** One identity provider application and the tokens that open it. */
export interface ScimDirectory {
  readonly name: string;
  readonly tokens: readonly TokenRule[];
}

/**
 * The SCIM 2.0 server (RFC 7643, RFC 7644) as a router to be mounted at `/`: `/scim/v2` serves the first directory,
 * `/scim/<directory>/v2` any of them. Everything below `/scim` is answered here, what does not exist included; all
 * other paths pass through untouched.
 */
export function createScimRouter(options: ScimRouterOptions): Router {
  const { store, directories, log, now } = options;
  const newId = options.newId ?? randomUUID;
  const guard = directoryGuard(log, now, options.failedAuthPerMinute ?? 100);
  const resources = resourceRouter({ ...options, newId });
  const note = lastRequestNote(store, log);

  const scim = express.Router();
  scim.use((request, response, next) => {
    accessLog(log, now, request, response, beginExchange(request, response, now(), newId));
    next();
  });
  for (const [position, directory] of directories.entries()) {
    for (const root of rootsOf(directory.name, position)) {
      scim.use(root, enter(directory.name, `/scim${root}`), guard(directory.tokens), note, resources);
    }
  }
  scim.use(nothingHere);
  scim.use(answerErrors(store, log));

  const router = express.Router();
  router.use(withSingleSlashes);
  router.use('/scim', scim);
  return router;
}

function rootsOf(directory: string, position: number): string[] {
  const own = `/${directory}/v2`;
  return position === 0 ? ['/v2', own] : [own];
}

function resourceRouter(options: ScimRouterOptions & { readonly newId: () => string }): Router {
  const { store, acknowledge, log, newId, publicUrl, directories } = options;
  const cursors = new CursorSeal(directories.flatMap(({ tokens }) => tokens.map(({ sha256 }) => sha256)));
  const resources = express.Router();
  for (const route of routesOf({ store, acknowledge, log, newId, cursors })) {
    resources.all(route.path, endpoint(route, publicUrl));
  }
  return resources;
}

function enter(directory: string, root: string): RequestHandler {
  return (_request, response, next) => {
    Object.assign(exchangeOf(response), { directory, root });
    next();
  };
}

/** Joined URLs often have a slash too many; a redirect would turn POST into GET in some clients, so all forms work. */
const withSingleSlashes: RequestHandler = (request, _response, next) => {
  const [path = '', query] = split(request.url);
  if (/^\/+scim(\/|$)/i.test(path)) request.url = path.replace(/\/{2,}/g, '/') + query;
  next();
};

function split(url: string): [path: string, query: string] {
  const start = url.indexOf('?');
  return start === -1 ? [url, ''] : [url.slice(0, start), url.slice(start)];
}

/** RFC 7644 §3.13: another version is told apart from a path that never existed. */
const nothingHere: RequestHandler = (request) => {
  if (/^\/([^/]+\/)?v\d+(\/|$)/i.test(request.path) && !/^\/([^/]+\/)?v2(\/|$)/i.test(request.path)) {
    throw ScimError.badRequest('invalidVers', 'This server speaks SCIM 2.0, at /v2.');
  }
  throw ScimError.notFound('There is nothing at this address.');
};

/** The last resort: everything thrown ends as a SCIM error, and what is our fault is logged with its cause. */
function answerErrors(store: Store, log: Log): ErrorRequestHandler {
  return (thrown: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(thrown);
      return;
    }
    const error = translateError(thrown, store);
    if (error.status >= 500 && error.cause !== undefined) {
      log.error('a SCIM request failed', { requestId: exchangeOf(response).requestId, error: error.cause });
    }
    writeError(response, error);
  };
}
