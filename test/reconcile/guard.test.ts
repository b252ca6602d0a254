import { signatureOf, type Change, type PlannedChange } from '../../src/model/planned-change.js';
import { guard, type GuardInput } from '../../src/reconcile/guard.js';
import { group, observation, observed } from './plan-builders.js';

const people = (count: number) => Array.from({ length: count }, (_, index) => observed(`p${index}`));
const planned = (change: Change): PlannedChange => ({
  change,
  reason: '',
  subjects: ['accountId' in change ? `account:${change.accountId}` : 'x'],
});
const leaves = (id: string): PlannedChange =>
  planned({ kind: 'deactivate-account', accountId: id, email: `${id}@acme.test` });
const revoked = (id: string, groupId = '1'): PlannedChange =>
  planned({ kind: 'revoke', accountId: id, groupId, email: `${id}@acme.test`, groupName: `Group ${groupId}` });
const invited = planned({ kind: 'invite', email: 'new@acme.test', licence: 'read_only', groups: [] });

function judge(changes: readonly PlannedChange[], parts: Partial<GuardInput> = {}) {
  const seen =
    parts.observation ??
    observation({
      accounts: people(100),
      groups: [
        group(
          '1',
          people(30).map(({ id }) => id),
        ),
      ],
    });
  const verdict = guard({
    changes,
    observation: seen,
    limits: { removals: 5, fraction: 0.2, windowMinutes: 60 },
    protect: { users: [], groups: [] },
    history: { accounts: 0, membersByGroup: new Map() },
    size: { activeAccounts: seen.accounts.size, accountsSeenBefore: seen.accounts.size },
    approved: new Set(),
    rejected: new Set(),
    unsettled: new Set(),
    ...parts,
  });
  return {
    pass: verdict.pass.length,
    held: verdict.held.length,
    reasons: [...new Set(verdict.held.map(({ reason }) => reason))],
  };
}

describe('accounts', () => {
  test('an ordinary leaver passes at once', () => {
    expect(judge([leaves('p1')])).toEqual({ pass: 1, held: 0, reasons: [] });
  });

  test('as many as the limit pass, one more holds them all', () => {
    const leavers = people(21).map(({ id }) => leaves(id));
    expect(judge(leavers.slice(0, 20))).toMatchObject({ pass: 20, held: 0 });
    expect(judge(leavers)).toEqual({ pass: 0, held: 21, reasons: ['too-many-accounts'] });
  });

  test('what left earlier in the window counts, against the size at its start', () => {
    const history = { accounts: 16, membersByGroup: new Map() };
    const size = { activeAccounts: 84, accountsSeenBefore: 100 };
    expect(
      judge(
        people(4).map(({ id }) => leaves(id)),
        { history, size },
      ),
    ).toMatchObject({ pass: 4 });
    expect(
      judge(
        people(5).map(({ id }) => leaves(id)),
        { history, size },
      ),
    ).toMatchObject({ held: 5 });
  });

  test('a joiner is not held up by a mass removal', () => {
    expect(judge([...people(40).map(({ id }) => leaves(id)), invited])).toMatchObject({ pass: 1, held: 40 });
  });

  test('in a small target the absolute limit rules', () => {
    const seen = observation({ accounts: people(8) });
    expect(
      judge(
        people(5).map(({ id }) => leaves(id)),
        { observation: seen },
      ),
    ).toMatchObject({ pass: 5 });
    expect(
      judge(
        people(6).map(({ id }) => leaves(id)),
        { observation: seen },
      ),
    ).toMatchObject({ held: 6 });
  });
});

describe('members of one group', () => {
  test('more than the share of a group is held, other groups are not', () => {
    const seen = observation({
      accounts: people(60),
      groups: [
        group(
          '1',
          people(30).map(({ id }) => id),
        ),
        group(
          '2',
          people(30).map(({ id }) => id),
        ),
      ],
    });
    const many = people(7).map(({ id }) => revoked(id));
    expect(judge([...many, revoked('p1', '2')], { observation: seen })).toEqual({
      pass: 1,
      held: 7,
      reasons: ['too-many-members'],
    });
  });

  test('removals earlier in the window count in the same group', () => {
    const history = { accounts: 0, membersByGroup: new Map([['1', 6]]) };
    expect(judge([revoked('p1'), revoked('p2')], { history })).toMatchObject({
      held: 2,
      reasons: ['too-many-members'],
    });
  });

  test('emptying a large group is held whatever share is allowed', () => {
    const seen = observation({
      accounts: people(10),
      groups: [
        group(
          '1',
          people(10).map(({ id }) => id),
        ),
      ],
    });
    const limits = { removals: 5, fraction: 1, windowMinutes: 60 };
    const verdict = judge(
      people(10).map(({ id }) => revoked(id)),
      { observation: seen, limits },
    );
    expect(verdict).toEqual({ pass: 0, held: 10, reasons: ['empties-group'] });
  });
});

