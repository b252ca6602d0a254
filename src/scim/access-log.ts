import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../model/log.js';
import type { Exchange } from './exchange.js';

/**
 * Writes one line when the request is over. The path without its query: filter values are personal data (RFC 7644
 * §7.5.2), and so is everything in a body.
 */
export function accessLog(
  log: Log,
  now: () => number,
  request: IncomingMessage,
  response: ServerResponse,
  exchange: Exchange,
): void {
  const path = request.url?.split('?')[0];
  response.once('close', () => {
    log.info('scim request', {
      requestId: exchange.requestId,
      method: request.method,
      path,
      status: response.statusCode,
      durationMs: now() - exchange.receivedAt,
      directory: exchange.directory,
      tokenLabel: exchange.actor,
      ...(response.writableFinished ? {} : { aborted: true }),
    });
  });
}
