import { decideHold } from '../../src/reconcile/decide-hold.js';
import { addRejections } from '../../src/store/alerts-rejections.js';
import { acknowledgeAlert } from '../../src/store/alerts.js';
import { markDueIn } from '../../src/store/mark-due.js';
import { saveTargetState } from '../../src/store/target-states.js';
import { World } from '../reconcile/world.js';
import {
  day,
  hour,
  minute,
  openAlerts,
  openOf,
  planted,
  queue,
  watcherOf,
  webhook,
  type Watching,
} from './watching.js';

let world: World;

beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.close());

const watching = (more: Partial<Watching> = {}) => watcherOf({ store: world.store, clock: world, ...more });

/** Somebody with an account over there. */
async function settled(name: string): Promise<string> {
  const id = await world.joins(name, { name: { givenName: name, familyName: 'Test' } });
  await world.settle();
  world.accepts(name);
  world.advance(minute);
  await world.sweep();
  return id;
}

test('nothing is the matter with people who came, and left in time', async () => {
  const watcher = watching();
  const ada = await settled('ada');
  await world.leaves(ada);
  await world.settle();
  world.advance(hour);
  await watcher.look();
  expect(await openAlerts(world.store)).toEqual([]);
});

test('a leaver the target refuses to deactivate is named with target and reason, and is over once they are out', async () => {
  const watcher = watching();
  const ada = await settled('ada');
  world.fake.control.faults.add({ method: 'POST', fault: { kind: 'status', status: 500 }, times: 1000 });
  await world.leaves(ada);
  await world.engine.pass('dbt');
  await watcher.look();
  expect(await openOf(world.store, 'leaver-late')).toEqual([]);

  world.advance(15 * minute);
  await watcher.look();
  const [alert] = await openOf(world.store, 'leaver-late');
  expect(alert).toMatchObject({ severity: 'high', target: 'dbt', directory: 'acme', person: 'ada@acme.test' });
  expect(alert?.title).toBe('ada@acme.test has left and still has access to dbt');
  expect(alert?.reason).toMatch(/Left acme on .*500/);

  world.fake.control.faults.clear();
  await world.settle();
  await watcher.look();
  expect(await openAlerts(world.store)).toEqual([]);
});

test('a leaver whose turn does not come is noticed in time, not at the next look at everybody', async () => {
  const watcher = watching({ config: { leaverMinutes: 2 } });
  const ada = await settled('ada');
  await watcher.look();
  await world.leaves(ada);
  for (const late of [false, true]) {
    world.advance(minute);
    await watcher.look();
    expect(await openOf(world.store, 'leaver-late')).toHaveLength(late ? 1 : 0);
  }
  await world.settle();
  await watcher.look();
  expect(await openOf(world.store, 'leaver-late')).toEqual([]);
});

test('a leaver whose removal is held, and the plan that holds it, are both named; both are over with the release', async () => {
  const watcher = watching();
  const names = ['ada', 'bea', 'cai', 'dee', 'eve', 'fay', 'gus', 'hal'];
  const ids = [];
  for (const name of names) ids.push(await settled(name));
  for (const id of ids.slice(0, 7)) await world.leaves(id);
  await world.settle();
  await watcher.look();
  const [held] = await openOf(world.store, 'held');
  expect(held).toMatchObject({ target: 'dbt', severity: 'high' });
  expect(held?.title).toMatch(/^dbt: \d changes held, because it removes more accounts/);
  expect(held?.reason).toMatch(/deactivate \w+@acme\.test.*Asked for by okta\./);
  expect(await openOf(world.store, 'leaver-late')).toEqual([]);

  world.advance(16 * minute);
  await watcher.look();
  const late = await openOf(world.store, 'leaver-late');
  expect(late.length).toBeGreaterThan(0);
  expect(late[0]?.reason).toContain('held: it removes more accounts');

  const hold = await world.store.db
    .selectFrom('hold')
    .selectAll()
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow();
  await decideHold(world.store, hold.id, 'released', { actor: 'admin', requestId: 'r' }, world.now);
  await world.settle();
  await watcher.look();
  expect(await openAlerts(world.store)).toEqual([]);
});

