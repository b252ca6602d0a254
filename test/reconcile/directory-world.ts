import { randomUUID } from 'node:crypto';
import { mapperFor } from '../../src/mappers/mapper-for.js';
import { silentLog } from '../../src/model/log.js';
import type { AnyTargetConfig } from '../../src/model/target-config.js';
import { Engine } from '../../src/reconcile/engine.js';
import type { Runtime } from '../../src/reconcile/runtime.js';
import { readTargetStatus, type TargetStatus } from '../../src/reconcile/target-status.js';
import { nextDueAt } from '../../src/store/due-queue.js';
import { createGroup, deleteGroup, updateGroup } from '../../src/store/scim-group-writes.js';
import { createUser, deleteUser, updateUser } from '../../src/store/scim-user-writes.js';
import { openStore, type Store } from '../../src/store/store.js';
import type { TargetAccountRow } from '../../src/store/tables.js';
import { createTarget } from '../../src/targets/catalog.js';

const day = 86_400_000;
const atOnce = { quiet: 0, most: 0 };

/** One that only moves when told to; shared by the world and the vendors in it. */
export interface Clock {
  now: number;
}

export const newClock = (): Clock => ({ now: Date.UTC(2026, 0, 5) });

export interface DirectoryWorldOptions {
  readonly database?: string | undefined;
  readonly onStep?: Runtime['onStep'];
  /** How long a request about one user waits for its outcome; default 0. */
  readonly waitSeconds?: number | undefined;
}

/** What a world is made of; `DirectoryWorld.parts` makes them. */
export interface WorldParts {
  readonly store: Store;
  readonly configs: readonly AnyTargetConfig[];
  readonly clock: Clock;
  readonly options: DirectoryWorldOptions;
}

/**
 * A directory, a store and an engine in front of any targets, on a clock that only moves when told to. Nothing waits
 * for real time: `settle` works the queues off and jumps over every pause.
 */
export class DirectoryWorld {
  readonly store: Store;
  engine: Engine;
  readonly #parts: WorldParts;

  protected constructor(parts: WorldParts) {
    this.store = parts.store;
    this.#parts = parts;
    this.engine = this.newEngine();
  }

  static async open(
    configs: readonly AnyTargetConfig[],
    clock: Clock,
    options?: DirectoryWorldOptions,
  ): Promise<DirectoryWorld> {
    return new DirectoryWorld(await DirectoryWorld.parts(configs, clock, options));
  }

  /** For worlds that are more than a directory and its targets. */
  protected static async parts(
    configs: readonly AnyTargetConfig[],
    clock: Clock,
    options: DirectoryWorldOptions = {},
  ): Promise<WorldParts> {
    const routes = new Map([['acme', configs.map(({ name }) => name)]]);
    const store = await openStore(options.database ?? 'sqlite::memory:', routes, () => clock.now);
    return { store, configs, clock, options };
  }

  get now(): number {
    return this.#parts.clock.now;
  }

  get targets(): readonly string[] {
    return this.#parts.configs.map(({ name }) => name);
  }

  /** A process that starts afresh on the same store: it knows only what was written down. */
  newEngine(): Engine {
    const { store, configs, options } = this.#parts;
    const runtimes = configs.map((config) => this.#runtimeOf(config));
    const timing = { waitSeconds: options.waitSeconds ?? 0, sweepMs: 3650 * day, pollMs: 60_000 };
    this.engine = new Engine({ store, runtimes, holder: randomUUID(), ...timing });
    return this.engine;
  }

  advance(ms: number): void {
    this.#parts.clock.now += ms;
  }

  /**
   * Works off everything that is due in these targets, jumping to whenever the next try is. Throws when they do not
   * come to rest.
   */
  async settle(targets: readonly string[] = this.targets): Promise<void> {
    for (let round = 0; round < 80; round += 1) {
      const waits: number[] = [];
      let worked = false;
      for (const target of targets) {
        const outcome = await this.engine.pass(target);
        worked ||= outcome === 'worked';
        const due = await nextDueAt(this.store, target, atOnce);
        if (outcome !== 'idle' || due !== undefined) waits.push(await this.#nextTry(target, due, outcome));
      }
      if (worked) continue;
      if (waits.length === 0) return;
      this.advance(Math.max(1, Math.min(...waits) - this.now + 1));
    }
    throw new Error(`did not settle: ${JSON.stringify(await this.store.db.selectFrom('due').selectAll().execute())}`);
  }

  /** Makes everything due, as the timer would, and settles. */
  async sweep(targets: readonly string[] = this.targets): Promise<void> {
    for (const target of targets) await this.engine.sync(target, 'test');
    await this.settle(targets);
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

  async returns(id: string): Promise<void> {
    await this.changes(id, { active: true });
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

  /** What is known of somebody in a target; default the first one. */
  async account(userId: string, target: string = this.targets[0] ?? ''): Promise<TargetAccountRow> {
    const rows = this.store.db.selectFrom('target_account').selectAll().where('user_id', '=', userId);
    return rows.where('target', '=', target).executeTakeFirstOrThrow();
  }

  /** How a target stands; default the first one. */
  async status(target: string = this.targets[0] ?? ''): Promise<TargetStatus> {
    const loop = this.engine.loops.get(target);
    if (loop === undefined) throw new Error(`no target is named ${target}`);
    return readTargetStatus(loop);
  }

  async close(): Promise<void> {
    await this.store.close();
  }

  async #nextTry(target: string, due: number | undefined, outcome: string): Promise<number> {
    const { db } = this.store;
    const of = db.selectFrom('target_state').select('paused_until').where('target', '=', target);
    const lease = db.selectFrom('lease').select('expires_at').where('target', '=', target);
    const state = await of.executeTakeFirst();
    const until = outcome === 'led-elsewhere' ? (await lease.executeTakeFirst())?.expires_at : 0;
    return Math.max(due ?? 0, state?.paused_until ?? 0, until ?? 0);
  }

  #runtimeOf(config: AnyTargetConfig): Runtime {
    const { store, clock, options } = this.#parts;
    const now = (): number => clock.now;
    const target = createTarget(config, { now, log: silentLog });
    const base = { config, target, mapper: mapperFor(config), store, log: silentLog, now, newId: randomUUID };
    return { ...base, random: () => 0.5, settling: atOnce, onStep: options.onStep };
  }

  #write() {
    return { directory: 'acme', cause: { actor: 'okta', requestId: randomUUID() }, now: this.now };
  }
}
