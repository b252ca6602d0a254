import { DatabaseSync, type DatabaseSyncInstance, type StatementSyncInstance } from '@photostructure/sqlite';
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
} from 'kysely';
import { fold } from '../model/fold.js';
import type { Tables } from './tables.js';

type SqlValue = string | number | bigint | null | Uint8Array;

/**
 * Kysely over the embedded SQLite engine: one connection, statements kept prepared, writers in line.
 *
 * Transactions begin `immediate`: a deferred one that later writes can fail with SQLITE_BUSY_SNAPSHOT, which no busy
 * timeout cures. WAL with `synchronous=FULL` means an acknowledged commit survives power loss.
 */
export class SqliteDialect implements Dialect {
  readonly #driver: SqliteDriver;

  constructor(path: string) {
    this.#driver = new SqliteDriver(path);
  }

  createAdapter(): SqliteAdapter {
    return new InProcessAdapter(this.#driver);
  }

  createDriver(): Driver {
    return this.#driver;
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler();
  }

  createIntrospector(db: Kysely<unknown>): SqliteIntrospector {
    return new SqliteIntrospector(db);
  }
}

/** Knows the driver, for statements that need not wait: see `rowsNow`. */
class InProcessAdapter extends SqliteAdapter {
  readonly driver: SqliteDriver;

  constructor(driver: SqliteDriver) {
    super();
    this.driver = driver;
  }
}

/**
 * Runs a statement at once, without the promises Kysely needs for engines that are elsewhere; they take as long as a
 * small statement does. Undefined when somebody else has the connection: then it has to stand in line; and when there
 * are plugins, which must see everything.
 */
export function rowsNow(db: Kysely<Tables>, query: CompiledQuery): readonly unknown[] | undefined {
  const { adapter, plugins } = db.getExecutor();
  return adapter instanceof InProcessAdapter && plugins.length === 0
    ? adapter.driver.rowsNow(db.isTransaction, query)
    : undefined;
}

class SqliteDriver implements Driver {
  readonly #path: string;
  #database: DatabaseSyncInstance | undefined;
  #connection: SqliteConnection | undefined;
  #turn: Promise<void> = Promise.resolve();
  #release: (() => void) | undefined;
  /** How many have the connection or wait for it: one at most has it. */
  #inLine = 0;

  constructor(path: string) {
    this.#path = path;
  }

  async init(): Promise<void> {
    const database = new DatabaseSync(this.#path);
    database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;');
    // Four times the usual WAL: pages written again and again are copied into the database less often.
    database.exec('pragma wal_autocheckpoint = 4000;');
    database.exec('pragma busy_timeout = 5000; pragma temp_store = memory; pragma cache_size = -16000;');
    database.function('fold', { deterministic: true }, (text: unknown) =>
      typeof text === 'string' ? fold(text) : null,
    );
    this.#database = database;
    this.#connection = new SqliteConnection(database);
  }

  /** Hands the one connection to one caller at a time, in the order they asked. */
  async acquireConnection(): Promise<DatabaseConnection> {
    this.#inLine += 1;
    const before = this.#turn;
    let release: () => void = () => undefined;
    this.#turn = new Promise((resolve) => (release = resolve));
    await before;
    this.#release = release;
    if (this.#connection !== undefined) return this.#connection;
    await this.releaseConnection();
    throw new Error('the store is closed');
  }

  /** See the function of that name. What runs in a transaction has the connection already. */
  rowsNow(isInTransaction: boolean, query: CompiledQuery): readonly unknown[] | undefined {
    const isOurs = isInTransaction ? this.#database?.isTransaction === true : this.#inLine === 0;
    return isOurs ? this.#connection?.run(query).rows : undefined;
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(begin);
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(commit);
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // After some failures, such as a full disk, SQLite has rolled back on its own.
    if (this.#database?.isTransaction === true) await connection.executeQuery(rollback);
  }

  async releaseConnection(): Promise<void> {
    this.#inLine -= 1;
    this.#release?.();
  }

  async destroy(): Promise<void> {
    this.#connection = undefined;
    this.#database?.close();
    this.#database = undefined;
  }
}

const begin = CompiledQuery.raw('begin immediate');
const commit = CompiledQuery.raw('commit');
const rollback = CompiledQuery.raw('rollback');

interface Prepared {
  readonly statement: StatementSyncInstance;
  /** The names of the columns it answers with, if any. Asked once: it costs as much as a small query. */
  readonly columns: readonly string[];
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSyncInstance;
  readonly #statements = new Map<string, Prepared>();

  constructor(database: DatabaseSyncInstance) {
    this.#database = database;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return this.run(query);
  }

  run<R>(query: CompiledQuery): QueryResult<R> {
    const { statement, columns } = this.#prepare(query.sql);
    const parameters = query.parameters as SqlValue[];
    if (columns.length > 0) {
      const rows = statement.all(...parameters) as SqlValue[][];
      return { rows: rows.map((values) => rowOf(columns, values)) as R[] };
    }
    const { changes, lastInsertRowid } = statement.run(...parameters);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    const { statement, columns } = this.#prepare(query.sql);
    for (const values of statement.iterate(...(query.parameters as SqlValue[])))
      yield { rows: [rowOf(columns, values as SqlValue[]) as R] };
  }

  /** Statements with lists of varying length would grow the cache for ever, so it is emptied when large. */
  #prepare(text: string): Prepared {
    const known = this.#statements.get(text);
    if (known !== undefined) return known;
    if (this.#statements.size >= 500) this.#statements.clear();
    const statement = this.#database.prepare(text);
    statement.setReturnArrays(true);
    const prepared = { statement, columns: statement.columns().map(({ name }) => name) };
    this.#statements.set(text, prepared);
    return prepared;
  }
}

/** Rows cross from the native side as lists and are named here: naming each value over there takes twice as long. */
function rowOf(columns: readonly string[], values: readonly SqlValue[]): Record<string, SqlValue> {
  const row: Record<string, SqlValue> = {};
  for (let at = 0; at < columns.length; at += 1) row[columns[at] as string] = values[at] as SqlValue;
  return row;
}
