import { channelsFailing } from '../../src/alerts/conditions/channel-failing.js';
import { silentProviders } from '../../src/alerts/conditions/idp-silent.js';
import { leaverConditions, mostNamed, type LeaverContext } from '../../src/alerts/conditions/leaver-late.js';
import { PeopleCensus } from '../../src/alerts/conditions/people.js';
import { requestsRejected } from '../../src/alerts/conditions/requests-rejected.js';
import { targetStopped } from '../../src/alerts/conditions/target-stopped.js';
import { expiredTokensUsed, tokensExpiring } from '../../src/alerts/conditions/token-expiring.js';
import { bounded } from '../../src/alerts/conditions/words.js';
import type { ScimUser } from '../../src/model/scim-user.js';
import type { LingeringLeaver } from '../../src/store/alerts-leavers.js';
import type { TargetStateRow } from '../../src/store/target-states.js';
import { day, hour, minute } from './watching.js';

const now = Date.UTC(2026, 0, 5, 12);

describe('a leaver whose access lasts', () => {
  const context: LeaverContext = { target: 'dbt', mode: 'full', state: { last_error: null }, now, leaverMinutes: 15 };
  const leaver = (more: Partial<LingeringLeaver> = {}): LingeringLeaver => ({
    userId: 'u1',
    userName: 'ada@acme.test',
    directory: 'acme',
    leftAt: now - 16 * minute,
    state: 'active',
    detail: null,
    dueSince: null,
    gaveUpAt: null,
    error: null,
    ...more,
  });

  test.each([
    { rule: 'one minute too long is an alert', more: {}, alerts: 1 },
    { rule: 'exactly the time given is too long', more: { leftAt: now - 15 * minute }, alerts: 1 },
    { rule: 'a minute less is not', more: { leftAt: now - 14 * minute }, alerts: 0 },
    { rule: 'an account never seen counts like one seen', more: { state: null }, alerts: 1 },
    {
      rule: 'an account known to be off waits from its removal being asked for again',
      more: { state: 'inactive', leftAt: now - day, dueSince: now - 5 * minute },
      alerts: 0,
    },
    {
      rule: 'and is an alert once that takes too long',
      more: { state: 'inactive', leftAt: now - day, dueSince: now - 20 * minute },
      alerts: 1,
    },
  ])('$rule', ({ more, alerts }) => {
    expect(leaverConditions([leaver(more)], context)).toHaveLength(alerts);
  });

  test.each([
    {
      why: 'the target refused',
      more: { state: 'failed', gaveUpAt: now, error: 'dbt Cloud refused (403): owner' },
      health: null,
      reason: 'Given up: dbt Cloud refused (403): owner',
      action: 'drawbridge retry dbt account u1',
    },
    {
      why: 'the guard holds it',
      more: { state: 'held', detail: 'held: it removes more accounts' },
      health: null,
      reason: 'held: it removes more accounts',
      action: 'drawbridge held',
    },
    {
      why: 'the target is down',
      more: { dueSince: now, error: 'dbt Cloud answered 503' },
      health: 'dbt Cloud cannot be reached',
      reason: 'dbt cannot be worked with: dbt Cloud cannot be reached',
      action: 'drawbridge doctor dbt',
    },
    {
      why: 'it is being tried again',
      more: { dueSince: now, error: 'answered 500' },
      health: null,
      reason: 'answered 500',
      action: 'drawbridge retry dbt account u1',
    },
    {
      why: 'nothing is known',
      more: {},
      health: null,
      reason: 'Its turn has not come yet',
      action: 'drawbridge status',
    },
  ])('says who, where, why and what to do when $why', ({ more, health, reason, action }) => {
    const [alert] = leaverConditions([leaver(more)], { ...context, state: { last_error: health } });
    expect(alert).toMatchObject({
      severity: 'high',
      subject: { target: 'dbt', directory: 'acme', person: 'ada@acme.test' },
    });
    expect(alert?.words.title).toBe('ada@acme.test has left and still has access to dbt');
    expect(alert?.words.reason).toContain('Left acme on 2026-01-05 11:44 UTC.');
    expect(alert?.words.reason).toContain(reason);
    expect(alert?.words.action).toContain(action);
    expect(alert?.words.action).toContain('by hand');
  });

  test('where a mode forbids taking away, it is worth knowing and not an alarm', () => {
    const [alert] = leaverConditions([leaver({ state: 'pending' })], { ...context, mode: 'grant-only' });
    expect(alert?.severity).toBe('warning');
    expect(alert?.words.action).toContain('mode grant-only');
  });

  test('does not claim access nobody saw', () => {
    const [alert] = leaverConditions([leaver({ state: null })], context);
    expect(alert?.words.title).toBe('ada@acme.test has left and dbt has not confirmed that their access is gone');
  });

  test('of a mass departure the longest waiting are named and the others counted', () => {
    const many = Array.from({ length: mostNamed + 7 }, (_, index) =>
      leaver({ userId: `u${index}`, userName: `p${index}`, leftAt: now - hour + index }),
    );
    const alerts = leaverConditions(many, context);
    expect(alerts).toHaveLength(mostNamed + 1);
    expect(alerts[0]?.subject.person).toBe('p0');
    expect(alerts.at(-1)?.key).toBe('leaver-late:dbt');
    expect(alerts.at(-1)?.words.title).toContain('7 further leavers');
  });
});

