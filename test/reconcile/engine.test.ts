import { World, type WorldOptions } from './world.js';
import { decideHold } from '../../src/reconcile/decide-hold.js';
import { listHolds } from '../../src/store/holds.js';

let world: World;
const start = async (options: WorldOptions = {}): Promise<World> => (world = await World.start(options));
afterEach(async () => world.close());

const open = () => listHolds(world.store, { states: ['open'] });
const decide = (id: string, state: 'released' | 'rejected') =>
  decideHold(world.store, id, state, { actor: 'admin', requestId: 'r' }, world.now);
const person = (name: string) => world.fake.control.state().users.find((each) => each.email === `${name}@acme.test`);
const hire = async (...names: string[]): Promise<string[]> => {
  const ids: string[] = [];
  for (const name of names) ids.push(await world.joins(name));
  await world.settle();
  for (const name of names) world.accepts(name);
  await world.sweep();
  return ids;
};
const crowd = (count: number): string[] => Array.from({ length: count }, (_, index) => `p${index}`);

describe.each(['v2', 'platform'] as const)('one life through dialect %s', (dialect) => {
  const fake = { dialect, listInvitations: true };

  test('invited with licence and groups, accepted, moved, deactivated, back again', async () => {
    await start({ fake, config: { licence: { default: 'read_only', byGroup: { developer: ['Data'] } } } });
    const ada = await world.joins('ada', { name: { givenName: 'Ada', familyName: 'Lovelace' } });
    const data = await world.pushesGroup('Data', [ada]);
    const other = await world.pushesGroup('Other', []);
    await world.settle();

    expect(await world.account(ada)).toMatchObject({ state: 'invited', remote_id: null });
    const [invited] = world.fake.control.state().invitations;
    expect(invited).toMatchObject({ email: 'ada@acme.test', licence: 'developer', groups: [expect.any(Number)] });

    world.accepts('ada');
    await world.sweep();
    expect(await world.account(ada)).toMatchObject({ state: 'active', remote_id: String(person('ada')?.id) });
    expect(world.membersOf('Data')).toEqual(['ada']);

    await world.members(other, 'add', [ada]);
    await world.members(data, 'remove', [ada]);
    await world.settle();
    expect(world.membersOf('Data')).toEqual([]);
    expect(world.membersOf('Other')).toEqual(['ada']);
    expect(person('ada')).toMatchObject({ licence: 'read_only' });

    await world.leaves(ada);
    await world.settle();
    expect(person('ada')?.active).toBe(false);
    expect(await world.account(ada)).toMatchObject({ state: 'inactive' });

    await world.changes(ada, { active: true });
    await world.settle();
    if (dialect === 'platform') {
      expect(await world.account(ada)).toMatchObject({ state: 'invited' });
      world.accepts('ada');
      await world.sweep();
    }
    expect(person('ada')?.active).toBe(true);
    expect(world.membersOf('Other')).toEqual(['ada']);
    expect(await world.status()).toMatchObject({ converged: true, healthy: true, due: 0 });
    expect(world.fake.control.ledger.mailsTo('ada@acme.test')).toBe(dialect === 'platform' ? 2 : 1);
  });

  test('foreign members and groups stay through every write', async () => {
    await start({ fake });
    const [ada, bob] = await hire('ada', 'bob');
    const guest = world.fake.control.users.add({ email: 'guest@elsewhere.test' });
    const group = await world.pushesGroup('Data', [ada!]);
    await world.settle();
    const dataId = world.fake.control.state().groups.find(({ name }) => name === 'Data')!.id;
    world.fake.control.groups.addMember(dataId, guest);
    const foreignGroup = world.fake.control.groups.create({ name: 'By hand' });
    world.fake.control.groups.addMember(foreignGroup, person('ada')!.id);

    await world.members(group, 'add', [bob!]);
    await world.settle();
    await world.members(group, 'remove', [ada!]);
    await world.settle();

    expect(world.membersOf('Data')).toEqual(['bob', 'guest']);
    expect(world.membersOf('By hand')).toEqual(['ada']);
    const dropped = world.fake.control.ledger.dropped.filter(
      ({ groupId, userId }) => groupId !== dataId || userId !== person('ada')!.id,
    );
    expect(dropped).toEqual([]);
    expect(world.fake.control.ledger.losses).toEqual([]);
  });

  test('what somebody changes by hand is repaired by the sweep; what was never ours is left', async () => {
    await start({ fake });
    const [ada] = await hire('ada', 'bob');
    await world.pushesGroup('Data', [ada!]);
    await world.settle();
    const dataId = world.fake.control.state().groups.find(({ name }) => name === 'Data')!.id;
    world.fake.control.groups.removeMember(dataId, person('ada')!.id);
    world.fake.control.groups.addMember(dataId, person('bob')!.id);
    world.fake.control.users.changeLicence('ada@acme.test', 'developer');
    await world.sweep();
    expect(world.membersOf('Data')).toEqual(['ada', 'bob']);
    expect(person('ada')).toMatchObject({ licence: 'read_only' });
  });

  test('a membership the directory gave and took is revoked although somebody had made it by hand before', async () => {
    await start({ fake });
    const [ada, bob] = await hire('ada', 'bob');
    const group = await world.pushesGroup('Data', [bob!]);
    await world.settle();
    const dataId = world.fake.control.state().groups.find(({ name }) => name === 'Data')!.id;
    world.fake.control.groups.addMember(dataId, person('ada')!.id);
    await world.members(group, 'add', [ada!]);
    await world.members(group, 'remove', [ada!]);
    await world.settle();
    expect(world.membersOf('Data')).toEqual(['bob']);
  });

  test('very many membership changes of one group cost at most three whole-group writes', async () => {
    await start({ fake });
    const count = dialect === 'v2' ? 1000 : 100;
    const names = crowd(count);
    for (const name of names) world.fake.control.users.add({ email: `${name}@acme.test` });
    const ids: string[] = [];
    for (const name of names) ids.push(await world.joins(name));
    const group = await world.pushesGroup('Data', []);
    await world.settle();
    const before = world.fake.control.ledger.replaced.filter(({ set }) => set === 'group-members').length;
    for (const id of ids) await world.members(group, 'add', [id]);
    await world.settle();
    expect(world.membersOf('Data')).toHaveLength(count);
    const writes = world.fake.control.ledger.replaced.filter(({ set }) => set === 'group-members').length - before;
    expect(writes).toBeLessThanOrEqual(dialect === 'v2' ? 3 : 0);
  }, 120_000);

  test('groups: adopted by exact name, renamed, deleted when ours, kept when not', async () => {
    await start({ fake });
    const [ada] = await hire('ada');
    const theirs = world.fake.control.groups.create({ name: 'Theirs' });
    const adopted = await world.pushesGroup('Theirs', [ada!]);
    const made = await world.pushesGroup('Made', [ada!]);
    await world.settle();
    expect(world.membersOf('Theirs')).toEqual(['ada']);
    expect(world.fake.control.state().groups.filter(({ name }) => name === 'Theirs')).toHaveLength(1);

    await world.renamesGroup(made, 'Renamed');
    await world.settle();
    expect(world.membersOf('Renamed')).toEqual(['ada']);

    await world.deletesGroup(made);
    await world.deletesGroup(adopted);
    await world.settle();
    const left = world.fake.control.state().groups.filter(({ deleted }) => !deleted);
    expect(left.map(({ name }) => name)).not.toContain('Renamed');
    expect(left.find(({ id }) => id === theirs)).toMatchObject({ members: [] });
  });

  test('a group renamed to one that earns a licence earns it for its members', async () => {
    await start({ fake, config: { licence: { default: 'read_only', byGroup: { developer: ['Data'] } } } });
    const [ada] = await hire('ada');
    const group = await world.pushesGroup('Something', [ada!]);
    await world.settle();
    expect(person('ada')).toMatchObject({ licence: 'read_only' });
    await world.renamesGroup(group, 'Data');
    await world.settle();
    expect(person('ada')).toMatchObject({ licence: 'developer' });
  });

  test('removed while pending: the account goes the moment the invitation is accepted', async () => {
    await start({ fake });
    const ada = await world.joins('ada');
    await world.settle();
    await world.deletes(ada);
    await world.settle();
    expect(await world.account(ada)).toMatchObject({ state: 'inactive' });
    world.accepts('ada');
    await world.sweep();
    expect(person('ada')?.active).toBe(false);
  });

  test('an existing account of the same address in another case is adopted, never invited', async () => {
    await start({ fake });
    world.fake.control.users.add({ email: 'ADA@Acme.test' });
    const ada = await world.joins('ada');
    await world.settle();
    expect(await world.account(ada)).toMatchObject({ state: 'active' });
    expect(world.fake.control.counters().mails).toBe(0);
  });

  test('somebody deleted and hired again gets the same account back', async () => {
    await start({ fake });
    const [ada] = await hire('ada');
    const before = person('ada')!.id;
    await world.deletes(ada!);
    await world.settle();
    const again = await world.joins('ada');
    await world.settle();
    if (dialect === 'platform') {
      world.accepts('ada');
      await world.sweep();
    }
    expect(await world.account(again)).toMatchObject({ state: 'active', remote_id: String(before) });
  });

  test('no seat: given up with the reason, and tried again once a seat is free', async () => {
    await start({ fake: { ...fake, plan: 'starter' } });
    await hire(...crowd(5));
    const late = await world.joins('late');
    await world.settle();
    const status = await world.status();
    if (dialect === 'v2' || status.failing > 0) {
      expect(await world.account(late)).toMatchObject({
        state: 'failed',
        detail: expect.stringMatching(/licen[cs]e|seat/i),
      });
      expect(status).toMatchObject({ failing: 1, converged: false });
      world.fake.control.users.deactivate('p0@acme.test');
      await world.changes(
        (
          await world.store.db
            .selectFrom('scim_user')
            .select('id')
            .where('user_name', '=', 'p0@acme.test')
            .executeTakeFirstOrThrow()
        ).id,
        { active: false },
      );
      await world.sweep();
      expect(await world.account(late)).toMatchObject({ state: 'invited' });
    } else {
      throw new Error('the invitation beyond the last seat was not refused');
    }
  });
});

