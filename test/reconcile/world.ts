import { randomUUID } from 'node:crypto';
import type { DbtCloudConfig } from '../../src/model/target-config.js';
import { silentLog } from '../../src/model/log.js';
import { mapperFor } from '../../src/mappers/mapper-for.js';
import { Engine } from '../../src/reconcile/engine.js';
import type { Runtime } from '../../src/reconcile/runtime.js';
import { readTargetStatus, type TargetStatus } from '../../src/reconcile/target-status.js';
import {
  startFakeDbtCloud,
  type FakeDbtCloud,
  type FakeDbtCloudOptions,
} from '../../src/sandbox/dbt-cloud/fake-dbt-cloud.js';
import { nextDueAt } from '../../src/store/due-queue.js';
import { createGroup, deleteGroup, updateGroup } from '../../src/store/scim-group-writes.js';
import { createUser, deleteUser, updateUser } from '../../src/store/scim-user-writes.js';
import { openStore, type Store } from '../../src/store/store.js';
import type { TargetAccountRow } from '../../src/store/tables.js';
import { createTarget } from '../../src/targets/catalog.js';

export interface WorldOptions {
  readonly fake?: FakeDbtCloudOptions;
  readonly config?: Partial<DbtCloudConfig>;
  readonly database?: string;
  readonly onStep?: Runtime['onStep'];
}

/**
 * A directory, a store, an engine and a fake dbt Cloud on one clock that only moves when told to. Nothing waits for
 * real time: `settle` works the queue off and jumps over every pause.
 */
export class World {
  readonly fake: FakeDbtCloud;
  readonly store: Store;
  readonly config: DbtCloudConfig;
  engine: Engine;
  readonly #clock: { now: number };
  readonly #options: WorldOptions;

  private constructor(
    fake: FakeDbtCloud,
    store: Store,
    config: DbtCloudConfig,
    clock: { now: number },
    options: WorldOptions,
  ) {
    this.fake = fake;
    this.store = store;
    this.config = config;
    this.#clock = clock;
    this.#options = options;
    this.engine = this.newEngine();
  }

  static async start(options: WorldOptions = {}): Promise<World> {
    const clock = { now: Date.UTC(2026, 0, 5) };
    const fake = await startFakeDbtCloud({ clock: () => clock.now, ...options.fake });
    const store = await openStore(options.database ?? 'sqlite::memory:', new Map([['acme', ['dbt']]]), () => clock.now);
    return new World(fake, store, { ...dbtConfig(fake), ...options.config }, clock, options);
  }

  get now(): number {
    return this.#clock.now;
  }

