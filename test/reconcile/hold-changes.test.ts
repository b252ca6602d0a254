import { World, type WorldOptions } from './world.js';
import { decideHold } from '../../src/reconcile/decide-hold.js';
import { reviewHold } from '../../src/reconcile/review-hold.js';
import { listHolds } from '../../src/store/holds.js';

let world: World;
const start = async (options: WorldOptions = {}): Promise<World> => (world = await World.start(options));
afterEach(async () => world.close());

const open = () => listHolds(world.store, { states: ['open'] });
const decide = (id: string, state: 'released' | 'rejected') =>
  decideHold(world.store, id, state, { actor: 'admin', requestId: 'r' }, world.now);
const hire = async (...names: string[]): Promise<string[]> => {
  const ids: string[] = [];
  for (const name of names) ids.push(await world.joins(name));
  await world.settle();
  for (const name of names) world.accepts(name);
  await world.sweep();
  return ids;
};
const crowd = (count: number): string[] => Array.from({ length: count }, (_, index) => `p${index}`);

describe('what people decided about held changes', () => {
  const fake = { dialect: 'v2' as const, listInvitations: true };
  const removals = { removals: 2, fraction: 0.2, windowMinutes: 60 };

  test('a rejection the directory spoke over is over: a sweep does not bring it back', async () => {
    await start({ fake, config: { guard: removals } });
    const ids = await hire(...crowd(6));
    for (const id of ids.slice(0, 3)) await world.leaves(id);
    await world.settle();
    await decide((await open())[0]!.id, 'rejected');
    await world.settle();
    world.advance(1000);
    for (const id of ids.slice(0, 3)) await world.changes(id, { active: true });
    await world.settle();
    world.advance(1000);
    for (const id of ids.slice(0, 3)) await world.leaves(id);
    await world.settle();
    expect(await open()).toHaveLength(1);
    await world.sweep();
    expect(await open()).toHaveLength(1);
  });

  test('of two decisions at once only the first counts', async () => {
    await start({ fake, config: { guard: removals } });
    const ids = await hire(...crowd(6));
    for (const id of ids.slice(0, 3)) await world.leaves(id);
    await world.settle();
    const { id } = (await open())[0]!;
    const decisions = await Promise.all([decide(id, 'rejected'), decide(id, 'released')]);
    expect(decisions.map(({ kind }) => kind)).toEqual(['decided', 'already-decided']);
  });

  test('a hold nobody decided expires, and what is still wanted is held anew', async () => {
    await start({ fake, config: { guard: removals } });
    const ids = await hire(...crowd(6));
    for (const id of ids.slice(0, 3)) await world.leaves(id);
    await world.settle();
    const [old] = await open();
    world.advance(8 * 86_400_000);
    await world.sweep();
    await world.sweep();
    const [anew, ...others] = await open();
    expect(others).toEqual([]);
    expect(anew!.id).not.toBe(old!.id);
    expect(anew!.changes).toHaveLength(3);
    expect((await listHolds(world.store, { states: ['expired'] })).map(({ id }) => id)).toEqual([old!.id]);
    expect(world.fake.control.state().users.filter(({ active }) => !active)).toEqual([]);
  });

  test('another number of changes than confirmed decides nothing', async () => {
    await start({ fake, config: { guard: removals } });
    const ids = await hire(...crowd(6));
    for (const id of ids.slice(0, 3)) await world.leaves(id);
    await world.settle();
    const [hold] = await open();
    const cause = { actor: 'admin', requestId: 'r' };
    expect(await decideHold(world.store, hold!.id, 'released', cause, world.now, 2)).toEqual({
      kind: 'count-mismatch',
      held: 3,
    });
    expect(await open()).toHaveLength(1);
    expect(await decideHold(world.store, hold!.id, 'released', cause, world.now, 3)).toMatchObject({ kind: 'decided' });
  });

  test('a review says what of a held plan the world no longer wants, and writes nothing', async () => {
    await start({ fake, config: { guard: removals } });
    const ids = await hire(...crowd(6));
    for (const id of ids.slice(0, 3)) await world.leaves(id);
    await world.settle();
    const [hold] = await open();
    await world.changes(ids[0]!, { active: true });
    const { runtime, preflight } = world.engine.loops.get('dbt')!;
    const before = await world.store.db.selectFrom('hold').selectAll().execute();
    expect(await reviewHold(runtime, preflight, hold!, new AbortController().signal)).toEqual({
      kind: 'reviewed',
      willDo: expect.arrayContaining(['deactivate p1@acme.test', 'deactivate p2@acme.test']),
      noLongerWanted: ['deactivate p0@acme.test'],
      notIncluded: [],
    });
    expect(await world.store.db.selectFrom('hold').selectAll().execute()).toEqual(before);
  });

  test('a decision made while a batch runs is not undone by it', async () => {
    await start({ fake, config: { guard: removals } });
    const ids = await hire(...crowd(8));
    for (const id of ids.slice(0, 3)) await world.leaves(id);
    await world.settle();
    const [hold] = await open();
    await world.leaves(ids[3]!);
    let decided = false;
    const { id } = hold!;
    world.fake.control.beforeRequest({ method: 'GET', path: '/users/' }, () => {
      if (decided) return;
      decided = true;
      void decide(id, 'rejected');
    });
    await world.settle();
    const rejected = await listHolds(world.store, { states: ['rejected'] });
    expect(rejected.map((each) => each.id)).toContain(id);
  });
});
