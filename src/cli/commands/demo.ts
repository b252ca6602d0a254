import { Command, Option } from 'commander';
import { createLog, logOptionsFrom } from '../../log.js';
import { statusSchema, type TargetStatus } from '../../openapi/admin-schemas.js';
import type { Sandbox, SandboxOptions } from '../../sandbox-main.js';
import { callAdmin } from '../admin-client.js';
import { CliError } from '../cli-error.js';
import type { CliContext } from '../context.js';
import { fay } from '../demo/cast.js';
import { entra } from '../demo/entra.js';
import type { IdentityProvider } from '../demo/identity-provider.js';
import { dialects, type Dialect } from '../demo/lifecycle.js';
import { okta } from '../demo/okta.js';
import { paintFor } from '../demo/paint.js';
import type { PlayedStep } from '../demo/played-step.js';
import { count, jsonReporter, textReporter, type Counts } from '../demo/reporter.js';
import { runPlay } from '../demo/run-play.js';
import { exitCode } from '../exit-code.js';
import { nextStopSignal } from '../process-events.js';

/** What the demo plays with; tests bring their own. */
export interface DemoParts {
  startSandbox(options: SandboxOptions): Promise<Sandbox>;
  /** How long each step may take to reach dbt, in milliseconds. */
  readonly withinMs: number;
}

interface DemoOptions {
  readonly okta?: boolean;
  readonly entra?: boolean;
  readonly dialect?: Dialect;
  readonly json?: boolean;
}

const realParts: DemoParts = {
  // Loaded when needed: other commands should not pay for being a server.
  startSandbox: async (options) => (await import('../../sandbox-main.js')).startSandbox(options),
  withinMs: 20_000,
};

/** `drawbridge demo`: two people and two groups, from their arrival to their end, checked at dbt after each step. */
export function demoCommand(context: CliContext, parts: DemoParts = realParts): Command {
  return new Command('demo')
    .description('play Okta and Entra ID against the sandbox over HTTP, and check dbt after each step')
    .option('--okta', 'only Okta')
    .option('--entra', 'only Entra ID')
    .addOption(new Option('--dialect <dialect>', 'only this interface of dbt Cloud').choices(dialects))
    .option('--json', 'print each step as a line of JSON')
    .action(async (options: DemoOptions) => {
      const report = options.json === true ? jsonReporter(context.out) : textReporter(context.out, paintOf(context));
      let counts: Counts = { steps: 0, checks: 0, failed: 0 };
      for await (const step of playAll(context, parts, options)) {
        counts = count(counts, step);
        report.step(step);
      }
      report.end(counts);
      if (counts.failed === 0) return;
      throw new CliError(exitCode.failed, 'not everything asked for came about; the steps above say what');
    });
}

const paintOf = ({ colours }: CliContext) => paintFor(colours === true);

async function* playAll(context: CliContext, parts: DemoParts, options: DemoOptions): AsyncGenerator<PlayedStep> {
  let interrupted = false;
  void nextStopSignal(context.process).then(() => {
    interrupted = true;
  });
  for (const dialect of dialects.filter((each) => each === (options.dialect ?? each))) {
    for (const idp of identityProviders(options)) {
      for await (const step of play(context, parts, idp, dialect)) {
        yield step;
        if (interrupted) throw new CliError(exitCode.failed, 'the demo was interrupted');
      }
    }
  }
}

function identityProviders(only: DemoOptions): readonly IdentityProvider[] {
  if (only.okta === only.entra) return [okta, entra];
  return only.okta === true ? [okta] : [entra];
}

/** Each play has a dbt Cloud and a Drawbridge of its own. dbt is in use already: Fay is there. */
async function* play(
  context: CliContext,
  parts: DemoParts,
  idp: IdentityProvider,
  dialect: Dialect,
): AsyncGenerator<PlayedStep> {
  const log = createLog({ ...logOptionsFrom({ LOG_LEVEL: 'error', ...context.env }), stream: process.stderr });
  const sandbox = await parts.startSandbox({
    log,
    port: 0,
    print: () => undefined,
    dbt: { dialect },
    targets: ['dbt'],
  });
  try {
    sandbox.dbt.control.users.add(fay);
    const status = () => targetStatus(context, sandbox);
    const { fetch, now } = context;
    yield* runPlay({ idp, dialect, sandbox, status, fetch, now, withinMs: parts.withinMs });
  } finally {
    await sandbox.close();
  }
}

async function targetStatus(context: CliContext, { url, adminToken }: Sandbox): Promise<TargetStatus> {
  const call = { method: 'GET', path: '/api/v1/status', answer: statusSchema } as const;
  const { targets } = await callAdmin(context, { url, token: adminToken }, call);
  const [target] = targets;
  if (target === undefined) throw new CliError(exitCode.failed, 'the sandbox has no target');
  return target;
}
