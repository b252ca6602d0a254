import { noLicence, type DesiredAccount } from '../../src/model/account.js';
import { compose } from '../../src/reconcile/compose.js';
import { filterMode } from '../../src/reconcile/filter-mode.js';
import { plan } from '../../src/reconcile/plan.js';
import type { AccountWork, PlanInput } from '../../src/reconcile/plan-input.js';
import type { Capabilities } from '../../src/targets/target.js';
import {
  capabilities as inviting,
  desired,
  group,
  invitation,
  observation,
  observed,
  person,
  planInput,
  wanted,
} from './plan-builders.js';

/** Targets that make accounts at once and write one membership at a time: Metabase, Retool, SCIM servers. */
const direct: Capabilities = {
  ...inviting,
  membershipGrain: 'member',
  invites: false,
  listsInvitations: false,
  cancelsInvitations: false,
  restoresMemberships: true,
  editsAddress: true,
  licences: [],
};

const ada = (more: Partial<DesiredAccount> = {}): DesiredAccount => desired('ada', { licence: noLicence, ...more });
const work = (account: DesiredAccount, remoteId?: string): AccountWork =>
  person(
    account,
    remoteId === undefined ? undefined : { remoteId, state: 'active', correlationKey: account.correlationKey },
  );
const input = (parts: Partial<PlanInput>): PlanInput => planInput({ capabilities: direct, ...parts });
const changesOf = (parts: Partial<PlanInput>) => plan(input(parts)).changes.map(({ change }) => change);

describe('where accounts are made at once', () => {
  test('a newcomer is created with names and profile, and gets the groups once the account is seen', () => {
    const account = ada({ attributes: { firstName: 'Ada', lastName: 'Lovelace' }, entitlements: new Set(['scim:g']) });
    const groups = { desiredGroups: new Map([['scim:g', wanted('scim:g', 'Data')]]) };
    const seen = observation({ groups: [group('7', [], { name: 'Data' })] });
    expect(changesOf({ accounts: [work(account)], observation: seen, ...groups })).toEqual([
      expect.objectContaining({ kind: 'create-account', email: account.email, firstName: 'Ada', lastName: 'Lovelace' }),
    ]);
    const present = observation({
      accounts: [observed('ada', { licence: '', firstName: 'Ada', lastName: 'Lovelace' })],
      groups: [group('7', [], { name: 'Data' })],
    });
    expect(changesOf({ accounts: [work(account, 'ada')], observation: present, ...groups })).toEqual([
      expect.objectContaining({ kind: 'grant', accountId: 'ada', groupId: '7' }),
    ]);
  });

  test('an open invitation is waited for, also where accounts could be made', () => {
    const invitations = [invitation('ada@acme.test', 'pending')];
    const result = plan(input({ accounts: [work(ada())], observation: observation({ invitations }) }));
    expect(result.changes).toEqual([]);
    expect(result.accounts[0]).toMatchObject({ state: 'invited' });
  });

  test('somebody found by the id of the directory is adopted, whatever their address', () => {
    const account = ada({ profile: { externalId: '00u1' } });
    const other = observed('9', {
      licence: '',
      email: 'old@acme.test',
      correlationKey: 'old@acme.test',
      profile: { externalId: '00u1' },
    });
    expect(changesOf({ accounts: [work(account)], observation: observation({ accounts: [other] }) })).toEqual([
      expect.objectContaining({ kind: 'update-account', accountId: '9', change: { email: account.email } }),
    ]);
  });

  test('names single sign-on owns are left alone, with a remark', () => {
    const account = ada({ attributes: { firstName: 'Ada' } });
    const seen = observation({ accounts: [observed('ada', { licence: '', firstName: 'A.', namesLocked: true })] });
    const result = plan(input({ accounts: [work(account, 'ada')], observation: seen }));
    expect(result.changes).toEqual([]);
    expect(result.accounts[0]?.detail).toMatch(/single sign-on/);
  });
});

describe('an account that comes back', () => {
  const groups = [
    group('7', ['ada'], { name: 'Data' }),
    group('8', ['ada'], { name: 'Secret' }),
    group('1', ['ada'], { name: 'All', guarded: 'automatic' }),
    group('2', ['ada'], { name: 'Admins', guarded: 'built-in', administrators: true }),
  ];
  const seen = observation({
    accounts: [observed('ada', { licence: '', active: false, groups: new Set(['1', '2', '7', '8']) })],
    groups,
  });
  const account = ada({ entitlements: new Set(['scim:g']), owned: new Set(['scim:g']) });
  const parts = {
    accounts: [work(account, 'ada')],
    observation: seen,
    desiredGroups: new Map([['scim:g', wanted('scim:g', 'Data')]]),
  };

  test('loses what it is not to have before it is live, rights of an administrator included', () => {
    const { changes } = plan(input(parts));
    expect(
      changes.map(({ change }) => ('groupId' in change ? `${change.kind} ${change.groupId}` : change.kind)),
    ).toEqual(['revoke 2', 'revoke 8', 'reactivate-account']);
    const phases = compose(changes, seen, 'member');
    expect(phases.clearing.map(({ operation }) => operation.kind)).toEqual(['remove-member', 'remove-member']);
    expect(phases.accounts.map(({ operation }) => operation.kind)).toEqual(['reactivate-account']);
    expect(phases.memberships).toEqual([]);
  });

  test('is cleared in a mode that never takes, too: nobody has that access now', () => {
    expect(filterMode(plan(input(parts)).changes, 'grant-only').withheld).toEqual([]);
  });

  test('where memberships do not come back, nothing is cleared', () => {
    const without = { ...direct, restoresMemberships: false };
    expect(changesOf({ ...parts, capabilities: without }).map(({ kind }) => kind)).toEqual(['reactivate-account']);
  });
});

