import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config.js';
import { CliEnd } from './cli-end.js';
import { CliError } from './cli-error.js';
import { alertsCommand } from './commands/alerts.js';
import { checkCommand } from './commands/check.js';
import { demoCommand } from './commands/demo.js';
import { driftCommand } from './commands/drift.js';
import { doctorCommand } from './commands/doctor.js';
import { failingCommand } from './commands/failing.js';
import { healthcheckCommand } from './commands/healthcheck.js';
import { heldCommand } from './commands/held.js';
import { openapiCommand } from './commands/openapi.js';
import { planCommand } from './commands/plan.js';
import { rejectCommand } from './commands/reject.js';
import { releaseCommand } from './commands/release.js';
import { retryCommand } from './commands/retry.js';
import { serveCommand } from './commands/serve.js';
import { statusCommand } from './commands/status.js';
import { syncCommand } from './commands/sync.js';
import type { CliContext } from './context.js';
import { exitCode } from './exit-code.js';
import type { ExitCode } from './exit-code.js';

/** Every command, in the order the help lists them. */
const commands: readonly ((context: CliContext) => Command)[] = [
  serveCommand,
  demoCommand,
  checkCommand,
  doctorCommand,
  planCommand,
  statusCommand,
  syncCommand,
  heldCommand,
  releaseCommand,
  rejectCommand,
  driftCommand,
  failingCommand,
  retryCommand,
  alertsCommand,
  openapiCommand,
  healthcheckCommand,
];

const exitCodes = `
Exit codes: 0 done; 1 the configuration is unusable or the server failed; 2 the plan holds changes;
3 the server cannot be reached; 4 the server refused; 64 the command was written wrongly.`;

/**
 * Runs one command line.
 *
 * @param args what follows the program's name; nothing means `serve`
 * @returns the exit code. Everything a person must know has been printed by then; nothing is thrown.
 */
export async function runCli(args: readonly string[], context: CliContext): Promise<ExitCode> {
  try {
    await programFor(context).parseAsync(withDefault(args), { from: 'user' });
    return exitCode.done;
  } catch (error) {
    return report(error, context);
  }
}

/** Without a command it is `serve`. Not left to commander: its default command would take a mistyped one as argument. */
function withDefault(args: readonly string[]): readonly string[] {
  const [first] = args;
  return first === undefined || first.startsWith('--config') ? ['serve', ...args] : args;
}

function programFor(context: CliContext): Command {
  const program = new Command('drawbridge')
    .description('Provision people and groups over SCIM 2.0 into tools whose plan has no SCIM.')
    .version(context.version, '-v, --version')
    .addHelpText('after', exitCodes)
    .showSuggestionAfterError();
  for (const command of commands) program.addCommand(command(context));
  prepare(program, context);
  return program;
}

/**
 * Commands, and those below them, end by throwing and print through the context. An option belongs to the command it
 * follows, also where the one above has an option of that name.
 */
function prepare(command: Command, context: CliContext): void {
  command
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => {
        context.out(text.trimEnd());
      },
      writeErr: (text) => {
        context.err(text.trimEnd());
      },
    });
  for (const each of command.commands) prepare(each, context);
}

function report(error: unknown, context: CliContext): ExitCode {
  if (error instanceof CliEnd) return error.exitCode;
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
  if (error instanceof ConfigError) {
    for (const line of error.lines) context.err(line);
    return exitCode.failed;
  }
  if (error instanceof CliError) {
    context.err(`drawbridge: ${error.message}`);
    if (error.nextStep !== undefined) context.err(error.nextStep);
    return error.exitCode;
  }
  context.err(`drawbridge: ${error instanceof Error ? error.message : String(error)}`);
  if (context.env['LOG_LEVEL'] === 'debug' && error instanceof Error) context.err(error.stack ?? '');
  return exitCode.failed;
}
