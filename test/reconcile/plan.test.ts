import fc from 'fast-check';
import { signatureOf } from '../../src/model/planned-change.js';
import { compose } from '../../src/reconcile/compose.js';
import { filterMode } from '../../src/reconcile/filter-mode.js';
import { plan } from '../../src/reconcile/plan.js';
import { planEntitlements } from '../../src/reconcile/plan-entitlements.js';
import {
  capabilities,
  desired,
  group,
  invitation,
  now,
  observation,
  observed,
  person,
  planInput,
  wanted,
} from './plan-builders.js';

const set = (...keys: string[]) => new Set(keys);
const changes = (input: Parameters<typeof planInput>[0]) =>
  plan(planInput(input)).changes.map(({ change }) => signatureOf(change));

describe('entitlements of one account', () => {
  const managed = set('analyst', 'engineer');

  test.each([
    { rule: 'a joiner is granted', desired: set('analyst'), observed: set(), grant: ['analyst'], revoke: [] },
    { rule: 'a leaver is revoked', desired: set(), observed: set('analyst'), grant: [], revoke: ['analyst'] },
    {
      rule: 'what is as wanted is left alone',
      desired: set('analyst'),
      observed: set('analyst'),
      grant: [],
      revoke: [],
    },
    { rule: 'a hand-made membership is not ours', desired: set(), observed: set('owner'), grant: [], revoke: [] },
  ])('$rule', ({ desired, observed, grant, revoke }) => {
    expect(planEntitlements(desired, observed, managed)).toEqual({ grant, revoke });
  });

  test('wanting what we do not manage is a defect of the mapper, not a grant', () => {
    expect(() => planEntitlements(set('owner'), set(), managed)).toThrow('desired but not managed: owner');
  });

  test('applying a plan leaves nothing to plan, and nothing foreign is ever revoked', () => {
    const keys = fc.uniqueArray(fc.constantFrom<string>('a', 'b', 'c', 'd', 'e'));
    fc.assert(
      fc.property(keys, keys, keys, (wantedKeys, observedKeys, extra) => {
        const managedKeys = new Set([...wantedKeys, ...extra]);
        const { grant, revoke } = planEntitlements(new Set(wantedKeys), new Set(observedKeys), managedKeys);
        const after = new Set([...observedKeys.filter((key) => !revoke.includes(key)), ...grant]);
        expect(planEntitlements(new Set(wantedKeys), after, managedKeys)).toEqual({ grant: [], revoke: [] });
        expect(revoke.filter((key) => !managedKeys.has(key))).toEqual([]);
      }),
    );
  });
});

