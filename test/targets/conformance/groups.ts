import type { Operation, Outcome } from '../../../src/model/operation.js';
import type { Bench } from './bench.js';

/** Groups and who is in them. */
export function groups(bench: Bench): void {
  const { capabilities } = bench.subject;
  objects(bench);
  if (capabilities.managesGroups) memberships(bench);
  else {
    test.skip('memberships (skipped: managesGroups)', () => undefined);
    noMemberships(bench);
  }
}

function objects(bench: Bench): void {
  const { capabilities, uniqueGroupNames } = bench.subject;
  const { createsGroups, renamesGroups, deletesGroups, groupNamesFold } = capabilities;
  const make = (name: string): Promise<Outcome> => bench.apply({ kind: 'create-group', key: 'scim:1', name });

  bench.given(createsGroups, 'createsGroups', 'a group is made once and adopted by its name', async () => {
    const first = await make('Données ✓');
    expect(first).toMatchObject({ kind: 'done', remoteId: expect.any(String) as string });
    expect(await bench.harness.heldGroup(first.remoteId ?? '')).toEqual({ name: 'Données ✓', members: [] });
    expect((await bench.observe()).groups.get(first.remoteId ?? '')?.name).toBe('Données ✓');
    const writes = bench.harness.writes();
    await expect(make('Données ✓')).resolves.toEqual({ kind: 'already-so', remoteId: first.remoteId });
    expect(bench.harness.writes()).toBe(writes);
  });

  bench.given(
    createsGroups && !groupNamesFold,
    'createsGroups, names that differ by case',
    'names that differ by case alone are two groups',
    async () => {
      const first = await make('Données ✓');
      const other = await make('données ✓');
      expect(other).toMatchObject({ kind: 'done' });
      expect(other.remoteId).not.toBe(first.remoteId);
    },
  );

  bench.given(
    createsGroups && groupNamesFold,
    'groupNamesFold',
    'names that differ by case alone are one group',
    async () => {
      const first = await make('Données ✓');
      await expect(make('données ✓')).resolves.toEqual({ kind: 'already-so', remoteId: first.remoteId });
    },
  );

  bench.given(
    createsGroups && uniqueGroupNames !== true,
    'createsGroups, two groups of one name',
    'between two groups of one name nobody chooses',
    async () => {
      await bench.harness.addGroup('Analysts');
      await bench.harness.addGroup('Analysts');
      await expect(make('Analysts')).rejects.toMatchObject({ code: 'REJECTED' });
      expect(bench.harness.writes()).toBe(0);
    },
  );

  describe.each(['Analytics', 'ANALYSTS'])('renamed to %s', (name) => {
    bench.given(renamesGroups, 'renamesGroups', 'a group keeps its members and its other fields', async () => {
      const groupId = await bench.harness.addGroup('Analysts');
      const member = await bench.person('ada@acme.test', [groupId]);
      const rename: Operation = { kind: 'rename-group', groupId, name };
      await expect(bench.apply(rename)).resolves.toMatchObject({ kind: 'done' });
      expect(await bench.harness.heldGroup(groupId)).toEqual({ name, members: [member] });
      expect(bench.harness.lostFields()).toEqual([]);
      const writes = bench.harness.writes();
      await expect(bench.apply(rename)).resolves.toMatchObject({ kind: 'already-so' });
      expect(bench.harness.writes()).toBe(writes);
    });
  });

  bench.given(renamesGroups, 'renamesGroups', 'a group is not renamed to a name that is taken', async () => {
    const groupId = await bench.harness.addGroup('Analysts');
    const other = await bench.harness.addGroup('Editors');
    const rename = bench.apply({ kind: 'rename-group', groupId, name: 'Editors' });
    await expect(rename).rejects.toMatchObject({ code: 'REJECTED' });
    expect((await bench.harness.heldGroup(groupId))?.name).toBe('Analysts');
    expect((await bench.harness.heldGroup(other))?.name).toBe('Editors');
  });

  bench.given(
    deletesGroups,
    'deletesGroups',
    'a deleted group is gone, its people are not, and deleting it again is no error',
    async () => {
      const groupId = await bench.harness.addGroup('Analysts');
      const member = await bench.person('ada@acme.test', [groupId]);
      const remove: Operation = { kind: 'delete-group', groupId, name: 'Analysts' };
      await expect(bench.apply(remove)).resolves.toMatchObject({ kind: 'done' });
      expect((await bench.observe()).groups.has(groupId)).toBe(false);
      expect((await bench.harness.held(member))?.active).toBe(true);
      await expect(bench.apply(remove)).resolves.toMatchObject({ kind: 'already-so' });
    },
  );
}

