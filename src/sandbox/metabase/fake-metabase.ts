import { controlRouter } from '../kit/control/control-router.js';
import type { StartedFake } from '../kit/start-fake.js';
import { startFake } from '../kit/start-fake.js';
import { controlCommands, controlViews } from './control/control-commands.js';
import type { FakeControl } from './control/fake-control.js';
import { fakeControl } from './control/fake-control.js';
import { MetabaseCore } from './metabase-core.js';
import { metabaseVendor } from './metabase-vendor.js';
import type { Rules } from './rules.js';

export interface FakeMetabaseOptions extends Partial<Rules> {
  /** The key of the bridge, in Administrators. Default `mb_sandbox+key==`. */
  readonly apiKey?: string | undefined;
  /** The person who set the instance up, an administrator. Default `owner@example.com`. */
  readonly username?: string | undefined;
  /** Default `metabase-sandbox-password`. */
  readonly password?: string | undefined;
  /** Default 0: any free port. The fake listens on the loopback address only. */
  readonly port?: number | undefined;
  /** Milliseconds since the epoch. Default the wall clock. */
  readonly clock?: (() => number) | undefined;
}

export interface FakeMetabase extends StartedFake {
  readonly apiKey: string;
  readonly username: string;
  readonly password: string;
  readonly control: FakeControl;
}

/**
 * Starts a Metabase that lives in this process and answers over real HTTP: users, groups, memberships, API keys and
 * sessions, as `rules.ts` says. Faults, outside edits and what it has seen are under `control`, and as JSON under
 * `/_control/`.
 */
export async function startFakeMetabase(options: FakeMetabaseOptions = {}): Promise<FakeMetabase> {
  const {
    apiKey = 'mb_sandbox+key==',
    username = 'owner@example.com',
    password = 'metabase-sandbox-password',
    port = 0,
    clock = Date.now,
    ...rules
  } = options;
  const core = new MetabaseCore({ founder: { email: username, password }, apiKey, clock, rules });
  const control = fakeControl(core);
  const router = controlRouter(control, { views: controlViews, commands: controlCommands });
  const started = await startFake({ core, vendor: metabaseVendor(core), control: router, port });
  return { ...started, apiKey, username, password, control };
}
