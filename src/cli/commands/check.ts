import { Command } from 'commander';
import { loadConfig } from '../../config.js';
import type { CliContext } from '../context.js';
import { describeConfig, maskConfig } from '../describe-config.js';

interface CheckOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** `drawbridge check`: is the configuration usable, and is it understood as it was meant? Calls nobody, writes nothing. */
export function checkCommand(context: CliContext): Command {
  return new Command('check')
    .description('check the configuration and show what was understood')
    .option('--config <file>', 'the file to check (default: DRAWBRIDGE_CONFIG, else ./drawbridge.yaml)')
    .option('--json', 'print it as JSON')
    .action((options: CheckOptions) => {
      const { env, cwd } = context;
      const config = loadConfig({ env, cwd, argvPath: options.config, now: context.now() });
      context.out(options.json === true ? JSON.stringify(maskConfig(config), undefined, 2) : describeConfig(config));
    });
}
