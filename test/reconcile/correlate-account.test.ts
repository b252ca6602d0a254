import { World, type WorldOptions } from './world.js';

let world: World;
const start = async (options: WorldOptions = {}): Promise<World> => (world = await World.start(options));
afterEach(async () => world.close());

const person = (name: string) => world.fake.control.state().users.find((each) => each.email === `${name}@acme.test`);
const emails = (name: string) => [{ value: `${name}@acme.test`, primary: true }];

describe.each([
  ['v2', false],
  ['v2', true],
  ['platform', true],
] as const)('whose an address is, dialect %s, invitations listed: %s', (dialect, listInvitations) => {
  const fake = { dialect, listInvitations };

  test('an address that changes while the invitation is out: the invitation of the old one is still theirs', async () => {
    await start({ fake });
    const ada = await world.joins('ada');
    await world.settle();
    world.advance(120_000);
    await world.changes(ada, { emails: emails('ada.new') });
    await world.settle();
    expect(world.fake.control.counters().mails).toBe(1);
    world.accepts('ada');
    await world.sweep();
    expect(await world.account(ada)).toMatchObject({ state: 'active', remote_id: String(person('ada')?.id) });
    await world.leaves(ada);
    await world.settle();
    expect(person('ada')?.active).toBe(false);
  });

  test('somebody who leaves after their address changed while invited is watched under the old one', async () => {
    await start({ fake });
    const ada = await world.joins('ada');
    await world.settle();
    world.advance(120_000);
    await world.changes(ada, { emails: emails('ada.new'), active: false });
    await world.settle();
    world.fake.control.invitations.accept('ada@acme.test');
    await world.sweep();
    expect(person('ada')?.active ?? false).toBe(false);
  });

  test('two new people with one address: the first is served, the other fails with the reason', async () => {
    await start({ fake });
    const one = await world.joins('one', { emails: emails('ada') });
    const two = await world.joins('two', { emails: emails('ada') });
    await world.settle();
    expect(world.fake.control.counters().mails).toBe(1);
    world.accepts('ada');
    await world.sweep();
    const states = [(await world.account(one)).state, (await world.account(two)).state];
    expect(states.toSorted()).toEqual(['active', 'failed']);
    expect(person('ada')?.active).toBe(true);
  });
});

describe('two people of the directory with one address', () => {
  const fake = { dialect: 'v2' as const, listInvitations: true };

  test('somebody out of assign.groups does not cost their successor the account', async () => {
    await start({ fake, config: { assign: { groups: ['Team'] } } });
    const old = await world.joins('old', { emails: emails('ada') });
    const team = await world.pushesGroup('Team', [old]);
    await world.settle();
    world.accepts('ada');
    await world.sweep();
    await world.members(team, 'remove', [old]);
    await world.settle();
    expect(person('ada')?.active).toBe(false);
    const heir = await world.joins('heir', { emails: emails('ada') });
    await world.members(team, 'add', [heir]);
    await world.settle();
    expect(person('ada')?.active).toBe(true);
    const before = world.fake.control.counters().writes;
    await world.sweep();
    expect(person('ada')?.active).toBe(true);
    expect(world.fake.control.counters().writes).toBe(before);
  });

  test('an account whose owner has a failing key still belongs to its owner', async () => {
    await start({ fake, config: { licence: { default: 'read_only', byGroup: { developer: ['Devs'] } } } });
    const old = await world.joins('old', { emails: emails('ada'), active: false });
    await world.settle();
    const heir = await world.joins('heir', { emails: emails('ada') });
    await world.settle();
    world.accepts('ada');
    await world.sweep();
    expect(person('ada')?.active).toBe(true);
    world.fake.control.faults.plan((request) =>
      request.method === 'POST' && JSON.stringify(request.body ?? null).includes('developer')
        ? { kind: 'status', status: 400, message: 'no seats' }
        : undefined,
    );
    await world.pushesGroup('Devs', [heir]);
    await world.settle();
    expect(await world.account(heir)).toMatchObject({ state: 'failed' });
    await world.sweep();
    expect(person('ada')?.active).toBe(true);
    expect(await world.account(old)).toMatchObject({ state: 'inactive' });
  });
});
