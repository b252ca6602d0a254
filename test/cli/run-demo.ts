import { EventEmitter } from 'node:events';
import { demoCommand, type DemoParts } from '../../src/cli/commands/demo.js';
import type { CliContext } from '../../src/cli/context.js';
import { held } from '../../src/cli/demo/check.js';
import type { PlayedStep } from '../../src/cli/demo/played-step.js';
import { startDrawbridge } from '../../src/main.js';
import { startSandbox, type Sandbox } from '../../src/sandbox-main.js';

/** A request as an identity provider of the demo sent it. */
export interface Sent {
  readonly url: string;
  readonly headers: Headers;
  readonly method: string | undefined;
  readonly body: unknown;
}

/** What a run of `drawbridge demo` came to. */
export interface Ran {
  readonly error: unknown;
  readonly out: readonly string[];
  readonly sent: readonly Sent[];
}

export async function demo(args: readonly string[], parts: Partial<DemoParts> = {}): Promise<Ran> {
  const out: string[] = [];
  const sent: Sent[] = [];
  const context: CliContext = {
    env: { LOG_LEVEL: 'error' },
    cwd: '/',
    version: '1.2.3',
    process: new EventEmitter() as unknown as NodeJS.Process,
    out: (text) => out.push(text),
    err: () => undefined,
    now: Date.now,
    fetch: (url, init) => {
      if (url.includes('/scim/')) {
        const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
        sent.push({ url, headers: new Headers(init.headers), method: init.method, body });
      }
      return fetch(url, init);
    },
    startDrawbridge,
    startSandbox,
  };
  const command = demoCommand(context, { startSandbox, withinMs: 20_000, ...parts });
  const error: unknown = await command.parseAsync([...args], { from: 'user' }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, out, sent };
}

/** The steps of a run with `--json`, and the counts after them. */
export function readJson({ out }: Ran) {
  const lines = out.map((line) => JSON.parse(line) as PlayedStep & { summary?: unknown });
  return { steps: lines.slice(0, -1), summary: lines.at(-1)?.summary };
}

export const failedClaims = (step: PlayedStep | undefined) =>
  step?.checks.filter((check) => !held(check)).map(({ claim }) => claim);

/** A sandbox in whose tools something was planted before anybody came. */
export function withFault(plant: (sandbox: Sandbox) => void): DemoParts['startSandbox'] {
  return async (options) => {
    const sandbox = await startSandbox(options);
    plant(sandbox);
    return sandbox;
  };
}