describe('what must not be touched', () => {
  test.each<{ rule: string; reason: string; change: PlannedChange; parts: Partial<GuardInput> }>([
    {
      rule: "the credential's owner",
      reason: 'credential-owner',
      change: leaves('p0'),
      parts: {
        observation: observation({
          accounts: [observed('p0', { guarded: 'credential-owner' }), ...people(9)].toReversed(),
        }),
      },
    },
    {
      rule: 'a protected person, in any spelling',
      reason: 'protected',
      change: leaves('p0'),
      parts: { protect: { users: ['P0@Acme.Test'], groups: [] } },
    },
    {
      rule: 'a protected group',
      reason: 'protected',
      change: revoked('p0'),
      parts: { protect: { users: [], groups: ['Group 1'] } },
    },
    {
      rule: 'the last administrator',
      reason: 'last-administrator',
      change: leaves('p0'),
      parts: { observation: observation({ accounts: [...people(9), observed('p0', { guarded: 'administrator' })] }) },
    },
    {
      rule: "the last administrator's membership",
      reason: 'last-administrator',
      change: revoked('p0'),
      parts: {
        observation: observation({
          accounts: [...people(9), observed('p0', { groups: new Set(['1']) })],
          groups: [group('1', ['p0'], { administrators: true })],
        }),
      },
    },
  ])('$rule', ({ reason, change, parts }) => {
    expect(judge([change], parts).reasons).toEqual([reason]);
  });

  test("the last administrator's licence is not lessened either", () => {
    const seen = observation({ accounts: [...people(9), observed('p0', { guarded: 'administrator' })] });
    const lesser = planned({
      kind: 'update-account',
      accountId: 'p0',
      email: 'p0@acme.test',
      change: { licence: 'read_only' },
    });
    expect(judge([lesser], { observation: seen })).toMatchObject({ held: 1, reasons: ['last-administrator'] });
  });

  test('one administrator of two may leave', () => {
    const admins = [observed('a', { guarded: 'administrator' }), observed('b', { guarded: 'administrator' })];
    expect(judge([leaves('a')], { observation: observation({ accounts: [...admins, ...people(9)] }) })).toMatchObject({
      pass: 1,
    });
    expect(
      judge([leaves('a'), leaves('b')], { observation: observation({ accounts: [...admins, ...people(9)] }) }),
    ).toMatchObject({ held: 2 });
  });
});

describe('observations that cannot be true', () => {
  test.each([
    { rule: 'nobody where there were many', left: 0 },
    { rule: 'less than half', left: 49 },
  ])('$rule: everything waits, invitations too', ({ left }) => {
    const seen = observation({ accounts: people(left) });
    expect(judge([invited], { observation: seen, size: { activeAccounts: left, accountsSeenBefore: 100 } })).toEqual({
      pass: 0,
      held: 1,
      reasons: ['implausible-observation'],
    });
  });

  test('a first look at an empty target is no surprise', () => {
    const parts = { observation: observation({}), size: { activeAccounts: 0, accountsSeenBefore: undefined } };
    expect(judge([invited], parts)).toMatchObject({ pass: 1 });
  });
});

describe('what people decided', () => {
  const leavers = people(30).map(({ id }) => leaves(id));
  const names = new Set(leavers.map(({ change }) => signatureOf(change)));

  test('what was released passes, and does not use up the limit of others', () => {
    expect(judge(leavers, { approved: names })).toMatchObject({ pass: 30, held: 0 });
    expect(judge([...leavers, leaves('p40')], { approved: names })).toMatchObject({ pass: 31 });
  });

  test('what was rejected neither passes nor is held again', () => {
    expect(judge(leavers, { rejected: names })).toMatchObject({ pass: 0, held: 0 });
  });

  test("a release does not reach the credential's owner or the last administrator", () => {
    const seen = observation({ accounts: [...people(9), observed('p0', { guarded: 'credential-owner' })] });
    expect(judge([leaves('p0')], { observation: seen, approved: names })).toMatchObject({
      held: 1,
      reasons: ['credential-owner'],
    });
  });

  test('what was written again and again without staying waits for a person', () => {
    expect(judge([invited], { unsettled: new Set(['invite:new@acme.test']) })).toMatchObject({
      reasons: ['unsettled'],
    });
  });
});

describe('memberships in all', () => {
  const groups = Array.from({ length: 20 }, (_, index) =>
    group(
      String(index),
      people(5).map(({ id }) => id),
    ),
  );
  const seen = observation({ accounts: people(100), groups });
  const onePerGroup = (count: number) => groups.slice(0, count).map(({ id }) => revoked('p1', id));

  test('one from each of many groups is counted over the whole target', () => {
    const limits = { removals: 5, fraction: 0.1, windowMinutes: 60 };
    expect(judge(onePerGroup(10), { observation: seen, limits })).toMatchObject({ pass: 10 });
    expect(judge(onePerGroup(11), { observation: seen, limits })).toEqual({
      pass: 0,
      held: 11,
      reasons: ['too-many-memberships'],
    });
  });

  test('what an account that is inactive held counts for nothing', () => {
    const clearing = onePerGroup(20).map(({ change, ...rest }) => ({
      ...rest,
      change: { ...change, clearing: true } as Change,
    }));
    const limits = { removals: 0, fraction: 0, windowMinutes: 60 };
    expect(judge(clearing, { observation: seen, limits })).toMatchObject({ pass: 20, held: 0 });
    const one = { removals: 1, fraction: 0, windowMinutes: 60 };
    const real = revoked('p2', groups[0]?.id);
    expect(judge([...clearing, real], { observation: seen, limits: one })).toMatchObject({ pass: 21, held: 0 });
  });

  test('groups the target fills by itself make nothing look larger', () => {
    const everybody = group(
      'all',
      people(100).map(({ id }) => id),
      { guarded: 'automatic' },
    );
    const limits = { removals: 5, fraction: 0.1, windowMinutes: 60 };
    const crowd = observation({ accounts: people(100), groups: [...groups, everybody] });
    expect(judge(onePerGroup(11), { observation: crowd, limits })).toMatchObject({ held: 11 });
  });
});
