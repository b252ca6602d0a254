import { createHash, randomUUID } from 'node:crypto';
import supertest, { type Response } from 'supertest';
import type { Config } from '../../src/config.js';
import { createApp, startDrawbridge, type Running } from '../../src/main.js';
import { mapperFor } from '../../src/mappers/mapper-for.js';
import { silentLog } from '../../src/model/log.js';
import { enterpriseUrn } from '../../src/model/scim-attributes.js';
import type { ScimTargetConfig } from '../../src/model/target-config.js';
import { Engine } from '../../src/reconcile/engine.js';
import { readTargetStatus, type TargetStatus } from '../../src/reconcile/target-status.js';
import { nextDueAt } from '../../src/store/due-queue.js';
import { updateGroup } from '../../src/store/scim-group-writes.js';
import { createUser, updateUser } from '../../src/store/scim-user-writes.js';
import { openStore, type Store } from '../../src/store/store.js';
import { createTarget } from '../../src/targets/catalog.js';
import { stored } from '../scim/scim-app.js';
import { scimConfig } from '../targets/drawbridge-harness.js';

const tokens = { okta: 'token-of-okta-0123456789', bridge: 'token-of-the-bridge-0123456789' };
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const configured = (label: keyof typeof tokens, targets: readonly ScimTargetConfig[]): Config => ({
  kind: 'configured',
  server: { host: '127.0.0.1', port: 0 },
  database: 'sqlite::memory:',
  admin: 'off',
  acknowledge: { waitSeconds: 0 },
  sweep: { everyMinutes: 60, invitationsEverySeconds: 60 },
  directories: [
    { name: 'acme', tokens: [{ label, sha256: sha256(tokens[label]) }], targets: targets.map(({ name }) => name) },
  ],
  targets,
  warnings: [],
  secrets: Object.values(tokens),
});

/** An identity provider that speaks to one Drawbridge, which provisions another over HTTP, in one process. */
class Chain {
  readonly far: Running;
  readonly near: Store;
  readonly engine: Engine;
  readonly #clock: { now: number };
  readonly #app: ReturnType<typeof createApp>;

  private constructor(far: Running, near: Store, engine: Engine, clock: { now: number }, config: Config) {
    this.far = far;
    this.near = near;
    this.engine = engine;
    this.#clock = clock;
    const now = (): number => clock.now;
    this.#app = createApp(config, { store: near, engine, log: silentLog, now, startedAt: 0 });
  }

  static async start(more: Partial<ScimTargetConfig> = {}): Promise<Chain> {
    const clock = { now: Date.UTC(2026, 0, 5) };
    const now = (): number => clock.now;
    const far = await startDrawbridge(configured('bridge', []), { log: silentLog, now });
    const settings = scimConfig(`${far.url}/scim/v2`, { token: tokens.bridge, ...more });
    const config = configured('okta', [settings]);
    const near = await openStore('sqlite::memory:', new Map([['acme', ['other']]]), now);
    const target = createTarget(settings, { now, log: silentLog });
    const base = { config: settings, target, mapper: mapperFor(settings), store: near, log: silentLog, now };
    const runtime = { ...base, newId: randomUUID, random: () => 0.5, settling: { quiet: 0, most: 0 } };
    const timing = { waitSeconds: 0, sweepMs: 3650 * 86_400_000, pollMs: 3650 * 86_400_000 };
    const engine = new Engine({ store: near, runtimes: [runtime], holder: randomUUID(), ...timing });
    return new Chain(far, near, engine, clock, config);
  }

  /** Works off everything that is due, jumping to whenever the next try is. Throws when it does not come to rest. */
  async settle(): Promise<void> {
    for (let pass = 0; pass < 60; pass += 1) {
      const outcome = await this.engine.pass('other');
      if (outcome === 'worked') continue;
      const due = await nextDueAt(this.near, 'other', { quiet: 0, most: 0 });
      if (outcome === 'idle' && due === undefined) return;
      const state = await this.near.db.selectFrom('target_state').select('paused_until').executeTakeFirst();
      const until = Math.max(due ?? 0, state?.paused_until ?? 0);
      this.#clock.now += Math.max(1, until - this.#clock.now + 1);
    }
    throw new Error(`did not settle: ${JSON.stringify(await this.near.db.selectFrom('due').selectAll().execute())}`);
  }

  async sweep(): Promise<void> {
    await this.engine.sync('other', 'test');
    await this.settle();
  }

