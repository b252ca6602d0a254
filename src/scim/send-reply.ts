import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { JsonStream } from './json-stream.js';
import type { ScimReply } from './scim-request.js';
import { contentType, writeReply } from './write-reply.js';

/**
 * Sends an answer, whichever way its body is given. A stream is made no faster than the client reads, and no further than
 * it listens; should making it fail, the connection breaks off, because half an answer must not look like a whole one.
 */
export async function sendReply(response: ServerResponse, reply: ScimReply): Promise<void> {
  const { status, headers, body } = reply;
  if (!(body instanceof JsonStream)) {
    writeReply(response, reply);
    return;
  }
  response.writeHead(status, { ...headers, 'Content-Type': contentType });
  if (response.req.method !== 'HEAD') {
    for await (const part of body.parts) {
      if (!response.write(part)) await untilDrained(response);
      if (response.destroyed) return;
    }
  }
  response.end();
}

async function untilDrained(response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  const over = new AbortController();
  const { signal } = over;
  try {
    await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
  } finally {
    over.abort(); // the other of the two would be waited for in vain
  }
}
