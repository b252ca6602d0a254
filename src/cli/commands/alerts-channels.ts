import type { Command } from 'commander';
import { channelTestSchema, notificationListSchema, notificationSchema } from '../../openapi/alert-schemas.js';
import { callAdmin } from '../admin-client.js';
import { adminCommand, print } from '../admin-command.js';
import type { AdminCommandOptions } from '../admin-command.js';
import { CliEnd } from '../cli-end.js';
import type { CliContext } from '../context.js';
import { formatAgo } from '../durations.js';
import { exitCode } from '../exit-code.js';
import { formatTable } from '../table.js';

interface NotificationsOptions extends AdminCommandOptions {
  readonly state?: string;
  readonly channel?: string;
}

/** `drawbridge alerts notifications`: who was told what, and what did not get through. */
export function notificationsCommand(context: CliContext): Command {
  return adminCommand('notifications', 'list what the channels were told, newest first')
    .option('--state <state>', 'only waiting, delivered or given-up')
    .option('--channel <channel>', 'only for this channel')
    .action(async (options: NotificationsOptions) => {
      const query = new URLSearchParams({ count: '100' });
      if (options.state !== undefined) query.set('state', options.state);
      if (options.channel !== undefined) query.set('channel', options.channel);
      const path = `/api/v1/notifications?${query.toString()}`;
      const found = await callAdmin(context, options, { method: 'GET', path, answer: notificationListSchema });
      print(context, options, found, ({ result, nextCursor }) => {
        if (result.length === 0) return 'No notifications.';
        const rows = result.map((each) => [
          each.channel,
          each.event,
          each.state,
          formatAgo(each.createdAt, context.now()),
          String(each.attempts),
          each.lastError ?? '',
          each.title ?? '',
          each.id,
        ]);
        const table = formatTable(['channel', 'event', 'state', 'queued', 'tries', 'last error', 'about', 'id'], rows);
        return nextCursor === null ? table : `${table}\n… and older ones; narrow it down with --state or --channel`;
      });
    });
}

/** `drawbridge alerts resend <id>`: one that was given up waits again. */
export function retryNotificationCommand(context: CliContext): Command {
  return adminCommand('resend', 'send a notification again that was given up')
    .argument('<id>', 'the id `drawbridge alerts notifications` shows')
    .action(async (id: string, options: AdminCommandOptions) => {
      const path = `/api/v1/notifications/retry/${encodeURIComponent(id)}`;
      const sent = await callAdmin(context, options, { method: 'POST', path, answer: notificationSchema });
      print(context, options, sent, ({ channel }) => `${id} is on its way to ${channel}.`);
    });
}

/** `drawbridge alerts test <channel>`: whether a channel can be reached; exit code 1 when it cannot. */
export function tryChannelCommand(context: CliContext): Command {
  return adminCommand('test', 'send a test over a channel and say what came of it')
    .argument('<channel>', 'its name in the configuration')
    .action(async (channel: string, options: AdminCommandOptions) => {
      const path = `/api/v1/notifications/test/${encodeURIComponent(channel)}`;
      const outcome = await callAdmin(context, options, { method: 'POST', path, answer: channelTestSchema });
      print(context, options, outcome, ({ delivered, reason }) =>
        delivered ? `${channel}: delivered.` : `${channel}: not delivered: ${reason ?? 'no reason given'}`,
      );
      if (!outcome.delivered) throw new CliEnd(exitCode.failed);
    });
}
