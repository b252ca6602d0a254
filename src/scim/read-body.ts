import type { IncomingMessage } from 'node:http';
import { parseJson } from './parse-json.js';
import { readBytes } from './read-bytes.js';
import { ScimError } from './scim-error.js';

/**
 * Reads a request's JSON, whatever its shape; undefined when there is none. Bodies of more than `limit` bytes are
 * refused, before and after decompression.
 *
 * Identity providers label JSON as `application/scim+json`, `application/json`, `text/json` or not at all; anything
 * else is refused, because a form or XML read as JSON would only give a misleading syntax error.
 *
 * @throws {ScimError} 415 for another media type or character set, else as `readBytes` and `parseJson` say.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<unknown> {
  if (!hasBody(request)) return undefined;
  if (!isJson(request.headers['content-type'])) {
    throw new ScimError(415, 'Send application/scim+json or application/json, in UTF-8.');
  }
  const bytes = await readBytes(request, limit);
  return bytes.length === 0 ? undefined : parseJson(bytes);
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
