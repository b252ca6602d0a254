import type { Command } from 'commander';
import { retryRequestSchema } from '../../openapi/admin-schemas.js';
import { callAdmin } from '../admin-client.js';
import { adminCommand, print } from '../admin-command.js';
import type { AdminCommandOptions } from '../admin-command.js';
import type { CliContext } from '../context.js';

/** `drawbridge retry <target> <kind> <key>`: try one failing person or group again, as `drawbridge failing` names it. */
export function retryCommand(context: CliContext): Command {
  return adminCommand('retry', 'try something that failed again')
    .argument('<target>')
    .argument('<kind>', 'account or group')
    .argument('<key>', 'as `drawbridge failing` shows it')
    .action(async (target: string, kind: string, key: string, options: AdminCommandOptions) => {
      const accepted = await callAdmin(context, options, {
        method: 'POST',
        path: '/api/v1/failing/retry',
        body: { target, kind, key },
        answer: retryRequestSchema,
      });
      print(context, options, accepted, () => `${target}: ${kind} ${key} is due now.`);
    });
}
