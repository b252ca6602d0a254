import { decideDrift } from '../../src/reconcile/decide-drift.js';
import { listDrift } from '../../src/store/drift.js';
import { World, type WorldOptions } from './world.js';

let world: World;
const start = async (config: WorldOptions['config'] = {}): Promise<World> =>
  (world = await World.start({ fake: { dialect: 'v2', listInvitations: true }, config }));
afterEach(async () => world.close());

const hire = async (...names: string[]): Promise<string[]> => {
  const ids: string[] = [];
  for (const name of names) ids.push(await world.joins(name));
  await world.settle();
  for (const name of names) world.accepts(name);
  await world.sweep();
  return ids;
};
const found = (state: 'open' | 'adopted' | 'repaired' | 'gone' | 'superseded' = 'open') =>
  listDrift(world.store, { states: [state] });
const kinds = async (state?: Parameters<typeof found>[0]) =>
  (await found(state)).map(({ planned }) => planned.change.kind);
const userOf = (name: string) => world.fake.control.state().users.find(({ email }) => email === `${name}@acme.test`)!;
const groupOf = (name: string) =>
  world.fake.control.state().groups.find((each) => each.name === name && !each.deleted)!;
const admin = { actor: 'admin', requestId: 'r' };

/** Ada and Bea in Data; then somebody takes Ada out by hand and renames Bea. */
async function changedByHand(config: WorldOptions['config']): Promise<string[]> {
  await start(config);
  const ids = await hire('ada', 'bea');
  for (const [index, name] of ['Ada', 'Bea'].entries())
    await world.changes(ids[index]!, { name: { givenName: name, familyName: 'X' } });
  await world.pushesGroup('Data', ids);
  await world.settle();
  await world.sweep();
  expect(await found()).toEqual([]);
  world.advance(60_000);
  world.fake.control.groups.removeMember(groupOf('Data').id, userOf('ada').id);
  world.fake.control.users.rename(userOf('bea').id, { firstName: 'Beatrice' });
  await world.sweep();
  return ids;
}

describe('what somebody changes by hand', () => {
  test('repair: is put right, and on record with when it was last right', async () => {
    await changedByHand({});
    expect(world.membersOf('Data')).toEqual(['ada', 'bea']);
    expect(userOf('bea').firstName).toBe('Bea');
    expect(await found()).toEqual([]);
    const repaired = await found('repaired');
    expect(repaired.map(({ planned }) => planned.change.kind).toSorted()).toEqual(['grant', 'update-account']);
    for (const { foundAt, lastGoodAt } of repaired) expect(foundAt - lastGoodAt!).toBeGreaterThanOrEqual(60_000);
  });

  test('report: is left alone, sweep after sweep, and said once', async () => {
    await changedByHand({ drift: 'report' });
    for (let sweep = 0; sweep < 3; sweep += 1) await world.sweep();
    expect(world.membersOf('Data')).toEqual(['bea']);
    expect((await kinds()).toSorted()).toEqual(['grant', 'update-account']);
    expect(await world.status()).toMatchObject({ converged: true, held: 0 });
  });

  test('report: a person may have it put right', async () => {
    await changedByHand({ drift: 'report' });
    const membership = (await found()).find(({ planned }) => planned.change.kind === 'grant')!;
    expect(await decideDrift(world.store, membership.id, 'repair', admin, world.now)).toMatchObject({
      kind: 'decided',
    });
    await world.settle();
    expect(world.membersOf('Data')).toEqual(['ada', 'bea']);
    expect(await kinds()).toEqual(['update-account']);
  });

  test('report: what somebody puts right by hand closes by itself', async () => {
    await changedByHand({ drift: 'report' });
    world.fake.control.groups.addMember(groupOf('Data').id, userOf('ada').id);
    await world.sweep();
    expect(await kinds()).toEqual(['update-account']);
    expect(await kinds('gone')).toEqual(['grant']);
  });

  test('adopt: is taken over, until the directory speaks about it again', async () => {
    const [ada] = await changedByHand({ drift: 'adopt' });
    await world.sweep();
    expect(world.membersOf('Data')).toEqual(['bea']);
    expect(await kinds('adopted')).toHaveLength(2);
    world.advance(1000);
    await world.changes(ada!, { title: 'Countess' });
    await world.settle();
    expect(world.membersOf('Data')).toEqual(['ada', 'bea']);
  });

  test('what the directory asks for is no drift, however it looks over there', async () => {
    await start({ drift: 'report' });
    const [ada] = await hire('ada');
    const group = await world.pushesGroup('Data', [ada!]);
    await world.settle();
    await world.leaves(ada!);
    await world.settle();
    await world.changes(ada!, { active: true });
    await world.settle();
    await world.deletesGroup(group);
    await world.settle();
    for (const state of ['open', 'adopted', 'repaired', 'gone', 'superseded'] as const)
      expect(await found(state)).toEqual([]);
    expect(userOf('ada').active).toBe(true);
  });

  test('an account somebody deactivates, or lets in again, is drift', async () => {
    await start({ drift: 'report' });
    const [ada] = await hire('ada', 'bea');
    world.fake.control.users.deactivate('bea@acme.test');
    await world.leaves(ada!);
    await world.settle();
    await world.sweep();
    expect(await kinds()).toEqual(['reactivate-account']);
    expect(userOf('bea').active).toBe(false);
  });

  test('a renamed and a deleted group are drift', async () => {
    await start({ drift: 'report' });
    await hire('ada');
    await world.pushesGroup('Data', []);
    await world.pushesGroup('Ops', []);
    await world.settle();
    world.fake.control.groups.rename(groupOf('Data').id, 'Daten');
    world.fake.control.groups.delete(groupOf('Ops').id);
    await world.sweep();
    expect((await kinds()).toSorted()).toEqual(['create-group', 'rename-group']);
  });
});
