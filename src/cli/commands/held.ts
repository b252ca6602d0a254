import type { Command } from 'commander';
import { heldSchema } from '../../openapi/admin-schemas.js';
import { callAdmin } from '../admin-client.js';
import { adminCommand, print } from '../admin-command.js';
import type { AdminCommandOptions } from '../admin-command.js';
import type { CliContext } from '../context.js';
import { formatHeldPlan } from '../format-held-plan.js';

/** `drawbridge held`: plans that take away so much that a person must say yes. */
export function heldCommand(context: CliContext): Command {
  return adminCommand('held', 'list the plans that wait for your decision').action(
    async (options: AdminCommandOptions) => {
      const held = await callAdmin(context, options, { method: 'GET', path: '/api/v1/held', answer: heldSchema });
      print(context, options, held, ({ result }) =>
        result.length === 0
          ? 'Nothing is held.'
          : result.map((plan) => formatHeldPlan(plan, context.now())).join('\n\n'),
      );
    },
  );
}
