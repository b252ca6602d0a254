import type { MetabaseConfig } from '../../src/model/target-config.js';
import { decideHold } from '../../src/reconcile/decide-hold.js';
import { previewTarget } from '../../src/reconcile/preview.js';
import {
  startFakeMetabase,
  type FakeMetabase,
  type FakeMetabaseOptions,
} from '../../src/sandbox/metabase/fake-metabase.js';
import { seededFaults } from '../../src/sandbox/kit/faults/seeded-faults.js';
import { listHolds } from '../../src/store/holds.js';
import { metabaseConfig, type CredentialKind } from '../targets/metabase-harness.js';
import { newClock, TargetWorld } from './target-world.js';

let world: TargetWorld;
let fake: FakeMetabase;

const start = async (
  rules: FakeMetabaseOptions = {},
  config: Partial<MetabaseConfig> = {},
  credential: CredentialKind = 'api-key',
): Promise<void> => {
  const clock = newClock();
  fake = await startFakeMetabase({ clock: () => clock.now, ...rules });
  const limits = { perMinute: 1_000_000, concurrency: 4 };
  world = await TargetWorld.start(metabaseConfig(fake, credential, { limits, ...config }), clock);
};

afterEach(async () => {
  // Whatever was done: no write took a membership, or a manager's role, that it did not name.
  expect([fake.control.ledger.dropped, fake.control.ledger.demotions]).toEqual([[], []]);
  await world.close();
  await fake.close();
});

const settled = { converged: true, healthy: true, due: 0, held: 0, failing: 0 };
const owned = { create: true, map: {}, membership: 'owned' } as const;

const user = (name: string) => fake.control.state().users.find(({ email }) => email === `${name}@acme.test`);
const group = (name: string) => fake.control.state().groups.find((each) => each.name === name);
/** The groups somebody is in, the one that fills itself left out. */
const groupsOf = (name: string): string[] =>
  (user(name)?.groupNames ?? []).filter((each) => each !== 'All Users').toSorted();
const membersOf = (name: string): string[] =>
  (group(name)?.memberEmails ?? []).map((each) => each.split('@')[0] ?? '').toSorted();
const writes = (): number => fake.control.ledger.writes.length;
const lastWrites = (count: number): string[] =>
  fake.control.ledger.writes.slice(-count).map(({ method, path }) => `${method} ${path}`);

describe.each([
  { name: 'open source, API key', rules: {}, credential: 'api-key' },
  { name: 'Pro, session', rules: { edition: 'pro' }, credential: 'session' },
  {
    name: 'an older release, API key',
    rules: {
      getDeactivated: 'not-found',
      tenancyParameter: 'ignored',
      reactivateFormerAdmin: 'refused-when-one-admin',
      memberType: 'absent',
      dataAnalysts: false,
    },
    credential: 'api-key',
  },
] as const)('one life on $name', ({ rules, credential }) => {
  test('joined, moved, left, back again', async () => {
    await start(rules, {}, credential);
    const ada = await world.joins('ada');
    const analysts = await world.pushesGroup('Analysts', [ada]);
    const editors = await world.pushesGroup('Editors');
    await world.settle();
    const born = user('ada');
    expect(born).toMatchObject({ active: true, admin: false, firstName: 'ada', lastName: 'Doe' });
    expect(await world.account(ada)).toMatchObject({ state: 'active', remote_id: String(born?.id) });
    expect(groupsOf('ada')).toEqual(['Analysts']);

    await world.members(editors, 'add', [ada]);
    await world.members(analysts, 'remove', [ada]);
    await world.changes(ada, { userName: 'ada.l@acme.test', name: { givenName: 'Ada', familyName: 'Lovelace' } });
    await world.settle();
    expect(groupsOf('ada.l')).toEqual(['Editors']);
    expect(user('ada.l')).toMatchObject({ id: born?.id, firstName: 'Ada', lastName: 'Lovelace' });

    await world.leaves(ada);
    await world.settle();
    expect(user('ada.l')).toMatchObject({ active: false });
    expect(await world.account(ada)).toMatchObject({ state: 'inactive' });

    await world.members(editors, 'remove', [ada]);
    await world.members(analysts, 'add', [ada]);
    await world.returns(ada);
    await world.settle();
    expect(user('ada.l')).toMatchObject({ id: born?.id, active: true });
    expect(groupsOf('ada.l')).toEqual(['Analysts']);
    expect(await world.status()).toMatchObject(settled);
    expect(fake.control.outbox().filter(({ to }) => to.endsWith('@acme.test'))).toHaveLength(1);

    const before = writes();
    await world.sweep();
    expect(writes()).toBe(before);
  });
});

