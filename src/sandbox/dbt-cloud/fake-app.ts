import express from 'express';
import type { ErrorRequestHandler, Express, Request, RequestHandler, Router } from 'express';
import { Router as newRouter } from 'express';
import { deliver, reset } from './faults/deliver.js';
import { earlyReply } from './faults/early-reply.js';
import type { FakeCore } from './fake-core.js';
import type { LedgerEntry } from './ledger.js';
import { notFound, Refusal } from './state/refusal.js';
import { surfaces } from './surfaces/surface.js';
import { judgeCredential } from './wire/credential.js';
import type { Reply } from './wire/envelope.js';
import { refused } from './wire/envelope.js';
import { rateLimited } from './wire/rate-limited.js';
import type { Handler, Routes } from './wire/route.js';

/** The vendor's side of the wire. Which surface answers is looked up per request, so a test may switch it. */
export function fakeApp(core: FakeCore, control: Router): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use('/_control', control);
  app.use(express.json({ limit: '50mb', strict: false }));

  const routers = {
    v2: routerOf(core, surfaces.v2),
    platform: routerOf(core, surfaces.platform),
    merged: routerOf(core, surfaces.merged),
  };
  app.use((req, res, next) => {
    routers[core.rules.dialect](req, res, next);
  });
  app.use(exchange(core, unknownPath));
  app.use(onError(core));
  return app;
}

/** Trailing slashes are optional (Express's default); upper and lower case are not the same path. */
function routerOf(core: FakeCore, routes: Routes): Router {
  const router = newRouter({ caseSensitive: true });
  for (const [route, handler] of Object.entries(routes)) {
    const [method, path] = route.split(' ') as ['GET' | 'POST' | 'DELETE', string];
    const verb = { GET: 'get', POST: 'post', DELETE: 'delete' } as const;
    router[verb[method]](path, exchange(core, handler));
  }
  return router;
}

/** One request from the wire and back: note it, let a fault strike, carry it out, deliver the answer. */
function exchange(core: FakeCore, handler: Handler): RequestHandler {
  return (req, res) => {
    const entry = openEntry(core, req);
    const fault = core.faults.decide(entry);
    entry.fault = fault?.kind;
    const early = earlyReply(fault, core.now());
    switch (early.kind) {
      case 'reset':
        reset(res);
        return;
      case 'silence':
        return;
      case 'answer':
        deliver(res, early.reply, undefined);
        return;
      case 'pass':
        core.hooks.run(entry);
        deliver(res, carryOut(core, entry, handler, req), fault);
    }
  };
}

function openEntry(core: FakeCore, req: Request): LedgerEntry {
  const { pathname, search } = new URL(req.originalUrl, 'http://localhost');
  return core.ledger.open({
    at: core.now(),
    method: req.method,
    path: pathname,
    query: search,
    body: req.body as unknown,
    credential: judgeCredential(core.account, core.tokens, req.get('authorization')),
  });
}

function carryOut(core: FakeCore, entry: LedgerEntry, handler: Handler, req: Request): Reply {
  const reply = answer(core, entry, handler, req);
  entry.status = reply.status;
  entry.committed = entry.method !== 'GET' && reply.status < 300;
  return reply;
}

function answer(core: FakeCore, entry: LedgerEntry, handler: Handler, req: Request): Reply {
  const waitMs = core.rate.spend(core.now(), core.rules.rate);
  if (waitMs > 0) return rateLimited(core.rules.rate.header, waitMs, core.now());
  if (entry.credential !== 'good') return refused(401, 'Invalid token.');
  try {
    return core.change(entry, () => dispatch(core, entry, handler, req));
  } catch (error) {
    if (error instanceof Refusal) return refused(error.status, error.message);
    return refused(500, `The fake failed: ${String(error)}`);
  }
}

function dispatch(core: FakeCore, entry: LedgerEntry, handler: Handler, req: Request): Reply {
  const params = req.params as Record<string, string>;
  const { account } = params;
  if (account !== undefined && account !== String(core.account.id)) throw notFound();
  const query = new URLSearchParams(entry.query);
  return handler({ account: core.account, seen: core.seen, params, query, body: entry.body });
}

const unknownPath: Handler = () => {
  throw notFound();
};

/** A body that is no JSON, or too large, never reaches a route, but is noted like any request. */
function onError(core: FakeCore): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const status = (error as { status?: unknown }).status;
    const reply = refused(typeof status === 'number' ? status : 500, 'JSON parse error.');
    openEntry(core, req).status = reply.status;
    deliver(res, reply, undefined);
  };
}
