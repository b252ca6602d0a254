import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { ScimError } from './scim-error.js';

/**
 * Whether a body is sent as it is: not compressed, and of a length said beforehand. Nearly all are, and they need none
 * of what a general body parser looks at.
 */
export function isPlain({ headers }: IncomingMessage): boolean {
  const { 'content-encoding': encoding = 'identity' } = headers;
  return headers['transfer-encoding'] === undefined && encoding.toLowerCase() === 'identity';
}

/**
 * Reads such a body and parses it.
 *
 * @throws {ScimError} 413 when it is longer than `limit` bytes, before any of it is read; 400 `invalidSyntax` when it is
 *   no JSON, not UTF-8, or was cut off.
 */
export async function readPlainBody(request: IncomingMessage, limit: number): Promise<unknown> {
  const length = Number(request.headers['content-length']);
  if (length > limit) throw new ScimError(413, `The body is larger than ${limit} bytes.`);
  const bytes = await bytesOf(request);
  if (bytes.length !== length) throw ScimError.badRequest('invalidSyntax', 'The request could not be read.');
  if (!isUtf8(bytes)) throw notUtf8();
  try {
    return JSON.parse(textOf(bytes));
  } catch (error) {
    throw ScimError.badRequest('invalidSyntax', 'The body is not valid JSON.', { cause: error });
  }
}

/** Read on, it would be stored with replacement characters in place of what was sent. */
export function notUtf8(): ScimError {
  return ScimError.badRequest('invalidSyntax', 'The body is not valid UTF-8.');
}

/** What arrives until the end, or until the client breaks off. */
function bytesOf(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const done = (): void => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    for (const event of ['end', 'error', 'close']) request.once(event, done);
  });
}

/** Some clients begin with a byte order mark. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
