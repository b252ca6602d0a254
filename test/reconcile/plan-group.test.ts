import { World, type WorldOptions } from './world.js';

let world: World;
const start = async (options: WorldOptions = {}): Promise<World> => (world = await World.start(options));
afterEach(async () => world.close());

const hire = async (...names: string[]): Promise<string[]> => {
  const ids: string[] = [];
  for (const name of names) ids.push(await world.joins(name));
  await world.settle();
  for (const name of names) world.accepts(name);
  await world.sweep();
  return ids;
};

describe('groups nobody may lose', () => {
  const fake = { dialect: 'v2' as const, listInvitations: true };

  test('a deleted group that was pushed again under its name is not deleted when it is empty', async () => {
    await start({ fake });
    const [ada] = await hire('ada');
    const guest = world.fake.control.users.add({ email: 'guest@elsewhere.test' });
    const first = await world.pushesGroup('Data', [ada!]);
    await world.settle();
    const dataId = world.fake.control.state().groups.find(({ name }) => name === 'Data')!.id;
    world.fake.control.groups.addMember(dataId, guest);
    await world.deletesGroup(first);
    await world.settle();
    await world.pushesGroup('Data', []);
    await world.settle();
    world.fake.control.groups.removeMember(dataId, guest);
    await world.sweep();
    expect(world.fake.control.state().groups.find(({ id }) => id === dataId)).toMatchObject({ deleted: false });
  });

  test('an exact group keeps a member whose account is adopted in the same batch', async () => {
    await start({ fake, config: { groups: { create: true, map: {}, membership: 'exact' } } });
    const userId = world.fake.control.users.add({ email: 'ada@acme.test' });
    const dataId = world.fake.control.groups.create({ name: 'Data' });
    world.fake.control.groups.addMember(dataId, userId);
    const ada = await world.joins('ada');
    await world.pushesGroup('Data', [ada]);
    await world.settle();
    expect(world.membersOf('Data')).toEqual(['ada']);
    expect(world.fake.control.ledger.dropped).toEqual([]);
  });

  test('a group somebody made again by hand is not ours to delete', async () => {
    await start({ fake });
    const group = await world.pushesGroup('Data', []);
    await world.settle();
    const dataId = world.fake.control.state().groups.find(({ name }) => name === 'Data')!.id;
    world.fake.control.groups.delete(dataId);
    const theirs = world.fake.control.groups.create({ name: 'Data' });
    await world.sweep();
    await world.deletesGroup(group);
    await world.settle();
    expect(world.fake.control.state().groups.find(({ id }) => id === theirs)).toMatchObject({ deleted: false });
  });
});