function memberships(bench: Bench): void {
  const { capabilities } = bench.subject;

  test('a grant and a revoke touch one membership and leave every other', async () => {
    const [group, other] = [await bench.harness.addGroup('Analysts'), await bench.harness.addGroup('Foreign')];
    const ada = await bench.person('ada@acme.test', [other]);
    const bea = await bench.person('bea@acme.test', [group, other]);
    await expect(bench.apply(await bench.membership('add', group, ada))).resolves.toMatchObject({ kind: 'done' });
    expect((await bench.harness.heldGroup(group))?.members.toSorted()).toEqual([ada, bea].toSorted());
    await expect(bench.apply(await bench.membership('remove', group, bea))).resolves.toMatchObject({ kind: 'done' });
    expect((await bench.harness.heldGroup(group))?.members).toEqual([ada]);
    expect((await bench.harness.heldGroup(other))?.members.toSorted()).toEqual([ada, bea].toSorted());
  });

  test('the last member leaves too', async () => {
    const group = await bench.harness.addGroup('Analysts');
    const ada = await bench.person('ada@acme.test', [group]);
    await expect(bench.apply(await bench.membership('remove', group, ada))).resolves.toMatchObject({ kind: 'done' });
    expect((await bench.harness.heldGroup(group))?.members).toEqual([]);
    expect((await bench.observed(ada))?.groups.has(group)).toBe(false);
  });

  test('memberships made by hand after the plan survive its write', async () => {
    const [group, other] = [await bench.harness.addGroup('Analysts'), await bench.harness.addGroup('Foreign')];
    const ada = await bench.person('ada@acme.test', [group]);
    const bea = await bench.person('bea@acme.test');
    const cleo = await bench.person('cleo@acme.test', [group]);
    const grant = await bench.membership('add', group, bea);
    const byHand =
      capabilities.membershipGrain === 'account' ? [other, bea] : [group, await bench.person('d@acme.test')];
    await bench.harness.join(byHand[0] ?? '', byHand[1] ?? '');
    await expect(bench.apply(grant)).resolves.toMatchObject({ kind: 'done' });
    expect((await bench.harness.heldGroup(byHand[0] ?? ''))?.members).toContain(byHand[1]);
    expect((await bench.harness.heldGroup(group))?.members).toEqual(expect.arrayContaining([ada, bea, cleo]));
  });

  test.each(['add', 'remove'] as const)('to %s what is so already writes nothing', async (change) => {
    const group = await bench.harness.addGroup('Analysts');
    const ada = await bench.person('ada@acme.test', change === 'remove' ? [group] : []);
    const operation = await bench.membership(change, group, ada);
    await bench.apply(operation);
    const writes = bench.harness.writes();
    await expect(bench.apply(operation)).resolves.toMatchObject({ kind: 'already-so' });
    expect(bench.harness.writes()).toBe(writes);
  });

  test('memberships of several people given at the same moment all hold', async () => {
    const group = await bench.harness.addGroup('Analysts');
    const there = await bench.person('there@acme.test', [group]);
    const joining = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) joining.push(await bench.person(`${name}@acme.test`));
    const grants = [];
    for (const id of joining) grants.push(await bench.membership('add', group, id));
    await Promise.all(grants.map((grant) => bench.apply(grant)));
    expect((await bench.harness.heldGroup(group))?.members.toSorted()).toEqual([there, ...joining].toSorted());
  });

  const edit = bench.smallEdit;
  bench.given(
    edit !== undefined,
    'anything about an account that can be edited',
    'what a write found out is kept when somebody else writes at the same moment',
    async () => {
      const group = await bench.harness.addGroup('Analysts');
      const ada = await bench.person('ada@acme.test');
      const grant = await bench.membership('add', group, ada);
      const update: Operation = { kind: 'update-account', accountId: ada, change: edit ?? {} };
      await Promise.all([bench.apply(grant), bench.apply(update)]);
      const held = await bench.harness.held(ada);
      expect(held).toMatchObject(edit ?? {});
      expect(held?.groups).toContain(group);
    },
  );
}

function noMemberships(bench: Bench): void {
  const operations: readonly Operation[] = [
    { kind: 'create-group', key: 'scim:1', name: 'Analysts' },
    { kind: 'rename-group', groupId: '1', name: 'Analysts' },
    { kind: 'delete-group', groupId: '1', name: 'Analysts' },
    { kind: 'add-member', groupId: '1', accountId: '1' },
    { kind: 'remove-member', groupId: '1', accountId: '1' },
  ];
  test.each(operations)('$kind is refused in words', async (operation) => {
    await expect(bench.apply(operation)).rejects.toMatchObject({ name: 'TargetError', code: 'REJECTED' });
    expect(bench.harness.writes()).toBe(0);
  });
}