describe('a target that is stopped', () => {
  const state = (more: Partial<TargetStateRow>): TargetStateRow => ({
    target: 'dbt',
    paused_until: null,
    last_error: 'dbt Cloud answered 503',
    last_error_at: now,
    last_error_code: 'UNAVAILABLE',
    failing_since: now - 15 * minute,
    last_success_at: null,
    last_sweep_at: null,
    last_poll_at: null,
    accounts_seen: null,
    ...more,
  });
  const limits = { now, stoppedMinutes: 15 };

  test.each([
    { rule: 'failing long enough', more: {}, severity: 'high' },
    { rule: 'failing for a moment', more: { failing_since: now - 14 * minute }, severity: undefined },
    {
      rule: 'a refused credential at once',
      more: { failing_since: now, last_error_code: 'UNAUTHORIZED' },
      severity: 'high',
    },
    { rule: 'throttled for long', more: { last_error_code: 'RATE_LIMITED' }, severity: 'warning' },
    { rule: 'in order', more: { last_error: null }, severity: undefined },
  ])('$rule', ({ more, severity }) => {
    const [alert] = targetStopped(state(more), limits);
    expect(alert?.severity).toBe(severity);
    if (alert === undefined) return;
    expect(alert.words.title).toContain('dbt');
    expect(alert.words.reason).toBe('dbt Cloud answered 503');
  });
});

describe('tokens', () => {
  const token = (expiresAt: number) => ({ directory: 'acme', label: 'okta', expiresAt });
  test.each([
    { rule: 'far from the end', left: 15 * day, severity: undefined },
    { rule: 'within the days asked for', left: 14 * day, severity: 'warning' },
    { rule: 'within three days', left: 3 * day, severity: 'high' },
    { rule: 'ended: told by its use', left: 0, severity: undefined },
  ])('$rule', ({ left, severity }) => {
    const [alert] = tokensExpiring([token(now + left)], { now, tokenDays: 14 });
    expect(alert?.severity).toBe(severity);
  });

  test('name directory, label and day', () => {
    const [alert] = tokensExpiring([token(Date.UTC(2026, 0, 10))], { now, tokenDays: 14 });
    expect(alert?.words.title).toBe('token "okta" of directory acme expires on 2026-01-10 00:00 UTC');
  });

  const use = {
    directory: 'acme',
    kind: 'expired-token',
    what: 'okta',
    count: 3,
    detail: null,
    firstAt: 1,
    lastAt: now,
  } as const;
  test.each([
    { rule: 'one that ended and is still used', tokens: [token(now - day)], alerts: 1 },
    { rule: 'one that was given more time is in order', tokens: [token(now + 30 * day)], alerts: 0 },
    { rule: 'one that is no longer configured is in order', tokens: [], alerts: 0 },
  ])('$rule', ({ tokens, alerts }) => {
    expect(expiredTokensUsed([use], tokens, now)).toHaveLength(alerts);
  });
});

describe('silence', () => {
  const silent = (at: number, more = {}) =>
    silentProviders(new Map([['acme', at]]), { now, startedAt: now - day, silenceHours: 24, ...more });

  test('a day without a request, of a provider that called before', () => {
    expect(silent(now - day)[0]?.condition.words.title).toContain('directory acme');
    expect(silent(now - day + 1)).toEqual([]);
    expect(silentProviders(new Map(), { now, startedAt: 0, silenceHours: 24 })).toEqual([]);
  });

  test('can be turned off', () => {
    expect(silent(now - 30 * day, { silenceHours: 0 })).toEqual([]);
  });

  test('a server that was down itself waits an hour for the first call', () => {
    const startedAt = now - minute;
    expect(silent(now - day, { startedAt })[0]?.opensAt).toBe(startedAt + hour);
  });
});

