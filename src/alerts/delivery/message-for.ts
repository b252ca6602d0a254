import type { ChannelConfig } from '../../model/alert-config.js';
import type { NotificationRow } from '../../store/tables.js';
import type { NotificationBody } from '../notification-body.js';
import type { Post } from './post.js';
import { signatureOf } from './signature.js';
import { slackText } from './slack-text.js';

/** How many notifications one message to a channel may carry: programs want each by itself, people rather not. */
export const mostTogether: Readonly<Record<ChannelConfig['kind'], number>> = { webhook: 1, slack: 20 };

/** The request that tells a channel these notifications, at most `mostTogether` of them. */
export function messageFor(channel: ChannelConfig, rows: readonly NotificationRow[], now: number): Post {
  const { url } = channel;
  if (channel.kind === 'slack') {
    const text = slackText(rows.map(({ body }) => JSON.parse(body) as NotificationBody));
    return { url, headers: {}, body: JSON.stringify({ text }) };
  }
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw new RangeError('a webhook gets one notification at a time');
  const headers = {
    'X-Drawbridge-Event': row.event,
    'X-Drawbridge-Signature': signatureOf(row.body, channel.secret, now),
    'Idempotency-Key': row.id,
  };
  return { url, headers, body: row.body };
}
