import { controlRouter } from '../kit/control/control-router.js';
import { startFake } from '../kit/start-fake.js';
import type { StartedFake } from '../kit/start-fake.js';
import { controlCommands, controlViews } from './control/control-commands.js';
import type { FakeControl } from './control/fake-control.js';
import { fakeControl } from './control/fake-control.js';
import { DbtCore } from './dbt-core.js';
import { dbtVendor } from './dbt-vendor.js';
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

export interface FakeDbtCloud extends StartedFake {
  readonly accountId: number;
  readonly token: string;
  readonly control: FakeControl;
}

/**
 * Starts a dbt Cloud that lives in this process and answers over real HTTP: the v2 surface and the platform API over
 * one state, as `rules.ts` says. Faults, outside edits and what it has seen are under `control`, and as JSON under
 * `/_control/`.
 */
export async function startFakeDbtCloud(options: FakeDbtCloudOptions = {}): Promise<FakeDbtCloud> {
  const { accountId = 12345, token = 'dbt-sandbox-token', port = 0, clock = Date.now, ...rules } = options;
  const core = new DbtCore({ accountId, token, clock, rules });
  const control = fakeControl(core);
  const router = controlRouter(control, { views: controlViews, commands: controlCommands });
  const started = await startFake({ core, vendor: dbtVendor(core), control: router, port });
  return { ...started, accountId, token, control };
}
