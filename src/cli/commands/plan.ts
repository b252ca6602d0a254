import type { Command } from 'commander';
import { planSchema } from '../../openapi/plan-schemas.js';
import { callAdmin } from '../admin-client.js';
import { adminCommand } from '../admin-command.js';
import type { AdminCommandOptions } from '../admin-command.js';
import { CliEnd } from '../cli-end.js';
import type { CliContext } from '../context.js';
import { exitCode } from '../exit-code.js';
import { formatPlan } from '../format-plan.js';
import { targetNames } from '../target-names.js';

/** `drawbridge plan [target]`: what would change, of one target or of all; writes nothing. Exit code 2: something would. */
export function planCommand(context: CliContext): Command {
  return adminCommand('plan', 'show what would change in a target, and why; writes nothing')
    .argument('[target]', 'its name in the configuration (default: every target)')
    .addHelpText('after', '\nExits with 0 when nothing would change, with 2 when something would.')
    .action(async (target: string | undefined, options: AdminCommandOptions) => {
      const names = target === undefined ? await targetNames(context, options) : [target];
      const plans = [];
      for (const name of names) {
        const path = `/api/v1/targets/${encodeURIComponent(name)}/plan`;
        plans.push(await callAdmin(context, options, { method: 'GET', path, answer: planSchema, patient: true }));
      }
      const asJson = target === undefined ? plans : plans[0];
      context.out(options.json === true ? JSON.stringify(asJson, undefined, 2) : plans.map(formatPlan).join('\n\n'));
      if (plans.some(({ hasChanges }) => hasChanges)) throw new CliEnd(exitCode.changes);
    });
}