describe('one person', () => {
  const known = { remoteId: 'ada' };

  test.each([
    { rule: 'nobody there: invite', work: person(desired('ada')), seen: {}, expected: ['invite:ada@acme.test'] },
    {
      rule: 'an account with the address is adopted, not invited again',
      work: person(desired('ada')),
      seen: { accounts: [observed('ada')] },
      expected: [],
    },
    {
      rule: 'a pending invitation is waited for',
      work: person(desired('ada')),
      seen: { invitations: [invitation('ada@acme.test', 'pending')] },
      expected: [],
    },
    {
      rule: 'accepted but not logged in is waited for',
      work: person(desired('ada')),
      seen: { invitations: [invitation('ada@acme.test', 'awaiting-login')] },
      expected: [],
    },
    {
      rule: 'an expired invitation is sent again',
      work: person(desired('ada'), { state: 'invited', invitationsSent: 1, invitedAt: now - 9e8 }),
      seen: { invitations: [invitation('ada@acme.test', 'expired', now - 9e8)] },
      expected: ['invite:ada@acme.test'],
    },
    {
      rule: 'an invitation sent a moment ago counts although the list does not show it yet',
      work: person(desired('ada'), { state: 'invited', invitationsSent: 1, invitedAt: now - 1000 }),
      seen: {},
      expected: [],
    },
    {
      rule: 'where invitations cannot be listed, one sent or presumed sent counts until it expires',
      work: person(desired('ada'), { state: 'invited', invitationsSent: 1, invitedAt: now - 86_400_000 }),
      seen: { invitations: undefined },
      expected: [],
    },
    {
      rule: 'where invitations cannot be listed, an expired one is sent again',
      work: person(desired('ada'), { state: 'invited', invitationsSent: 1, invitedAt: now - 15 * 86_400_000 }),
      seen: { invitations: undefined },
      expected: ['invite:ada@acme.test'],
    },
    {
      rule: 'licence and names that differ are updated',
      work: person(desired('ada', { licence: 'developer', attributes: { firstName: 'Ada' } }), known),
      seen: { accounts: [observed('ada')] },
      expected: ['update-account:ada'],
    },
    {
      rule: 'names the directory does not say are left alone',
      work: person(desired('ada'), known),
      seen: { accounts: [observed('ada', { firstName: 'Augusta' })] },
      expected: [],
    },
    {
      rule: 'a leaver is deactivated, memberships untouched',
      work: person(desired('ada', { active: false, owned: set('scim:1') }), known),
      seen: { accounts: [observed('ada', { groups: set('1') })], groups: [group('1', ['ada'])] },
      expected: ['deactivate-account:ada'],
    },
    {
      rule: 'a leaver already inactive is left alone',
      work: person(desired('ada', { active: false }), known),
      seen: { accounts: [observed('ada', { active: false })] },
      expected: [],
    },
    {
      rule: 'a returner who is inactive over there is reactivated',
      work: person(desired('ada'), known),
      seen: { accounts: [observed('ada', { active: false })] },
      expected: ['reactivate-account:ada'],
    },
    {
      rule: 'a leaver still pending is taken back once, then watched',
      work: person(desired('ada', { active: false }), { state: 'invited' }),
      seen: { invitations: [invitation('ada@acme.test', 'pending')] },
      expected: ['cancel-invitation:ada@acme.test'],
    },
    {
      rule: 'the account our credential belongs to is left alone',
      work: person(desired('ada', { licence: 'developer' }), known),
      seen: { accounts: [observed('ada', { guarded: 'credential-owner' })] },
      expected: [],
    },
  ])('$rule', ({ work, seen, expected }) => {
    expect(changes({ accounts: [work], observation: observation(seen) })).toEqual(expected);
  });

  test('several accounts with one address are never guessed between', () => {
    const twins = [
      observed('1', { correlationKey: 'ada@acme.test' }),
      observed('2', { correlationKey: 'ada@acme.test' }),
    ];
    const result = plan(
      planInput({ accounts: [person(desired('ada'))], observation: observation({ accounts: twins }) }),
    );
    expect(result.changes).toEqual([]);
    expect(result.failures.get('account:ada')).toContain('2 accounts');
  });

  test('an account another living person has is not taken, and not deactivated for a second claimant who leaves', () => {
    const claims = { byRemoteId: new Map([['ada', { userId: 'other', living: true }]]), byKey: new Map() };
    const seen = observation({ accounts: [observed('ada')] });
    const joiner = plan(planInput({ accounts: [person(desired('ada'))], observation: seen, claims }));
    expect(joiner.failures.get('account:ada')).toContain('already belongs');
    const leaver = plan(
      planInput({ accounts: [person(desired('ada', { active: false }))], observation: seen, claims }),
    );
    expect(leaver.changes).toEqual([]);
  });

  test('after the last allowed invitation a person must decide', () => {
    const worn = person(desired('ada'), { state: 'invited', invitationsSent: 3, invitedAt: now - 9e9 });
    const seen = observation({ invitations: [invitation('ada@acme.test', 'expired', now - 9e9)] });
    const result = plan(planInput({ accounts: [worn], observation: seen }));
    expect(result.changes).toEqual([]);
    expect(result.failures.get('account:ada')).toContain('3 invitations');
  });

  test('a partial look that does not show the person asks for everybody before anything is planned', () => {
    const partial = observation({ scope: 'accounts', accounts: [] });
    const result = plan(
      planInput({ accounts: [person(desired('ada', { active: false }), known)], observation: partial }),
    );
    expect(result.needs.everybody).toBe(true);
    expect(result.changes).toEqual([]);
  });
});