describe('whoever was there before', () => {
  test('is adopted whatever the case of their address, and not mailed', async () => {
    await start();
    fake.control.users.add({ email: 'Ada@Acme.test', firstName: 'A.' });
    const ada = await world.joins('ada');
    await world.settle();
    expect(await world.account(ada)).toMatchObject({ state: 'active', remote_id: String(user('ada')?.id) });
    expect(user('ada')).toMatchObject({ firstName: 'ada' });
    expect(fake.control.outbox()).toEqual([]);
  });

  test('deactivated, with groups and rights of old: returns with what the directory says, and nothing else', async () => {
    await start();
    const old = fake.control.groups.create('Old');
    fake.control.users.add({ email: 'ada@acme.test', groups: [2, old], active: false });
    const ada = await world.joins('ada');
    await world.pushesGroup('Analysts', [ada]);
    await world.settle();
    expect(user('ada')).toMatchObject({ active: true, admin: false, firstName: 'ada' });
    expect(groupsOf('ada')).toEqual(['Analysts']);
    expect(fake.control.outbox()).toEqual([]);
    // Cleared before the door was opened.
    const paths = fake.control.ledger.writes.map(({ method, path }) => `${method} ${path.replace(/\d+/, ':id')}`);
    expect(paths.indexOf('PUT /api/user/:id/reactivate')).toBeGreaterThan(
      paths.lastIndexOf('DELETE /api/permissions/membership/:id'),
    );
    expect(await world.status()).toMatchObject(settled);
  });
});

test('edits to somebody suspended wait until they are back', async () => {
  await start();
  const ada = await world.joins('ada');
  await world.settle();
  await world.leaves(ada);
  await world.settle();
  const before = writes();
  await world.changes(ada, { name: { givenName: 'Ada', familyName: 'Lovelace' } });
  await world.settle();
  expect(writes()).toBe(before);
  await world.returns(ada);
  await world.settle();
  expect(user('ada')).toMatchObject({ active: true, firstName: 'Ada', lastName: 'Lovelace' });
  const { id } = user('ada') ?? {};
  expect(lastWrites(2)).toEqual([`PUT /api/user/${id}/reactivate`, `PUT /api/user/${id}`]);
});

test('foreign members, managers and groups stay, whoever comes and goes beside them', async () => {
  await start({ edition: 'pro' });
  const [ada, bob] = [await world.joins('ada'), await world.joins('bob')];
  const analysts = await world.pushesGroup('Analysts', [ada, bob]);
  await world.settle();
  const id = group('Analysts')?.id ?? 0;
  fake.control.groups.addMember(id, fake.control.users.add({ email: 'guest@else.test' }));
  fake.control.groups.addMember(id, 'bob@acme.test', { manager: true });
  const byHand = fake.control.groups.create('By hand');
  fake.control.groups.addMember(byHand, 'ada@acme.test');
  await world.members(analysts, 'remove', [ada]);
  await world.settle();
  await world.members(analysts, 'add', [ada]);
  await world.settle();
  expect(membersOf('Analysts')).toEqual(['ada', 'bob', 'guest']);
  expect(groupsOf('ada')).toEqual(['Analysts', 'By hand']);
  expect(user('bob')).toMatchObject({ manages: [id] });
});

