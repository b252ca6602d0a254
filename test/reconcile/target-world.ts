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

/** One that only moves when told to; shared by the world and the vendor in it. */
export interface Clock {
  now: number;
}

export const newClock = (): Clock => ({ now: Date.UTC(2026, 0, 5) });

/**
 * A directory, a store and an engine in front of any one target, on a clock that only moves when told to. Nothing waits
 * for real time: `settle` works the queue off and jumps over every pause.
 */
export class TargetWorld {
  readonly store: Store;
  readonly engine: Engine;
  readonly runtime: Runtime;
  readonly #clock: Clock;

  private constructor(store: Store, engine: Engine, runtime: Runtime, clock: Clock) {
    this.store = store;
    this.engine = engine;
    this.runtime = runtime;
    this.#clock = clock;
  }

  static async start(config: AnyTargetConfig, clock: Clock): Promise<TargetWorld> {
    const now = (): number => clock.now;
    const store = await openStore('sqlite::memory:', new Map([['acme', [config.name]]]), now);
    const target = createTarget(config, { now, log: silentLog });
    const base = { config, target, mapper: mapperFor(config), store, log: silentLog, now, newId: randomUUID };
    const runtime = { ...base, random: () => 0.5, settling: atOnce };
    const timing = { waitSeconds: 0, sweepMs: 3650 * day, pollMs: 60_000 };
    const engine = new Engine({ store, runtimes: [runtime], holder: randomUUID(), ...timing });
    return new TargetWorld(store, engine, runtime, clock);
  }

  /** Works off everything that is due, jumping to whenever the next try is. Throws when it does not come to rest. */
  async settle(): Promise<void> {
    const { name } = this.runtime.config;
    for (let pass = 0; pass < 80; pass += 1) {
      const outcome = await this.engine.pass(name);
      if (outcome === 'worked') continue;
      const due = await nextDueAt(this.store, name, atOnce);
      if (outcome === 'idle' && due === undefined) return;
      const state = await this.store.db.selectFrom('target_state').select('paused_until').executeTakeFirst();
      const until = Math.max(due ?? 0, state?.paused_until ?? 0);
      this.advance(Math.max(1, until - this.#clock.now + 1));
    }
    throw new Error(`did not settle: ${JSON.stringify(await this.store.db.selectFrom('due').selectAll().execute())}`);
  }

  /** Makes everything due, as the timer would, and settles. */
  async sweep(): Promise<void> {
    await this.engine.sync(this.runtime.config.name, 'test');
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

  async account(userId: string): Promise<TargetAccountRow> {
    const rows = this.store.db.selectFrom('target_account').selectAll().where('user_id', '=', userId);
    return rows.executeTakeFirstOrThrow();
  }

  async status(): Promise<TargetStatus> {
    const [loop] = this.engine.loops.values();
    if (loop === undefined) throw new Error('no loop');
    return readTargetStatus(loop);
  }

  async close(): Promise<void> {
    await this.store.close();
  }

  #write() {
    return { directory: 'acme', cause: { actor: 'okta', requestId: randomUUID() }, now: this.#clock.now };
  }
}
