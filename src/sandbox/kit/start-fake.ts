import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Router } from 'express';
import type { Played } from './exchange.js';
import { fakeApp } from './fake-app.js';

export interface StartedFake {
  /** Scheme, host and port, without a slash at the end: what `baseUrl` of a target is set to. */
  readonly url: string;
  /** Stops listening and cuts every connection, answered or not. */
  close(): Promise<void>;
}

/**
 * Starts a vendor that lives in this process and answers over real HTTP, on the loopback address only.
 *
 * @param port 0 for any free port
 */
export async function startFake<Call>(
  options: Played<Call> & { readonly control: Router; readonly port: number },
): Promise<StartedFake> {
  const server = createServer(fakeApp(options, options.control));
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close: () => close(server),
  };
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
