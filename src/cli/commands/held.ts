import type { Command } from 'commander';
import { heldSchema } from '../../openapi/admin-schemas.js';
import type { HeldPlan } from '../../openapi/admin-schemas.js';
import { callAdmin } from '../admin-client.js';
import { adminCommand, print } from '../admin-command.js';
import type { AdminCommandOptions } from '../admin-command.js';
import type { CliContext } from '../context.js';
import { formatAgo } from '../durations.js';

/** As many operations of one plan as are shown; `--json` has them all. */
const shownOperations = 20;

/** `drawbridge held`: plans that take away so much that a person must say yes. */
export function heldCommand(context: CliContext): Command {
  return adminCommand('held', 'list the plans that wait for your decision').action(
    async (options: AdminCommandOptions) => {
      const held = await callAdmin(context, options, { method: 'GET', path: '/api/v1/held', answer: heldSchema });
      print(context, options, held, ({ result }) =>
        result.length === 0 ? 'Nothing is held.' : result.map((plan) => inWords(plan, context.now())).join('\n\n'),
      );
    },
  );
}

function inWords(plan: HeldPlan, now: number): string {
  const operations = plan.operations.slice(0, shownOperations).map(({ summary }) => `  - ${summary}`);
  const more = plan.operations.length - operations.length;
  return [
    `${plan.id}  ${plan.target}, held ${formatAgo(plan.createdAt, now)}`,
    ...plan.reasons.map(({ message }) => `  because ${message}`),
    ...operations,
    ...(more > 0 ? [`  … and ${String(more)} more`] : []),
    `  drawbridge release ${plan.id}   or   drawbridge reject ${plan.id}`,
  ].join('\n');
}