describe('what is changed by hand, or by a login', () => {
  test('is put right where it is ours, and left where it is not', async () => {
    await start({ groupSync: { mapping: { staff: [] } } });
    const [ada, bob, cyd] = [await world.joins('ada'), await world.joins('bob'), await world.joins('cyd')];
    await world.pushesGroup('Analysts', [ada, bob, cyd]);
    await world.settle();
    const analysts = group('Analysts')?.id ?? 0;
    fake.control.groups.removeMember(analysts, 'ada@acme.test');
    fake.control.users.rename('bob@acme.test', { firstName: 'Robert' });
    fake.control.users.deactivate('cyd@acme.test');
    const byHand = fake.control.groups.create('By hand');
    fake.control.groups.addMember(byHand, 'bob@acme.test');
    await world.sweep();
    expect(membersOf('Analysts')).toEqual(['ada', 'bob', 'cyd']);
    expect(user('bob')).toMatchObject({ firstName: 'bob' });
    expect(user('cyd')).toMatchObject({ active: true });
    expect(groupsOf('bob')).toEqual(['Analysts', 'By hand']);
    expect(await world.status()).toMatchObject(settled);
  });

  test('names that single sign-on took over are left to it, visibly', async () => {
    await start();
    const ada = await world.joins('ada');
    await world.settle();
    fake.control.users.ssoLogin({ email: 'ada@acme.test', method: 'google', firstName: 'Augusta', lastName: 'King' });
    await world.sweep();
    expect(user('ada')).toMatchObject({ firstName: 'Augusta', lastName: 'King' });
    expect(await world.account(ada)).toMatchObject({
      state: 'active',
      detail: expect.stringContaining('comes from single sign-on') as string,
    });
    expect(await world.status()).toMatchObject(settled);
  });

  test('a leaver whom a login of Pro brings back is deactivated again', async () => {
    await start({ edition: 'pro' });
    const ada = await world.joins('ada');
    await world.settle();
    await world.leaves(ada);
    await world.settle();
    fake.control.users.ssoLogin({ email: 'ada@acme.test', method: 'saml' });
    expect(user('ada')).toMatchObject({ active: true });
    await world.sweep();
    expect(user('ada')).toMatchObject({ active: false });
  });
});

describe('groups', () => {
  test('are renamed, in case alone too, and deleted when ours have left', async () => {
    await start();
    const ada = await world.joins('ada');
    const analysts = await world.pushesGroup('analysts', [ada]);
    await world.settle();
    const id = group('analysts')?.id;
    await world.renamesGroup(analysts, 'Analysts');
    await world.settle();
    expect([group('Analysts')?.id, membersOf('Analysts')]).toEqual([id, ['ada']]);
    await world.deletesGroup(analysts);
    await world.settle();
    await world.sweep();
    expect(group('Analysts')).toBeUndefined();
    expect(user('ada')).toMatchObject({ active: true });
  });

  test('of the same name in another case are adopted, not made twice', async () => {
    await start();
    const id = fake.control.groups.create('ANALYSTS');
    const ada = await world.joins('ada');
    await world.pushesGroup('Analysts', [ada]);
    await world.settle();
    expect(group('Analysts')).toMatchObject({ id });
    expect(groupsOf('ada')).toEqual(['Analysts']);
  });

  test('built in are managed only where the map names them, and the one that fills itself never', async () => {
    await start({}, { groups: { ...owned, map: { Everyone: ['All Users'] } } });
    const ada = await world.joins('ada');
    for (const name of ['Administrators', 'All Users', 'Everyone']) await world.pushesGroup(name, [ada]);
    await world.settle();
    expect(groupsOf('ada')).toEqual([]);
    expect(user('ada')).toMatchObject({ active: true, admin: false });
    expect(await world.status()).toMatchObject({ failing: 3 });
  });

  test('of administrators, mapped by the operator, make administrators and unmake them', async () => {
    await start({}, { groups: { ...owned, map: { 'Metabase admins': ['Administrators'] } } });
    const ada = await world.joins('ada');
    const admins = await world.pushesGroup('Metabase admins', [ada]);
    await world.settle();
    expect(user('ada')).toMatchObject({ admin: true });
    await world.leaves(ada);
    await world.settle();
    await world.returns(ada);
    await world.settle();
    expect(user('ada')).toMatchObject({ active: true, admin: true });
    await world.members(admins, 'remove', [ada]);
    await world.settle();
    expect(user('ada')).toMatchObject({ active: true, admin: false });
    expect(await world.status()).toMatchObject(settled);
  });
});

describe('the last person who administers', () => {
  test('is held back, although Metabase would let them go, and nobody can say yes to it', async () => {
    await start();
    const owner = await world.joins('owner', { userName: 'owner@example.com' });
    await world.settle();
    await world.leaves(owner);
    await world.settle();
    const [hold] = await listHolds(world.store, { states: ['open'] });
    expect(hold?.reason.code).toBe('last-administrator');
    const decision = await decideHold(world.store, hold?.id ?? '', 'released', { actor: 'admin', requestId: 'r' }, 0);
    expect(decision.kind).toBe('not-releasable');
    await world.sweep();
    expect(fake.control.state().users.find(({ email }) => email === 'owner@example.com')?.active).toBe(true);
  });

  test('once there is another, they go like anybody', async () => {
    await start();
    const owner = await world.joins('owner', { userName: 'owner@example.com' });
    fake.control.users.setAdmin(fake.control.users.add({ email: 'second@else.test' }), true);
    await world.settle();
    await world.leaves(owner);
    await world.settle();
    expect(fake.control.state().users.find(({ email }) => email === 'owner@example.com')?.active).toBe(false);
    expect(await world.status()).toMatchObject(settled);
  });
});

