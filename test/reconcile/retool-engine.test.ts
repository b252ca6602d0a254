import { randomUUID } from 'node:crypto';
import { mapperFor } from '../../src/mappers/mapper-for.js';
import { silentLog } from '../../src/model/log.js';
import type { RetoolConfig } from '../../src/model/target-config.js';
import { Engine } from '../../src/reconcile/engine.js';
import { readTargetStatus, type TargetStatus } from '../../src/reconcile/target-status.js';
import { seededFaults } from '../../src/sandbox/kit/faults/seeded-faults.js';
import { startFakeRetool, type FakeRetool, type FakeRetoolOptions } from '../../src/sandbox/retool/fake-retool.js';
import { nextDueAt } from '../../src/store/due-queue.js';
import { createGroup, deleteGroup, updateGroup } from '../../src/store/scim-group-writes.js';
import { createUser, deleteUser, updateUser } from '../../src/store/scim-user-writes.js';
import { openStore, type Store } from '../../src/store/store.js';
import { createTarget } from '../../src/targets/catalog.js';
import { retoolConfig } from '../targets/retool-harness.js';

const day = 86_400_000;
const full = { groups: { create: true, map: {}, membership: 'owned' } } as const;

/** A directory, a store, an engine and a fake Retool on one clock that only moves when told to. */
class RetoolWorld {
  readonly fake: FakeRetool;
  readonly store: Store;
  readonly engine: Engine;
  readonly #clock: { now: number };

  private constructor(fake: FakeRetool, store: Store, engine: Engine, clock: { now: number }) {
    this.fake = fake;
    this.store = store;
    this.engine = engine;
    this.#clock = clock;
  }

  static async start(
    rules: FakeRetoolOptions = {},
    config: Partial<RetoolConfig> = {},
    scopes?: readonly string[],
  ): Promise<RetoolWorld> {
    const clock = { now: Date.UTC(2026, 0, 5) };
    const now = (): number => clock.now;
    const rate = { perMinute: null, header: 'none' } as const;
    const fake = await startFakeRetool({ clock: now, rate, ...rules });
    if (scopes !== undefined) fake.control.tokens.changeScopes(fake.token, scopes);
    const store = await openStore('sqlite::memory:', new Map([['acme', ['retool']]]), now);
    const settings = retoolConfig(fake, { limits: { perMinute: 1_000_000, concurrency: 4 }, ...config });
    const target = createTarget(settings, { now, log: silentLog });
    const base = { config: settings, target, mapper: mapperFor(settings), store, log: silentLog, now };
    const runtime = { ...base, newId: randomUUID, random: () => 0.5, settling: { quiet: 0, most: 0 } };
    const timing = { waitSeconds: 0, sweepMs: 3650 * day, pollMs: 60_000 };
    const engine = new Engine({ store, runtimes: [runtime], holder: randomUUID(), ...timing });
    return new RetoolWorld(fake, store, engine, clock);
  }

  /** Works off everything that is due, jumping to whenever the next try is. Throws when it does not come to rest. */
  async settle(): Promise<void> {
    for (let pass = 0; pass < 80; pass += 1) {
      const outcome = await this.engine.pass('retool');
      if (outcome === 'worked') continue;
      const due = await nextDueAt(this.store, 'retool', { quiet: 0, most: 0 });
      if (outcome === 'idle' && due === undefined) return;
      const state = await this.store.db.selectFrom('target_state').select('paused_until').executeTakeFirst();
      const until = Math.max(due ?? 0, state?.paused_until ?? 0);
      this.#clock.now += Math.max(1, until - this.#clock.now + 1);
    }
    throw new Error(`did not settle: ${JSON.stringify(await this.store.db.selectFrom('due').selectAll().execute())}`);
  }

  async sweep(): Promise<void> {
    await this.engine.sync('retool', 'test');
    await this.settle();
  }

  advance(ms: number): void {
    this.#clock.now += ms;
  }

