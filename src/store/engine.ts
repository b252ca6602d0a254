import { sql, type ColumnDefinitionBuilder, type Expression, type RawBuilder } from 'kysely';

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
  /** The elements of a JSON array as rows `alias(value)`, for `exists (select 1 from …)`. */
  jsonElements(column: Expression<unknown>, path: readonly string[], alias: string): RawBuilder<unknown>;
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
  isUniqueViolation: (error) => uniqueViolations.has(errcodeOf(error)),
  isTransient: (error) => busy.has(errcodeOf(error) & 0xff),
};

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