describe('memberships and the sets they are written as', () => {
  const analysts = wanted('scim:g', 'Group 1');
  const input = (entitlements: string[], owned: string[], members: string[] | undefined) =>
    planInput({
      accounts: [
        person(desired('ada', { entitlements: new Set(entitlements), owned: new Set(owned) }), { remoteId: 'ada' }),
      ],
      desiredGroups: new Map([['scim:g', analysts]]),
      observation: observation({
        accounts: [
          observed('ada', { groups: new Set(members?.includes('ada') ? ['1'] : []) }),
          observed('foreign', { groups: set('1') }),
        ],
        groups: [group('1', members)],
      }),
    });

  test('a whole-group write carries every foreign member', () => {
    const seen = input(['scim:g'], ['scim:g'], ['foreign']);
    const [write] = compose(plan(seen).changes, seen.observation, 'group').memberships;
    expect(write?.operation).toEqual({
      kind: 'set-group-members',
      groupId: '1',
      add: ['ada'],
      remove: [],
      resulting: ['ada', 'foreign'],
    });
  });

  test('a revoke takes exactly the one who left', () => {
    const seen = input([], ['scim:g'], ['ada', 'foreign']);
    const [write] = compose(plan(seen).changes, seen.observation, 'group').memberships;
    expect(write?.operation).toMatchObject({ remove: ['ada'], resulting: ['foreign'] });
  });

  test('a membership the identity provider never gave is foreign although group and person are ours', () => {
    expect(plan(input([], [], ['ada', 'foreign'])).changes).toEqual([]);
  });

  test('in an exact group the same membership is revoked', () => {
    const exact = {
      ...input([], [], ['ada', 'foreign']),
      desiredGroups: new Map([['scim:g', { ...analysts, membership: 'exact' as const }]]),
    };
    const work = { subject: 'group:g', key: 'scim:g', wantedMembers: set() };
    expect(
      plan({ ...exact, groups: [work] })
        .changes.map(({ change }) => signatureOf(change))
        .toSorted(),
    ).toEqual(['revoke:ada:1', 'revoke:foreign:1']);
  });

  test('a group whose members were not read is asked for before it is written whole', () => {
    const blind = input(['scim:g'], ['scim:g'], undefined);
    expect(plan(blind).needs.membersOf).toEqual(['1']);
    expect(() => compose(plan(blind).changes, blind.observation, 'group')).toThrow('not observed whole');
  });

  test('a group whose members nobody shows fails by itself, and keeps nobody else back', () => {
    const blind = input(['scim:g'], ['scim:g'], undefined);
    const leaver = person(desired('foreign', { active: false }), { remoteId: 'foreign' });
    const result = plan({ ...blind, accounts: [...blind.accounts, leaver], unreadable: new Set(['1']) });
    expect(result.needs.membersOf).toEqual([]);
    expect(result.failures.get('account:ada')).toContain('blind');
    expect(result.changes.map(({ change }) => signatureOf(change))).toEqual(['deactivate-account:foreign']);
  });

  test('a whole-account write carries every foreign group', () => {
    const seen = observation({ accounts: [observed('ada', { groups: set('7', '9') })] });
    const grant = { kind: 'grant', accountId: 'ada', groupId: '1', email: 'a', groupName: 'b' } as const;
    const revoke = { ...grant, kind: 'revoke', groupId: '7' } as const;
    const planned = [grant, revoke].map((change) => ({ change, reason: '', subjects: ['account:ada'] }));
    const [write] = compose(planned, seen, 'account').memberships;
    expect(write?.operation).toEqual({
      kind: 'set-account-groups',
      accountId: 'ada',
      add: ['1'],
      remove: ['7'],
      resulting: ['1', '9'],
    });
  });

  test('whatever is granted and revoked, nobody foreign is missing from the set written', () => {
    const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'));
    fc.assert(
      fc.property(ids, ids, (members, ours) => {
        const seen = observation({ groups: [group('1', members)] });
        const planned = ours.map((accountId) => ({
          change: {
            kind: members.includes(accountId) ? 'revoke' : 'grant',
            accountId,
            groupId: '1',
            email: '',
            groupName: '',
          } as const,
          reason: '',
          subjects: [],
        }));
        const foreign = members.filter((id) => !ours.includes(id));
        for (const { operation } of compose(planned, seen, 'group').memberships) {
          if (operation.kind !== 'set-group-members') throw new Error('unexpected');
          expect(operation.resulting).toEqual(expect.arrayContaining(foreign));
          expect(operation.resulting.length).toBe(foreign.length + operation.add.length);
        }
      }),
    );
  });
});