describe('refused requests', () => {
  const refused = (kind: 'request' | 'unauthorized' | 'expired-token', count: number) => ({
    ...{ directory: 'acme', kind, count, what: 'PATCH /Groups/{id} → 400 invalidValue' },
    ...{ detail: 'Not a user of this directory: u9.', firstAt: now - hour, lastAt: now },
  });
  test.each([
    { rule: 'nine are an accident', all: [refused('request', 9)], alerts: 0 },
    { rule: 'ten are not', all: [refused('request', 10)], alerts: 1 },
    { rule: 'of several sorts', all: [refused('request', 6), refused('request', 4)], alerts: 1 },
    { rule: 'without a token it takes more', all: [refused('unauthorized', 29)], alerts: 0 },
    { rule: 'thirty', all: [refused('unauthorized', 30)], alerts: 1 },
    { rule: 'expired tokens are told otherwise', all: [refused('expired-token', 100)], alerts: 0 },
  ])('$rule', ({ all, alerts }) => {
    expect(requestsRejected(all)).toHaveLength(alerts);
  });

  test('say what was asked and what was answered', () => {
    const [alert] = requestsRejected([refused('request', 12)]);
    expect(alert?.words.title).toBe('directory acme: 12 requests of its identity provider refused within an hour');
    expect(alert?.words.reason).toBe(
      'PATCH /Groups/{id} → 400 invalidValue, 12 times: Not a user of this directory: u9.',
    );
  });
});

describe('the people of a directory', () => {
  type Given = Partial<ScimUser> & Pick<ScimUser, 'userName'>;
  const userOf = (given: Given): ScimUser => ({
    id: given.userName,
    directory: 'acme',
    active: true,
    deleted: false,
    emails: [],
    ...given,
  });
  const census = (...users: readonly Given[]) => {
    const people = new PeopleCensus('acme');
    people.add(users.map(userOf));
    return people.conditions(now);
  };
  const named = { givenName: 'A', familyName: 'B' };
  const fine = (userName: string) => ({ userName, name: named });

  test('in order', () => {
    expect(census(fine('ada@acme.test'), fine('bea@acme.test'))).toEqual([]);
  });

  test('without an address that can be used', () => {
    const [alert] = census(fine('ada'), fine('bea@acme.test'));
    expect(alert).toMatchObject({ kind: 'people-without-email', severity: 'warning' });
    expect(alert?.words.reason).toContain('no account: ada.');
  });

  test('a mapping that drops names is told from somebody who has none', () => {
    const [dropped] = census({ userName: 'a@acme.test' }, { userName: 'b@acme.test', name: { givenName: 'B' } });
    expect(dropped).toMatchObject({ kind: 'people-without-names', severity: 'warning' });
    expect(dropped?.words.reason).toContain('attribute mapping');
    const [rare] = census({ userName: 'a@acme.test' }, fine('b@acme.test'), fine('c@acme.test'));
    expect(rare).toMatchObject({ kind: 'people-without-names', severity: 'notice' });
    expect(rare?.words.title).toContain('1 of 3 active people');
  });

  test('who share one address, whatever its case and wherever it stands', () => {
    const [alert] = census({ ...fine('ada'), emails: [{ value: 'Shared@acme.test' }] }, fine('shared@ACME.test'), {
      ...fine('cai'),
      emails: [{ value: 'shared@acme.test' }, { value: 'cai@acme.test', primary: true }],
    });
    expect(alert?.kind).toBe('duplicate-emails');
    expect(alert?.words.reason).toContain('shared@acme.test (ada, shared@ACME.test).');
  });

  test('are named up to ten, and counted beyond', () => {
    const [alert] = census(...Array.from({ length: 12 }, (_, index) => fine(`p${index}`)));
    expect(alert?.words.reason).toContain('p9 and 2 more.');
  });
});

describe('a channel that takes nothing', () => {
  const trouble = {
    channel: 'ops',
    waiting: 2,
    givenUp: 0,
    oldest: now - hour,
    lastError: 'the receiver answered 500',
  };
  const known = { now, channels: ['ops'] };
  test.each([
    { rule: 'for an hour', more: {}, alerts: 1 },
    { rule: 'for less', more: { oldest: now - hour + 1 }, alerts: 0 },
    { rule: 'given up at once', more: { oldest: now, givenUp: 1 }, alerts: 1 },
    { rule: 'not configured any more', more: { channel: 'former' }, alerts: 0 },
  ])('$rule', ({ more, alerts }) => {
    expect(channelsFailing([{ ...trouble, ...more }], known)).toHaveLength(alerts);
  });
});

test('what is told is masked, on one line, and bounded', () => {
  const { words, subject } = bounded(
    {
      key: 'held:1',
      kind: 'held',
      severity: 'high',
      subject: { target: 'dbt', person: 'p'.repeat(500) },
      since: now,
      words: { title: `a\nb\u0007${'x'.repeat(500)}`, reason: 'token=hunter2', action: 'y'.repeat(2000) },
    },
    (text) => text.replaceAll('hunter2', '[redacted]'),
  );
  expect(words.title).toHaveLength(200);
  expect(words.title).toMatch(/^a b x+…$/);
  expect(words.reason).toBe('token=[redacted]');
  expect(words.action).toHaveLength(400);
  expect(subject.person).toHaveLength(200);
});
