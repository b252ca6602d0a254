import { Command, Option } from 'commander';
import { createLog, logOptionsFrom } from '../../log.js';
import { statusSchema, syncAcceptedSchema } from '../../openapi/admin-schemas.js';
import { driftListSchema } from '../../openapi/drift-schemas.js';
import type { Sandbox, SandboxOptions } from '../../sandbox-main.js';
import { callAdmin, type AdminCall } from '../admin-client.js';
import { CliError } from '../cli-error.js';
import type { CliContext } from '../context.js';
import { dialects, type Dialect } from '../demo/dialect.js';
import { entra } from '../demo/entra.js';
import type { IdentityProvider } from '../demo/identity-provider.js';
import { lifecyclePlay } from '../demo/lifecycle-play.js';
import { okta } from '../demo/okta.js';
import { paintFor } from '../demo/paint.js';
import type { PlayedStep } from '../demo/played-step.js';
import { count, jsonReporter, textReporter, type Counts } from '../demo/reporter.js';
import { runPlay, type Admin, type Stage } from '../demo/run-play.js';
import { toolsPlay } from '../demo/tools-play.js';
import { exitCode } from '../exit-code.js';
import { nextStopSignal } from '../process-events.js';

/** What the demo plays with; tests bring their own. */
export interface DemoParts {
  startSandbox(options: SandboxOptions): Promise<Sandbox>;
  /** How long each step may take to reach the tools, in milliseconds. */
  readonly withinMs: number;
}

export interface DemoOptions {
  readonly okta?: boolean;
  readonly entra?: boolean;
  readonly tools?: boolean;
  readonly dialect?: Dialect;
  readonly json?: boolean;
}

const realParts: DemoParts = {
  // Loaded when needed: other commands should not pay for being a server.
  startSandbox: async (options) => (await import('../../sandbox-main.js')).startSandbox(options),
  withinMs: 20_000,
};

/** `drawbridge demo`: people and groups, from their arrival to their end, checked in every tool after each step. */
export function demoCommand(context: CliContext, parts: DemoParts = realParts): Command {
  return new Command('demo')
    .description('play Okta and Entra ID against the sandbox over HTTP, and check its tools after each step')
    .option('--okta', 'only Okta')
    .option('--entra', 'only Entra ID')
    .option('--tools', 'only one person and one group in dbt Cloud, Metabase and Retool at once')
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
  for (const performance of performances(options)) {
    for await (const step of perform(context, parts, performance)) {
      yield step;
      if (interrupted) throw new CliError(exitCode.failed, 'the demo was interrupted');
    }
  }
}

/** Who plays what, against which interface of dbt Cloud. */
type Performance = Pick<Stage, 'play' | 'idp' | 'dialect'>;

/** Everybody plays the lifecycle against every interface; then one of them plays with all the tools, unless left out. */
export function performances(options: DemoOptions): readonly Performance[] {
  const idps = identityProviders(options);
  const lifecycles = dialects
    .filter((dialect) => dialect === (options.dialect ?? dialect))
    .flatMap((dialect) => idps.map((idp) => ({ play: lifecyclePlay, idp, dialect })));
  const tools = idps.slice(0, 1).map((idp) => ({ play: toolsPlay, idp, dialect: options.dialect ?? dialects[0] }));
  if (options.tools === true) return tools;
  return idps.length === 1 ? lifecycles : [...lifecycles, ...tools];
}

function identityProviders(only: DemoOptions): readonly IdentityProvider[] {
  if (only.okta === only.entra) return [okta, entra];
  return only.okta === true ? [okta] : [entra];
}

/** Each performance has tools and a Drawbridge of its own. */
async function* perform(
  context: CliContext,
  parts: DemoParts,
  { play, idp, dialect }: Performance,
): AsyncGenerator<PlayedStep> {
  const log = createLog({ ...logOptionsFrom({ LOG_LEVEL: 'error', ...context.env }), stream: process.stderr });
  const sandbox = await parts.startSandbox({
    log,
    port: 0,
    print: () => undefined,
    dbt: { dialect },
    targets: play.tools,
  });
  try {
    play.prepare(sandbox);
    const { fetch, now } = context;
    const admin = adminOf(context, sandbox);
    yield* runPlay({ play, idp, dialect, sandbox, admin, fetch, now, withinMs: parts.withinMs });
  } finally {
    await sandbox.close();
  }
}

function adminOf(context: CliContext, { url, adminToken }: Sandbox): Admin {
  const call = <T>(of: AdminCall<T>): Promise<T> => callAdmin(context, { url, token: adminToken }, of);
  return {
    status: async () => (await call({ method: 'GET', path: '/api/v1/status', answer: statusSchema })).targets,
    sync: async (tool) => {
      await call({ method: 'POST', path: `/api/v1/targets/${tool}/sync`, answer: syncAcceptedSchema });
    },
    repaired: async () => {
      const path = '/api/v1/drift?state=repaired&count=1000';
      return (await call({ method: 'GET', path, answer: driftListSchema })).result;
    },
  };
}