describe('the guard at work', () => {
  const fake = { dialect: 'v2' as const, listInvitations: true };
  const removals = { removals: 2, fraction: 0.2, windowMinutes: 60 };

  test('a mass removal waits, a leaver meanwhile does not, a release carries it out', async () => {
    await start({ fake, config: { guard: removals } });
    const ids = await hire(...crowd(12));
    for (const id of ids.slice(0, 6)) await world.leaves(id);
    await world.settle();
    expect(crowd(12).filter((name) => person(name)?.active)).toHaveLength(12);
    const [hold] = await open();
    expect(hold?.changes).toHaveLength(6);
    expect(await world.account(ids[0]!)).toMatchObject({ state: 'held' });
    expect(await world.status()).toMatchObject({ held: 1, due: 0, converged: false });

    await world.leaves(ids[11]!);
    await world.settle();
    expect(person('p11')?.active).toBe(false);

    expect((await decide(hold!.id, 'released')).kind).toBe('decided');
    await world.settle();
    expect(crowd(12).filter((name) => person(name)?.active)).toHaveLength(5);
    expect(await world.status()).toMatchObject({ held: 0, converged: true });
  });

  test('a rejection stands over a sweep, until the directory speaks about the person again', async () => {
    await start({ fake, config: { guard: removals } });
    const ids = await hire(...crowd(6));
    for (const id of ids.slice(0, 3)) await world.leaves(id);
    await world.settle();
    const [hold] = await open();
    await decide(hold!.id, 'rejected');
    await world.sweep();
    expect(person('p0')?.active).toBe(true);
    expect(await open()).toEqual([]);

    world.advance(1000);
    await world.changes(ids[0]!, { active: true });
    await world.settle();
    world.advance(1000);
    await world.leaves(ids[0]!);
    await world.settle();
    expect(person('p0')?.active).toBe(false);
  });

  test('people who come back before anybody decided leave the hold, and an empty hold closes by itself', async () => {
    await start({ fake, config: { guard: removals } });
    const ids = await hire(...crowd(6));
    for (const id of ids.slice(0, 3)) await world.leaves(id);
    await world.settle();
    expect(await open()).toHaveLength(1);
    for (const id of ids.slice(0, 3)) await world.changes(id, { active: true });
    await world.settle();
    expect(await open()).toEqual([]);
    expect(await world.status()).toMatchObject({ converged: true });
  });

  test('a group that is emptied waits; its other changes do not', async () => {
    await start({ fake, config: { guard: removals } });
    const ids = await hire(...crowd(6));
    const group = await world.pushesGroup('Data', ids.slice(0, 5));
    await world.settle();
    await world.members(group, 'replace', [ids[5]!]);
    await world.settle();
    expect(world.membersOf('Data')).toEqual(['p0', 'p1', 'p2', 'p3', 'p4', 'p5']);
    const [hold] = await open();
    expect(hold?.reason.code).toBe('too-many-members');
    await decide(hold!.id, 'released');
    await world.settle();
    expect(world.membersOf('Data')).toEqual(['p5']);
  });

  test('a target that suddenly shows nobody: nothing is done, nobody is invited', async () => {
    await start({ fake: { dialect: 'platform' }, config: { guard: removals } });
    const ids = await hire(...crowd(20));
    for (const name of crowd(20)) world.fake.control.users.deactivate(`${name}@acme.test`);
    const mails = world.fake.control.counters().mails;
    await world.sweep();
    expect(world.fake.control.counters().mails).toBe(mails);
    expect((await open())[0]?.reason.code).toBe('implausible-observation');
    expect(await world.account(ids[0]!)).toMatchObject({ state: 'held' });
  });

  test("the credential's own account is never deactivated, not even when a person says yes", async () => {
    await start({ fake: { dialect: 'platform' }, config: { guard: removals } });
    const owner = world.fake.control.state().users[0]!;
    const id = await world.joins('owner', { userName: owner.email });
    await world.settle();
    await world.leaves(id);
    await world.settle();
    const [hold] = await open();
    expect(['credential-owner', 'last-administrator']).toContain(hold?.reason.code);
    expect((await decide(hold!.id, 'released')).kind).toBe('not-releasable');
    expect(world.fake.control.state().users.find((each) => each.id === owner.id)?.active).toBe(true);
  });
});

