import { createHash } from 'node:crypto';
import supertest, { type Response } from 'supertest';
import { toolNames, type ToolName } from '../../src/cli/demo/tools.js';
import type { Config } from '../../src/config.js';
import { createApp } from '../../src/main.js';
import { silentLog } from '../../src/model/log.js';
import type { TargetConfig } from '../../src/model/target-config.js';
import type { Fault } from '../../src/sandbox/kit/faults/fault.js';
import { listHolds } from '../../src/store/holds.js';
import { ThreeTools, type ThreeToolsOptions } from './three-tools.js';

/** One directory, several targets: each has rules of its own, and the trouble of one is nobody else's. */

let world: ThreeTools;
const start = async (options: ThreeToolsOptions = {}): Promise<ThreeTools> => (world = await ThreeTools.start(options));
afterEach(async () => {
  await world.engine.close(0);
  await world.close();
});

const settled = { converged: true, healthy: true, due: 0, held: 0, failing: 0 };
const groups = (more: Partial<TargetConfig['groups']>): Pick<TargetConfig, 'groups'> => ({
  groups: { create: true, map: {}, membership: 'owned', ...more },
});
const crowd = (count: number): string[] => Array.from({ length: count }, (_, index) => `p${index}`);

describe('each target has rules of its own', () => {
  test('who gets an account', async () => {
    await start({ metabase: { assign: { groups: ['BI'] } }, retool: { assign: { groups: ['Apps', 'BI'] } } });
    const [ada, bob, cyd] = [await world.joins('ada'), await world.joins('bob'), await world.joins('cyd')];
    const bi = await world.pushesGroup('BI', [ada]);
    await world.pushesGroup('Apps', [bob]);
    await world.settle();
    expect([world.whereIs('ada'), world.whereIs('bob'), world.whereIs('cyd')]).toEqual([
      ['dbt', 'metabase', 'retool'],
      ['dbt', 'retool'],
      ['dbt'],
    ]);
    await world.members(bi, 'replace', [cyd]);
    await world.settle();
    expect([world.whereIs('ada'), world.whereIs('cyd')]).toEqual([['dbt'], ['dbt', 'metabase', 'retool']]);
    for (const tool of toolNames) expect(await world.status(tool)).toMatchObject(settled);
  });

  test('what a group is called: one may be several over there, and several may be one', async () => {
    await start({
      metabase: groups({ map: { Leads: ['Analysts', 'Reviewers'] } }),
      retool: groups({ map: { Leads: ['Team'], 'Data A': ['Team'], 'Data B': ['Team'] } }),
    });
    const [ada, bob] = [await world.joins('ada'), await world.joins('bob')];
    await world.pushesGroup('Leads', [ada]);
    const a = await world.pushesGroup('Data A', [bob]);
    const b = await world.pushesGroup('Data B', [bob]);
    await world.settle();
    expect(['Leads', 'Data A', 'Data B'].map((name) => world.membersOf('dbt', name))).toEqual([
      ['ada'],
      ['bob'],
      ['bob'],
    ]);
    expect(['Analysts', 'Reviewers', 'Data A'].map((name) => world.membersOf('metabase', name))).toEqual([
      ['ada'],
      ['ada'],
      ['bob'],
    ]);
    expect(world.membersOf('metabase', 'Leads')).toBeUndefined();
    expect(world.membersOf('retool', 'Team')).toEqual(['ada', 'bob']);
    expect(world.membersOf('retool', 'Data A')).toBeUndefined();

    await world.members(a, 'remove', [bob]);
    await world.settle();
    expect([world.membersOf('dbt', 'Data A'), world.membersOf('retool', 'Team')]).toEqual([[], ['ada', 'bob']]);
    await world.deletesGroup(b);
    await world.settle();
    expect([world.membersOf('dbt', 'Data B'), world.membersOf('retool', 'Team')]).toEqual([undefined, ['ada']]);
  });

  test.each(['the first', 'the last'])('several in one: %s deleted before anything was made', async (which) => {
    await start({ retool: groups({ map: { 'Data A': ['Team'], 'Data B': ['Team'] } }) });
    const ada = await world.joins('ada');
    const made = { 'the first': await world.pushesGroup('Data A', [ada]), 'the last': '' };
    made['the last'] = await world.pushesGroup('Data B', [ada]);
    await world.deletesGroup(which === 'the first' ? made['the first'] : made['the last']);
    await world.settle();
    expect(world.membersOf('retool', 'Team')).toEqual(['ada']);
    expect(await world.status('retool')).toMatchObject(settled);
  });

  test('whether groups are made', async () => {
    await start({ metabase: groups({ create: false }) });
    const ada = await world.joins('ada');
    await world.pushesGroup('Data', [ada]);
    await world.settle();
    expect(toolNames.map((tool) => world.membersOf(tool, 'Data'))).toEqual([['ada'], undefined, ['ada']]);
    expect(world.whereIs('ada')).toEqual(['dbt', 'metabase', 'retool']);
    expect([await world.status('dbt'), await world.status('retool')]).toMatchObject([settled, settled]);
    expect(await world.status('metabase')).toMatchObject({ healthy: true, failing: 1 });
    world.metabase.control.groups.create('Data');
    await world.sweep();
    expect([world.membersOf('metabase', 'Data'), (await world.status('metabase')).converged]).toEqual([['ada'], true]);
  });

  test('whether the directory alone decides who is in a group', async () => {
    await start({ metabase: groups({ membership: 'exact' }) });
    const ada = await world.joins('ada');
    await world.pushesGroup('Data', [ada]);
    await world.settle();
    world.guestJoins('guest@elsewhere.test', 'Data');
    await world.sweep();
    expect(toolNames.map((tool) => world.membersOf(tool, 'Data'))).toEqual([
      ['ada', 'guest'],
      ['ada'],
      ['ada', 'guest'],
    ]);
  });

  test('whom and what nothing may be taken from', async () => {
    await start({
      dbt: { protect: { users: ['ada@acme.test'], groups: [] } },
      retool: { protect: { users: [], groups: ['Data'] } },
    });
    const [ada, bob] = [await world.joins('ada'), await world.joins('bob')];
    const data = await world.pushesGroup('Data', [ada, bob]);
    await world.settle();
    await world.leaves(ada);
    await world.members(data, 'remove', [bob]);
    await world.settle();
    expect(world.whereIs('ada')).toEqual(['dbt']);
    expect(toolNames.map((tool) => world.membersOf(tool, 'Data')?.includes('bob'))).toEqual([false, false, true]);
    const held = (await listHolds(world.store, { states: ['open'] })).map(({ target, reason }) => [
      target,
      reason.code,
    ]);
    expect(held.toSorted()).toEqual([
      ['dbt', 'protected'],
      ['retool', 'protected'],
    ]);
    expect(await world.status('metabase')).toMatchObject(settled);
  });

  test('how much is too much at once', async () => {
    await start({ metabase: { guard: { removals: 100, fraction: 1, windowMinutes: 60 } } });
    const ids: string[] = [];
    for (const name of crowd(8)) ids.push(await world.joins(name));
    await world.settle();
    for (const id of ids) await world.leaves(id);
    await world.settle();
    const there = toolNames.map((tool) => crowd(8).filter((name) => world.has(tool, name)).length);
    expect(there).toEqual([8, 0, 8]);
    expect([await world.status('dbt'), await world.status('metabase')]).toMatchObject([{ held: 1 }, settled]);
  });

  test('what may be done at all', async () => {
    await start({ dbt: { mode: 'observe' }, metabase: { mode: 'grant-only' } });
    const [ada, bob] = [await world.joins('ada'), await world.joins('bob')];
    const data = await world.pushesGroup('Data', [ada, bob]);
    await world.settle();
    expect(toolNames.map((tool) => world.membersOf(tool, 'Data'))).toEqual([undefined, ['ada', 'bob'], ['ada', 'bob']]);
    await world.leaves(ada);
    await world.members(data, 'remove', [bob]);
    await world.settle();
    expect(world.whereIs('ada')).toEqual(['dbt', 'metabase']);
    expect([world.membersOf('metabase', 'Data'), world.membersOf('retool', 'Data')]).toEqual([['ada', 'bob'], ['ada']]);
    expect(world.dbt.control.counters().writes).toBe(0);
  });
});

