import { shorten } from '../../model/shorten.js';
import type { NotificationBody } from '../notification-body.js';

/** In characters. Slack cuts at 40,000 and advises 4,000. */
const longest = 3_500;

const headings = { opened: 'New', raised: 'More severe', resolved: 'Over', test: 'Test' } as const;

/**
 * Several notifications as one message. Plain `text` with no more than `*bold*`: the one form that Slack, Mattermost and
 * Teams all show.
 */
export function slackText(bodies: readonly NotificationBody[]): string {
  const parts = bodies.map(partOf);
  let text = '';
  for (const [index, part] of parts.entries()) {
    const next = text === '' ? part : `${text}\n\n${part}`;
    if (next.length > longest && text !== '')
      return `${text}\n\n… and ${parts.length - index} more: see "drawbridge alerts".`;
    text = next.length > longest ? shorten(next, longest) : next;
  }
  return text;
}

function partOf({ event, alert }: NotificationBody): string {
  if (alert === null) return '*Test* Drawbridge can reach this channel.';
  const heading = `*${headings[event]} (${alert.severity})* ${plain(alert.title)}`;
  if (event === 'resolved') return heading;
  return [heading, plain(alert.reason), plain(alert.action)].join('\n');
}

/**
 * Text that stays text: `<`, `>` and `&` mark links and mentions in Slack, and `@all` calls everybody in Mattermost,
 * whoever wrote it into a name.
 */
function plain(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/@(?=(all|channel|here|everyone)\b)/gi, '@\u200b');
}
