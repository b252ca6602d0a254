import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import { isPlain, notUtf8, readPlainBody } from './read-plain-body.js';
import { ScimError } from './scim-error.js';

/** Reads a request's JSON, whatever its shape; undefined when there is none. */
export type BodyReader = (request: IncomingMessage, response: ServerResponse) => Promise<unknown>;

/**
 * Makes a reader for bodies of at most `limit` bytes, before and after decompression.
 *
 * Identity providers label JSON as `application/scim+json`, `application/json`, `text/json` or not at all; anything
 * else is refused, because a form or XML read as JSON would only give a misleading syntax error.
 */
export function bodyReader(limit: number): BodyReader {
  const readAny = anyBodyReader(limit);
  return async (request, response) => {
    if (!hasBody(request)) return undefined;
    if (!isJson(request.headers['content-type'])) {
      throw new ScimError(415, 'Send application/scim+json or application/json, in UTF-8.');
    }
    const body = isPlain(request) ? await readPlainBody(request, limit) : await readAny(request, response);
    if (isDeeperThan(mostLevels, body)) {
      throw ScimError.badRequest('invalidSyntax', `The body is nested more than ${mostLevels} levels deep.`);
    }
    return body;
  };
}

/** Reads what is compressed or comes in chunks too. */
function anyBodyReader(limit: number): BodyReader {
  const garbled = new WeakSet<object>();
  const verify = (request: object, _response: unknown, bytes: Buffer): void => {
    if (!isUtf8(bytes)) garbled.add(request);
  };
  const parse = express.json({ limit, strict: false, type: () => true, verify });
  return async (request: IncomingMessage & { body?: unknown }, response) => {
    request.headers['content-type'] = 'application/json'; // the parser does not know all spellings of UTF-8
    await new Promise<void>((resolve, reject) => {
      parse(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error as Error)));
    });
    if (garbled.has(request)) throw notUtf8();
    return request.body;
  };
}

/** No SCIM message needs ten. Without a bound, whatever walks a body by recursion could be sent over its stack. */
const mostLevels = 32;

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeperThan(levels - 1, each));
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isJson(contentType: string | undefined): boolean {
  if (contentType === undefined || contentType.trim() === '') return true;
  const [mediaType = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  return /^(application|text)\/([\w.-]+\+)?json$/.test(mediaType) && isUnicode(charset);
}

/** RFC 7644 §3.8; ASCII is part of it. */
function isUnicode(charset: string | undefined): boolean {
  return charset === undefined || /^"?(utf-?8|us-ascii|)"?$/.test(charset);
}
