import express, { type Request, type Response } from 'express';
import { ScimError } from './scim-error.js';

/** Reads a request's JSON, whatever its shape; undefined when there is none. */
export type BodyReader = (request: Request, response: Response) => Promise<unknown>;

/**
 * Makes a reader for bodies of at most `limit` bytes, before and after decompression.
 *
 * Identity providers label JSON as `application/scim+json`, `application/json`, `text/json` or not at all; anything
 * else is refused, because a form or XML read as JSON would only give a misleading syntax error.
 */
export function bodyReader(limit: number): BodyReader {
  const parse = express.json({ limit, strict: false, type: () => true });
  return async (request, response) => {
    if (!hasBody(request)) return undefined;
    if (!isJson(request.headers['content-type'])) {
      throw new ScimError(415, 'Send application/scim+json or application/json.');
    }
    await new Promise<void>((resolve, reject) => {
      parse(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error as Error)));
    });
    if (isDeeperThan(mostLevels, request.body)) {
      throw ScimError.badRequest('invalidSyntax', `The body is nested more than ${mostLevels} levels deep.`);
    }
    return request.body;
  };
}

/** No SCIM message needs ten. Without a bound, whatever walks a body by recursion could be sent over its stack. */
const mostLevels = 32;

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isDeeperThan(levels - 1, each));
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isJson(contentType: string | undefined): boolean {
  if (contentType === undefined || contentType.trim() === '') return true;
  const mediaType = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  return /^(application|text)\/([\w.-]+\+)?json$/.test(mediaType);
}
