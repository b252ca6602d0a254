import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import type { Log } from '../model/log.js';
import { authenticate, type TokenRule } from './authenticate.js';
import { exchangeOf } from './exchange.js';
import { ScimError } from './scim-error.js';

/**
 * Lets a request on only with a token of its directory. Failed attempts are counted by address and slowed down with
 * 429; a good token is looked at first, so it always opens, whoever else fails from the same address.
 */
export function directoryGuard(log: Log, now: () => number, failuresPerMinute: number): DirectoryGuard {
  const slowDown = rateLimit({
    windowMs: 60_000,
    limit: failuresPerMinute,
    standardHeaders: false,
    legacyHeaders: false,
    validate: false, // it would warn about proxies on stderr; `trust proxy` is decided by configuration
    keyGenerator: (request: IncomingMessage) => ipKeyGenerator(request.socket.remoteAddress ?? ''),
    handler: (_request, _response, next) => {
      next(new ScimError(429, 'Too many failed attempts from this address.', { retryAfterSeconds: 60 }));
    },
  });

  return (tokens) => (request, response, next) => {
    const exchange = exchangeOf(response);
    const credential = authenticate(request.headers.authorization, tokens, now());
    if (credential.kind === 'accepted') {
      exchange.actor = credential.label;
      next();
      return;
    }
    if (credential.kind === 'expired') {
      exchange.expiredToken = credential.label;
      log.warn('a token past its expiry was used', {
        requestId: exchange.requestId,
        directory: exchange.directory,
        tokenLabel: credential.label,
      });
    }
    // It needs nothing that Express adds: the address is read above, and headers and validation are off.
    void slowDown(request as Request, response as Response, (refused?: unknown) =>
      next(refused ?? refusal(response, credential.kind)),
    );
  };
}

export type DirectoryGuard = (tokens: readonly TokenRule[]) => Guard;

/** Calls `next` without an error when the request may go on. */
export type Guard = (request: IncomingMessage, response: ServerResponse, next: (refused?: unknown) => void) => void;

/** RFC 6750 §3: without credentials no error code, with bad ones `invalid_token`. Expired and wrong look the same. */
function refusal(response: ServerResponse, kind: 'missing' | 'refused' | 'expired'): ScimError {
  const bearer = 'Bearer realm="SCIM"';
  response.setHeader('WWW-Authenticate', kind === 'missing' ? bearer : `${bearer}, error="invalid_token"`);
  return new ScimError(401, kind === 'missing' ? 'A bearer token is needed.' : 'The token is not valid here.');
}
