import type { Command } from 'commander';
import { syncAcceptedSchema } from '../../openapi/admin-schemas.js';
import { callAdmin } from '../admin-client.js';
import { adminCommand, print } from '../admin-command.js';
import type { AdminCommandOptions } from '../admin-command.js';
import type { CliContext } from '../context.js';

/** `drawbridge sync <target>`: compare everything now instead of at the next sweep. */
export function syncCommand(context: CliContext): Command {
  return adminCommand('sync', 'compare and correct everything in a target now')
    .argument('<target>', 'its name in the configuration')
    .action(async (target: string, options: AdminCommandOptions) => {
      const path = `/api/v1/targets/${encodeURIComponent(target)}/sync`;
      const accepted = await callAdmin(context, options, { method: 'POST', path, answer: syncAcceptedSchema });
      print(
        context,
        options,
        accepted,
        ({ due }) => `${target}: ${String(due)} due now; \`drawbridge status\` shows the rest.`,
      );
    });
}
