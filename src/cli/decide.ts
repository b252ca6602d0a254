import type { Command } from 'commander';
import { decisionSchema } from '../openapi/admin-schemas.js';
import { callAdmin } from './admin-client.js';
import { adminCommand, print } from './admin-command.js';
import type { AdminCommandOptions } from './admin-command.js';
import type { CliContext } from './context.js';

/** The two commands that settle a held plan differ in one word. */
export function decisionCommand(context: CliContext, verb: 'release' | 'reject', description: string): Command {
  return adminCommand(verb, description)
    .argument('<id>', 'the id `drawbridge held` shows')
    .action(async (id: string, options: AdminCommandOptions) => {
      const path = `/api/v1/held/${encodeURIComponent(id)}/${verb}`;
      const decision = await callAdmin(context, options, { method: 'POST', path, answer: decisionSchema });
      print(context, options, decision, ({ state }) => `${id}: ${state}`);
    });
}
