import { createServer, STATUS_CODES, type RequestListener, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { ScimError } from './scim/scim-error.js';

/** How long a client may take to send a request, in milliseconds. */
export interface Patience {
  readonly headers: number;
  readonly request: number;
  /** How often it is looked whether somebody took too long. */
  readonly check: number;
}

/** Enough for 10 MiB over a slow line, and no more: whoever sends a byte a minute is not kept waiting for. */
const defaultPatience: Patience = { headers: 20_000, request: 120_000, check: 5_000 };

/**
 * An HTTP server that gives up on clients who never finish a request, and answers what is no HTTP request at all, too
 * large or too slow, the way SCIM clients are answered everywhere else: with an Error message (RFC 7644 §3.12).
 */
export function createHttpServer(listener: RequestListener, patience: Patience = defaultPatience): Server {
  const server = createServer(
    {
      headersTimeout: patience.headers,
      requestTimeout: patience.request,
      connectionsCheckingInterval: patience.check,
    },
    listener,
  );
  server.on('clientError', answerClientError);
  return server;
}

function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET' || hasBegunToAnswer(socket)) {
    socket.destroy();
    return;
  }
  const refusal = refusalFor(error.code);
  const text = JSON.stringify(refusal.toBody());
  const head = [
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}`,
    'Content-Type: application/scim+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
  ];
  // The socket is no use any more: without this, a client that keeps sending would keep it open.
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`, () => socket.destroy());
}

function refusalFor(code: string | undefined): ScimError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ScimError(408, 'The request did not arrive in time.');
    case 'HPE_HEADER_OVERFLOW':
      return new ScimError(431, 'The URL and the headers are larger than 16 KB; send a long filter to POST /.search.');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new ScimError(413, 'The chunk extensions of the request are too large.');
    default:
      return ScimError.badRequest('invalidSyntax', 'The request is not valid HTTP/1.1.');
  }
}

/** Whether part of another answer is on its way: a second one in its middle would be worse than none. */
function hasBegunToAnswer(socket: Duplex): boolean {
  const response: unknown = Reflect.get(socket, '_httpMessage');
  return typeof response === 'object' && response !== null && Reflect.get(response, 'headersSent') === true;
}
