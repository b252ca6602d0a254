import type { Command } from 'commander';
import { driftListSchema, driftSchema } from '../../openapi/drift-schemas.js';
import { callAdmin } from '../admin-client.js';
import { adminCommand, print } from '../admin-command.js';
import type { AdminCommandOptions } from '../admin-command.js';
import type { CliContext } from '../context.js';
import { formatAgo } from '../durations.js';
import { formatTable } from '../table.js';

interface DriftOptions extends AdminCommandOptions {
  readonly target?: string;
  readonly state?: string;
}

/** `drawbridge drift`: what was changed in the targets by hand; `adopt` and `repair` say what becomes of it. */
export function driftCommand(context: CliContext): Command {
  return adminCommand('drift', 'list what was changed in a target by hand')
    .option('--target <target>', 'only of this target')
    .option('--state <state>', 'open, adopted, repaired, gone or superseded (default: open)')
    .action(async (options: DriftOptions) => {
      const query = new URLSearchParams({ count: '1000' });
      if (options.target !== undefined) query.set('target', options.target);
      if (options.state !== undefined) query.set('state', options.state);
      const path = `/api/v1/drift?${query.toString()}`;
      const found = await callAdmin(context, options, { method: 'GET', path, answer: driftListSchema });
      print(context, options, found, ({ result, nextCursor }) => {
        if (result.length === 0) return 'Nothing was changed by hand.';
        const rows = result.map(({ id, target, summary, foundAt, lastGoodAt }) => [
          id,
          target,
          summary,
          formatAgo(foundAt, context.now()),
          lastGoodAt === null ? 'never' : formatAgo(lastGoodAt, context.now()),
        ]);
        const table = formatTable(['id', 'target', 'would put it right', 'found', 'last right'], rows);
        return nextCursor === null ? table : `${table}\n… and more; ask for one target with --target`;
      });
    })
    .addCommand(decision(context, 'adopt', 'take it over as what is wanted, until the directory speaks about it again'))
    .addCommand(decision(context, 'repair', "put it right now, whatever the target's policy"));
}

function decision(context: CliContext, verb: 'adopt' | 'repair', description: string): Command {
  return adminCommand(verb, description)
    .argument('<id>', 'the id `drawbridge drift` shows')
    .action(async (id: string, options: AdminCommandOptions) => {
      const path = `/api/v1/drift/${encodeURIComponent(id)}/${verb}`;
      const decided = await callAdmin(context, options, { method: 'POST', path, answer: driftSchema });
      print(context, options, decided, ({ state, summary }) => `${id}: ${state} (${summary})`);
    });
}