describe('failures', () => {
  const fake = { dialect: 'platform' as const };

  test('a call that committed and was cut is looked up, never sent twice', async () => {
    await start({ fake });
    world.fake.control.faults.add({ method: 'POST', path: '/invites/', fault: { kind: 'commit-then-drop' } });
    const ada = await world.joins('ada');
    await world.settle();
    expect(await world.account(ada)).toMatchObject({ state: 'invited' });
    expect(world.fake.control.ledger.mailsTo('ada@acme.test')).toBe(1);
  });

  test('an invitation whose answer was cut off is the one that counts when the address changes, and for a leaver', async () => {
    await start({ fake: { dialect: 'platform' }, config: { revokeInvitations: true } });
    world.fake.control.faults.add({ method: 'POST', path: '/invites/', fault: { kind: 'commit-then-drop' } });
    const ada = await world.joins('ada');
    await world.settle();
    expect(await world.account(ada)).toMatchObject({ state: 'invited' });
    await world.changes(ada, {
      userName: 'augusta@acme.test',
      emails: [{ value: 'augusta@acme.test', primary: true }],
    });
    await world.settle();
    expect(world.fake.control.counters().mails).toBe(1);
    expect(await world.account(ada)).toMatchObject({
      state: 'invited',
      detail: expect.stringContaining('ada@acme.test'),
    });
  });

  test('where invitations cannot be listed, an unanswered one is presumed sent and says so', async () => {
    await start({ fake: { dialect: 'v2' } });
    world.fake.control.faults.add({ method: 'POST', path: '/invitations/', fault: { kind: 'commit-then-drop' } });
    const ada = await world.joins('ada');
    await world.settle();
    await world.sweep();
    expect(await world.account(ada)).toMatchObject({
      state: 'invited',
      detail: expect.stringContaining('presumed sent'),
    });
    expect(world.fake.control.ledger.mailsTo('ada@acme.test')).toBe(1);
    world.accepts('ada');
    await world.sweep();
    expect(await world.account(ada)).toMatchObject({ state: 'active', detail: null });
  });

  test('throttled: the whole target pauses for as long as it asks, then everything is done', async () => {
    await start({ fake });
    await world.joins('first');
    await world.settle();
    world.fake.control.faults.add({
      path: '/users/',
      fault: { kind: 'rate-limited', header: 'seconds', seconds: 120 },
    });
    await world.joins('ada');
    expect(await world.engine.pass('dbt')).toBe('paused');
    const { pausedUntil, healthy } = await world.status();
    expect(Date.parse(pausedUntil!) - world.now).toBe(120_000);
    expect(healthy).toBe(false);
    const requests = world.fake.control.counters().requests;
    expect(await world.engine.pass('dbt')).toBe('paused');
    expect(world.fake.control.counters().requests).toBe(requests);
    await world.settle();
    expect(world.fake.control.ledger.mailsTo('ada@acme.test')).toBe(1);
  });

  test('a credential that is refused stops the target and loses nothing', async () => {
    await start({ fake });
    const ada = await world.joins('ada');
    world.fake.control.revokeToken(world.fake.token);
    await world.engine.pass('dbt');
    expect(await world.status()).toMatchObject({ healthy: false, due: 1, failing: 0 });
    world.fake.control.addToken(world.fake.token);
    await world.settle();
    expect(await world.account(ada)).toMatchObject({ state: 'invited' });
    expect(await world.status()).toMatchObject({ healthy: true, converged: true });
  });

  test('one person the vendor refuses does not keep the others back', async () => {
    await start({ fake: { dialect: 'v2', listInvitations: true } });
    const bad = await world.joins('bad');
    const good = await world.joins('good');
    world.fake.control.faults.plan((request) => {
      const refused = request.method === 'POST' && JSON.stringify(request.body ?? null).includes('bad@acme.test');
      return refused ? { kind: 'status', status: 400, message: 'This address is not allowed.' } : undefined;
    });
    await world.settle();
    expect(await world.account(good)).toMatchObject({ state: 'invited' });
    expect(await world.account(bad)).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('This address is not allowed.'),
    });
    expect(await world.status()).toMatchObject({ failing: 1 });
  });

  test('people wait for a group that could not be made yet, and join it once it is', async () => {
    await start({ fake });
    const [ada] = await hire('ada');
    const strikes = world.fake.control.faults.add({
      method: 'POST',
      path: '/groups/',
      times: 2,
      fault: { kind: 'status', status: 400, message: 'Not now.' },
    });
    await world.pushesGroup('Data', [ada!]);
    await world.settle();
    expect(await world.status()).toMatchObject({ failing: 1 });
    expect(await world.account(ada!)).toMatchObject({ state: 'active', detail: 'waiting for the group Data' });
    await world.store.db.updateTable('due').set({ gave_up_at: null, due_at: 0 }).where('kind', '=', 'group').execute();
    await world.settle();
    world.fake.control.faults.clear();
    await world.store.db.updateTable('due').set({ gave_up_at: null, due_at: 0 }).where('kind', '=', 'group').execute();
    await world.settle();
    expect(strikes.struck).toBe(2);
    expect(world.membersOf('Data')).toEqual(['ada']);
  });

  test('a name the token may not change is left alone, and costs nobody licence or group', async () => {
    await start({ fake });
    const guest = world.fake.control.users.add({
      email: 'ada@acme.test',
      firstName: 'Augusta',
      lastName: 'King',
      groups: [],
    });
    world.fake.control.faults.add({
      method: 'POST',
      path: `/api/v2/users/${guest}/`,
      times: 99,
      fault: { kind: 'forbidden' },
    });
    const ada = await world.joins('ada', { name: { givenName: 'Ada', familyName: 'Lovelace' } });
    await world.pushesGroup('Data', [ada]);
    await world.settle();
    expect(await world.account(ada)).toMatchObject({ state: 'active' });
    expect(world.membersOf('Data')).toEqual(['ada']);
    expect(await world.status()).toMatchObject({ converged: true });
  });

  test('an edit during a batch is not lost: the key stays due', async () => {
    await start({ fake });
    const ada = await world.joins('ada');
    let edited: Promise<void> | undefined;
    world.fake.control.beforeRequest({ method: 'POST', path: '/invites/' }, () => {
      edited = world.changes(ada, { name: { givenName: 'Augusta', familyName: 'King' } });
    });
    await world.engine.pass('dbt');
    await edited;
    expect((await world.status()).due).toBe(1);
    await world.settle();
    world.accepts('ada');
    await world.sweep();
    expect(world.fake.control.state().users.find(({ email }) => email === 'ada@acme.test')).toMatchObject({
      firstName: 'Augusta',
    });
  });

  test('the mode observe writes nothing and says what it would do', async () => {
    await start({ fake, config: { mode: 'observe' } });
    const ada = await world.joins('ada');
    await world.pushesGroup('Data', [ada]);
    await world.settle();
    expect(world.fake.control.counters().writes).toBe(0);
    expect(await world.account(ada)).toMatchObject({
      state: 'pending',
      detail: expect.stringContaining('invite ada@acme.test'),
    });
  });

  test('a process that lost its lease writes nothing', async () => {
    await start({ fake });
    await world.joins('ada');
    world.fake.control.beforeRequest({ method: 'GET', path: '/invites/' }, () => {
      void world.store.db
        .updateTable('lease')
        .set({ holder: 'another', fence: 99, expires_at: world.now + 60_000 })
        .execute();
    });
    expect(await world.engine.pass('dbt')).toBe('led-elsewhere');
    expect(world.fake.control.counters().mails).toBe(0);
  });
});
