import type { Command } from 'commander';
import { failingSchema } from '../../openapi/admin-schemas.js';
import { callAdmin } from '../admin-client.js';
import { adminCommand, print } from '../admin-command.js';
import type { AdminCommandOptions } from '../admin-command.js';
import type { CliContext } from '../context.js';
import { formatAgo } from '../durations.js';
import { formatTable } from '../table.js';

/** `drawbridge failing`: what a target refused for good, with its reason. */
export function failingCommand(context: CliContext): Command {
  return adminCommand('failing', 'list what was given up on, and why').action(async (options: AdminCommandOptions) => {
    const failing = await callAdmin(context, options, {
      method: 'GET',
      path: '/api/v1/failing',
      answer: failingSchema,
    });
    print(context, options, failing, ({ result }) => {
      if (result.length === 0) return 'Nothing is failing.';
      const rows = result.map(({ target, kind, key, name, error, since }) => [
        target,
        kind,
        name,
        formatAgo(since, context.now()),
        key,
        error,
      ]);
      return formatTable(['target', 'kind', 'name', 'since', 'key', 'reason'], rows);
    });
  });
}