  /** A process that starts afresh on the same store: it knows only what was written down. */
  newEngine(): Engine {
    const now = (): number => this.#clock.now;
    const { store, config } = this;
    const target = createTarget(config, { now, log: silentLog });
    const base = { config, target, mapper: mapperFor(config), store, log: silentLog, now, newId: randomUUID };
    const runtime = { ...base, random: () => 0.5, settling: { quiet: 0, most: 0 }, onStep: this.#options.onStep };
    const day = 86_400_000;
    this.engine = new Engine({
      store,
      runtimes: [runtime],
      holder: randomUUID(),
      waitSeconds: 0,
      sweepMs: 3650 * day,
      pollMs: 60_000,
    });
    return this.engine;
  }

  advance(ms: number): void {
    this.#clock.now += ms;
  }

  /** Works off everything that is due, jumping to whenever the next try is. Throws when it does not come to rest. */
  async settle(): Promise<void> {
    for (let pass = 0; pass < 60; pass += 1) {
      const outcome = await this.engine.pass('dbt');
      if (outcome === 'worked') continue;
      const due = await nextDueAt(this.store, 'dbt', { quiet: 0, most: 0 });
      if (outcome === 'idle' && due === undefined) return;
      const state = await this.store.db.selectFrom('target_state').select('paused_until').executeTakeFirst();
      const lease = await this.store.db.selectFrom('lease').select('expires_at').executeTakeFirst();
      const until = Math.max(
        due ?? 0,
        state?.paused_until ?? 0,
        outcome === 'led-elsewhere' ? (lease?.expires_at ?? 0) : 0,
      );
      this.advance(Math.max(1, until - this.now + 1));
    }
    throw new Error(`did not settle: ${JSON.stringify(await this.store.db.selectFrom('due').selectAll().execute())}`);
  }

  /** Makes everything due, as the timer would, and settles. */
  async sweep(): Promise<void> {
    await this.engine.sync('dbt', 'test');
    await this.settle();
  }

  async joins(name: string, more: Record<string, unknown> = {}): Promise<string> {
    const id = randomUUID();
    const userName = `${name}@acme.test`;
    await createUser(this.store, this.#write(), id, { userName, active: true, ...more });
    return id;
  }

  async changes(id: string, change: Record<string, unknown>): Promise<void> {
    await updateUser(this.store, this.#write(), id, (before) => ({ ...before, ...change }));
  }

  async leaves(id: string): Promise<void> {
    await this.changes(id, { active: false });
  }

  async deletes(id: string): Promise<void> {
    await deleteUser(this.store, this.#write(), id, () => undefined);
  }

  async pushesGroup(displayName: string, memberIds: readonly string[] = []): Promise<string> {
    const id = randomUUID();
    await createGroup(this.store, this.#write(), id, { displayName }, memberIds);
    return id;
  }

  async members(groupId: string, kind: 'add' | 'remove' | 'replace', ids: readonly string[]): Promise<void> {
    await updateGroup(this.store, this.#write(), groupId, (attributes) => ({
      attributes,
      steps: [{ kind, ids }],
    }));
  }

  async renamesGroup(groupId: string, displayName: string): Promise<void> {
    await updateGroup(this.store, this.#write(), groupId, (attributes) => ({
      attributes: { ...attributes, displayName },
      steps: [],
    }));
  }

  async deletesGroup(groupId: string): Promise<void> {
    await deleteGroup(this.store, this.#write(), groupId, () => undefined);
  }

  async account(userId: string): Promise<TargetAccountRow> {
    return this.store.db
      .selectFrom('target_account')
      .selectAll()
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
  }

  async status(): Promise<TargetStatus> {
    const [loop] = this.engine.loops.values();
    if (loop === undefined) throw new Error('no loop');
    return readTargetStatus(loop);
  }

  /** Accepts the invitation of somebody of acme.test. */
  accepts(name: string): void {
    this.fake.control.invitations.accept(`${name}@acme.test`);
  }

  /** Who is in a group over there, by the part of their address before the @. */
  membersOf(groupName: string): string[] {
    const { groups, users } = this.fake.control.state();
    const ids = new Set(groups.filter((group) => group.name === groupName).map((group) => group.id));
    return users
      .filter((user) => user.groups.some((id) => ids.has(id)))
      .map((user) => user.email.split('@')[0] ?? '')
      .toSorted();
  }

  async close(): Promise<void> {
    await this.store.close();
    await this.fake.close();
  }

  #write() {
    return { directory: 'acme', cause: { actor: 'okta', requestId: randomUUID() }, now: this.now };
  }
}

export function dbtConfig(fake: FakeDbtCloud): DbtCloudConfig {
  return {
    name: 'dbt',
    type: 'dbt-cloud',
    mode: 'full',
    licence: { default: 'read_only', byGroup: {} },
    groups: { create: true, map: {}, membership: 'owned' },
    assign: {},
    protect: { users: [], groups: [] },
    guard: { removals: 5, fraction: 0.2, windowMinutes: 60 },
    limits: { perMinute: 1_000_000, concurrency: 4 },
    addressChange: 'keep',
    invitations: { expireDays: 14, limit: 3 },
    baseUrl: fake.url,
    accountId: String(fake.accountId),
    token: fake.token,
    dialect: 'auto',
  };
}
