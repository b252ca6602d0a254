import type { RemoteId } from '../../src/model/account.js';
import type { Observation, ObservedAccount } from '../../src/model/observation.js';
import type { Operation, Outcome } from '../../src/model/operation.js';
import { TargetError, type TargetErrorCode } from '../../src/targets/target-error.js';
import type { Capabilities, ObservationScope, Target } from '../../src/targets/target.js';

/** How a vendor can misbehave, in words every fake understands. */
export type Misbehaviour =
  | 'bad-credential'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'invalid'
  | 'throttled-seconds'
  | 'throttled-date'
  | 'throttled-silent'
  | 'unavailable'
  | 'html'
  | 'truncated'
  | 'wrong-shape'
  | 'cut'
  | 'cut-after-commit'
  | 'silence';

/** What a vendor's fake really holds of one account. */
export interface HeldAccount {
  readonly active: boolean;
  readonly firstName: string;
  readonly lastName: string;
  readonly licence: string | null;
  readonly groups: readonly RemoteId[];
}

/** One fresh vendor with an adapter in front of it. */
export interface Harness {
  readonly target: Target;
  /** Another adapter on the same vendor: a process that remembers nothing. */
  newTarget(options?: { readonly timeoutMs?: number }): Target;
  /** How many accounts a fresh vendor holds before anybody is added. */
  readonly bornAccounts: number;
  addAccount(email: string, more?: { readonly licence?: string; readonly groups?: readonly RemoteId[] }): RemoteId;
  addGroup(name: string): RemoteId;
  /** The invited person accepts; returns the account. */
  accept(email: string): RemoteId;
  /** Somebody adds a member by hand. */
  join(groupId: RemoteId, accountId: RemoteId): void;
  held(accountId: RemoteId): HeldAccount | undefined;
  heldGroup(groupId: RemoteId): { readonly name: string; readonly members: readonly RemoteId[] } | undefined;
  mailsTo(email: string): number;
  /** How many writes were carried out. */
  writes(): number;
  /** Fields a full-state write failed to send back. */
  lostFields(): readonly unknown[];
  /** Strikes the next reads or the next write. `times` counts requests; default 1. */
  misbehave(how: Misbehaviour, when: 'reading' | 'writing', times?: number): void;
  /** Does something right before the next write is carried out. */
  beforeNextWrite(action: () => void): void;
  /** Removes and adds accounts between two pages of the next listing. */
  shiftPages(shift: { readonly remove: readonly RemoteId[]; readonly insert: readonly string[] }): void;
  close(): Promise<void>;
}

export interface ConformanceSubject {
  readonly name: string;
  /** Declared here because tests are named before anything runs; the first test compares them with what connect says. */
  readonly capabilities: Capabilities;
  /** A licence other than the cheapest, and the cheapest. */
  readonly licences: readonly [string, string];
  readonly start: () => Promise<Harness>;
}

const everything: ObservationScope = { accounts: [], correlate: true, members: 'all' };
const never = new AbortController().signal;

