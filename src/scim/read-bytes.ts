import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { ScimError } from './scim-error.js';

/**
 * Reads the body of a request, unpacked. Nothing is kept of one larger than `limit` bytes, sent or unpacked: it is
 * refused at once where its length is known, else as soon as it shows, and what may still come is read by nobody.
 *
 * @throws {ScimError} 413 naming the limit, 415 for an encoding we do not know, 400 `invalidSyntax` for a body that was
 *   cut off or cannot be unpacked.
 */
export async function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > limit) throw tooLarge(limit);
  const unpacked = unpack(request);
  try {
    return await collect(unpacked, request, limit);
  } finally {
    if (unpacked !== request) {
      request.unpipe();
      unpacked.destroy();
    }
  }
}

function unpack(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? '';
  switch (encoding) {
    case '':
    case 'identity':
      return request;
    case 'gzip':
    case 'x-gzip':
      return request.pipe(createGunzip());
    case 'deflate':
      return request.pipe(createInflate());
    case 'br':
      return request.pipe(createBrotliDecompress());
    default:
      throw new ScimError(415, 'The body must be uncompressed, or compressed by gzip, deflate or br.');
  }
}

function collect(stream: Readable, request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const cutOff = (): void => reject(ScimError.badRequest('invalidSyntax', 'The body could not be read to its end.'));
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      stream.removeAllListeners('data');
      reject(tooLarge(limit));
    });
    stream.once('end', () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)),
    );
    stream.once('error', cutOff);
    // A request that is broken off ends without an end.
    request.once('close', () => {
      if (!request.complete) cutOff();
    });
  });
}

function tooLarge(limit: number): ScimError {
  return new ScimError(413, `The body is larger than ${limit} bytes.`);
}
