import { Command } from 'commander';
import type { AdminOptions } from './admin-client.js';
import type { CliContext } from './context.js';

export interface AdminCommandOptions extends AdminOptions {
  readonly json?: boolean;
}

/** A command that talks to a running server: they all find it, and print, in the same ways. */
export function adminCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--url <url>', 'where the server is (default: DRAWBRIDGE_URL, else this machine)')
    .option('--token <token>', 'its admin token; better given in DRAWBRIDGE_ADMIN_TOKEN, which no process list shows')
    .option('--json', "print the server's answer as JSON");
}

/** Prints the answer as it is, or as the command puts it in words. */
export function print<T>(
  context: CliContext,
  options: AdminCommandOptions,
  answer: T,
  inWords: (answer: T) => string,
): void {
  context.out(options.json === true ? JSON.stringify(answer, undefined, 2) : inWords(answer));
}