  /** What the identity provider sends, and everything that follows from it. */
  async okta(method: 'post' | 'put' | 'patch' | 'delete', path: string, body?: object): Promise<Response> {
    const call = supertest(this.#app)[method](`/scim/v2${path}`);
    call.set('Authorization', `Bearer ${tokens.okta}`).set('Content-Type', 'application/scim+json');
    const answer = await (body === undefined ? call : call.send(JSON.stringify(body)));
    expect(answer.status).toBeLessThan(300);
    await this.settle();
    return answer;
  }

  async joins(userName: string, more: object = {}): Promise<string> {
    return idIn(await this.okta('post', '/Users', { userName, active: true, ...more }));
  }

  async pushesGroup(displayName: string, members: readonly string[]): Promise<string> {
    return idIn(await this.okta('post', '/Groups', { displayName, members: members.map((value) => ({ value })) }));
  }

  async patch(path: string, ...Operations: readonly object[]): Promise<void> {
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
    await this.okta('patch', path, { schemas, Operations });
  }

  /** What somebody does over there by hand. */
  by() {
    return { directory: 'acme', cause: { actor: 'admin', requestId: randomUUID() }, now: this.#clock.now };
  }

  async madeThere(userName: string, more: object = {}): Promise<string> {
    const id = randomUUID();
    await createUser(this.far.store, this.by(), id, { userName, active: true, ...more });
    return id;
  }

  async there() {
    return stored(this.far.store);
  }

  /** The id over there of a user or group. */
  async idThere(kind: 'user' | 'group', name: string): Promise<string> {
    const { db } = this.far.store;
    if (kind === 'user') {
      const rows = db.selectFrom('scim_user').select('id').where('user_name', '=', name);
      return (await rows.where('deleted_at', 'is', null).executeTakeFirstOrThrow()).id;
    }
    const rows = db.selectFrom('scim_group').select('id').where('display_name', '=', name);
    return (await rows.where('deleted_at', 'is', null).executeTakeFirstOrThrow()).id;
  }

  async membersThere(change: 'add' | 'remove', group: string, user: string): Promise<void> {
    const steps = [{ kind: change, ids: [await this.idThere('user', user)] } as const];
    const edit = (attributes: { displayName: string }) => ({ attributes, steps });
    await updateGroup(this.far.store, this.by(), await this.idThere('group', group), edit);
  }

  /** How many changes the other side has seen. */
  async changesThere(): Promise<number> {
    const rows = await this.far.store.db.selectFrom('audit').select('seq').execute();
    return rows.length;
  }

  async status(): Promise<TargetStatus> {
    const [loop] = this.engine.loops.values();
    if (loop === undefined) throw new Error('no loop');
    return readTargetStatus(loop);
  }

  async close(): Promise<void> {
    await this.near.close();
    await this.far.close();
  }
}

const idIn = ({ body }: Response): string => (body as { id: string }).id;

let chain: Chain;
const start = async (more: Partial<ScimTargetConfig> = {}): Promise<Chain> => (chain = await Chain.start(more));
afterEach(() => chain.close());

const ada = {
  externalId: '00u1',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  displayName: 'Ada Lovelace',
  emails: [{ value: 'Ada@Acme.test', type: 'work', primary: true }],
  title: 'Analyst',
  [enterpriseUrn]: { department: 'Données', employeeNumber: '007' },
};

test('a joiner arrives with everything the identity provider said', async () => {
  await start();
  await chain.joins('ada@acme.test', ada);
  expect((await chain.there()).users).toEqual({ 'ada@acme.test': { userName: 'ada@acme.test', active: true, ...ada } });
  expect(await chain.status()).toMatchObject({ converged: true, due: 0, failing: 0 });
});

test('somebody without any address arrives by their user name', async () => {
  await start();
  await chain.joins('svc-loader', { name: { givenName: 'Loader' } });
  const { users } = await chain.there();
  expect(users).toMatchObject({ 'svc-loader': { userName: 'svc-loader', active: true } });
  expect(users['svc-loader']).not.toHaveProperty('emails');
});

test.each([
  { by: 'user name, whatever its case', made: { userName: 'ADA@acme.test' } },
  { by: 'the directory’s own id', made: { userName: 'old.name@acme.test', externalId: '00u1' } },
])('somebody who is there already is adopted by $by', async ({ made: { userName, ...more } }) => {
  await start();
  const id = await chain.madeThere(userName, more);
  await chain.joins('ada@acme.test', ada);
  const { users } = await chain.there();
  expect(Object.values(users)).toMatchObject([{ externalId: '00u1', title: 'Analyst' }]);
  expect(await chain.near.db.selectFrom('target_account').select('remote_id').execute()).toEqual([{ remote_id: id }]);
});

test('a mover’s new name, address and title follow; what the identity provider never said stays', async () => {
  await start();
  const id = await chain.joins('ada@acme.test', ada);
  const remote = await chain.idThere('user', 'ada@acme.test');
  const local = (before: object) => ({ ...before, userName: 'ada@acme.test', nickName: 'Countess' });
  await updateUser(chain.far.store, chain.by(), remote, local);
  await chain.patch(
    `/Users/${id}`,
    { op: 'replace', path: 'userName', value: 'ada.king@acme.test' },
    { op: 'replace', path: 'emails[type eq "work"].value', value: 'ada.king@acme.test' },
    { op: 'replace', path: 'name.familyName', value: 'King' },
    { op: 'replace', path: 'title', value: 'Countess' },
  );
  const { users } = await chain.there();
  expect(Object.keys(users)).toEqual(['ada.king@acme.test']);
  expect(users['ada.king@acme.test']).toMatchObject({
    name: { givenName: 'Ada', familyName: 'King' },
    emails: [{ value: 'ada.king@acme.test', type: 'work', primary: true }],
    title: 'Countess',
    nickName: 'Countess',
  });
  expect(await chain.idThere('user', 'ada.king@acme.test')).toBe(remote);
});

test('groups come, change and go with their members; foreign members and groups are left alone', async () => {
  await start();
  const [ann, bob] = [await chain.joins('ann@acme.test'), await chain.joins('bob@acme.test')];
  await chain.madeThere('foreign@acme.test');
  const group = await chain.pushesGroup('Données', [ann, bob]);
  expect((await chain.there()).groups).toEqual({ Données: ['ann@acme.test', 'bob@acme.test'] });

  await chain.membersThere('add', 'Données', 'foreign@acme.test');
  await chain.patch(`/Groups/${group}`, { op: 'remove', path: `members[value eq "${ann}"]` });
  await chain.patch(`/Groups/${group}`, { op: 'replace', path: 'displayName', value: 'Analytics' });
  expect((await chain.there()).groups).toEqual({ Analytics: ['bob@acme.test', 'foreign@acme.test'] });

  await chain.okta('delete', `/Groups/${group}`);
  expect((await chain.there()).groups).toEqual({ Analytics: ['foreign@acme.test'] });
  await chain.membersThere('remove', 'Analytics', 'foreign@acme.test');
  await chain.sweep();
  expect((await chain.there()).groups).toEqual({});
});

test.each([{ patch: 'auto' }, { patch: 'never' }] as const)(
  'a leaver is out, and a returner holds only what they hold now (PATCH $patch)',
  async (config) => {
    await start(config);
    const ann = await chain.joins('ann@acme.test', ada);
    const admins = await chain.pushesGroup('Admins', [ann]);
    await chain.pushesGroup('Analysts', [ann]);
    await chain.patch(`/Users/${ann}`, { op: 'replace', value: { active: false } });
    expect((await chain.there()).users).toMatchObject({ 'ann@acme.test': { active: false, title: 'Analyst' } });

    await chain.patch(`/Groups/${admins}`, { op: 'remove', path: 'members' });
    await chain.patch(`/Users/${ann}`, { op: 'replace', value: { active: true, title: 'Director' } });
    expect((await chain.there()).users).toMatchObject({ 'ann@acme.test': { active: true, title: 'Director' } });
    expect((await chain.there()).groups).toEqual({ Admins: [], Analysts: ['ann@acme.test'] });
    expect(await chain.status()).toMatchObject({ converged: true, failing: 0, held: 0 });
  },
);

test('a deleted user is set inactive, or deleted where the operator wants that', async () => {
  await start();
  const ann = await chain.joins('ann@acme.test');
  await chain.okta('delete', `/Users/${ann}`);
  expect((await chain.there()).users).toMatchObject({ 'ann@acme.test': { active: false } });
  await chain.close();

  await start({ deprovision: 'delete' });
  const bob = await chain.joins('bob@acme.test');
  await chain.madeThere('foreign@acme.test');
  await chain.patch(`/Users/${bob}`, { op: 'replace', value: { active: false } });
  expect(Object.keys((await chain.there()).users)).toEqual(['foreign@acme.test']);
  await chain.patch(`/Users/${bob}`, { op: 'replace', value: { active: true } });
  expect((await chain.there()).users).toMatchObject({ 'bob@acme.test': { active: true } });
});

test('what somebody changes over there by hand is put right; at rest nothing is written', async () => {
  await start();
  const ann = await chain.joins('ann@acme.test', ada);
  await chain.pushesGroup('Analysts', [ann]);
  const remote = await chain.idThere('user', 'ann@acme.test');
  const drifted = (before: object) => ({ ...before, userName: 'ann@acme.test', title: 'Boss', active: false });
  await updateUser(chain.far.store, chain.by(), remote, drifted);
  await chain.membersThere('remove', 'Analysts', 'ann@acme.test');
  await chain.sweep();
  expect((await chain.there()).users).toMatchObject({ 'ann@acme.test': { active: true, title: 'Analyst' } });
  expect((await chain.there()).groups).toEqual({ Analysts: ['ann@acme.test'] });

  const changes = await chain.changesThere();
  await chain.sweep();
  expect(await chain.changesThere()).toBe(changes);
  expect(await chain.status()).toMatchObject({ converged: true });
});
