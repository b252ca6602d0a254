import { examineTarget } from '../../src/reconcile/examine.js';
import { previewTarget, type Preview } from '../../src/reconcile/preview.js';
import { World, type WorldOptions } from './world.js';

let world: World;
const start = async (options: WorldOptions = {}): Promise<World> => (world = await World.start(options));
afterEach(async () => world.close());

const never = new AbortController().signal;
const loop = () => world.engine.loops.get('dbt')!;
const preview = (): Promise<Preview> => previewTarget(loop().runtime, loop().preflight, never);
const kindsOf = (of: Preview) =>
  of.changes.map(({ planned, fate }) => `${fate.kind} ${planned.change.kind}`).toSorted();

/** Every row of every table: what "writes nothing" is measured by. */
async function everyRow(): Promise<unknown> {
  const tables = [
    'scim_user',
    'scim_group',
    'scim_member',
    'due',
    'target_account',
    'target_group',
    'operation',
    'hold',
    'audit',
    'target_state',
  ] as const;
  return Promise.all(tables.map((table) => world.store.db.selectFrom(table).selectAll().execute()));
}

test('the whole difference is planned with reasons, and nothing is written anywhere', async () => {
  await start({ fake: { dialect: 'v2', listInvitations: true } });
  world.fake.control.users.add({ email: 'bea@acme.test' });
  world.fake.control.groups.create({ name: 'Data' });
  const ids = [await world.joins('ada'), await world.joins('bea')];
  await world.pushesGroup('Data', ids);
  const [rows, writes] = [await everyRow(), world.fake.control.ledger.writes.length];

  const shown = await preview();
  expect(kindsOf(shown)).toEqual(['apply grant', 'apply invite']);
  expect(shown.changes.map(({ planned }) => planned.reason)).toEqual(
    expect.arrayContaining(['active in the directory, without an account here', 'the directory puts them in Data']),
  );
  expect(shown.following).toEqual([expect.objectContaining({ email: 'ada@acme.test', groupName: 'Data' })]);
  expect(shown.adopted).toMatchObject({ accounts: [{ email: 'bea@acme.test' }], groups: [{ name: 'Data' }] });

  expect(await everyRow()).toEqual(rows);
  expect(world.fake.control.ledger.writes.length).toBe(writes);
});

test('what the guard or the mode would stop is shown with its fate', async () => {
  await start({ fake: { dialect: 'v2' }, config: { guard: { removals: 0, fraction: 0, windowMinutes: 60 } } });
  const ada = await world.joins('ada');
  await world.settle();
  world.accepts('ada');
  await world.sweep();
  await world.changes(ada, { active: false });
  expect(kindsOf(await preview())).toEqual(['held deactivate-account']);
  const observing = { ...loop().runtime, config: { ...world.config, mode: 'observe' as const } };
  expect(kindsOf(await previewTarget(observing, loop().preflight, never))).toEqual(['withheld deactivate-account']);
});

test('a plan that is shown equals the plan that is carried out, and afterwards nothing is left', async () => {
  await start({ fake: { dialect: 'v2', listInvitations: true } });
  world.fake.control.users.add({ email: 'bea@acme.test' });
  const [ada, bea] = [await world.joins('ada'), await world.joins('bea')];
  await world.pushesGroup('Data', [ada, bea]);
  const shown = await preview();
  expect(kindsOf(shown)).toEqual(['apply create-group', 'apply invite']);
  await world.settle();
  world.accepts('ada');
  await world.sweep();
  expect(kindsOf(await preview())).toEqual([]);
});

test('an account two people claim is a problem with its reason, not a guess', async () => {
  await start({ fake: { dialect: 'v2' } });
  world.fake.control.users.add({ email: 'ada@acme.test' });
  await world.joins('ada');
  await world.joins('ada2', { emails: [{ value: 'ada@acme.test', primary: true }] });
  const shown = await preview();
  expect(shown.failures).toEqual([
    {
      subject: expect.any(String),
      name: expect.stringMatching(/^ada2?@/),
      reason: expect.stringMatching(/already serves another/),
    },
  ]);
});

test('a credential that does not work is a finding in words', async () => {
  await start({ fake: { dialect: 'v2' } });
  world.fake.control.revokeToken(world.fake.token);
  const found = await examineTarget(loop().runtime, undefined, never);
  expect(found).toMatchObject({ ok: false, error: { code: 'UNAUTHORIZED' } });
});
