import { controlRouter } from '../kit/control/control-router.js';
import { startFake } from '../kit/start-fake.js';
import type { StartedFake } from '../kit/start-fake.js';
import { controlCommands, controlViews } from './control/control-commands.js';
import type { FakeControl } from './control/fake-control.js';
import { fakeControl } from './control/fake-control.js';
import { RetoolCore } from './retool-core.js';
import { retoolVendor } from './retool-vendor.js';
import type { Rules } from './rules.js';
import { defaultRules } from './rules.js';
import type { BuiltInIds } from './state/birth.js';
import { usualIds } from './state/birth.js';

export interface FakeRetoolOptions extends Partial<Rules> {
  /** The credential callers must send, with every scope. Default `retool-sandbox-token`. */
  readonly token?: string | undefined;
  /** Ids of the built-in groups. Default 1 to 4. */
  readonly builtInIds?: Partial<BuiltInIds> | undefined;
  /** Default 0: any free port. The fake listens on the loopback address only. */
  readonly port?: number | undefined;
  /** Milliseconds since the epoch. Default the wall clock. */
  readonly clock?: (() => number) | undefined;
}

export interface FakeRetool extends StartedFake {
  readonly token: string;
  readonly control: FakeControl;
}

/**
 * Starts a Retool that lives in this process and answers over real HTTP below `/api/v2`, as `rules.ts` says. Faults,
 * outside edits and what it has seen are under `control`, and as JSON under `/_control/`.
 */
export async function startFakeRetool(options: FakeRetoolOptions = {}): Promise<FakeRetool> {
  const { token = 'retool-sandbox-token', builtInIds, port = 0, clock = Date.now, ...rules } = options;
  const core = new RetoolCore({
    token,
    clock,
    builtInIds: { ...usualIds, ...builtInIds },
    rules: { ...defaultRules, ...rules },
  });
  const control = fakeControl(core);
  const router = controlRouter(control, { views: controlViews, commands: controlCommands });
  const started = await startFake({ core, vendor: retoolVendor(core), control: router, port });
  return { ...started, token, control };
}
