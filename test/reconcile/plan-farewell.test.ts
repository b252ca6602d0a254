import { plan } from '../../src/reconcile/plan.js';
import type { PlanInput } from '../../src/reconcile/plan-input.js';
import { capabilities, desired, group, observation, observed, person, planInput, wanted } from './plan-builders.js';

/**
 * Some targets keep the memberships of inactive accounts. They cost nobody access, so they are left alone, unless the
 * group itself is to go.
 */
const leaver = desired('ada', { active: false, entitlements: new Set(), owned: new Set(['scim:g']) });
const ours = new Map([['scim:g', { remoteId: '1', createdByUs: true, name: 'Analysts', state: 'active' }]]);
const deleted = new Map([['scim:g', wanted('scim:g', 'Analysts', { wanted: false })]]);
const account = observed('ada', { active: false, groups: new Set(['1', '2']) });
const analysts = group('1', ['ada', 'guest'], { name: 'Analysts' });

function changes(parts: Partial<PlanInput> = {}) {
  const input = planInput({
    capabilities: { ...capabilities, membershipGrain: 'member', restoresMemberships: true },
    accounts: [person(leaver, { remoteId: 'ada', state: 'inactive' })],
    desiredGroups: deleted,
    groupShadows: ours,
    linkedGroups: new Map([['1', 'scim:g']]),
    observation: observation({ accounts: [account], groups: [analysts, group('2', ['ada'])] }),
    ...parts,
  });
  return plan(input).changes.map(({ change }) => change);
}

test('an inactive account leaves a group the directory deleted, which takes nothing from anybody', () => {
  expect(changes()).toEqual([
    expect.objectContaining({ kind: 'revoke', accountId: 'ada', groupId: '1', clearing: true }),
  ]);
});

test.each<{ rule: string; parts: Partial<PlanInput> }>([
  { rule: 'a group that lives on', parts: { desiredGroups: new Map([['scim:g', wanted('scim:g', 'Analysts')]]) } },
  {
    rule: 'a group that was there before us',
    parts: {
      groupShadows: new Map([['scim:g', { remoteId: '1', createdByUs: false, name: 'Analysts', state: 'active' }]]),
    },
  },
  {
    rule: 'a group that cannot be managed',
    parts: {
      observation: observation({
        accounts: [account],
        groups: [{ ...analysts, guarded: 'automatic' }, group('2', ['ada'])],
      }),
    },
  },
  {
    rule: 'a group the directory never gave',
    parts: { accounts: [person({ ...leaver, owned: new Set() }, { remoteId: 'ada', state: 'inactive' })] },
  },
])('an inactive account stays in $rule', ({ parts }) => {
  expect(changes(parts)).toEqual([]);
});
