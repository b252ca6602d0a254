import { setImmediate } from 'node:timers/promises';
import { sql, type Expression, type SqlBool } from 'kysely';
import type { Store } from './store.js';
import { livingStretches, stretchLength, type ResourceTable } from './stretches.js';

/** What of a listing is wanted, in SQL. */
export interface Condition {
  readonly expression: Expression<SqlBool>;
  /** Whether no index answers it, so that every resource of the directory must be looked at. */
  readonly scans: boolean;
}

/** Where a scan begins: beyond this row number, or at the first resource, or backwards at the last. */
export interface ScanStart {
  readonly from?: number | undefined;
  readonly backwards: boolean;
}

/**
 * Cuts a directory into stretches to be looked at one after the other. Other requests are served between two of them:
 * however large the directory, and however slow a condition, nobody waits for the whole of it.
 *
 * @returns conditions on `seq`, which together select everything beyond the start.
 */
export async function* stretchesOf(
  store: Store,
  table: ResourceTable,
  directory: string,
  { from, backwards }: ScanStart,
): AsyncGenerator<Expression<SqlBool>, void, undefined> {
  const beyond = from === undefined ? sql`1 = 1` : backwards ? sql`seq < ${from}` : sql`seq > ${from}`;
  for (const stretch of await livingStretches(store.db, table, directory, { from, backwards })) {
    const start = stretch * stretchLength;
    yield sql<SqlBool>`seq >= ${start} and seq < ${start + stretchLength} and ${beyond}`;
    await setImmediate();
  }
}

/** The row numbers of all living resources a condition selects, in order of creation. */
export async function scanAll(
  store: Store,
  table: ResourceTable,
  directory: string,
  condition: Expression<SqlBool>,
): Promise<readonly number[]> {
  const found: number[] = [];
  for await (const stretch of stretchesOf(store, table, directory, { backwards: false })) {
    const { rows } = await sql<{ seq: number }>`
      select seq from ${sql.table(table)}
      where ${living(directory)} and ${stretch} and ${condition} order by seq`.execute(store.db);
    for (const { seq } of rows) found.push(seq);
  }
  return found;
}

/** The condition every listing shares; partial indexes of both tables are made for it. */
export function living(directory: string): Expression<SqlBool> {
  return sql<SqlBool>`directory = ${directory} and deleted_at is null`;
}