test('users of tenants are left alone, also when the directory names one', async () => {
  await start({ edition: 'pro', tenants: true });
  const tenantId = fake.control.tenants.add('Customer');
  fake.control.users.add({ email: 'ada@acme.test', tenantId });
  const ada = await world.joins('ada');
  await world.settle();
  expect((await world.account(ada)).detail).toMatch(/a user of a Metabase tenant/);
  await world.leaves(ada);
  await world.settle();
  expect(user('ada')).toMatchObject({ active: true });
  expect(writes()).toBe(0);
});

test('a plan tells how many mails it would cause, and causes none', async () => {
  await start();
  fake.control.users.add({ email: 'ada@acme.test' });
  for (const name of ['ada', 'bob', 'cyd']) await world.joins(name);
  const plan = await previewTarget(world.runtime, undefined, new AbortController().signal);
  expect(plan.changes.filter(({ planned }) => planned.change.kind === 'create-account')).toHaveLength(2);
  expect(plan.preflight.capabilities.mailsNewAccounts).toBe(true);
  expect([writes(), fake.control.outbox().length]).toEqual([0, 0]);
});

test('a change for one person of many reads neither everybody nor the memberships', async () => {
  await start();
  for (let index = 0; index < 1200; index += 1) fake.control.users.add({ email: `p${index}@else.test` });
  const ada = await world.joins('ada');
  await world.settle();
  fake.control.ledger.clear();
  await world.changes(ada, { name: { givenName: 'Ada', familyName: 'Lovelace' } });
  await world.settle();
  const calls = fake.control.ledger.calls();
  expect(calls['GET /api/user']).toBeUndefined();
  expect(calls['GET /api/permissions/membership']).toBeUndefined();
  expect(user('ada')).toMatchObject({ firstName: 'Ada' });
});

test('a session that ends in the middle costs nobody anything', async () => {
  await start({}, {}, 'session');
  const names = ['ada', 'bob', 'cyd', 'dan', 'eva', 'fay'];
  for (const name of names) await world.joins(name);
  await world.settle();
  world.advance(20 * 86_400_000);
  const ids = await Promise.all(names.map((name) => world.joins(`new-${name}`)));
  await world.settle();
  expect(await Promise.all(ids.map(async (id) => (await world.account(id)).state))).toEqual(names.map(() => 'active'));
  expect(fake.control.ledger.calls()['POST /api/session']).toBe(2);
});

test.each([
  [1, 'api-key'],
  [2, 'api-key'],
  [3, 'api-key'],
  [4, 'session'],
  [5, 'session'],
  [6, 'session'],
] as const)('whatever fails on the way, it comes to the same in the end (%i, %s)', async (seed, credential) => {
  await start({}, {}, credential);
  fake.control.faults.plan(seededFaults({ seed, rate: 0.25 }));
  const [ada, bob, cyd] = [await world.joins('ada'), await world.joins('bob'), await world.joins('cyd')];
  const analysts = await world.pushesGroup('Analysts', [ada, bob]);
  await world.settle();
  await world.members(analysts, 'add', [cyd]);
  await world.members(analysts, 'remove', [ada]);
  await world.deletes(bob);
  await world.renamesGroup(analysts, 'ANALYSTS');
  await world.settle();
  await world.leaves(cyd);
  await world.settle();
  await world.returns(cyd);
  await world.settle();
  fake.control.faults.clear();
  await world.sweep();
  expect(await world.status()).toMatchObject(settled);
  const people = fake.control.state().users.filter(({ email }) => email.endsWith('@acme.test'));
  expect(people.flatMap(({ active, firstName }) => (active ? firstName : [])).toSorted()).toEqual(['ada', 'cyd']);
  // Bob may have left before he could be made, or added; what he had when he left, he keeps.
  expect(membersOf('ANALYSTS').filter((name) => name !== 'bob')).toEqual(['cyd']);
  const mailed = fake.control.outbox().map(({ to }) => to);
  expect(new Set(mailed).size).toBe(mailed.length);
  expect(mailed).toEqual(expect.arrayContaining(['ada@acme.test', 'cyd@acme.test']));
});