test('a group the directory deletes is gone everywhere, whatever a target keeps of those who left before', async () => {
  await start();
  const [ada, bob] = [await world.joins('ada'), await world.joins('bob')];
  const data = await world.pushesGroup('Data', [ada, bob]);
  const kept = await world.pushesGroup('Kept', [ada]);
  await world.settle();
  world.guestJoins('guest@elsewhere.test', 'Kept');
  await world.leaves(ada);
  await world.settle();
  expect(toolNames.map((tool) => world.membersOf(tool, 'Data'))).toEqual([['bob'], ['ada', 'bob'], ['ada', 'bob']]);
  await world.deletesGroup(data);
  await world.deletesGroup(kept);
  await world.settle();
  expect(toolNames.map((tool) => world.membersOf(tool, 'Data'))).toEqual([undefined, undefined, undefined]);
  expect(toolNames.map((tool) => world.membersOf(tool, 'Kept'))).toEqual([['guest'], ['guest'], ['guest']]);
  for (const tool of toolNames) expect(await world.status(tool)).toMatchObject(settled);
});

describe('what the identity provider is told about a new person', () => {
  const token = 'token-of-okta-0123456789';
  const sha256 = createHash('sha256').update(token).digest('hex');
  const refuses: Fault = { kind: 'status', status: 400, message: 'Not this one.' };

  /** Creates a person over SCIM, with every loop at work, while some targets refuse to make accounts. */
  async function create(refusing: readonly ToolName[]): Promise<Response> {
    await start({ waitSeconds: 20 });
    for (const tool of refusing) world[tool].control.faults.add({ method: 'POST', times: 1e9, fault: refuses });
    const config: Config = {
      kind: 'configured',
      server: { host: '127.0.0.1', port: 0 },
      database: 'sqlite::memory:',
      admin: 'off',
      acknowledge: { waitSeconds: 20 },
      sweep: { everyMinutes: 60, invitationsEverySeconds: 60 },
      directories: [{ name: 'acme', tokens: [{ label: 'okta', sha256 }], targets: [...toolNames] }],
      targets: [],
      warnings: [],
      secrets: [token],
    };
    const { store, engine } = world;
    const app = createApp(config, { store, engine, log: silentLog, now: () => world.now, startedAt: 0 });
    await engine.start();
    const body = { userName: 'new@acme.test', name: { givenName: 'New', familyName: 'Comer' }, active: true };
    return supertest(app)
      .post('/scim/v2/Users')
      .set('Authorization', `Bearer ${token}`)
      .set('Content-Type', 'application/scim+json')
      .send(JSON.stringify(body));
  }
  const kept = () =>
    world.store.db.selectFrom('scim_user').select('user_name').where('deleted_at', 'is', null).execute();

  test('a refusal by every target refuses them, with every reason, and keeps nobody', async () => {
    const answer = await create(toolNames);
    expect(answer.status).toBe(400);
    const { detail } = answer.body as { detail: string };
    for (const tool of toolNames) expect(detail).toMatch(new RegExp(`${tool}: .*Not this one`));
    expect(await kept()).toEqual([]);
  });

  test.each(toolNames)('one target that takes them is enough: %s', async (taking) => {
    const answer = await create(toolNames.filter((tool) => tool !== taking));
    expect(answer.status).toBe(201);
    expect(await kept()).toEqual([{ user_name: 'new@acme.test' }]);
    const { id } = answer.body as { id: string };
    const refused = toolNames.filter((tool) => tool !== taking);
    const failing = await Promise.all(refused.map(async (tool) => (await world.account(id, tool)).state));
    expect(failing).toEqual(['failed', 'failed']);
    expect((await world.account(id, taking)).state).toBe(taking === 'dbt' ? 'invited' : 'active');
  });
});

