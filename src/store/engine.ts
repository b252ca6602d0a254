import {
  sql,
  SqliteAdapter,
  type ColumnDefinitionBuilder,
  type CompiledQuery,
  type Expression,
  type Kysely,
  type RawBuilder,
} from 'kysely';
import { rowsNow } from './sqlite-driver.js';
import { sqliteTally } from './sqlite-tally.js';
import type { Tables } from './tables.js';

/**
 * Everything in which SQLite and PostgreSQL differ for us, in one place. Queries elsewhere are written once, in
 * SQL both understand, and ask here for the rest.
 */
export interface Engine {
  readonly name: 'sqlite';
  /** Declares a table's own ascending number. */
  serial(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder;
  /** `fold()` inside SQL: case and composition are ignored the same way as in JavaScript. */
  fold(text: Expression<unknown>): RawBuilder<string | null>;
  /** One member of a JSON text column, as text or number; null when absent. `path` is made of attribute names only. */
  jsonValue(column: Expression<unknown>, path: readonly string[]): RawBuilder<unknown>;
  /** The elements of a JSON array as rows `alias(value, key)`, `key` being the position; for `exists (select 1 from …)`. */
  jsonElements(column: Expression<unknown>, path: readonly string[], alias: string): RawBuilder<unknown>;
  /** A list of whole numbers as a subquery, for `in`: one parameter, however long the list. */
  numbers(list: readonly number[]): RawBuilder<unknown>;
  /** Statements that make the database keep the tally of living rows; each may be repeated. */
  tally(table: 'scim_user' | 'scim_group', stretchLength: number): readonly RawBuilder<unknown>[];
  /** The values of a list given as one parameter, see `list`, as a query of one column: for `in (…)`. */
  listed<T extends string | number>(list: Expression<readonly T[]>): RawBuilder<T>;
  /** A list as one parameter: a statement then has the same text however long the list is. */
  list(values: readonly (string | number)[]): unknown;
  /** An aggregate: the rows of a group as one JSON text, a list of `[…columns]` for each, in the order of one of them. */
  jsonLists(columns: readonly string[], orderBy: string): RawBuilder<string>;
  /** The same for one column: a list of its values. */
  jsonList(column: string, orderBy: string): RawBuilder<string>;
  /** Whether writers take turns in any case, so that several may as well share one commit: see `GroupCommit`. */
  readonly oneWriter: boolean;
  /** The rows of a statement at once, where the engine is in this process and nobody else has its connection. */
  rowsNow(db: Kysely<Tables>, query: CompiledQuery): readonly unknown[] | undefined;
  /** Whether an error means that a unique index refused the row. */
  isUniqueViolation(error: unknown): boolean;
  /** Whether the same transaction may succeed when tried again. */
  isTransient(error: unknown): boolean;
}

const uniqueViolations = new Set([2067, 1555]); // SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY
const busy = new Set([5, 6]); // SQLITE_BUSY, SQLITE_LOCKED

const jsonPath = (path: readonly string[]): string =>
  '$' + path.map((name) => `."${name.replaceAll('"', '')}"`).join('');

export const sqliteEngine: Engine = {
  name: 'sqlite',
  serial: (column) => column.primaryKey().autoIncrement(),
  fold: (text) => sql`fold(${text})`,
  jsonValue: (column, path) => sql`json_extract(${column}, ${jsonPath(path)})`,
  jsonElements: (column, path, alias) => sql`json_each(${column}, ${jsonPath(path)}) as ${sql.ref(alias)}`,
  numbers: (list) => sql`(select value from json_each(${JSON.stringify(list)}))`,
  tally: sqliteTally,
  listed: (list) => sql`(select value from json_each(${list}))`,
  list: (values) => JSON.stringify(values),
  jsonLists: (columns, orderBy) => {
    const refs = columns.map((column) => sql.ref(column));
    return sql`json_group_array(json_array(${sql.join(refs)}) order by ${sql.ref(orderBy)})`;
  },
  jsonList: (column, orderBy) => sql`json_group_array(${sql.ref(column)} order by ${sql.ref(orderBy)})`,
  oneWriter: true,
  rowsNow,
  isUniqueViolation: (error) => uniqueViolations.has(errcodeOf(error)),
  isTransient: (error) => busy.has(errcodeOf(error) & 0xff),
};

/** The engine behind a connection or a transaction of ours. */
export function engineOf(db: Kysely<Tables>): Engine {
  const { adapter } = db.getExecutor();
  if (adapter instanceof SqliteAdapter) return sqliteEngine;
  throw new Error(`no engine for ${adapter.constructor.name}`);
}

/** Verified 2026-11-21, @photostructure/sqlite 1.2.1: `run()` sets the code, `all()` and `iterate()` the message alone. */
function errcodeOf(error: unknown): number {
  if (typeof error !== 'object' || error === null) return 0;
  const { errcode, sqliteExtendedCode, message } = error as Readonly<Record<string, unknown>>;
  if (typeof sqliteExtendedCode === 'number') return sqliteExtendedCode;
  if (typeof errcode === 'number') return errcode;
  return codesByMessage.find(([text]) => String(message).includes(text))?.[1] ?? 0;
}

const codesByMessage: readonly (readonly [text: string, code: number])[] = [
  ['UNIQUE constraint failed', 2067],
  ['database is locked', 5],
  ['database table is locked', 6],
];