/** The rules every adapter keeps, whatever its vendor. A case a vendor cannot show is skipped under a capability's name. */
export function runTargetConformance(subject: ConformanceSubject): void {
  const { capabilities } = subject;
  const [dear, cheap] = subject.licences;
  let harness: Harness;
  let target: Target;

  const observe = (scope: ObservationScope = everything): Promise<Observation> => target.observe(scope, never);
  const apply = (operation: Operation): Promise<Outcome> => target.apply(operation, never);
  const observed = async (id: RemoteId): Promise<ObservedAccount | undefined> => (await observe()).accounts.get(id);
  const byAddress = async (key: string): Promise<ObservedAccount[]> =>
    [...(await observe()).accounts.values()].filter((each) => each.correlationKey === key);
  const given = (needs: boolean, missing: string, name: string, run: () => Promise<void>): void => {
    if (needs) test(name, run);
    else test.skip(`${name} (skipped: ${missing})`, run);
  };

  /** One membership change at the grain the vendor writes. */
  const membership = async (change: 'add' | 'remove', groupId: RemoteId, accountId: RemoteId): Promise<Operation> => {
    const { groups, accounts } = await observe();
    const [add, remove] = [change === 'add', change === 'remove'];
    if (capabilities.membershipGrain === 'member') {
      return { kind: add ? 'add-member' : 'remove-member', groupId, accountId };
    }
    const isGroup = capabilities.membershipGrain === 'group';
    const held = isGroup ? groups.get(groupId)?.members : accounts.get(accountId)?.groups;
    const part = isGroup ? accountId : groupId;
    const resulting = new Set(held ?? []);
    if (add) resulting.add(part);
    else resulting.delete(part);
    const sets = { add: add ? [part] : [], remove: remove ? [part] : [], resulting: [...resulting] };
    return isGroup
      ? { kind: 'set-group-members', groupId, ...sets }
      : { kind: 'set-account-groups', accountId, ...sets };
  };

  const invitation = (email: string, groups: readonly RemoteId[] = []): Operation => ({
    kind: 'invite',
    email,
    licence: dear,
    groups,
  });

  beforeEach(async () => {
    harness = await subject.start();
    ({ target } = harness);
    await target.connect(never);
  });
  afterEach(() => harness.close());

  describe('looking', () => {
    test('connect tells the declared capabilities and writes nothing', async () => {
      const preflight = await target.connect(never);
      expect(preflight.capabilities).toEqual(capabilities);
      expect(harness.writes()).toBe(0);
    });

    test.each([0, 1, 100, 101, 1000])('a list of %i people is read to its end', async (count) => {
      const ids = Array.from({ length: count - harness.bornAccounts }, (_, index) =>
        harness.addAccount(`p${index}@acme.test`),
      );
      const { accounts, scope } = await observe();
      expect(scope).toBe('all');
      expect(accounts.size).toBe(Math.max(count, harness.bornAccounts));
      expect(ids.filter((id) => !accounts.has(id))).toEqual([]);
    });

    test('rows that come and go between two pages are neither skipped nor repeated', async () => {
      const ids = Array.from({ length: 250 }, (_, index) => harness.addAccount(`p${index}@acme.test`));
      const [gone, ...staying] = ids;
      // One leaves and one comes: the total stays the same, and a page boundary moves by one row.
      harness.shiftPages({ remove: [gone ?? ''], insert: ['late@acme.test'] });
      const { accounts } = await observe();
      expect(staying.filter((id) => !accounts.has(id))).toEqual([]);
      expect([...accounts.values()].map((each) => each.email)).toContain('late@acme.test');
    });

    test('a page that fails makes the whole observation fail', async () => {
      for (let index = 0; index < 150; index += 1) harness.addAccount(`p${index}@acme.test`);
      harness.misbehave('unavailable', 'reading', Infinity);
      await expect(observe()).rejects.toMatchObject({ code: 'UNAVAILABLE', disposition: 'retry' });
    });

    test('addresses are found whatever their case, and kept as received', async () => {
      const id = harness.addAccount('Zoë.O’Hara@Acme.TEST');
      const [account, ...others] = await byAddress('zoë.o’hara@acme.test');
      expect(others).toEqual([]);
      expect(account).toMatchObject({ id, email: 'Zoë.O’Hara@Acme.TEST' });
    });

    test('a few known accounts are enough to ask for; one that is gone is absent, never an error', async () => {
      for (let index = 0; index < 450; index += 1) harness.addAccount(`p${index}@acme.test`);
      await observe();
      const known = harness.addAccount('known@acme.test');
      const few = await observe({ accounts: [known], correlate: false, members: [] });
      expect(few.accounts.get(known)).toMatchObject({ email: 'known@acme.test' });
      const gone = await observe({ accounts: [known, '999999'], correlate: false, members: [] });
      expect([gone.accounts.has(known), gone.accounts.has('999999')]).toEqual([true, false]);
    });

    test('members of a group are everybody in it', async () => {
      const group = harness.addGroup('Analysts');
      const ids = ['a', 'b', 'c'].map((each) => harness.addAccount(`${each}@acme.test`, { groups: [group] }));
      const { groups, accounts } = await observe();
      expect([...(groups.get(group)?.members ?? [])].toSorted()).toEqual(ids.toSorted());
      expect(ids.map((id) => accounts.get(id)?.groups.has(group))).toEqual([true, true, true]);
    });
  });

  describe('people', () => {
    given(capabilities.invites, 'invites', 'an invitation carries licence and groups, and is sent once', async () => {
      const group = harness.addGroup('Analysts');
      await expect(apply(invitation('New.Person@acme.test', [group]))).resolves.toMatchObject({ kind: 'pending' });
      expect(harness.mailsTo('new.person@acme.test')).toBe(1);
      const id = harness.accept('new.person@acme.test');
      expect(harness.held(id)).toMatchObject({ active: true, licence: dear });
      expect(harness.held(id)?.groups).toContain(group);
    });

    given(
      capabilities.invites && capabilities.listsInvitations,
      'listsInvitations',
      'an invitation that is open is found, by a process that knows nothing of it too',
      async () => {
        await apply(invitation('new@acme.test'));
        await expect(apply(invitation('NEW@acme.test'))).resolves.toMatchObject({ kind: 'pending' });
        target = harness.newTarget();
        await expect(apply(invitation('new@acme.test'))).resolves.toMatchObject({ kind: 'pending' });
        expect(harness.mailsTo('new@acme.test')).toBe(1);
        const { invitations } = await observe();
        expect(invitations?.[0]).toMatchObject({ correlationKey: 'new@acme.test', status: 'pending' });
      },
    );

    given(capabilities.invites, 'invites', 'somebody who is there already is adopted, never invited', async () => {
      const id = harness.addAccount('Ada@Acme.test');
      await expect(apply(invitation('ada@acme.TEST'))).resolves.toEqual({ kind: 'already-so', remoteId: id });
      expect(harness.mailsTo('ada@acme.test')).toBe(0);
    });

    test('an update changes what it names and keeps everything else, fields nobody knows included', async () => {
      const group = harness.addGroup('Analysts');
      const accountId = harness.addAccount('ada@acme.test', { licence: cheap, groups: [group] });
      const before = harness.held(accountId);
      const update: Operation = {
        kind: 'update-account',
        accountId,
        change: { licence: dear, ...(capabilities.editsNames ? { firstName: 'Žofia', lastName: '李' } : {}) },
      };
      await expect(apply(update)).resolves.toMatchObject({ kind: 'done' });
      const names = capabilities.editsNames ? { firstName: 'Žofia', lastName: '李' } : {};
      expect(harness.held(accountId)).toEqual({ ...before, licence: dear, ...names });
      expect(harness.lostFields()).toEqual([]);
      expect(await observed(accountId)).toMatchObject({ licence: dear, ...names });

      const writes = harness.writes();
      await expect(apply(update)).resolves.toMatchObject({ kind: 'already-so' });
      expect(harness.writes()).toBe(writes);
    });

    test('a deactivated account is inactive or gone, and stays so when asked again', async () => {
      const accountId = harness.addAccount('ada@acme.test');
      const leave: Operation = { kind: 'deactivate-account', accountId, email: 'ada@acme.test' };
      await expect(apply(leave)).resolves.toMatchObject({ kind: 'done' });
      expect(harness.held(accountId)?.active ?? false).toBe(false);
      expect((await observed(accountId))?.active).toBe(capabilities.keepsInactive ? false : undefined);
      const writes = harness.writes();
      await expect(apply(leave)).resolves.toMatchObject({ kind: 'already-so' });
      expect(harness.writes()).toBe(writes);
    });

    const reactivation = (accountId: RemoteId, groups: readonly RemoteId[]): Operation => ({
      kind: 'reactivate-account',
      accountId,
      email: 'ada@acme.test',
      change: { licence: dear },
      groups,
    });

    given(
      capabilities.keepsInactive,
      'keepsInactive',
      'an inactive account comes back with licence and groups',
      async () => {
        const group = harness.addGroup('Analysts');
        const accountId = harness.addAccount('ada@acme.test', { licence: cheap });
        await apply({ kind: 'deactivate-account', accountId, email: 'ada@acme.test' });
        await expect(apply(reactivation(accountId, [group]))).resolves.toMatchObject({ kind: 'done' });
        expect(harness.held(accountId)).toMatchObject({ active: true, licence: dear });
        expect(harness.held(accountId)?.groups).toContain(group);
      },
    );

    given(
      !capabilities.keepsInactive,
      'keepsInactive',
      'a removed account is refused, so that it is invited',
      async () => {
        const accountId = harness.addAccount('ada@acme.test');
        await apply({ kind: 'deactivate-account', accountId, email: 'ada@acme.test' });
        await expect(apply(reactivation(accountId, []))).rejects.toMatchObject({ code: 'REJECTED' });
      },
    );
  });

  describe('groups', () => {
    given(
      capabilities.createsGroups,
      'createsGroups',
      'a group is made once and adopted by its exact name',
      async () => {
        const make = (name: string): Promise<Outcome> => apply({ kind: 'create-group', key: 'scim:1', name });
        const first = await make('Données ✓');
        expect(first).toMatchObject({ kind: 'done' });
        await expect(make('Données ✓')).resolves.toEqual({ kind: 'already-so', remoteId: first.remoteId });
        const other = await make('données ✓');
        expect(other).toMatchObject({ kind: 'done' });
        expect(other.remoteId).not.toBe(first.remoteId);
      },
    );

    given(capabilities.createsGroups, 'createsGroups', 'between two groups of one name nobody chooses', async () => {
      harness.addGroup('Analysts');
      harness.addGroup('Analysts');
      const writes = harness.writes();
      const make = apply({ kind: 'create-group', key: 'scim:1', name: 'Analysts' });
      await expect(make).rejects.toMatchObject({ code: 'REJECTED' });
      expect(harness.writes()).toBe(writes);
    });

    given(
      capabilities.renamesGroups,
      'renamesGroups',
      'a renamed group keeps its members and its other fields',
      async () => {
        const groupId = harness.addGroup('Analysts');
        const member = harness.addAccount('ada@acme.test', { groups: [groupId] });
        const rename: Operation = { kind: 'rename-group', groupId, name: 'Analytics' };
        await expect(apply(rename)).resolves.toMatchObject({ kind: 'done' });
        expect(harness.heldGroup(groupId)).toEqual({ name: 'Analytics', members: [member] });
        expect(harness.lostFields()).toEqual([]);
        await expect(apply(rename)).resolves.toMatchObject({ kind: 'already-so' });
      },
    );

    given(
      capabilities.deletesGroups,
      'deletesGroups',
      'a deleted group is gone, and deleting it again is no error',
      async () => {
        const groupId = harness.addGroup('Analysts');
        const remove: Operation = { kind: 'delete-group', groupId, name: 'Analysts' };
        await expect(apply(remove)).resolves.toMatchObject({ kind: 'done' });
        expect((await observe()).groups.has(groupId)).toBe(false);
        await expect(apply(remove)).resolves.toMatchObject({ kind: 'already-so' });
      },
    );

    test('a grant and a revoke touch one membership and leave every other', async () => {
      const [group, other] = [harness.addGroup('Analysts'), harness.addGroup('Foreign')];
      const ada = harness.addAccount('ada@acme.test', { groups: [other] });
      const bea = harness.addAccount('bea@acme.test', { groups: [group, other] });
      await expect(apply(await membership('add', group, ada))).resolves.toMatchObject({ kind: 'done' });
      expect(harness.heldGroup(group)?.members.toSorted()).toEqual([ada, bea].toSorted());
      await expect(apply(await membership('remove', group, bea))).resolves.toMatchObject({ kind: 'done' });
      expect(harness.heldGroup(group)?.members).toEqual([ada]);
      expect(harness.heldGroup(other)?.members.toSorted()).toEqual([ada, bea].toSorted());
    });

    test('memberships made by hand after the plan survive its write', async () => {
      const [group, other] = [harness.addGroup('Analysts'), harness.addGroup('Foreign')];
      const ada = harness.addAccount('ada@acme.test', { groups: [group] });
      const bea = harness.addAccount('bea@acme.test');
      const cleo = harness.addAccount('cleo@acme.test', { groups: [group] });
      const grant = await membership('add', group, bea);
      const byHand =
        capabilities.membershipGrain === 'account' ? [other, bea] : [group, harness.addAccount('d@acme.test')];
      harness.join(byHand[0] ?? '', byHand[1] ?? '');
      await expect(apply(grant)).resolves.toMatchObject({ kind: 'done' });
      expect(harness.heldGroup(byHand[0] ?? '')?.members).toContain(byHand[1]);
      expect(harness.heldGroup(group)?.members).toEqual(expect.arrayContaining([ada, bea, cleo]));
    });

    test('a membership that is as wanted is not written again', async () => {
      const group = harness.addGroup('Analysts');
      const ada = harness.addAccount('ada@acme.test');
      const grant = await membership('add', group, ada);
      await apply(grant);
      const writes = harness.writes();
      await expect(apply(grant)).resolves.toMatchObject({ kind: 'already-so' });
      expect(harness.writes()).toBe(writes);
    });
  });

  describe('failures', () => {
    const reads: readonly (readonly [Misbehaviour, TargetErrorCode])[] = [
      ['bad-credential', 'UNAUTHORIZED'],
      ['forbidden', 'UNAUTHORIZED'],
      ['not-found', 'UNAUTHORIZED'],
      ['throttled-seconds', 'RATE_LIMITED'],
      ['throttled-date', 'RATE_LIMITED'],
      ['throttled-silent', 'RATE_LIMITED'],
      ['unavailable', 'UNAVAILABLE'],
      ['html', 'UNAVAILABLE'],
      ['cut', 'UNAVAILABLE'],
      ['truncated', 'UNEXPECTED_RESPONSE'],
      ['wrong-shape', 'UNEXPECTED_RESPONSE'],
    ];
    test.each(reads)('reading, the vendor answers %s: %s, and nobody seems gone', async (how, code) => {
      harness.misbehave(how, 'reading', Infinity);
      await expect(observe()).rejects.toMatchObject({ name: 'TargetError', code });
    });

    const writes: readonly (readonly [Misbehaviour, TargetErrorCode])[] = [
      ['bad-credential', 'UNAUTHORIZED'],
      ['forbidden', 'REJECTED'],
      ['conflict', 'REJECTED'],
      ['invalid', 'REJECTED'],
      ['throttled-seconds', 'RATE_LIMITED'],
      ['throttled-date', 'RATE_LIMITED'],
      ['throttled-silent', 'RATE_LIMITED'],
      ['unavailable', 'OUTCOME_UNKNOWN'],
      ['html', 'OUTCOME_UNKNOWN'],
      ['cut', 'OUTCOME_UNKNOWN'],
      ['truncated', 'OUTCOME_UNKNOWN'],
      ['wrong-shape', 'OUTCOME_UNKNOWN'],
    ];
    describe.each(writes)('inviting, the vendor answers %s', (how, code) => {
      given(
        capabilities.invites,
        'invites',
        'the failure says what to do next, and at most one mail was sent',
        async () => {
          harness.misbehave(how, 'writing');
          // Where nobody can look afterwards, an answered failure is taken at its word.
          const answered = how === 'unavailable' || how === 'html';
          const expected = answered && !capabilities.listsInvitations ? 'UNAVAILABLE' : code;
          await expect(apply(invitation('new@acme.test'))).rejects.toMatchObject({
            name: 'TargetError',
            code: expected,
          });
          expect(harness.mailsTo('new@acme.test')).toBeLessThanOrEqual(1);
        },
      );
    });

    test('a vendor that never answers is given up on', async () => {
      target = harness.newTarget({ timeoutMs: 1_000 });
      await target.connect(never);
      harness.misbehave('silence', 'reading');
      await expect(observe()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    });

    test('throttled once, nothing further is sent until the time is over', async () => {
      harness.misbehave('throttled-seconds', 'reading');
      const first = await observe().catch((error: unknown) => error as TargetError);
      expect(first).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 7_000 });
      await expect(observe()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    });

    test('an operation stopped by its signal says so as a TargetError', async () => {
      await expect(target.observe(everything, AbortSignal.abort())).rejects.toBeInstanceOf(TargetError);
    });

    /** Every write, made from a vendor that holds one group and one account. */
    const everyWrite: readonly (readonly [
      name: string,
      can: boolean,
      make: (group: RemoteId, account: RemoteId) => Promise<Operation>,
    ])[] = [
      [
        'update-account',
        true,
        async (_, accountId) => ({ kind: 'update-account', accountId, change: { licence: dear } }),
      ],
      [
        'deactivate-account',
        true,
        async (_, accountId) => ({ kind: 'deactivate-account', accountId, email: 'ada@acme.test' }),
      ],
      ['create-group', capabilities.createsGroups, async () => ({ kind: 'create-group', key: 'scim:2', name: 'New' })],
      ['rename-group', capabilities.renamesGroups, async (groupId) => ({ kind: 'rename-group', groupId, name: 'New' })],
      [
        'delete-group',
        capabilities.deletesGroups,
        async (groupId) => ({ kind: 'delete-group', groupId, name: 'Analysts' }),
      ],
      ['grant', true, async (group, account) => membership('add', group, account)],
      ['invite', capabilities.invites && capabilities.listsInvitations, async () => invitation('new@acme.test')],
    ];
    describe.each(everyWrite)('%s carried out, its answer lost', (name, can, make) => {
      given(can, name, 'is found done by whoever looks again, and not done twice', async () => {
        const group = harness.addGroup('Analysts');
        const account = harness.addAccount('ada@acme.test', { licence: cheap });
        const operation = await make(group, account);
        harness.misbehave('cut-after-commit', 'writing');
        const error = await apply(operation).catch((thrown: unknown) => thrown as TargetError);
        expect(error).toBeInstanceOf(TargetError);
        expect(['retry', 'observe-again']).toContain((error as TargetError).disposition);
        const writes = harness.writes();
        expect(writes).toBe(1);
        target = harness.newTarget();
        const again = await apply(operation);
        expect(again.kind).toBe(operation.kind === 'invite' ? 'pending' : 'already-so');
        expect(harness.writes()).toBe(writes);
      });
    });

    test('what a write found out is kept when somebody else writes at the same moment', async () => {
      const group = harness.addGroup('Analysts');
      const ada = harness.addAccount('ada@acme.test', { licence: cheap });
      const grant = await membership('add', group, ada);
      const update: Operation = { kind: 'update-account', accountId: ada, change: { licence: dear } };
      await Promise.all([apply(grant), apply(update)]);
      expect(harness.held(ada)).toMatchObject({ licence: dear });
      expect(harness.held(ada)?.groups).toContain(group);
    });
  });
}
