import type { Command } from 'commander';
import { alertListSchema, alertSchema, type AlertAnswer } from '../../openapi/alert-schemas.js';
import { callAdmin } from '../admin-client.js';
import { adminCommand, print } from '../admin-command.js';
import type { AdminCommandOptions } from '../admin-command.js';
import type { CliContext } from '../context.js';
import { formatAgo } from '../durations.js';
import { printable } from '../printable.js';
import { notificationsCommand, retryNotificationCommand, tryChannelCommand } from './alerts-channels.js';

interface AlertsOptions extends AdminCommandOptions {
  readonly state?: string;
  readonly kind?: string;
  readonly target?: string;
}

/** `drawbridge alerts`: what is the matter, why, and what to do about it. */
export function alertsCommand(context: CliContext): Command {
  return adminCommand('alerts', 'list what is the matter, why, and what to do')
    .option('--state <state>', 'open, resolved or all (default: open)')
    .option('--kind <kind>', 'only of this kind, such as leaver-late')
    .option('--target <target>', 'only of this target')
    .action(async (options: AlertsOptions) => {
      const query = new URLSearchParams({ count: '1000' });
      for (const name of ['state', 'kind', 'target'] as const) {
        const wanted = options[name];
        if (wanted !== undefined) query.set(name, wanted);
      }
      const path = `/api/v1/alerts?${query.toString()}`;
      const found = await callAdmin(context, options, { method: 'GET', path, answer: alertListSchema });
      print(context, options, found, ({ result, nextCursor }) => {
        if (result.length === 0) return options.state === undefined ? 'Nothing is the matter.' : 'No alerts.';
        const listed = result.map((alert) => inWords(alert, context.now())).join('\n\n');
        return nextCursor === null ? listed : `${listed}\n\n… and more; narrow it down with --kind or --target`;
      });
    })
    .addCommand(acknowledgeCommand(context))
    .addCommand(notificationsCommand(context))
    .addCommand(retryNotificationCommand(context))
    .addCommand(tryChannelCommand(context));
}

function inWords(alert: AlertAnswer, now: number): string {
  const { id, severity, kind, title, reason, action, since, resolvedAt, acknowledgedBy } = alert;
  const standing = [
    `since ${formatAgo(since, now)}`,
    ...(acknowledgedBy === null ? [] : [`acknowledged by ${acknowledgedBy}`]),
    ...(resolvedAt === null ? [] : [`over ${formatAgo(resolvedAt, now)}`]),
  ];
  return [
    `${severity.toUpperCase()}  ${printable(title)}`,
    `  ${printable(reason)}`,
    ...(resolvedAt === null ? [`  ${printable(action)}`] : []),
    `  ${kind}, ${standing.join(', ')}  ${id}`,
  ].join('\n');
}

function acknowledgeCommand(context: CliContext): Command {
  return adminCommand(
    'acknowledge',
    'say that you know: it leaves the warnings, and stays open until its cause is gone',
  )
    .argument('<id>', 'the id `drawbridge alerts` shows')
    .action(async (id: string, options: AdminCommandOptions) => {
      const path = `/api/v1/alerts/${encodeURIComponent(id)}/acknowledge`;
      const alert = await callAdmin(context, options, { method: 'POST', path, answer: alertSchema });
      print(context, options, alert, ({ title }) => `Acknowledged: ${printable(title)}`);
    });
}