describe('an address that changed where it cannot be edited', () => {
  const fixed = { ...direct, editsAddress: false };
  const old = observed('ada', { licence: '', email: 'old@acme.test', correlationKey: 'old@acme.test' });
  const fresh = observed('10', { licence: '', email: 'ada@acme.test', correlationKey: 'ada@acme.test' });
  const parts = (accounts = [old], active = true): Partial<PlanInput> => ({
    capabilities: fixed,
    accounts: [work(ada({ active }), 'ada')],
    observation: observation({ accounts }),
    addressChange: 'recreate',
  });

  test('refuse: fails in words, and changes nothing', () => {
    const result = plan(input({ ...parts(), addressChange: 'refuse' }));
    expect(result.changes).toEqual([]);
    expect([...result.failures.values()]).toEqual([expect.stringMatching(/still old@acme.test/)]);
  });

  test('recreate: the new account first; the old one leaves, and is forgotten, only when the new one is there', () => {
    expect(changesOf(parts()).map(({ kind }) => kind)).toEqual(['create-account']);
    const between = plan(input(parts([old, fresh])));
    expect(between.changes.map(({ change }) => change)).toEqual([
      { kind: 'deactivate-account', accountId: 'ada', email: 'old@acme.test' },
    ]);
    expect(between.accounts[0]).toMatchObject({ remoteId: 'ada' });
    const after = plan(input(parts([{ ...old, active: false }, fresh])));
    expect(after.changes).toEqual([]);
    expect(after.accounts[0]).toMatchObject({ remoteId: '10', state: 'active' });
  });

  test('recreate: whoever leaves in the middle of it loses both accounts', () => {
    expect(changesOf(parts([old, fresh], false)).map((change) => 'accountId' in change && change.accountId)).toEqual([
      'ada',
      '10',
    ]);
  });
});

describe('a plan of the vendor that allows less', () => {
  test('a leaver nobody can deactivate is a failure in words, never silence', () => {
    const result = plan(
      input({
        capabilities: { ...direct, deactivates: false },
        accounts: [work(ada({ active: false }), 'ada')],
        observation: observation({ accounts: [observed('ada', { licence: '' })] }),
      }),
    );
    expect([...result.failures.values()]).toEqual([expect.stringMatching(/still has access/)]);
  });

  test('where groups cannot be managed they are neither made nor failed, and the person says so', () => {
    const account = ada({ entitlements: new Set(['scim:g']) });
    const result = plan(
      input({
        capabilities: { ...direct, managesGroups: false },
        accounts: [work(account, 'ada')],
        groups: [{ subject: 'group:g', key: 'scim:g', wantedMembers: undefined }],
        desiredGroups: new Map([['scim:g', wanted('scim:g', 'Data')]]),
        observation: observation({ accounts: [observed('ada', { licence: '' })] }),
      }),
    );
    expect(result.changes).toEqual([]);
    expect(result.failures.size).toBe(0);
    expect(result.groups[0]).toMatchObject({ state: 'unsupported' });
    expect(result.accounts[0]?.detail).toMatch(/groups cannot be managed/);
  });
});

describe('names that differ by case', () => {
  const seen = observation({ groups: [group('7', [], { name: 'sales' })] });
  const groups = [{ subject: 'group:g', key: 'scim:g', wantedMembers: undefined }];
  const desiredGroups = new Map([['scim:g', wanted('scim:g', 'Sales')]]);
  test.each([
    { folds: true, kind: 'rename-group' },
    { folds: false, kind: 'create-group' },
  ])('are one name or two, as the target has it: $kind', ({ folds, kind }) => {
    const changes = changesOf({
      capabilities: { ...direct, groupNamesFold: folds },
      groups,
      desiredGroups,
      observation: seen,
    });
    expect(changes.map((change) => change.kind)).toEqual([kind]);
  });
});

test('a group the target fills by itself cannot even be mapped', () => {
  const result = plan(
    input({
      groups: [{ subject: 'group:g', key: 'name:All', wantedMembers: undefined }],
      desiredGroups: new Map([['name:All', wanted('name:All', 'All')]]),
      observation: observation({ groups: [group('1', [], { name: 'All', guarded: 'automatic' })] }),
    }),
  );
  expect([...result.failures.values()]).toEqual([expect.stringMatching(/fills All by itself/)]);
});
