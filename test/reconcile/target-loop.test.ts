import { World, type WorldOptions } from './world.js';
import { retryKey } from '../../src/reconcile/decide-hold.js';

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

describe('a loop that goes on', () => {
  test('a batch that broke off leaves no operation unexplained: nobody is invited twice', async () => {
    let broken = 0;
    await start({
      fake: { dialect: 'v2' },
      onStep: (step) => {
        if (step === 'applied' && (broken += 1) === 1) throw new Error('disk full');
      },
    });
    const ada = await world.joins('ada');
    await expect(world.engine.pass('dbt')).rejects.toThrow('disk full');
    world.advance(10_000);
    await world.settle();
    world.advance(10_000);
    await world.sweep();
    expect(world.fake.control.ledger.mailsTo('ada@acme.test')).toBe(1);
    expect(await world.account(ada)).toMatchObject({ state: 'invited' });
    const left = await world.store.db.selectFrom('operation').select('id').where('state', '=', 'intended').execute();
    expect(left).toEqual([]);
  });

  test('a retry by hand invites again somebody who once had an account', async () => {
    await start({ fake: { dialect: 'platform' }, config: { invitations: { expireDays: 14, limit: 1 } } });
    const [ada] = await hire('ada');
    await world.leaves(ada!);
    await world.settle();
    await world.changes(ada!, { active: true });
    await world.settle();
    world.fake.control.invitations.expire('ada@acme.test');
    world.advance(15 * 86_400_000);
    await world.sweep();
    expect(await world.account(ada!)).toMatchObject({ state: 'failed' });
    const mails = world.fake.control.counters().mails;
    await retryKey(world.store, { target: 'dbt', kind: 'account', key: ada! }, world.now);
    await world.settle();
    expect(world.fake.control.counters().mails).toBe(mails + 1);
  });

  test('leavers go before everything else in a batch', async () => {
    await start({
      fake: { dialect: 'v2', listInvitations: true },
      config: { limits: { perMinute: 1_000_000, concurrency: 1 } },
    });
    const ids = await hire('ada');
    await world.joins('new1');
    await world.pushesGroup('G', ids);
    await world.leaves(ids[0]!);
    await world.joins('new2');
    const before = world.fake.control.ledger.writes.length;
    await world.settle();
    const [first] = world.fake.control.ledger.writes.slice(before);
    expect(first).toMatchObject({ method: expect.stringMatching(/DELETE/) });
  });

  test('somebody who leaves while a long batch runs goes next, not when it is over', async () => {
    await start({
      fake: { dialect: 'v2', listInvitations: true },
      config: { limits: { perMinute: 1_000_000, concurrency: 1 } },
    });
    const [ada] = await hire('ada');
    for (let index = 0; index < 30; index += 1) await world.joins(`new${index}`);
    let left: Promise<void> | undefined;
    world.fake.control.beforeRequest({ method: 'POST' }, () => {
      left = world.leaves(ada!);
    });
    const before = world.fake.control.ledger.writes.length;
    await world.engine.pass('dbt');
    await left;
    const kinds = world.fake.control.ledger.writes.slice(before).map(({ method }) => method);
    expect(kinds).toHaveLength(31);
    expect(kinds.indexOf('DELETE')).toBeLessThan(10);
    expect(await world.account(ada!)).toMatchObject({ state: 'inactive' });
    await world.settle();
    expect(await world.status()).toMatchObject({ converged: true });
  });

  test('a target that could not be connected to is healthy again once it can, though nothing is due', async () => {
    await start({ fake: { dialect: 'platform' } });
    world.fake.control.revokeToken(world.fake.token);
    await world.engine.pass('dbt');
    expect(await world.status()).toMatchObject({ healthy: false });
    world.fake.control.addToken(world.fake.token);
    world.advance(600_000);
    await world.engine.pass('dbt');
    expect(await world.status()).toMatchObject({ healthy: true });
  });
});
