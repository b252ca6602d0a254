import type { Command } from 'commander';
import type { CliContext } from '../context.js';
import { decisionCommand } from '../decide.js';

/** `drawbridge release <id>`: a held plan may happen. The server plans it again first. */
export function releaseCommand(context: CliContext): Command {
  return decisionCommand(context, 'release', 'let a held plan happen');
}
