import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Acknowledge } from '../model/acknowledge.js';
import type { Log } from '../model/log.js';
import type { Store } from '../store/store.js';
import { accessLog } from './access-log.js';
import type { TokenRule } from './authenticate.js';
import type { RejectionCounter } from './count-rejections.js';
import { CursorSeal } from './cursor-seal.js';
import { endpoint } from './endpoint.js';
import { beginExchange, exchangeOf } from './exchange.js';
import { directoryGuard, type DirectoryGuard, type Guard } from './guard-directory.js';
import { routeMatcher } from './match-route.js';
import { lastRequestNote } from './note-last-request.js';
import { routesOf } from './routes.js';
import { ScimError } from './scim-error.js';
import { scimPathOf, type ScimPath } from './scim-path.js';
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
  /** Told of every request that is refused. */
  readonly rejections?: Pick<RejectionCounter, 'count'> | undefined;
}

/** Answers what is below `/scim` and calls `next` for all else. */
export type ScimRouter = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** One identity provider application and the tokens that open it. */
export interface ScimDirectory {
  readonly name: string;
  readonly tokens: readonly TokenRule[];
}

/**
 * The SCIM 2.0 server (RFC 7643, RFC 7644), to be mounted at `/`: `/scim/v2` serves the first directory,
 * `/scim/<directory>/v2` any of them. Everything below `/scim` is answered here, what does not exist included; all
 * other paths pass through untouched.
 *
 * One plain handler, not a tree of Express routers: what Express does to each request costs as much as reading a user.
 * It can be mounted in an Express application, or stand before one.
 */
export function createScimRouter(options: ScimRouterOptions): ScimRouter {
  const { store, directories, log, now } = options;
  const newId = options.newId ?? randomUUID;
  const guard = directoryGuard(log, now, options.failedAuthPerMinute ?? 100);
  const matchRoute = routeMatcher(endpointsOf({ ...options, newId }));
  const note = lastRequestNote(store, log);
  const roots = rootsOf(directories, guard);
  const answerError = errorAnswer(options);

  async function serve(request: IncomingMessage, response: ServerResponse, { path, query }: ScimPath): Promise<void> {
    const root = rootIn(roots, path);
    if (root === undefined) throw nothingAt(path);
    Object.assign(exchangeOf(response), { directory: root.directory, root: root.path });
    await passed(root.guard, request, response);
    note(response);
    const match = matchRoute(path.slice(root.path.length));
    if (match === undefined) throw nothingAt(path);
    await match.route.serve(request, response, { id: match.id, query });
  }

  return (request, response, next) => {
    const path = scimPathOf(request.url ?? '');
    if (path === undefined) {
      next();
      return;
    }
    accessLog(log, now, request, response, beginExchange(request, response, now(), newId));
    serve(request, response, path).catch((error: unknown) => answerError(error, response));
  };
}

/** Where a directory is found, and who may enter. */
interface Root {
  readonly directory: string;
  readonly path: string;
  readonly guard: Guard;
}

/** By path in lower case. */
function rootsOf(directories: readonly ScimDirectory[], guard: DirectoryGuard): ReadonlyMap<string, Root> {
  const roots = new Map<string, Root>();
  for (const [position, { name, tokens }] of directories.entries()) {
    const own = guard(tokens);
    const paths = position === 0 ? ['/scim/v2', `/scim/${name}/v2`] : [`/scim/${name}/v2`];
    for (const path of paths) {
      const key = path.toLowerCase();
      if (!roots.has(key)) roots.set(key, { directory: name, path, guard: own });
    }
  }
  return roots;
}

/** The root a path lies below: `/scim/v2` or `/scim/<directory>/v2`. */
function rootIn(roots: ReadonlyMap<string, Root>, path: string): Root | undefined {
  const second = path.indexOf('/', '/scim/'.length);
  const short = second === -1 ? path : path.slice(0, second);
  const root = roots.get(short.toLowerCase());
  if (root !== undefined || second === -1) return root;
  const third = path.indexOf('/', second + 1);
  return roots.get((third === -1 ? path : path.slice(0, third)).toLowerCase());
}

/** Resolves when the guard lets a request on, and rejects when it does not. */
function passed(guard: Guard, request: IncomingMessage, response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    guard(request, response, (refused?: unknown) => (refused === undefined ? resolve() : reject(refused)));
  });
}

function endpointsOf(options: ScimRouterOptions & { readonly newId: () => string }) {
  const { store, acknowledge, log, newId, publicUrl, directories } = options;
  const cursors = new CursorSeal(directories.flatMap(({ tokens }) => tokens.map(({ sha256 }) => sha256)));
  return routesOf({ store, acknowledge, log, newId, cursors }).map((route) => ({
    path: route.path,
    serve: endpoint(route, publicUrl),
  }));
}

/** RFC 7644 §3.13: another version is told apart from a path that never existed. */
function nothingAt(path: string): ScimError {
  if (/^\/scim\/([^/]+\/)?v\d+(\/|$)/i.test(path) && !/^\/scim\/([^/]+\/)?v2(\/|$)/i.test(path)) {
    return ScimError.badRequest('invalidVers', 'This server speaks SCIM 2.0, at /v2.');
  }
  return ScimError.notFound('There is nothing at this address.');
}

/** The last resort: everything thrown ends as a SCIM error, and what is our fault is logged with its cause. */
function errorAnswer({
  store,
  log,
  rejections,
}: ScimRouterOptions): (thrown: unknown, response: ServerResponse) => void {
  return (thrown, response) => {
    if (response.headersSent) {
      response.destroy(); // half an answer must not look like a whole one
      return;
    }
    const error = translateError(thrown, store);
    if (error.status >= 500 && error.cause !== undefined) {
      log.error('a SCIM request failed', { requestId: exchangeOf(response).requestId, error: error.cause });
    }
    const { method = '', url: path = '' } = response.req;
    rejections?.count(exchangeOf(response), { method, path, error });
    writeError(response, error);
  };
}
