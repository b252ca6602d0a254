import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import express, { type ErrorRequestHandler, type RequestHandler, type Router } from 'express';
import rateLimit from 'express-rate-limit';
import type { Cause } from '../model/cause.js';
import type { Log } from '../model/log.js';
import { AdminError } from './admin-error.js';
import type { AdminOptions } from './admin-options.js';
import { alertRoutes } from './routes/alert-routes.js';
import { driftRoutes } from './routes/drift-routes.js';
import { failingRoutes } from './routes/failing-routes.js';
import { heldRoutes } from './routes/held-routes.js';
import { notificationRoutes } from './routes/notification-routes.js';
import { statusRoutes } from './routes/status-routes.js';
import { targetRoutes } from './routes/target-routes.js';

/**
 * The admin API, to be mounted at `/api/v1`: status, held plans, what was given up, and the two things a person can
 * ask for. Every answer is JSON; errors are `{"error":{"code","message"}}`.
 */
export function createAdminRouter(options: AdminOptions): Router {
  const router = express.Router();
  router.use(failedAttempts, requireToken(options.tokenSha256), express.json({ limit: '100kb' }));

  for (const add of rooms) add(router, options);

  router.use((request) => {
    throw new AdminError(404, 'not-found', `there is no ${request.method} ${request.originalUrl.split('?')[0] ?? ''}`);
  });
  router.use(answerErrors(options.log));
  return router;
}

/** What each part of the API adds; its paths are in `openapi.yaml`. */
const rooms = [
  statusRoutes,
  targetRoutes,
  heldRoutes,
  driftRoutes,
  failingRoutes,
  alertRoutes,
  notificationRoutes,
] as const;

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