describe('groups', () => {
  const work = { subject: 'group:g', key: 'scim:g', wantedMembers: undefined };
  const run = (parts: Parameters<typeof planInput>[0]) =>
    plan(planInput({ groups: [work], desiredGroups: new Map([['scim:g', wanted('scim:g', 'Analysts')]]), ...parts }));
  const signatures = (parts: Parameters<typeof planInput>[0]) =>
    run(parts).changes.map(({ change }) => signatureOf(change));
  const ours = new Map([['scim:g', { remoteId: '1', createdByUs: true }]]);
  const unwanted = new Map([['scim:g', wanted('scim:g', 'Analysts', { wanted: false })]]);

  test('an absent group is created, a group of exactly that name adopted', () => {
    expect(signatures({})).toEqual(['create-group:scim:g']);
    expect(signatures({ observation: observation({ groups: [group('1', [], { name: 'Analysts' })] }) })).toEqual([]);
    expect(signatures({ observation: observation({ groups: [group('1', [], { name: 'analysts' })] }) })).toEqual([
      'create-group:scim:g',
    ]);
  });

  test.each([
    {
      rule: 'two groups of the name',
      groups: [group('1', [], { name: 'Analysts' }), group('2', [], { name: 'Analysts' })],
      reason: '2 groups',
    },
    {
      rule: 'a built-in group',
      groups: [group('1', [], { name: 'Analysts', guarded: 'built-in' as const })],
      reason: 'built in',
    },
    {
      rule: "the vendor's own SCIM",
      groups: [group('1', [], { name: 'Analysts', guarded: 'managed-elsewhere' as const })],
      reason: 'own SCIM',
    },
  ])('$rule: refused with the reason', ({ groups, reason }) => {
    const result = run({ observation: observation({ groups }) });
    expect(result.changes).toEqual([]);
    expect(result.failures.get('group:g')).toContain(reason);
  });

  test('a renamed group is renamed over there, unless the name is taken', () => {
    expect(
      signatures({ groupShadows: ours, observation: observation({ groups: [group('1', [], { name: 'Old' })] }) }),
    ).toEqual(['rename-group:1']);
    const taken = observation({ groups: [group('1', [], { name: 'Old' }), group('2', [], { name: 'Analysts' })] });
    expect(run({ groupShadows: ours, observation: taken }).failures.get('group:g')).toContain(
      'another group has that name',
    );
  });

  test('a deleted group is deleted only when we made it and nobody is left in it', () => {
    const empty = observation({ groups: [group('1', [], { name: 'Analysts' })] });
    const peopled = observation({ groups: [group('1', ['foreign'], { name: 'Analysts' })] });
    const found = new Map([['scim:g', { remoteId: '1', createdByUs: false }]]);
    expect(signatures({ desiredGroups: unwanted, groupShadows: ours, observation: empty })).toEqual(['delete-group:1']);
    expect(signatures({ desiredGroups: unwanted, groupShadows: ours, observation: peopled })).toEqual([]);
    expect(signatures({ desiredGroups: unwanted, groupShadows: found, observation: empty })).toEqual([]);
  });

  test('where groups cannot be made, the refusal says what to do', () => {
    const result = run({ capabilities: { ...capabilities, createsGroups: false } });
    expect(result.failures.get('group:g')).toContain('make it there by hand');
  });
});

test('the modes only narrow a plan: observe does nothing, grant-only never takes', () => {
  const all = plan(
    planInput({
      accounts: [person(desired('new')), person(desired('ada', { active: false }), { remoteId: 'ada' })],
      observation: observation({ accounts: [observed('ada')] }),
    }),
  ).changes;
  const names = (mode: 'observe' | 'grant-only' | 'full') =>
    filterMode(all, mode).allowed.map(({ change }) => change.kind);
  expect(names('full')).toEqual(['invite', 'deactivate-account']);
  expect(names('grant-only')).toEqual(['invite']);
  expect(names('observe')).toEqual([]);
});
