import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AnyTargetConfig } from '../../src/model/target-config.js';
import { startFakeMetabase } from '../../src/sandbox/metabase/fake-metabase.js';
import { readBacklog } from '../../src/store/due-queue.js';
import { openStore } from '../../src/store/store.js';
import { compileSource } from '../compile-source.js';
import { metabaseConfig } from '../targets/metabase-harness.js';
import { DirectoryWorld, newClock } from './directory-world.js';
import { World } from './world.js';

/**
 * kill -9 at every step of a batch. Whatever had been sent and not recorded, the next process looks before it writes:
 * the end is the same as without the kill, and nothing happened twice.
 */

const source = compileSource('killed');
const folder = mkdtempSync(path.join(tmpdir(), 'drawbridge-killed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A target with work waiting in a database, and nobody at it yet. */
interface Waiting {
  readonly config: AnyTargetConfig;
  /** Everything the target holds and was asked to mail, without ids. */
  endOf(): Record<string, unknown>;
  close(): Promise<void>;
}

/** Resolves to true when the process came to its end, false when it was killed. */
async function runEngine(config: AnyTargetConfig, database: string, dieAt: number): Promise<boolean> {
  const script = path.join(import.meta.dirname, 'engine-process.mjs');
  const args = [script, source, database, JSON.stringify(config), String(dieAt)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  if (signal === 'SIGKILL') return false;
  expect(code).toBe(0);
  return true;
}

/** What is on record once nothing is due any more: who is in which state, and which groups are ours to delete. */
async function recordIn(database: string, { name }: AnyTargetConfig) {
  const store = await openStore(`sqlite:${database}`, new Map([['acme', [name]]]));
  const of = (table: 'target_account' | 'target_group') => store.db.selectFrom(table).where('target', '=', name);
  const people = await of('target_account').innerJoin('scim_user', 'scim_user.id', 'user_id').selectAll().execute();
  const groups = await of('target_group').select(['name', 'target_group.state', 'created_by_us']).execute();
  const { due } = await readBacklog(store, name);
  await store.close();
  const states = people.map(({ user_name, state, remote_id }) => `${user_name} ${state} ${String(remote_id !== null)}`);
  const owned = groups.map((group) => `${group.name} ${group.state} ${String(group.created_by_us)}`);
  return { states: states.toSorted(), owned: owned.toSorted(), due };
}

/** The work everywhere: somebody comes, somebody leaves, a new group gets a member and an old one loses one. */
async function queueWork(world: DirectoryWorld, ids: { ann: string; bob: string; cyd: string }, data: string) {
  await world.joins('new', { name: { givenName: 'New', familyName: 'Comer' } });
  await world.leaves(ids.cyd);
  await world.pushesGroup('Fresh', [ids.ann]);
  await world.members(data, 'remove', [ids.bob]);
}

/** Somebody to invite, to deactivate, to put into a new group and to take from an old one, and a guest who must stay. */
async function prepareDbt(database: string, dialect: 'v2' | 'platform'): Promise<Waiting> {
  const world = await World.start({
    fake: { dialect, listInvitations: true, clock: Date.now, reinviteWhilePending: 'resend' },
    database: `sqlite:${database}`,
  });
  const { control } = world.fake;
  const theirs = control.groups.create({ name: 'Data' });
  for (const name of ['ann', 'bob', 'cyd']) control.users.add({ email: `${name}@acme.test`, groups: [] });
  control.users.add({ email: 'guest@elsewhere.test', groups: [theirs] });
  const ids = { ann: await world.joins('ann'), bob: await world.joins('bob'), cyd: await world.joins('cyd') };
  const data = await world.pushesGroup('Data', [ids.bob]);
  await world.settle();
  control.ledger.clear();
  await queueWork(world, ids, data);
  await world.store.close();

  const endOf = () => {
    const { users, invitations, groups } = control.state();
    return {
      people: users.map(({ email, active, licence, groupNames }) => ({
        email,
        active,
        licence: active ? licence : '',
        groups: [...groupNames].toSorted(),
      })),
      invitations: invitations.map(({ email, licence, status }) => ({ email, licence, status })),
      groups: groups.map(({ name }) => name),
      mails: control.ledger.mails(),
    };
  };
  return { config: world.config, endOf, close: () => world.fake.close() };
}

/** Besides: somebody inactive comes back without what they were in before, and a group and a name change. */
async function prepareMetabase(database: string): Promise<Waiting> {
  const fake = await startFakeMetabase();
  const { control } = fake;
  const config = metabaseConfig(fake);
  const world = await DirectoryWorld.open([config], newClock(), { database: `sqlite:${database}` });
  const theirs = control.groups.create('Data');
  const names = { firstName: 'Some', lastName: 'Body' };
  for (const name of ['ann', 'bob', 'cyd']) control.users.add({ email: `${name}@acme.test`, ...names });
  control.users.add({ email: 'dee@acme.test', ...names, active: false, groups: [theirs] });
  control.groups.addMember(theirs, control.users.add({ email: 'guest@elsewhere.test' }), { manager: true });
  const [ann, bob] = [await world.joins('ann'), await world.joins('bob')];
  const [cyd, dee] = [await world.joins('cyd'), await world.joins('dee', { active: false })];
  const data = await world.pushesGroup('Data', [bob]);
  const former = await world.pushesGroup('Former', [ann]);
  await world.settle();
  control.ledger.clear();
  await queueWork(world, { ann, bob, cyd }, data);
  await world.returns(dee);
  await world.renamesGroup(former, 'Later');
  await world.changes(bob, { name: { givenName: 'Bob', familyName: 'Builder' } });
  await world.close();

  const endOf = () => {
    const { users, groups, outbox } = control.state();
    return {
      people: users.map(({ email, firstName, lastName, active, admin, groupNames, manages }) => ({
        ...{ email, firstName, lastName, active, admin },
        groups: groupNames.toSorted(),
        manages: manages.length,
      })),
      groups: groups.map(({ name }) => name).toSorted(),
      mails: control.ledger.mails(),
      outbox: outbox.length,
      dropped: control.ledger.dropped,
      made: control.ledger.writes.filter(({ route }) => route === 'POST /api/user').length,
    };
  };
  return { config, endOf, close: () => fake.close() };
}

test.each([
  { name: 'dbt-platform', prepare: (database: string) => prepareDbt(database, 'platform'), steps: 12 },
  { name: 'dbt-v2', prepare: (database: string) => prepareDbt(database, 'v2'), steps: 12 },
  { name: 'metabase', prepare: prepareMetabase, steps: 24 },
])(
  'killed at any step, restarted: the same end, nothing twice ($name)',
  async ({ name, prepare, steps }) => {
    const undisturbed = path.join(folder, `${name}-undisturbed.db`);
    const reference = await prepare(undisturbed);
    expect(await runEngine(reference.config, undisturbed, 0)).toBe(true);
    const expected = { ...reference.endOf(), record: await recordIn(undisturbed, reference.config) };
    await reference.close();
    expect(expected).toMatchObject({
      mails: { 'new@acme.test': 1 },
      groups: expect.arrayContaining(['Data', 'Fresh']),
      record: { owned: expect.arrayContaining(['Data active 0', 'Fresh active 1']), due: 0 },
    });

    /** Resolves to false when the run ended before the step it should have died at. */
    const diesAt = async (step: number): Promise<boolean> => {
      const database = path.join(folder, `${name}-${step}.db`);
      const waiting = await prepare(database);
      try {
        const survived = await runEngine(waiting.config, database, step);
        if (!survived) expect(await runEngine(waiting.config, database, 0)).toBe(true);
        const record = await recordIn(database, waiting.config);
        expect({ step, ...waiting.endOf(), record }).toEqual({ step, ...expected });
        return !survived;
      } finally {
        await waiting.close();
      }
    };
    let killed = 0;
    for (let died = true; died;) {
      const each = await Promise.all([1, 2, 3].map((next) => diesAt(killed + next)));
      killed += each.filter(Boolean).length;
      died = each.every(Boolean);
    }
    // Every operation has three steps of its own; a run that died fewer times was not the run this test is about.
    expect(killed).toBeGreaterThan(steps);
  },
  600_000,
);
