import { controlRouter } from '../kit/control/control-router.js';
import { startFake } from '../kit/start-fake.js';
import type { StartedFake } from '../kit/start-fake.js';
import { controlCommands, controlViews } from './control/control-commands.js';
import type { FakeControl } from './control/fake-control.js';
import { fakeControl } from './control/fake-control.js';
import type { Rules } from './rules.js';
import { defaultRules } from './rules.js';
import { ScimCore } from './scim-core.js';
import { scimVendor } from './scim-vendor.js';

export interface FakeScimOptions extends Partial<Rules> {
  /** The credential callers must send. Default `scim-sandbox-token`. */
  readonly token?: string | undefined;
  /** Where SCIM begins, without a slash at the end. Default `/scim/v2`. */
  readonly root?: string | undefined;
  /** Without anybody in it at the start; else one user is. */
  readonly empty?: boolean | undefined;
  /** Default 0: any free port. The fake listens on the loopback address only. */
  readonly port?: number | undefined;
  /** Milliseconds since the epoch. Default the wall clock. */
  readonly clock?: (() => number) | undefined;
}

export interface FakeScim extends StartedFake {
  /** The SCIM root: what `baseUrl` of a target is set to. */
  readonly baseUrl: string;
  readonly token: string;
  readonly control: FakeControl;
}

/**
 * Starts a SCIM 2.0 server that lives in this process and answers over real HTTP, as `rules.ts` says. Faults, outside
 * edits and what it has seen are under `control`, and as JSON under `/_control/`.
 */
export async function startFakeScim(options: FakeScimOptions = {}): Promise<FakeScim> {
  const {
    token = 'scim-sandbox-token',
    root = '/scim/v2',
    empty = false,
    port = 0,
    clock = Date.now,
    ...rules
  } = options;
  const core = new ScimCore({ token, empty, clock, rules: { ...defaultRules, ...rules } });
  const control = fakeControl(core);
  const router = controlRouter(control, { views: controlViews, commands: controlCommands });
  const started = await startFake({ core, vendor: scimVendor(core, root), control: router, port });
  return { ...started, baseUrl: `${started.url}${root}`, token, control };
}
