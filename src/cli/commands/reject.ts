import type { Command } from 'commander';
import type { CliContext } from '../context.js';
import { decisionCommand } from '../decide.js';

/** `drawbridge reject <id>`: a held plan must not happen. */
export function rejectCommand(context: CliContext): Command {
  return decisionCommand(context, 'reject', 'do not let a held plan happen');
}
