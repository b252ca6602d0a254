import { sql, type Expression } from 'kysely';
import { prepared } from './prepared.js';
import { living, scanAll, stretchesOf, type Condition } from './scan.js';
import { shownColumns, type ShownRow } from './shown-row.js';
import type { Store } from './store.js';
import { countLiving, placeOf, type ResourceTable } from './stretches.js';

/** One page of a listing, in order of creation, with the number of resources the whole listing has. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

/** Which part of a listing is wanted: `offset` counts from 0; a `limit` of 0 asks for the total alone. */
export interface PageRequest {
  readonly where?: Condition | undefined;
  readonly offset: number;
  readonly limit: number;
}

export interface RowOf {
  readonly scim_user: ShownRow;
  readonly scim_group: ShownRow;
}

/**
 * The living resources of one kind in order of creation, so the order is the same on every page. Without a filter a page
 * costs the same wherever it lies, and so it does with one that must look at every resource for the total.
 */
export async function pageByCreation<Table extends ResourceTable>(
  store: Store,
  table: Table,
  directory: string,
  { where, offset, limit }: PageRequest,
): Promise<Page<RowOf[Table]>> {
  if (where === undefined) return unfilteredPage(store, table, directory, offset, limit);
  if (where.scans) {
    const matching = await scanAll(store, table, directory, where.expression);
    const rows = await rowsBySeq(store, table, directory, matching.slice(offset, offset + limit));
    return { rows, total: matching.length };
  }
  const order = sql`seq limit ${limit} offset ${offset}`;
  const rows = limit === 0 ? [] : await select(store, table, directory, { where: where.expression, order });
  if (offset === 0 && rows.length < limit) return { rows, total: rows.length };
  return { rows, total: await countMatching(store, table, directory, where) };
}

async function unfilteredPage<Table extends ResourceTable>(
  store: Store,
  table: Table,
  directory: string,
  offset: number,
  limit: number,
): Promise<Page<RowOf[Table]>> {
  const { from, skip, total } = await placeOf(store.db, table, directory, offset);
  if (limit === 0 || offset >= total) return { rows: [], total };
  return { rows: await pages[table].all(store.db, { directory, from, limit, skip }), total };
}

/** Which resources are wanted, seen from one that need not exist any more; without one, from the first or the last. */
export interface Step {
  readonly where?: Condition | undefined;
  readonly from?: number | undefined;
  readonly backwards: boolean;
  readonly limit: number;
}

/** The next resources of one kind in order of creation, or the previous ones, nearest first. */
export async function stepByCreation<Table extends ResourceTable>(
  store: Store,
  table: Table,
  directory: string,
  { where, from, backwards, limit }: Step,
): Promise<readonly RowOf[Table][]> {
  const direction = sql.raw(backwards ? 'desc' : 'asc');
  if (where?.scans === true) {
    const found: RowOf[Table][] = [];
    for await (const stretch of stretchesOf(store, table, directory, { from, backwards })) {
      const part = {
        where: sql`${stretch} and ${where.expression}`,
        order: sql`seq ${direction} limit ${limit - found.length}`,
      };
      found.push(...(await select(store, table, directory, part)));
      if (found.length === limit) break;
    }
    return found;
  }
  const beyond = from === undefined ? sql`1 = 1` : backwards ? sql`seq < ${from}` : sql`seq > ${from}`;
  return select(store, table, directory, {
    where: where === undefined ? beyond : sql`${beyond} and ${where.expression}`,
    order: sql`seq ${direction} limit ${limit}`,
  });
}

/** How many living resources of one kind there are, or how many of them a filter selects. */
export async function countMatching(
  store: Store,
  table: ResourceTable,
  directory: string,
  where: Condition | undefined,
): Promise<number> {
  if (where === undefined) return countLiving(store.db, table, directory);
  if (where.scans) return (await scanAll(store, table, directory, where.expression)).length;
  const { rows } = await sql<{ total: number }>`
    select count(*) as total from ${sql.table(table)}
    where ${living(directory)} and ${where.expression}`.execute(store.db);
  return Number(rows[0]?.total ?? 0);
}

/** The living resources with these row numbers, in order of creation. */
export async function rowsBySeq<Table extends ResourceTable>(
  store: Store,
  table: Table,
  directory: string,
  seqs: readonly number[],
): Promise<readonly RowOf[Table][]> {
  if (seqs.length === 0) return [];
  return select(store, table, directory, { where: sql`seq in ${store.engine.numbers(seqs)}`, order: sql`seq` });
}

interface Selection {
  readonly where: Expression<unknown>;
  readonly order: Expression<unknown>;
}

async function select<Table extends ResourceTable>(
  store: Store,
  table: Table,
  directory: string,
  { where, order }: Selection,
): Promise<readonly RowOf[Table][]> {
  const query = sql<RowOf[Table]>`
    select ${columns} from ${sql.table(table)} where ${living(directory)} and ${where} order by ${order}`;
  return (await query.execute(store.db)).rows;
}

const columns = sql.join(shownColumns.map((column) => sql.ref(column)));

const pageOf = (table: ResourceTable) =>
  prepared<{ directory: string; from: number; limit: number; skip: number }, ShownRow>((db, value) =>
    db
      .selectFrom(table)
      .select(shownColumns)
      .where('directory', '=', value('directory'))
      .where('deleted_at', 'is', null)
      .where('seq', '>=', value('from'))
      .orderBy('seq')
      .limit(value('limit'))
      .offset(value('skip')),
  );

/** Pages nobody filters: asked so often that they are compiled once. */
const pages = { scim_user: pageOf('scim_user'), scim_group: pageOf('scim_group') };
