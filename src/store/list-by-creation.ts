import { sql, type Expression, type SqlBool } from 'kysely';
import type { Store } from './store.js';
import { placeOf, type ResourceTable } from './stretches.js';
import type { ScimGroupRow, ScimUserRow } from './tables.js';

/** One page of a listing, in order of creation, with the number of resources the whole listing has. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

/** Which part of a listing is wanted: `offset` counts from 0; a `limit` of 0 asks for the total alone. */
export interface PageRequest {
  readonly where?: Expression<SqlBool> | undefined;
  readonly offset: number;
  readonly limit: number;
}

export interface RowOf {
  readonly scim_user: ScimUserRow;
  readonly scim_group: ScimGroupRow;
}

/**
 * The living resources of one kind in order of creation, so the order is the same on every page. Without a filter a page
 * costs the same wherever it lies; with one, every resource up to the end of the page is looked at, and all of them for
 * the total.
 */
export async function pageByCreation<Table extends ResourceTable>(
  store: Store,
  table: Table,
  directory: string,
  { where, offset, limit }: PageRequest,
): Promise<Page<RowOf[Table]>> {
  if (where === undefined) {
    const { from, skip, total } = await placeOf(store.db, table, directory, offset);
    if (limit === 0 || offset >= total) return { rows: [], total };
    const rows = await select<RowOf[Table]>(store, table, directory, {
      where: sql`seq >= ${from}`,
      order: sql`seq limit ${limit} offset ${skip}`,
    });
    return { rows, total };
  }
  const order = sql`seq limit ${limit} offset ${offset}`;
  const rows = limit === 0 ? [] : await select<RowOf[Table]>(store, table, directory, { where, order });
  if (offset === 0 && rows.length < limit) return { rows, total: rows.length };
  return { rows, total: await countMatching(store, table, directory, where) };
}

/** Which resources are wanted, seen from one that need not exist any more; without one, from the first or the last. */
export interface Step {
  readonly where?: Expression<SqlBool> | undefined;
  readonly from?: number | undefined;
  readonly backwards: boolean;
  readonly limit: number;
}

/** The next resources of one kind in order of creation, or the previous ones, nearest first. */
export async function stepByCreation<Table extends ResourceTable>(
  store: Store,
  table: Table,
  directory: string,
  { where = everything, from, backwards, limit }: Step,
): Promise<readonly RowOf[Table][]> {
  const beyond = from === undefined ? everything : backwards ? sql`seq < ${from}` : sql`seq > ${from}`;
  return select(store, table, directory, {
    where: sql`${where} and ${beyond}`,
    order: sql`seq ${sql.raw(backwards ? 'desc' : 'asc')} limit ${limit}`,
  });
}

/** How many living resources of one kind satisfy a condition. */
export async function countMatching(
  store: Store,
  table: ResourceTable,
  directory: string,
  where: Expression<SqlBool>,
): Promise<number> {
  const { rows } = await sql<{ total: number }>`
    select count(*) as total from ${sql.table(table)} where ${living(directory)} and ${where}`.execute(store.db);
  return Number(rows[0]?.total ?? 0);
}

/** The condition every listing shares; partial indexes of both tables are made for it. */
export function living(directory: string): Expression<SqlBool> {
  return sql<SqlBool>`directory = ${directory} and deleted_at is null`;
}

const everything = sql<SqlBool>`1 = 1`;

async function select<Row>(
  store: Store,
  table: ResourceTable,
  directory: string,
  { where, order }: { readonly where: Expression<unknown>; readonly order: Expression<unknown> },
): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
    select * from ${sql.table(table)} where ${living(directory)} and ${where} order by ${order}`.execute(store.db);
  return rows;
}
