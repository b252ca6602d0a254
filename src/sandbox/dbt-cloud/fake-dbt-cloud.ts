import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { controlRouter } from './control/control-router.js';
import type { FakeControl } from './control/fake-control.js';
import { fakeControl } from './control/fake-control.js';
import { fakeApp } from './fake-app.js';
import { FakeCore } from './fake-core.js';
import type { Rules } from './rules.js';

export interface FakeDbtCloudOptions extends Partial<Rules> {
  /** Default 12345. */
  readonly accountId?: number | undefined;
  /** The credential callers must send. Default `dbt-sandbox-token`. */
  readonly token?: string | undefined;
  /** Default 0: any free port. The fake listens on the loopback address only. */
  readonly port?: number | undefined;
  /** Milliseconds since the epoch. Default the wall clock. */
  readonly clock?: (() => number) | undefined;
}

export interface FakeDbtCloud {
  /** Scheme, host and port, without a slash at the end: what `baseUrl` of a target is set to. */
  readonly url: string;
  readonly accountId: number;
  readonly token: string;
  readonly control: FakeControl;
  /** Stops listening and cuts every connection, answered or not. */
  close(): Promise<void>;
}

/**
 * Starts a dbt Cloud that lives in this process and answers over real HTTP: the v2 surface and the platform API over
 * one state, as `rules.ts` says. Faults, outside edits and what it has seen are under `control`, and as JSON under
 * `/_control/`.
 */
export async function startFakeDbtCloud(options: FakeDbtCloudOptions = {}): Promise<FakeDbtCloud> {
  const { accountId = 12345, token = 'dbt-sandbox-token', port = 0, clock = Date.now, ...rules } = options;
  const core = new FakeCore({ accountId, token, clock, rules });
  const control = fakeControl(core);
  const server = createServer(fakeApp(core, controlRouter(control)));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    accountId,
    token,
    control,
    close: () => close(server),
  };
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
