import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import express, { type ErrorRequestHandler, type RequestHandler, type Router } from 'express';
import rateLimit from 'express-rate-limit';
import { z } from 'zod';
import type { Cause } from '../model/cause.js';
import type { Log } from '../model/log.js';
import { describeChange } from '../model/planned-change.js';
import { decideHold, retryKey } from '../reconcile/decide-hold.js';
import type { Engine } from '../reconcile/engine.js';
import { readDue } from '../store/due-queue.js';
import { listFailing } from '../store/failing.js';
import { listHolds, type Hold } from '../store/holds.js';
import { readAccountShadows } from '../store/shadows.js';
import type { Store } from '../store/store.js';
import { AdminError } from './admin-error.js';
import { readStatus } from './status.js';

export interface AdminOptions {
  readonly store: Store;
  readonly engine: Engine;
  /** SHA-256 of the admin token, in lower-case hexadecimal. */
  readonly tokenSha256: string;
  readonly version: string;
  /** Epoch milliseconds at which the process started. */
  readonly startedAt: number;
  readonly warnings: readonly string[];
  readonly now: () => number;
  readonly log: Log;
}

/**
 * The admin API, to be mounted at `/api/v1`: status, held plans, what was given up, and the two things a person can
 * ask for. Every answer is JSON; errors are `{"error":{"code","message"}}`.
 */
export function createAdminRouter(options: AdminOptions): Router {
  const { store, engine, now, log } = options;
  const router = express.Router();
  router.use(failedAttempts, requireToken(options.tokenSha256), express.json({ limit: '100kb' }));

  router.get('/status', async (_request, response) => {
    response.json(await readStatus(options));
  });

  router.post('/targets/:target/sync', async (request, response) => {
    const { target } = request.params;
    const due = await engine.sync(target, causeOf(response).requestId);
    if (due === undefined) throw new AdminError(404, 'not-found', `no target is named ${target}`);
    response.status(202).json({ target, due });
  });

  router.get('/held', async (_request, response) => {
    const holds = await listHolds(store, { states: ['open'] });
    response.json({ result: holds.map(presentHold) });
  });

  for (const [verb, state] of [
    ['release', 'released'],
    ['reject', 'rejected'],
  ] as const) {
    router.post(`/held/:id/${verb}`, async (request, response) => {
      const { id } = request.params;
      const decision = await decideHold(store, id ?? '', state, causeOf(response), now());
      switch (decision.kind) {
        case 'decided':
          response.json({ id, state: decision.hold.state });
          return;
        case 'unknown-hold':
          throw new AdminError(404, 'not-found', `nothing is held under the id ${id ?? ''}`);
        case 'already-decided':
          throw new AdminError(409, 'already-decided', `it is ${decision.state} already`);
        case 'not-releasable':
          throw new AdminError(409, 'not-releasable', `it cannot be released: ${decision.reason}`);
      }
    });
  }

  router.get('/failing', async (_request, response) => {
    response.json({
      result: (await listFailing(store)).map((each) => ({ ...each, since: new Date(each.since).toISOString() })),
    });
  });

  router.post('/failing/retry', async (request, response) => {
    const wanted = retryRequest.safeParse(request.body);
    if (!wanted.success) throw new AdminError(400, 'bad-request', 'expected {"target","kind":"account"|"group","key"}');
    const { target, kind, key } = wanted.data;
    const [row] = await readDue(store, target, kind, [key]);
    // Somebody whose invitation is only presumed sent waits for nothing, and is the one to retry all the same.
    const known =
      row !== undefined || (kind === 'account' && (await readAccountShadows(store, target, [key])).size > 0);
    if (!known) throw new AdminError(404, 'not-found', `${kind} ${key} is not waiting in ${target}`);
    await retryKey(store, wanted.data, now());
    response.status(202).json(wanted.data);
  });

  router.use((request) => {
    throw new AdminError(404, 'not-found', `there is no ${request.method} ${request.originalUrl.split('?')[0] ?? ''}`);
  });
  router.use(answerErrors(log));
  return router;
}

const retryRequest = z.object({ target: z.string(), kind: z.enum(['account', 'group']), key: z.string() });

/** Guessing is slowed down; a right token is never counted. */
const failedAttempts = rateLimit({
  windowMs: 60_000,
  limit: 100,
  skipSuccessfulRequests: true,
  requestWasSuccessful: (_request, response) => response.statusCode !== 401,
  standardHeaders: true,
  legacyHeaders: false,
  message: {
    error: { code: 'too-many-attempts', message: 'too many wrong tokens from this address; try again in a minute' },
  },
});

function requireToken(sha256: string): RequestHandler {
  const expected = Buffer.from(sha256, 'hex');
  return (request, response, next) => {
    const token = /^bearer\s+(.+)$/i.exec(request.get('authorization')?.trim() ?? '')?.[1] ?? '';
    const presented = createHash('sha256').update(token).digest();
    if (!timingSafeEqual(expected, presented)) {
      response.set('WWW-Authenticate', 'Bearer realm="drawbridge-admin"');
      throw new AdminError(
        401,
        'unauthorized',
        'the admin token is missing or wrong: send Authorization: Bearer <admin.token>',
      );
    }
    response.locals['cause'] = {
      actor: 'admin',
      requestId: response.get('X-Request-Id') ?? randomUUID(),
    } satisfies Cause;
    next();
  };
}

const causeOf = (response: express.Response): Cause => response.locals['cause'] as Cause;

function presentHold(hold: Hold): unknown {
  return {
    id: hold.id,
    target: hold.target,
    createdAt: new Date(hold.createdAt).toISOString(),
    reasons: [{ code: hold.reason.code, message: hold.reason.message }],
    operations: hold.changes.map(({ change }) => ({ kind: change.kind, summary: describeChange(change) })),
    subjects: [...new Set(hold.changes.flatMap(({ subjects }) => subjects))],
    causes: hold.causes,
  };
}

function answerErrors(log: Log): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const known = error instanceof AdminError ? error : fromBodyParser(error);
    if (known === undefined) log.error('the admin API failed', { error });
    const { status, code, message } =
      known ?? new AdminError(500, 'internal', 'Drawbridge failed; the log has the reason');
    response.status(status).json({ error: { code, message } });
  };
}

function fromBodyParser(error: unknown): AdminError | undefined {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  return new AdminError(status, 'bad-request', 'the body could not be read as JSON');
}
