import { slackText } from '../../src/alerts/delivery/slack-text.js';
import type { NotificationBody, ToldAlert } from '../../src/alerts/notification-body.js';

const told = (more: Partial<ToldAlert> = {}, event: NotificationBody['event'] = 'opened'): NotificationBody => ({
  id: 'n1',
  event,
  createdAt: '2026-01-05T00:00:00.000Z',
  alert: {
    id: 'a1',
    kind: 'leaver-late',
    severity: 'high',
    target: 'dbt',
    directory: 'acme',
    person: 'ada@acme.test',
    title: 'ada@acme.test has left and still has access to dbt',
    reason: 'Left acme. Given up: refused',
    action: 'Run "drawbridge retry dbt account u1".',
    since: '2026-01-05T00:00:00.000Z',
    openedAt: '2026-01-05T00:00:00.000Z',
    resolvedAt: null,
    ...more,
  },
});

test('says what is new, who, why and what to do', () => {
  expect(slackText([told()])).toBe(
    '*New (high)* ada@acme.test has left and still has access to dbt\nLeft acme. Given up: refused\nRun "drawbridge retry dbt account u1".',
  );
});

test('what is over needs no advice', () => {
  expect(slackText([told({}, 'resolved')])).toBe('*Over (high)* ada@acme.test has left and still has access to dbt');
});

test.each([
  ['a link', '<https://evil.test|click>', '&lt;https://evil.test|click&gt;'],
  ['a mention in Slack', '<!channel>', '&lt;!channel&gt;'],
  ['a mention in Mattermost', 'the group @all', 'the group @\u200ball'],
  ['a mention in capitals', '@Channel', '@\u200bChannel'],
  ['an ampersand', 'R&D', 'R&amp;D'],
])('%s in a name stays text', (_what, title, shown) => {
  expect(slackText([told({ title })])).toContain(`*New (high)* ${shown}\n`);
});

test('an address stays as it is', () => {
  expect(slackText([told({ title: 'ada@acme.test' })])).toContain('ada@acme.test');
});

test('several are one message of bounded length, and what does not fit is counted', () => {
  const text = slackText(Array.from({ length: 20 }, () => told({ reason: 'x'.repeat(1000) })));
  expect(text.length).toBeLessThan(4000);
  expect(text).toMatch(/\n\n… and 17 more: see "drawbridge alerts"\.$/);
  expect(slackText([told({ reason: '&'.repeat(1000) })]).length).toBeLessThan(4000);
});

test('a test says that it is one', () => {
  expect(slackText([{ ...told(), event: 'test', alert: null }])).toBe('*Test* Drawbridge can reach this channel.');
});