test('a leaver nobody tried to remove because the mode forbids it is a warning', async () => {
  await world.close();
  world = await World.start({ config: { mode: 'grant-only' } });
  const watcher = watching({ mode: 'grant-only' });
  const ada = await settled('ada');
  await world.leaves(ada);
  await world.settle();
  world.advance(16 * minute);
  await watcher.look();
  const [alert] = await openOf(world.store, 'leaver-late');
  expect(alert).toMatchObject({ severity: 'warning', person: 'ada@acme.test' });
  expect(alert?.reason).toContain('not done in this mode');
});

test('a leaver whose account is active although nothing is due is found by the look at everybody', async () => {
  const watcher = watching();
  const ada = await settled('ada');
  await world.leaves(ada);
  await world.store.db.deleteFrom('due').execute();
  world.advance(20 * minute);
  await watcher.look();
  expect((await openOf(world.store, 'leaver-late')).map(({ person }) => person)).toEqual(['ada@acme.test']);

  await world.sweep();
  await watcher.look();
  expect(await openOf(world.store, 'leaver-late')).toEqual([]);
});

test('somebody deleted is a leaver from their deletion', async () => {
  const watcher = watching();
  const ada = await settled('ada');
  world.advance(day);
  await world.deletes(ada);
  await saveTargetState(world.store, 'dbt', { last_error: 'dbt Cloud cannot be reached' });
  world.advance(14 * minute);
  await watcher.look();
  expect(await openOf(world.store, 'leaver-late')).toEqual([]);
  world.advance(minute);
  await watcher.look();
  const [alert] = await openOf(world.store, 'leaver-late');
  expect(alert?.reason).toContain('dbt cannot be worked with: dbt Cloud cannot be reached');
});

test('a directory the target does not serve has no leavers there', async () => {
  const watcher = watching();
  const ada = await settled('ada');
  await world.leaves(ada);
  await world.store.db.updateTable('scim_user').set({ directory: 'former' }).execute();
  world.advance(hour);
  await watcher.look();
  expect(await openOf(world.store, 'leaver-late')).toEqual([]);
});

test('a refused credential is an alert at once, and over once it works', async () => {
  const watcher = watching();
  const token = world.fake.control.revokeToken(world.fake.token);
  expect(token).toBeUndefined();
  await world.joins('ada');
  await world.engine.pass('dbt');
  await watcher.look();
  const [alert] = await openOf(world.store, 'target-stopped');
  expect(alert).toMatchObject({ target: 'dbt', severity: 'high' });
  expect(alert?.title).toBe('dbt refuses the credential: nothing is provisioned');
  expect(alert?.reason).toMatch(/does not accept the credential/);
  const state = await world.store.db.selectFrom('target_state').selectAll().executeTakeFirstOrThrow();
  expect(state).toMatchObject({ last_error_code: 'UNAUTHORIZED', failing_since: world.now });

  await saveTargetState(world.store, 'dbt', { last_error: null, last_error_code: null, failing_since: null });
  await watcher.look();
  expect(await openOf(world.store, 'target-stopped')).toEqual([]);
});

