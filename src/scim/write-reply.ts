import type { ServerResponse } from 'node:http';
import { jsonOf } from './json-text.js';
import type { ScimError } from './scim-error.js';
import type { ScimReply } from './scim-request.js';

export const contentType = 'application/scim+json; charset=utf-8';

/** Sends an answer. Bodies are `application/scim+json` always, errors included (RFC 7644 §3.8, §3.12). */
export function writeReply(response: ServerResponse, reply: ScimReply): void {
  const { status, headers, body } = reply;
  if (body === undefined) {
    response.writeHead(status, headers);
    response.end();
    return;
  }
  const text = jsonOf(body);
  // A short text leaves in one piece with the head; a long one would be gone through twice, to count and to send it.
  const content = text.length < 16_384 ? text : Buffer.from(text);
  response.writeHead(status, {
    ...headers,
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(content),
  });
  response.end(content);
}

export function writeError(
  response: ServerResponse,
  error: ScimError,
  headers: Readonly<Record<string, string>> = {},
): void {
  const retry = error.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(error.retryAfterSeconds) };
  writeReply(response, { status: error.status, body: error.toBody(), headers: { ...headers, ...retry } });
}
