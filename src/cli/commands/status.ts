import type { Command } from 'commander';
import { statusSchema } from '../../openapi/admin-schemas.js';
import type { Status, TargetStatus } from '../../openapi/admin-schemas.js';
import { callAdmin } from '../admin-client.js';
import { adminCommand, print } from '../admin-command.js';
import type { AdminCommandOptions } from '../admin-command.js';
import type { CliContext } from '../context.js';
import { formatAgo, formatSeconds } from '../durations.js';
import { formatTable } from '../table.js';

/** `drawbridge status`: every target and directory at a glance. */
export function statusCommand(context: CliContext): Command {
  return adminCommand('status', 'show how every target and directory stands').action(
    async (options: AdminCommandOptions) => {
      const status = await callAdmin(context, options, { method: 'GET', path: '/api/v1/status', answer: statusSchema });
      print(context, options, status, (answer) => inWords(answer, context.now()));
    },
  );
}

function inWords(status: Status, now: number): string {
  const targets = formatTable(
    ['target', 'type', 'dialect', 'mode', 'state', 'due', 'held', 'failing', 'lag', 'last sweep'],
    status.targets.map((target) => [
      target.name,
      target.type,
      target.dialect ?? '?',
      target.mode,
      stateOf(target),
      String(target.due),
      String(target.held),
      String(target.failing),
      formatSeconds(target.lagSeconds),
      formatAgo(target.lastSweepAt, now),
    ]),
  );
  const directories = formatTable(
    ['directory', 'users', 'groups', 'last request'],
    status.directories.map(({ name, users, groups, lastRequestAt }) => [
      name,
      String(users),
      String(groups),
      formatAgo(lastRequestAt, now),
    ]),
  );
  return [
    `Drawbridge ${status.version}, up ${formatSeconds(status.uptimeSeconds)}`,
    targets,
    directories,
    ...status.targets.flatMap(remarks),
    ...status.warnings.map((warning) => `warning: ${warning}`),
  ].join('\n\n');
}

function stateOf({ healthy, converged, pausedUntil }: TargetStatus): string {
  if (!healthy) return 'unhealthy';
  if (pausedUntil !== null) return 'paused';
  return converged ? 'converged' : 'working';
}

/** What needs somebody, with the command that shows or settles it. */
function remarks(target: TargetStatus): string[] {
  const { name, lastError, pausedUntil, held, failing, drift } = target;
  return [
    ...(lastError === null ? [] : [`${name}: ${lastError}`]),
    ...(pausedUntil === null ? [] : [`${name}: paused, next try at ${pausedUntil}`]),
    ...(held === 0 ? [] : [`${name}: ${String(held)} held; see \`drawbridge held\``]),
    ...(drift === 0 ? [] : [`${name}: ${String(drift)} changed by hand; see \`drawbridge drift\``]),
    ...(failing === 0 ? [] : [`${name}: ${String(failing)} failing; see \`drawbridge failing\``]),
  ];
}