describe('the trouble of one target is nobody else’s', () => {
  const ailments: readonly { readonly rule: string; readonly fault: Fault }[] = [
    { rule: 'is down', fault: { kind: 'reset' } },
    { rule: 'answers as a gateway does', fault: { kind: 'html' } },
    { rule: 'throttles', fault: { kind: 'rate-limited', header: 'seconds', seconds: 600 } },
    { rule: 'no longer knows the credential', fault: { kind: 'unauthorized' } },
    { rule: 'never answers', fault: { kind: 'never-answers' } },
  ];

  describe.each(toolNames)('%s', (sick) => {
    const well = toolNames.filter((tool) => tool !== sick);

    test.each(ailments)('$rule: the others have the change, and it catches up', async ({ fault }) => {
      await start();
      const [ada, bob] = [await world.joins('ada'), await world.joins('bob')];
      const data = await world.pushesGroup('Data', [ada, bob]);
      await world.settle();
      const before = new Map(toolNames.map((tool) => [tool, writesOf(tool)]));

      world[sick].control.faults.add({ times: 1e9, fault });
      await world.engine.start();
      const cyd = await world.joins('cyd');
      await world.members(data, 'replace', [bob, cyd]);
      await world.leaves(ada);
      await done(well);

      for (const tool of well) {
        expect([world.has(tool, 'ada'), world.has(tool, 'cyd')]).toEqual([false, true]);
        expect(world.membersOf(tool, 'Data')).toEqual(expect.arrayContaining(['bob', 'cyd']));
        expect(writesOf(tool)).toBeGreaterThan(before.get(tool)!);
      }
      expect(world[sick].control.counters().faults).toBeGreaterThan(0);
      expect(writesOf(sick)).toBe(before.get(sick));
      expect(world.has(sick, 'ada')).toBe(true);
      expect((await world.status(sick)).due).toBeGreaterThan(0);

      await world.engine.close(0);
      world[sick].control.faults.clear();
      world.newEngine();
      await world.settle();
      expect(world.whereIs('ada')).toEqual([]);
      expect(world.membersOf(sick, 'Data')?.filter((name) => name !== 'ada')).toEqual(['bob', 'cyd']);
      for (const tool of toolNames) expect(await world.status(tool)).toMatchObject(settled);
    });
  });

  const writesOf = (tool: ToolName): number => world[tool].control.ledger.writes.length;

  /** Looks again and again, as nothing says when a loop has nothing left to do. */
  async function done(tools: readonly ToolName[]): Promise<void> {
    for (const tool of tools) {
      while (!(await world.status(tool)).converged) await new Promise((resolve) => setImmediate(resolve));
    }
  }
});
