import express from 'express';
import type { ErrorRequestHandler, Express, Router } from 'express';
import { Router as newRouter } from 'express';
import { exchange, openEntry } from './exchange.js';
import type { Played } from './exchange.js';
import { deliver } from './faults/deliver.js';
import type { Routes } from './vendor.js';

/** The vendor's side of the wire, and the control below `/_control`. */
export function fakeApp<Call>(played: Played<Call>, control: Router): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use('/_control', control);
  // Whatever a client calls its JSON: SCIM has a media type of its own.
  app.use(express.json({ limit: '50mb', strict: false, type: ['application/json', 'application/*+json'] }));

  const routers = new Map<Routes<Call>, Router>();
  app.use((req, res, next) => {
    const routes = played.vendor.routes();
    const router = routers.get(routes) ?? routerOf(played, routes);
    routers.set(routes, router);
    router(req, res, next);
  });
  app.use(exchange(played, undefined, played.vendor.unknownPath));
  app.use(onError(played));
  return app;
}

const verbs = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

/** Trailing slashes are optional (Express's default); upper and lower case are not the same path. */
function routerOf<Call>(played: Played<Call>, routes: Routes<Call>): Router {
  const router = newRouter({ caseSensitive: true });
  for (const [route, handler] of Object.entries(routes)) {
    const [method, path] = route.split(' ') as [keyof typeof verbs, string];
    router[verbs[method]](path, exchange(played, route, handler));
  }
  return router;
}

/** A body that is no JSON, or too large, never reaches a route, but is noted like any request. */
function onError<Call>(played: Played<Call>): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const status = (error as { status?: unknown }).status;
    const { words } = played.vendor;
    const reply = words.unreadable(typeof status === 'number' ? status : 500);
    openEntry(played, undefined, req).status = reply.status;
    deliver(res, reply, undefined, words);
  };
}