  async joins(name: string, more: Record<string, unknown> = {}): Promise<string> {
    const id = randomUUID();
    const attributes = { userName: `${name}@acme.test`, active: true, name: { givenName: name, familyName: 'Doe' } };
    await createUser(this.store, this.#write(), id, { ...attributes, ...more });
    return id;
  }

  async changes(id: string, change: Record<string, unknown>): Promise<void> {
    await updateUser(this.store, this.#write(), id, (before) => ({ ...before, ...change }));
  }

  async deletes(id: string): Promise<void> {
    await deleteUser(this.store, this.#write(), id, () => undefined);
  }

  async pushesGroup(displayName: string, memberIds: readonly string[] = []): Promise<string> {
    const id = randomUUID();
    await createGroup(this.store, this.#write(), id, { displayName }, memberIds);
    return id;
  }

  async members(groupId: string, kind: 'add' | 'remove', ids: readonly string[]): Promise<void> {
    await updateGroup(this.store, this.#write(), groupId, (attributes) => ({ attributes, steps: [{ kind, ids }] }));
  }

  async renamesGroup(groupId: string, displayName: string): Promise<void> {
    const rename = (attributes: object) => ({ attributes: { ...attributes, displayName }, steps: [] });
    await updateGroup(this.store, this.#write(), groupId, rename);
  }

  async deletesGroup(groupId: string): Promise<void> {
    await deleteGroup(this.store, this.#write(), groupId, () => undefined);
  }

  async account(userId: string) {
    const rows = this.store.db.selectFrom('target_account').selectAll().where('user_id', '=', userId);
    return rows.executeTakeFirstOrThrow();
  }

  async status(): Promise<TargetStatus> {
    const [loop] = this.engine.loops.values();
    if (loop === undefined) throw new Error('no loop');
    return readTargetStatus(loop);
  }

  user(name: string) {
    return this.fake.control.state().users.find(({ email }) => email === `${name}@acme.test`);
  }

  group(name: string) {
    return this.fake.control.state().groups.find((each) => each.name === name);
  }

  /** Groups somebody is in, the one that fills itself left out. */
  groupsOf(name: string): string[] {
    return (this.user(name)?.groupNames ?? []).filter((each) => each !== 'All Users').toSorted();
  }

  membersOf(groupName: string): string[] {
    return (this.group(groupName)?.memberEmails ?? []).map((each) => each.split('@')[0] ?? '').toSorted();
  }

  get writes(): number {
    return this.fake.control.ledger.writes.length;
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.fake.close();
  }

  #write() {
    return { directory: 'acme', cause: { actor: 'okta', requestId: randomUUID() }, now: this.#clock.now };
  }
}

let world: RetoolWorld;
const start = async (...options: Parameters<typeof RetoolWorld.start>): Promise<RetoolWorld> =>
  (world = await RetoolWorld.start(...options));

const settled = { converged: true, healthy: true, due: 0, held: 0, failing: 0 };

afterEach(async () => {
  const { ledger } = world.fake.control;
  expect(ledger.entries.filter(({ method }) => method === 'PUT')).toEqual([]);
  expect([ledger.demoted, ledger.losses]).toEqual([[], []]);
  await world.close();
});

describe.each([{ version: '3.387.0' }, { version: '3.300' }])('one life on Retool $version', (rules) => {
  test('joined, moved, left, back again', async () => {
    await start(rules);
    const ada = await world.joins('ada');
    const analysts = await world.pushesGroup('Analysts', [ada]);
    const editors = await world.pushesGroup('Data Editors');
    await world.settle();
    const born = world.user('ada');
    expect(born).toMatchObject({ active: true, firstName: 'ada', lastName: 'Doe' });
    expect(await world.account(ada)).toMatchObject({ state: 'active', remote_id: born?.id });
    expect(world.groupsOf('ada')).toEqual(['Analysts']);
    expect(world.group('Analysts')?.access).toEqual({});

    await world.members(editors, 'add', [ada]);
    await world.members(analysts, 'remove', [ada]);
    await world.changes(ada, { name: { givenName: 'Ada', familyName: 'Lovelace' } });
    await world.settle();
    expect(world.groupsOf('ada')).toEqual(['Data Editors']);
    expect(world.user('ada')).toMatchObject({ firstName: 'Ada', lastName: 'Lovelace' });

    world.fake.control.users.signIn('ada@acme.test');
    await world.deletes(ada);
    await world.settle();
    expect(world.user('ada')).toMatchObject({ id: born?.id, active: false });
    expect(world.groupsOf('ada')).toEqual(['Data Editors']);

    const again = await world.joins('ada');
    await world.members(analysts, 'add', [again]);
    await world.settle();
    expect(world.user('ada')).toMatchObject({ id: born?.id, active: true });
    expect(world.groupsOf('ada')).toEqual(['Analysts']);
    expect(await world.status()).toMatchObject(settled);
    const writes = world.writes;
    await world.sweep();
    expect(world.writes).toBe(writes);
  });
});

test('whoever is disabled there when they join is enabled again, without what they could do before', async () => {
  await start();
  const old = world.fake.control.groups.create({ name: 'Old' });
  const id = world.fake.control.users.add({ email: 'Ada@Acme.test', active: false, groups: [old] });
  world.fake.control.groups.addMember(world.group('admin')?.id ?? 0, id);
  const ada = await world.joins('ada');
  await world.settle();
  expect(await world.account(ada)).toMatchObject({ state: 'active', remote_id: id });
  const user = world.fake.control.state().users.find((each) => each.id === id);
  expect(user).toMatchObject({ active: true, admin: false, groupNames: ['All Users'] });
  const sent = world.fake.control.ledger.writes.map(({ method, path }) => `${method} ${path.replace(id, 'ada')}`);
  expect(sent.at(-1)).toBe('PATCH /api/v2/users/ada');
});

test('foreign members and group admins stay, whoever comes and goes beside them', async () => {
  await start();
  const { groups, users } = world.fake.control;
  const [ada, bob] = [await world.joins('ada'), await world.joins('bob')];
  const analysts = await world.pushesGroup('Analysts', [ada, bob]);
  await world.settle();
  const id = world.group('Analysts')?.id ?? 0;
  groups.addMember(id, users.add({ email: 'guest@else.test' }), { groupAdmin: true });
  groups.addMember(id, world.user('bob')?.id ?? '', { groupAdmin: true });
  await world.members(analysts, 'remove', [ada]);
  await world.settle();
  await world.members(analysts, 'add', [ada]);
  await world.settle();
  expect(world.membersOf('Analysts')).toEqual(['ada', 'bob', 'guest']);
  expect(world.group('Analysts')?.groupAdminEmails.toSorted()).toEqual(['bob@acme.test', 'guest@else.test']);
});

test('what somebody changes by hand is put right, and what is not ours is left', async () => {
  await start();
  const { groups, users } = world.fake.control;
  const [ada, bob, cyd] = [await world.joins('ada'), await world.joins('bob'), await world.joins('cyd')];
  await world.pushesGroup('Analysts', [ada, bob, cyd]);
  await world.settle();
  const byHand = groups.create({ name: 'By hand' });
  groups.addMember(byHand, 'ada@acme.test');
  groups.removeMember(world.group('Analysts')?.id ?? 0, 'ada@acme.test');
  users.rename('bob@acme.test', { firstName: 'Robert' });
  users.disable('cyd@acme.test');
  await world.sweep();
  expect(world.groupsOf('ada')).toEqual(['Analysts', 'By hand']);
  expect(world.user('bob')?.firstName).toBe('bob');
  expect(world.user('cyd')?.active).toBe(true);
  expect(world.membersOf('Analysts')).toEqual(['ada', 'bob', 'cyd']);
  expect(await world.status()).toMatchObject(settled);
});

test('names the directory does not give are made for who is new, and left alone for who is there', async () => {
  await start();
  world.fake.control.users.add({ email: 'ada@acme.test', firstName: 'Ada', lastName: 'Lovelace' });
  const [ada, bob] = [await world.joins('ada', { name: undefined }), await world.joins('bob', { name: undefined })];
  await world.settle();
  expect(world.user('ada')).toMatchObject({ firstName: 'Ada', lastName: 'Lovelace' });
  expect(world.user('bob')).toMatchObject({ firstName: 'bob', lastName: 'bob' });
  await world.changes(bob, { name: { givenName: 'x'.repeat(50), familyName: 'Doe' } });
  await world.settle();
  expect(world.user('bob')).toMatchObject({ firstName: 'x'.repeat(36), lastName: 'Doe' });
  const writes = world.writes;
  await world.sweep();
  expect([world.writes, (await world.account(ada)).state]).toEqual([writes, 'active']);
});

describe('groups', () => {
  test('are renamed with what their members may do, and deleted when ours have left', async () => {
    await start();
    const ada = await world.joins('ada');
    const analysts = await world.pushesGroup('Analysts', [ada]);
    await world.settle();
    const id = world.group('Analysts')?.id;
    await world.renamesGroup(analysts, 'Analytics');
    await world.settle();
    expect([world.group('Analytics')?.id, world.membersOf('Analytics')]).toEqual([id, ['ada']]);
    await world.deletesGroup(analysts);
    await world.settle();
    await world.sweep();
    expect(world.group('Analytics')).toBeUndefined();
    expect(world.user('ada')?.active).toBe(true);
  });

  test('built in are managed only where the map names them, and the one that fills itself never', async () => {
    await start({}, { groups: { ...full.groups, map: { Readers: ['viewer'] } } });
    const ada = await world.joins('ada');
    for (const name of ['Readers', 'editor', 'All Users']) await world.pushesGroup(name, [ada]);
    await world.settle();
    expect(world.groupsOf('ada')).toEqual(['viewer']);
    expect(await world.status()).toMatchObject({ failing: 2 });
    const names = world.fake.control.state().groups.map(({ name }) => name);
    expect(names).toEqual(['admin', 'editor', 'viewer', 'All Users']);
  });

  test('without their scopes are left alone, and people come and go all the same', async () => {
    await start({}, {}, ['users:read', 'users:write']);
    const ada = await world.joins('ada');
    await world.pushesGroup('Analysts', [ada]);
    await world.settle();
    expect(world.user('ada')?.active).toBe(true);
    expect(await world.account(ada)).toMatchObject({
      state: 'active',
      detail: expect.stringContaining('groups') as string,
    });
    await world.deletes(ada);
    await world.settle();
    expect(world.user('ada')?.active).toBe(false);
    expect(await world.status()).toMatchObject(settled);
  });
});

describe('an address that changes', () => {
  test('is refused visibly, and nothing is done', async () => {
    await start();
    const ada = await world.joins('ada');
    await world.settle();
    const writes = world.writes;
    await world.changes(ada, { userName: 'ada.l@acme.test' });
    await world.settle();
    expect(world.writes).toBe(writes);
    const failing = await world.account(ada);
    expect(failing.detail).toMatch(/the address over there is still ada@acme\.test: it cannot be changed/);
    expect(await world.status()).toMatchObject({ failing: 1 });
  });

  test('leads to a new account in place of the old where that is configured', async () => {
    await start({}, { addressChange: 'recreate' });
    const ada = await world.joins('ada');
    await world.pushesGroup('Analysts', [ada]);
    await world.settle();
    await world.changes(ada, { userName: 'lovelace@acme.test' });
    await world.settle();
    expect(world.user('ada')?.active).toBe(false);
    expect(world.user('lovelace')?.active).toBe(true);
    expect(world.groupsOf('lovelace')).toEqual(['Analysts']);
    expect(await world.account(ada)).toMatchObject({ remote_id: world.user('lovelace')?.id, state: 'active' });
    expect(await world.status()).toMatchObject(settled);
  });
});

test('somebody invited by hand is waited for, and theirs is the account they make', async () => {
  await start();
  const { invitations } = world.fake.control;
  invitations.send({ email: 'ada@acme.test' });
  const ada = await world.joins('ada');
  await world.pushesGroup('Analysts', [ada]);
  await world.settle();
  expect([world.user('ada'), (await world.account(ada)).state]).toEqual([undefined, 'invited']);
  const id = invitations.claim('ada@acme.test');
  await world.sweep();
  expect(await world.account(ada)).toMatchObject({ state: 'active', remote_id: id });
  expect(world.groupsOf('ada')).toEqual(['Analysts']);
});

test('somebody who leaves before accepting an invitation sent by hand loses it', async () => {
  await start();
  const { invitations } = world.fake.control;
  invitations.send({ email: 'ada@acme.test' });
  const ada = await world.joins('ada');
  await world.settle();
  await world.changes(ada, { active: false });
  await world.settle();
  expect(invitations.openFor('ada@acme.test')).toBe(0);
});

describe('on a plan that only invites', () => {
  const business = { plan: 'business' } as const;
  const invites = () => world.fake.control.state().invitations;

  test('one invitation, a new id when it is accepted, and a leaver who is told about in words', async () => {
    await start(business);
    const ada = await world.joins('ada');
    await world.pushesGroup('Analysts', [ada]);
    await world.settle();
    expect(await world.account(ada)).toMatchObject({ state: 'invited', invitation_id: '1', remote_id: null });
    await world.sweep();
    expect(invites()).toHaveLength(1);

    const id = world.fake.control.invitations.claim('ada@acme.test');
    await world.sweep();
    expect(await world.account(ada)).toMatchObject({ state: 'active', remote_id: id });
    await world.sweep();
    expect([invites().length, world.fake.control.ledger.mailsTo('ada@acme.test')]).toEqual([1, 1]);

    await world.changes(ada, { active: false });
    await world.settle();
    expect((await world.account(ada)).detail).toMatch(/ada@acme\.test still has access.*by hand/);
    expect(await world.status()).toMatchObject({ failing: 1 });
    expect(world.user('ada')?.active).toBe(true);

    // Disabled by hand, and the accepted invitation deleted: nothing is left to say.
    world.fake.control.users.disable('ada@acme.test');
    world.fake.control.invitations.delete(1);
    await world.sweep();
    expect((await world.account(ada)).state).toBe('inactive');
    expect(await world.status()).toMatchObject(settled);
  });

  test('whoever leaves before accepting is not let in any more', async () => {
    await start(business);
    const ada = await world.joins('ada');
    await world.settle();
    await world.changes(ada, { active: false });
    await world.settle();
    expect([invites(), (await world.account(ada)).state]).toEqual([[], 'inactive']);
    expect(await world.status()).toMatchObject(settled);
  });

  test('an invitation nobody accepted is renewed, as often as the limit says', async () => {
    await start(business, { invitations: { expireDays: 7, limit: 2 } });
    const ada = await world.joins('ada');
    await world.settle();
    world.advance(8 * day);
    await world.sweep();
    expect(invites()).toMatchObject([{ id: 2, state: 'open' }]);
    expect((await world.account(ada)).state).toBe('invited');
    world.advance(8 * day);
    await world.sweep();
    expect((await world.account(ada)).detail).toMatch(/2 invitations to ada@acme\.test went unanswered/);
    expect(world.fake.control.ledger.mailsTo('ada@acme.test')).toBe(2);
  });

  test('people with an account from before are not invited, and it is said why', async () => {
    await start(business);
    world.fake.control.users.add({ email: 'ada@acme.test' });
    const ada = await world.joins('ada');
    await world.settle();
    expect((await world.account(ada)).detail).toMatch(
      /already has a Retool account, which this plan or token does not show/,
    );
    expect(world.fake.control.ledger.mailsTo('ada@acme.test')).toBe(0);
  });
});

test.each([1, 2, 3, 4, 5, 6])('whatever fails on the way, it comes to the same in the end (%i)', async (seed) => {
  // One call after the other, so that the same seed always strikes the same calls.
  await start({}, { limits: { perMinute: 1_000_000, concurrency: 1 } });
  const { control } = world.fake;
  control.faults.plan(seededFaults({ seed, rate: 0.25 }));
  const [ada, bob, cyd] = [await world.joins('ada'), await world.joins('bob'), await world.joins('cyd')];
  const analysts = await world.pushesGroup('Analysts', [ada, bob]);
  await world.settle();
  await world.members(analysts, 'add', [cyd]);
  await world.members(analysts, 'remove', [ada]);
  await world.deletes(bob);
  await world.settle();
  await world.changes(cyd, { active: false });
  await world.settle();
  await world.changes(cyd, { active: true });
  await world.settle();
  control.faults.clear();
  await world.sweep();
  expect(await world.status()).toMatchObject(settled);
  const active = control.state().users.filter((each) => each.active && each.email.endsWith('@acme.test'));
  expect(active.map(({ firstName }) => firstName).toSorted()).toEqual(['ada', 'cyd']);
  // Bob may have left before he could be made, or added; what he had when he left, he keeps.
  expect(world.membersOf('Analysts').filter((name) => name !== 'bob')).toEqual(['cyd']);
  expect([world.user('bob')?.active ?? false, control.state().users.length]).toEqual([
    false,
    world.user('bob') ? 5 : 4,
  ]);
});
