import type { IncomingMessage, ServerResponse } from 'node:http';

/** What is known about one request and its answer while it passes through; filled in as it becomes known. */
export interface Exchange {
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  directory?: string;
  /** The label of the token that opened the directory. */
  actor?: string;
  /** The label of the token that would have opened it before its expiry. */
  expiredToken?: string;
  /** The directory's root as the request spelled it, such as `/scim/v2`. */
  root?: string;
}

/** Begins an exchange: the request id of the caller is kept when it is a sane one, so that two logs can be joined. */
export function beginExchange(
  request: IncomingMessage,
  response: ServerResponse,
  now: number,
  newId: () => string,
): Exchange {
  const given = response.getHeader('X-Request-Id') ?? request.headers['x-request-id'];
  const requestId = typeof given === 'string' && saneId.test(given) ? given : newId();
  response.setHeader('X-Request-Id', requestId);
  const exchange: Exchange = { requestId, receivedAt: now };
  exchanges.set(response, exchange);
  return exchange;
}

/** The exchange of a response the router began. */
export function exchangeOf(response: ServerResponse): Exchange {
  const exchange = exchanges.get(response);
  if (exchange === undefined) throw new Error('the exchange was not begun');
  return exchange;
}

const exchanges = new WeakMap<ServerResponse, Exchange>();
const saneId = /^[\w.-]{1,128}$/;
