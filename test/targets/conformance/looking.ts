import type { Bench } from './bench.js';
import { everything, never } from './bench.js';

/** Whatever was seen is the whole of it. */
export function looking(bench: Bench): void {
  const { subject } = bench;
  const { capabilities, unknownId = '999999' } = subject;
  const crowd = async (count: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) ids.push(await bench.person(`p${index}@acme.test`));
    return ids;
  };

  test('connect tells the declared capabilities and writes nothing', async () => {
    const preflight = await bench.target.connect(never);
    expect(preflight.capabilities).toEqual(capabilities);
    expect(bench.harness.writes()).toBe(0);
  });

  test.each([0, 1, 100, 101, 1000])('a list of %i people is read to its end', async (count) => {
    const ids = await crowd(count - bench.harness.bornAccounts);
    const { accounts, scope } = await bench.observe();
    expect(scope).toBe('all');
    expect(accounts.size).toBe(Math.max(count, bench.harness.bornAccounts));
    expect(ids.filter((id) => !accounts.has(id))).toEqual([]);
  });

  describe.each([
    // One leaves and one comes: the total stays the same, and a page boundary moves by one row.
    { what: 'one leaves and one comes', remove: true, insert: true },
    { what: 'one leaves', remove: true, insert: false },
    { what: 'one comes', remove: false, insert: true },
  ])('between two pages $what', ({ remove, insert }) => {
    bench.given(subject.unpaged !== true, 'paging', 'nobody else is skipped or repeated', async () => {
      const ids = await crowd(250);
      const [first = '', ...others] = ids;
      bench.harness.shiftPages({ remove: remove ? [first] : [], insert: insert ? ['late@acme.test'] : [] });
      const { accounts } = await bench.observe();
      const staying = remove ? others : ids;
      expect(staying.filter((id) => !accounts.has(id))).toEqual([]);
      const latecomers = [...accounts.values()].filter((each) => each.email === 'late@acme.test').length;
      expect(latecomers).toBeLessThanOrEqual(insert ? 1 : 0);
      if (insert && subject.mayMissLatecomers !== true) expect(latecomers).toBe(1);
    });
  });

  test('a page that fails makes the whole observation fail', async () => {
    await crowd(150);
    bench.harness.misbehave('unavailable', 'reading', Infinity);
    await expect(bench.observe()).rejects.toMatchObject({ code: 'UNAVAILABLE', disposition: 'retry' });
  });

  test('whichever single read fails, the observation fails, or is complete all the same', async () => {
    const group = capabilities.managesGroups ? [await bench.harness.addGroup('Analysts')] : [];
    const ids = await crowd(150);
    const member = await bench.person('member@acme.test', group);
    const before = bench.harness.reads();
    const whole = await bench.observe();
    const reads = bench.harness.reads() - before;
    expect(ids.filter((id) => !whole.accounts.has(id))).toEqual([]);
    for (let passing = 0; passing < reads; passing += 1) {
      bench.harness.misbehave('unavailable', 'reading', 1, passing);
      const seen = await bench.observe().catch(() => undefined);
      expect(seen?.accounts.size ?? whole.accounts.size).toBe(whole.accounts.size);
      for (const id of group) expect(seen?.groups.get(id)?.members?.has(member) ?? true).toBe(true);
    }
  });

  test('addresses are found whatever their case, and kept as received', async () => {
    const id = await bench.person('Zoë.O’Hara@Acme.TEST');
    const [account, ...others] = await bench.byAddress('zoë.o’hara@acme.test');
    expect(others).toEqual([]);
    expect(account).toMatchObject({ id, email: bench.kept('Zoë.O’Hara@Acme.TEST') });
  });

  test('a few known accounts are enough to ask for; one that is gone is absent, never an error', async () => {
    await crowd(450);
    await bench.observe();
    const known = await bench.person('known@acme.test');
    const few = await bench.observe({ accounts: [known], correlate: false, members: [] });
    expect(few.accounts.get(known)).toMatchObject({ email: 'known@acme.test' });
    const gone = await bench.observe({ accounts: [known, unknownId], correlate: false, members: [] });
    expect([gone.accounts.has(known), gone.accounts.has(unknownId)]).toEqual([true, false]);
  });

  bench.given(capabilities.managesGroups, 'managesGroups', 'members of a group are everybody in it', async () => {
    const group = await bench.harness.addGroup('Analysts');
    const ids = [
      await bench.person('a@acme.test', [group]),
      await bench.person('b@acme.test', [group]),
      await bench.person('c@acme.test', [group]),
    ];
    const { groups, accounts } = await bench.observe();
    expect([...(groups.get(group)?.members ?? [])].toSorted()).toEqual(ids.toSorted());
    expect(ids.map((id) => accounts.get(id)?.groups.has(group))).toEqual([true, true, true]);
  });

  bench.given(
    capabilities.managesGroups,
    'managesGroups',
    'members of the groups asked for are told, however few people are',
    async () => {
      await crowd(450);
      await bench.observe();
      const group = await bench.harness.addGroup('Analysts');
      const known = await bench.person('known@acme.test', [group]);
      const other = await bench.person('other@acme.test', [group]);
      const few = await bench.observe({ accounts: [known], correlate: false, members: [group] });
      expect([...(few.groups.get(group)?.members ?? [])].toSorted()).toEqual([known, other].toSorted());
      expect(few.accounts.get(known)?.groups.has(group)).toBe(true);
    },
  );

  bench.given(
    !capabilities.managesGroups,
    'managesGroups',
    'no groups are shown, so that none are missed',
    async () => {
      const { groups, accounts } = await bench.observe(everything);
      expect([...groups.keys(), ...[...accounts.values()].flatMap((each) => [...each.groups])]).toEqual([]);
    },
  );
}
