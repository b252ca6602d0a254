import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { EventEmitter } from 'node:events';
import { Kysely, Migrator, type Transaction } from 'kysely';
import { sqliteEngine, type Engine } from './engine.js';
import { GroupCommit } from './group-commit.js';
import { initial } from './migrations/0001-initial.js';
import { stretches } from './migrations/0002-stretches.js';
import { alerts } from './migrations/0004-alerts.js';
import { drift } from './migrations/0008-drift.js';
import { SqliteDialect } from './sqlite-driver.js';
import type { Tables } from './tables.js';

export type Trx = Transaction<Tables>;

/** Which targets serve which directory: a change in a directory makes its keys due in each of them. */
export type Routes = ReadonlyMap<string, readonly string[]>;

/**
 * Desired state, shadows, due work and audit, durably. Writes go through `write`, one transaction for each SCIM
 * request; everything else may read through `db`.
 */
export class Store {
  readonly db: Kysely<Tables>;
  readonly engine: Engine;
  readonly routes: Routes;
  readonly #events = new EventEmitter().setMaxListeners(0);
  readonly #commits: GroupCommit;
  readonly #touched = new WeakMap<Trx, Set<string>>();

  constructor(db: Kysely<Tables>, engine: Engine, routes: Routes) {
    this.db = db;
    this.engine = engine;
    this.routes = routes;
    this.#commits = new GroupCommit(db);
  }

  /**
   * Runs `work` in a transaction. Resolves once what it did is committed; when `work` rejects it leaves no trace. On the
   * embedded engine writes that come together share a commit: see `GroupCommit`.
   *
   * Never wait for anything but the store inside it: on the embedded engine it has the only connection.
   */
  async write<T>(work: (trx: Trx) => Promise<T>): Promise<T> {
    let wake: ReadonlySet<string> | undefined;
    const result = await this.#transaction(async (trx) => {
      this.#touched.delete(trx); // it may be shared with a write before this one
      const value = await work(trx);
      wake = this.#touched.get(trx);
      return value;
    });
    for (const target of wake ?? []) this.#events.emit('due', target);
    return result;
  }

  #transaction<T>(work: (trx: Trx) => Promise<T>): Promise<T> {
    return this.engine.oneWriter ? this.#commits.run(work) : this.db.transaction().execute(work);
  }

  /** Remembers that a transaction queued work for a target, so that its loop is woken once the commit holds. */
  willWake(trx: Trx, target: string): void {
    const touched = this.#touched.get(trx) ?? new Set<string>();
    this.#touched.set(trx, touched.add(target));
  }

  /** Calls back after each commit that queued work. Returns the way to stop listening. */
  onDue(listener: (target: string) => void): () => void {
    this.#events.on('due', listener);
    return () => this.#events.off('due', listener);
  }

  targetsOf(directory: string): readonly string[] {
    return this.routes.get(directory) ?? [];
  }

  /** The directories a target serves. */
  directoriesOf(target: string): readonly string[] {
    return [...this.routes].filter(([, targets]) => targets.includes(target)).map(([name]) => name);
  }

  /** Lets the writes under way finish, and closes. */
  async close(): Promise<void> {
    await this.#commits.idle();
    await this.db.destroy();
  }
}

/**
 * Opens the store and brings its schema up to date.
 *
 * @param url `sqlite:<path>`; `sqlite::memory:` keeps nothing. The folder is made when absent.
 * @throws Error with one readable line when the file cannot be used or was written by a newer version.
 */
export async function openStore(url: string, routes: Routes, now: () => number = Date.now): Promise<Store> {
  const file = sqlitePath(url);
  if (file !== ':memory:') mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const db = new Kysely<Tables>({ dialect: new SqliteDialect(file) });
  try {
    await migrate(db, sqliteEngine);
    for (const name of routes.keys()) {
      const row = { name, created_at: now(), last_request_at: null };
      await db
        .insertInto('directory')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  } catch (error) {
    await db.destroy();
    throw new Error(`the database ${url} cannot be used: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  return new Store(db, sqliteEngine, routes);
}

function sqlitePath(url: string): string {
  if (url.startsWith('sqlite:') && url.length > 'sqlite:'.length) return url.slice('sqlite:'.length);
  throw new Error(`database: expected sqlite:<path>, got ${url.split(':')[0] ?? ''}:…`);
}

async function migrate(db: Kysely<Tables>, engine: Engine): Promise<void> {
  const migrations = {
    '0001-initial': initial(engine),
    '0002-stretches': stretches(engine),
    '0004-alerts': alerts(engine),
    '0008-drift': drift(),
  };
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error('migration failed');
}
