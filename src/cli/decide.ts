import type { Command } from 'commander';
import { decisionSchema, heldPlanDetailSchema } from '../openapi/admin-schemas.js';
import type { HeldPlanDetail } from '../openapi/admin-schemas.js';
import { callAdmin } from './admin-client.js';
import { adminCommand, print } from './admin-command.js';
import type { AdminCommandOptions } from './admin-command.js';
import { CliError } from './cli-error.js';
import type { CliContext } from './context.js';
import { exitCode } from './exit-code.js';
import { formatHeldPlan } from './format-held-plan.js';

interface DecisionOptions extends AdminCommandOptions {
  readonly confirm?: string;
}

/**
 * The two commands that settle a held plan differ in one word. Both show the plan first and want its number of changes
 * typed, so that nobody says yes to something else than what they read.
 */
export function decisionCommand(context: CliContext, verb: 'release' | 'reject', description: string): Command {
  return adminCommand(verb, description)
    .argument('<id>', 'the id `drawbridge held` shows')
    .option('--confirm <count>', 'the number of changes you decide on, instead of typing it when asked')
    .action(async (id: string, options: DecisionOptions) => {
      const path = `/api/v1/held/${encodeURIComponent(id)}`;
      const confirm = await confirmed(context, options, path, verb);
      const call = { method: 'POST', path: `${path}/${verb}`, body: { confirm }, patient: true } as const;
      const decision = await callAdmin(context, options, { ...call, answer: decisionSchema });
      print(context, options, decision, ({ state }) => `${id}: ${state}`);
    });
}

async function confirmed(context: CliContext, options: DecisionOptions, path: string, verb: string): Promise<number> {
  if (options.confirm !== undefined) return count(options.confirm);
  const call = { method: 'GET', path, patient: true } as const;
  const plan = await callAdmin(context, options, { ...call, answer: heldPlanDetailSchema });
  context.err(formatHeldPlan(plan, context.now(), reviewLines(plan)));
  const expected = String(plan.operations.length);
  if (context.ask === undefined) {
    throw new CliError(
      exitCode.usage,
      'nobody is there to ask',
      `Say --confirm ${expected} to ${verb} what is shown above.`,
    );
  }
  const typed = (await context.ask(`Type ${expected} to ${verb} these changes: `)).trim();
  if (typed !== expected)
    throw new CliError(exitCode.refused, 'nothing was decided', `It wants the number ${expected}.`);
  return plan.operations.length;
}

function count(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new CliError(exitCode.usage, `--confirm ${text} is not a number of changes`, 'See `drawbridge held`.');
}

/** How the world moved since the plan was held. */
function reviewLines({ review }: HeldPlanDetail): string[] {
  if (review === null) return [];
  if (review.unavailable !== null) return [`  the target cannot be looked at now: ${review.unavailable}`];
  return [
    ...review.noLongerWanted.map((each) => `  no longer wanted, and will not happen: ${each}`),
    ...review.notIncluded.map((each) => `  new since then, and stays held: ${each}`),
  ];
}
