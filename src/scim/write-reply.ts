import type { Response } from 'express';
import type { ScimError } from './scim-error.js';
import type { ScimReply } from './scim-request.js';

/** Sends an answer. Bodies are `application/scim+json` always, errors included (RFC 7644 §3.8, §3.12). */
export function writeReply(response: Response, reply: ScimReply): void {
  response.statusCode = reply.status;
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  if (reply.body === undefined) {
    response.end();
    return;
  }
  const body = Buffer.from(JSON.stringify(reply.body));
  response.setHeader('Content-Type', 'application/scim+json; charset=utf-8');
  response.setHeader('Content-Length', body.length);
  response.end(body);
}

export function writeError(response: Response, error: ScimError, headers: Readonly<Record<string, string>> = {}): void {
  const retry = error.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(error.retryAfterSeconds) };
  writeReply(response, { status: error.status, body: error.toBody(), headers: { ...headers, ...retry } });
}
