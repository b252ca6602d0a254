import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compileSource } from '../compile-source.js';
import { World } from './world.js';

/**
 * kill -9 at every step of a batch. Whatever had been sent and not recorded, the next process looks before it writes:
 * the end is the same as without the kill, and nothing happened twice.
 */

const source = compileSource('killed');
const folder = mkdtempSync(path.join(tmpdir(), 'drawbridge-killed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Resolves to true when the process came to its end, false when it was killed. */
async function runEngine(world: World, database: string, dieAt: number): Promise<boolean> {
  const script = path.join(import.meta.dirname, 'engine-process.mjs');
  const args = [script, source, database, JSON.stringify(world.config), String(dieAt)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  if (signal === 'SIGKILL') return false;
  expect(code).toBe(0);
  return true;
}

/** Somebody to invite, to deactivate, to put into a new group and to take from an old one, and a guest who must stay. */
async function prepare(database: string, dialect: 'v2' | 'platform'): Promise<World> {
  const world = await World.start({
    fake: { dialect, listInvitations: true, clock: Date.now, reinviteWhilePending: 'resend' },
    database: `sqlite:${database}`,
  });
  const { users, groups } = world.fake.control;
  const data = groups.create({ name: 'Data' });
  for (const name of ['ann', 'bob', 'cyd']) users.add({ email: `${name}@acme.test`, groups: [] });
  users.add({ email: 'guest@elsewhere.test', groups: [data] });
  const ann = await world.joins('ann');
  const bob = await world.joins('bob');
  const cyd = await world.joins('cyd');
  await world.pushesGroup('Data', [bob]);
  await world.settle();
  world.fake.control.ledger.clear();

  await world.joins('new');
  await world.leaves(cyd);
  await world.pushesGroup('Fresh', [ann]);
  const pushed = await world.store.db
    .selectFrom('scim_group')
    .select('id')
    .where('display_name', '=', 'Data')
    .executeTakeFirstOrThrow();
  await world.members(pushed.id, 'remove', [bob]);
  await world.store.close();
  return world;
}

function endOf(world: World): unknown {
  const { users, invitations } = world.fake.control.state();
  return {
    people: users.map(({ email, active, licence, groupNames }) => ({
      email,
      active,
      licence: active ? licence : '',
      groups: [...groupNames].toSorted(),
    })),
    invitations: invitations.map(({ email, licence, status }) => ({ email, licence, status })),
    groups: world.fake.control.state().groups.map(({ name }) => name),
    mails: world.fake.control.ledger.mails(),
  };
}

test.each(['platform', 'v2'] as const)(
  'killed at any step, restarted: the same end, nothing twice (%s)',
  async (dialect) => {
    const undisturbed = path.join(folder, `${dialect}-undisturbed.db`);
    const reference = await prepare(undisturbed, dialect);
    expect(await runEngine(reference, undisturbed, 0)).toBe(true);
    const expected = endOf(reference);
    await reference.fake.close();
    expect(expected).toMatchObject({
      mails: { 'new@acme.test': 1 },
      groups: expect.arrayContaining(['Data', 'Fresh']),
    });

    let steps = 0;
    for (let dieAt = 1; ; dieAt += 1) {
      const database = path.join(folder, `${dialect}-${dieAt}.db`);
      const world = await prepare(database, dialect);
      const survived = await runEngine(world, database, dieAt);
      if (!survived) expect(await runEngine(world, database, 0)).toBe(true);
      expect({ dieAt, ...(endOf(world) as object) }).toEqual({ dieAt, ...(expected as object) });
      await world.fake.close();
      if (survived) break;
      steps = dieAt;
    }
    // Every operation has three steps of its own; a run that died fewer times was not the run this test is about.
    expect(steps).toBeGreaterThan(12);
  },
  300_000,
);