test('a target that fails is an alert once it has for long, counted from the first failure, and over with the first success', async () => {
  const watcher = watching();
  world.fake.control.faults.add({ fault: { kind: 'status', status: 503 }, times: 1000 });
  await world.joins('ada', { name: { givenName: 'Ada', familyName: 'Test' } });
  const began = world.now;
  for (const wait of [10 * minute, 4 * minute]) {
    await world.engine.pass('dbt');
    world.advance(wait);
  }
  await watcher.look();
  expect(await openOf(world.store, 'target-stopped')).toEqual([]);
  world.advance(minute);
  await watcher.look();
  const [alert] = await openOf(world.store, 'target-stopped');
  expect(alert).toMatchObject({ target: 'dbt', since: began });
  expect(alert?.reason).toMatch(/503/);

  world.fake.control.faults.clear();
  await world.settle();
  await watcher.look();
  expect(await openAlerts(world.store)).toEqual([]);
  const state = await world.store.db.selectFrom('target_state').selectAll().executeTakeFirstOrThrow();
  expect(state).toMatchObject({ last_error: null, last_error_code: null, failing_since: null });
});

test('what was given up is counted for each target with names and reasons, and over when it is in order', async () => {
  const watcher = watching();
  const ada = await world.joins('ada', {
    'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User': { licenseType: 'gold' },
  });
  await world.settle();
  await watcher.look();
  const [alert] = await openOf(world.store, 'failing-keys');
  expect(alert).toMatchObject({ target: 'dbt', severity: 'warning', title: 'dbt: 1 person or group given up' });
  expect(alert?.reason).toMatch(/^ada@acme\.test \(.*gold/);

  await world.changes(ada, { 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User': { licenseType: 'developer' } });
  await world.settle();
  await watcher.look();
  expect(await openOf(world.store, 'failing-keys')).toEqual([]);
});

test('tokens near their end, and ended ones in use, are named by label', async () => {
  const end = world.now + 10 * day;
  const tokens = [{ directory: 'acme', label: 'okta', expiresAt: end }];
  const watcher = watching({ tokens });
  await watcher.look();
  expect((await openAlerts(world.store)).map(({ kind, severity }) => [kind, severity])).toEqual([
    ['token-expiring', 'warning'],
  ]);
  world.advance(8 * day);
  await watcher.look();
  expect((await openAlerts(world.store)).map(({ severity }) => severity)).toEqual(['high']);
  world.advance(3 * day);
  const use = {
    directory: 'acme',
    kind: 'expired-token',
    what: 'okta',
    count: 2,
    detail: null,
    lastAt: world.now,
  } as const;
  await addRejections(world.store, [use]);
  await watcher.look();
  const [used] = await openAlerts(world.store);
  expect(used).toMatchObject({ kind: 'token-expired-used', directory: 'acme' });
  expect(used?.reason).toContain('2 requests with it refused');

  world.advance(day + minute);
  await watcher.look();
  expect(await openAlerts(world.store)).toEqual([]);
});

test('a silent provider is an alert after a day, not right after a start, and over with its next request', async () => {
  const heard = (at: number) => world.store.db.updateTable('directory').set({ last_request_at: at }).execute();
  const watcher = watching({ startedAt: world.now });
  await watcher.look();
  expect(await openAlerts(world.store)).toEqual([]);
  await heard(world.now - 2 * day);
  await watcher.look();
  expect(await openAlerts(world.store)).toEqual([]);
  world.advance(hour);
  await watcher.look();
  expect(await openOf(world.store, 'idp-silent')).toMatchObject([{ directory: 'acme' }]);

  const restarted = watching({ startedAt: world.now });
  world.advance(2 * minute);
  await restarted.look();
  // Another process may not look before the lease of the first has run out.
  world.advance(2 * minute);
  await restarted.look();
  expect(await openOf(world.store, 'idp-silent')).toHaveLength(1);

  await heard(world.now);
  await restarted.look();
  expect(await openOf(world.store, 'idp-silent')).toEqual([]);
});

test('requests refused again and again are told for as long as they are', async () => {
  const watcher = watching();
  const what = 'POST /Users → 409 uniqueness';
  const refused = { directory: 'acme', kind: 'request', what, count: 6, detail: 'taken', lastAt: world.now } as const;
  await addRejections(world.store, [refused]);
  await watcher.look();
  expect(await openAlerts(world.store)).toEqual([]);
  await addRejections(world.store, [{ ...refused, lastAt: world.now + 1 }]);
  await watcher.look();
  const [alert] = await openAlerts(world.store);
  expect(alert).toMatchObject({ kind: 'requests-rejected', directory: 'acme' });
  expect(alert?.reason).toBe('POST /Users → 409 uniqueness, 12 times: taken');
  world.advance(hour + minute);
  await watcher.look();
  expect(await openAlerts(world.store)).toEqual([]);
});

test('the people of a directory are looked at, and looked at again once something changed', async () => {
  const watcher = watching();
  const ada = await world.joins('ada');
  const bea = await world.joins('bea', { userName: 'bea', name: { givenName: 'B', familyName: 'B' } });
  await world.joins('cai', { emails: [{ value: 'ada@acme.test' }], name: { givenName: 'C', familyName: 'C' } });
  await watcher.look();
  expect((await openAlerts(world.store)).map(({ kind }) => kind)).toEqual([
    'duplicate-emails',
    'people-without-email',
    'people-without-names',
  ]);
  const [duplicate] = await openOf(world.store, 'duplicate-emails');
  expect(duplicate?.reason).toContain('ada@acme.test (ada@acme.test, cai@acme.test)');
  expect((await openOf(world.store, 'people-without-email'))[0]?.reason).toContain('bea');

  await world.changes(bea, { emails: [{ value: 'bea@acme.test' }] });
  await world.changes(ada, { active: false });
  world.advance(10 * minute);
  await watcher.look();
  const kinds = ['duplicate-emails', 'people-without-email', 'people-without-names'];
  expect((await openAlerts(world.store)).filter(({ kind }) => kinds.includes(kind))).toEqual([]);
});

test('a group that never had a member is told after an hour; one whose members left is not', async () => {
  const watcher = watching();
  const ada = await settled('ada');
  const empty = await world.pushesGroup('Empty');
  const emptied = await world.pushesGroup('Emptied', [ada]);
  await world.members(emptied, 'remove', [ada]);
  await watcher.look();
  expect(await openOf(world.store, 'groups-without-members')).toEqual([]);
  world.advance(hour + minute);
  await watcher.look();
  const [alert] = await openOf(world.store, 'groups-without-members');
  expect(alert).toMatchObject({ severity: 'notice', directory: 'acme' });
  expect(alert?.reason).toMatch(/: Empty\.$/);
  await world.members(empty, 'add', [ada]);
  await watcher.look();
  expect(await openOf(world.store, 'groups-without-members')).toEqual([]);
});

test('a channel that gave something up is told through the others, not through itself', async () => {
  const channels = [webhook(), webhook({ name: 'chat', kind: 'slack' })];
  const watcher = watching({ config: { channels } });
  await saveTargetState(world.store, 'dbt', { last_error: 'no', last_error_code: 'UNAUTHORIZED' });
  await watcher.look();
  await world.store.db
    .updateTable('notification')
    .set({ state: 'given-up', last_error: 'the receiver answered 410', finished_at: world.now })
    .where('channel', '=', 'ops')
    .execute();
  await watcher.look();
  const [alert] = await openOf(world.store, 'channel-failing');
  expect(alert?.title).toContain('channel ops');
  expect(alert?.reason).toContain('1 given up within a day. Last reason: the receiver answered 410');
  const told = (await queue(world.store)).filter((row) => row.alert === alert?.id).map(({ channel }) => channel);
  expect(told).toEqual(['chat']);

  world.advance(day + minute);
  await watcher.look();
  expect(await openOf(world.store, 'channel-failing')).toEqual([]);
});

test('words follow what is the matter; nobody is told again', async () => {
  const watcher = watching({ config: { channels: [webhook()] } });
  const cause = { actor: 'okta', requestId: 'r' };
  const give = (key: string, error: string) =>
    world.store.write(async (trx) => {
      await markDueIn(world.store, trx, 'dbt', { kind: 'account', keys: [key], lane: 1, cause, now: world.now });
      await trx.updateTable('due').set({ gave_up_at: world.now, error }).where('key', '=', key).execute();
    });
  await give('u1', 'no licence left');
  await watcher.look();
  await give('u2', 'no licence left');
  await watcher.look();
  const [alert] = await openOf(world.store, 'failing-keys');
  expect(alert?.title).toBe('dbt: 2 people or groups given up');
  expect(await queue(world.store)).toHaveLength(1);
});

test('an acknowledged alert stays until its cause is gone, and a person is in the audit', async () => {
  const watcher = watching();
  await saveTargetState(world.store, 'dbt', { last_error: 'no', last_error_code: 'UNAUTHORIZED' });
  await watcher.look();
  const [alert] = await openAlerts(world.store);
  const cause = { actor: 'admin', requestId: 'r1' };
  const id = alert?.id ?? '';
  expect(await acknowledgeAlert(world.store, id, cause, world.now)).toMatchObject({ kind: 'acknowledged' });
  await watcher.look();
  expect(await openAlerts(world.store)).toMatchObject([{ id, acknowledged_by: 'admin' }]);
  const audit = await world.store.db.selectFrom('audit').selectAll().where('subject_id', '=', id).execute();
  expect(audit).toMatchObject([{ action: 'alert-acknowledged', actor: 'admin', request_id: 'r1' }]);

  await saveTargetState(world.store, 'dbt', { last_error: null });
  await watcher.look();
  expect(await acknowledgeAlert(world.store, id, cause, world.now)).toEqual({ kind: 'over' });
  expect(await acknowledgeAlert(world.store, 'nobody', cause, world.now)).toEqual({ kind: 'unknown-alert' });
});

test('a secret in a reason reaches neither an alert nor a notification', async () => {
  const watcher = watching({ config: { channels: [webhook()] } });
  const error = `refused: Authorization: Token ${planted}`;
  await saveTargetState(world.store, 'dbt', { last_error: error, last_error_code: 'UNAUTHORIZED' });
  await watcher.look();
  const rows = JSON.stringify([await openAlerts(world.store), await queue(world.store)]);
  expect(rows).toContain('[redacted]');
  expect(rows).not.toContain(planted);
});

test('one process watches; another takes over when its lease has run out', async () => {
  const first = watching();
  const second = watching();
  expect(await first.look()).toBe(true);
  expect(await second.look()).toBe(false);
  world.advance(91_000);
  expect(await second.look()).toBe(true);
  expect(await first.look()).toBe(false);
});

test('half a look ends nothing', async () => {
  await saveTargetState(world.store, 'dbt', { last_error: 'no', last_error_code: 'UNAUTHORIZED' });
  await watching().look();
  world.advance(2 * minute);
  const listTokens = () => Promise.reject(new Error('the store failed'));
  await expect(watching({ listTokens }).look()).rejects.toThrow('the store failed');
  expect(await openAlerts(world.store)).toHaveLength(1);
});

test('what is long over is forgotten', async () => {
  const watcher = watching({ config: { channels: [webhook()] } });
  await saveTargetState(world.store, 'dbt', { last_error: 'no', last_error_code: 'UNAUTHORIZED' });
  await watcher.look();
  await saveTargetState(world.store, 'dbt', { last_error: null });
  await watcher.look();
  await world.store.db.updateTable('notification').set({ state: 'delivered', finished_at: world.now }).execute();
  world.advance(29 * day);
  await watcher.look();
  expect(await queue(world.store)).toHaveLength(2);
  world.advance(2 * day);
  await watcher.look();
  expect(await queue(world.store)).toEqual([]);
  expect(await world.store.db.selectFrom('alert').selectAll().execute()).toHaveLength(1);
  world.advance(60 * day);
  await watcher.look();
  expect(await world.store.db.selectFrom('alert').selectAll().execute()).toEqual([]);
});
