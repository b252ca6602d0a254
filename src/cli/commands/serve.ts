import { Command } from 'commander';
import { loadConfig } from '../../config.js';
import type { Config, SandboxConfig } from '../../config.js';
import { createLog, logOptionsFrom } from '../../log.js';
import type { Log } from '../../model/log.js';
import type { CliContext, Running } from '../context.js';
import { exitOnFatal, nextStopSignal } from '../process-events.js';

interface ServeOptions {
  readonly config?: string;
}

/** `drawbridge serve`: run until told to stop. With nothing configured it is the sandbox. */
export function serveCommand(context: CliContext): Command {
  return new Command('serve')
    .description('run the server; with nothing configured, the sandbox')
    .option('--config <file>', 'the configuration (default: DRAWBRIDGE_CONFIG, else ./drawbridge.yaml, else variables)')
    .action(async (options: ServeOptions) => {
      const { env, cwd } = context;
      const config = loadConfig({ env, cwd, argvPath: options.config, now: context.now() });
      const log = logFor(context, config);
      exitOnFatal(context.process, log);
      const stopped = nextStopSignal(context.process, () => context.now());

      const running = await start(context, config, log);
      log.info('stopping', { signal: await stopped });
      await running.close();
    });
}

/** The sandbox speaks to a person, who reads what it prints: its log keeps to what goes wrong unless asked for more. */
function logFor({ env }: CliContext, config: Config | SandboxConfig): Log {
  if (config.kind === 'configured') return createLog({ ...logOptionsFrom(env), secrets: config.secrets });
  return createLog(logOptionsFrom({ LOG_LEVEL: 'warn', LOG_FORMAT: 'pretty', ...env }));
}

function start(context: CliContext, config: Config | SandboxConfig, log: Log): Promise<Running> {
  if (config.kind === 'configured') return context.startDrawbridge(config, { log });
  const print = (line: string) => {
    context.out(line);
  };
  return context.startSandbox({ log, print, port: config.port });
}
