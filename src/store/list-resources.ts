import { sql, type SqlBool } from 'kysely';
import { countMatching, pageByCreation, rowsBySeq, stepByCreation } from './list-by-creation.js';
import { sortedPage, sortedStep, type Position, type SortedList, type Source } from './list-sorted.js';
import { scanAll } from './scan.js';
import type { ShownRow } from './shown-row.js';
import type { Store } from './store.js';

/** A listing over one or several kinds of resources: users come before groups unless it is sorted. */
export interface Listing {
  readonly directory: string;
  readonly sources: readonly Source[];
  /** Absent: in order of creation. */
  readonly sorted?: { readonly descending: boolean } | undefined;
}

/** A resource and where it stands in its listing. */
export type Listed = Position &
  ({ readonly table: 'scim_user'; readonly row: ShownRow } | { readonly table: 'scim_group'; readonly row: ShownRow });

export interface ListedPage {
  readonly items: readonly Listed[];
  readonly total: number;
}

/** The page after `offset` resources; a `limit` of 0 asks for the total alone. */
export async function pageOf(
  store: Store,
  listing: Listing,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<ListedPage> {
  const { sorted } = listing;
  if (sorted === undefined) return pageOfKinds(store, listing, offset, limit);
  const list = await sortableList(store, listing, sorted);
  const positions = limit === 0 ? [] : await sortedPage(store, list, { offset, limit });
  const items = await rowsAt(store, listing.directory, positions);
  const isWhole = offset === 0 && positions.length < limit;
  return { items, total: isWhole ? items.length : await totalOf(store, list) };
}

/** A step of a walk: from a position, or from the beginning; `backwards` for the page before it. */
export interface WalkStep {
  readonly from?: Position | undefined;
  readonly backwards: boolean;
  readonly limit: number;
}

/** What a step of a walk finds. */
export interface Walked {
  /** In the listing's own order, whichever way the step went. */
  readonly items: readonly Listed[];
  /** The places the next steps start from; absent when nothing was found. */
  readonly first: Position | undefined;
  readonly last: Position | undefined;
  /** Whether something lies beyond, in the direction of the step. */
  readonly more: boolean;
}

/**
 * The next page of a walk. Resources that come or go meanwhile cannot move the others: a position is a value, not a
 * count, so nothing that stays as it is can be seen twice or missed.
 */
export async function walk(store: Store, listing: Listing, { from, backwards, limit }: WalkStep): Promise<Walked> {
  const { sorted } = listing;
  const step = { from, backwards, limit: limit + 1 };
  if (sorted === undefined) {
    const found = await stepOverKinds(store, listing, step);
    const items = inListOrder(found.slice(0, limit), backwards);
    return { items, first: items[0], last: items.at(-1), more: found.length > limit };
  }
  const found = await sortedStep(store, await sortableList(store, listing, sorted), step);
  const places = inListOrder(found.slice(0, limit), backwards);
  const items = await rowsAt(store, listing.directory, places);
  return { items, first: places[0], last: places.at(-1), more: found.length > limit };
}

function inListOrder<Place>(places: readonly Place[], backwards: boolean): readonly Place[] {
  return backwards ? places.toReversed() : places;
}

/** How many resources the whole listing has. */
export async function totalOf(
  store: Store,
  { directory, sources }: Pick<Listing, 'directory' | 'sources'>,
): Promise<number> {
  let total = 0;
  for (const { table, where } of sources) total += await countMatching(store, table, directory, where);
  return total;
}

/** Sorting takes one statement, so what a filter has to look at everybody for is found out before. */
async function sortableList(
  store: Store,
  { directory, sources }: Listing,
  { descending }: NonNullable<Listing['sorted']>,
): Promise<SortedList> {
  const filtered: Source[] = [];
  for (const source of sources) {
    const { table, where } = source;
    if (where?.scans !== true) {
      filtered.push(source);
      continue;
    }
    const matching = await scanAll(store, table, directory, where.expression);
    const expression = sql<SqlBool>`seq in ${store.engine.numbers(matching)}`;
    filtered.push({ ...source, where: { expression, scans: false } });
  }
  return { directory, sources: filtered, descending };
}

async function pageOfKinds(store: Store, listing: Listing, offset: number, limit: number): Promise<ListedPage> {
  const items: Listed[] = [];
  let total = 0;
  for (const { table, where } of listing.sources) {
    const part = { where, offset: Math.max(0, offset - total), limit: limit - items.length };
    const page = await pageByCreation(store, table, listing.directory, part);
    items.push(...page.rows.map((row) => withRow({ table, key: null, seq: row.seq }, row)));
    total += page.total;
  }
  return { items, total };
}

async function stepOverKinds(store: Store, listing: Listing, { from, backwards, limit }: WalkStep): Promise<Listed[]> {
  const inOrder = backwards ? listing.sources.toReversed() : listing.sources;
  const first = Math.max(
    0,
    inOrder.findIndex(({ table }) => table === from?.table),
  );
  const items: Listed[] = [];
  for (const [index, { table, where }] of inOrder.slice(first).entries()) {
    if (items.length === limit) break;
    const step = { where, from: index === 0 ? from?.seq : undefined, backwards, limit: limit - items.length };
    const rows = await stepByCreation(store, table, listing.directory, step);
    items.push(...rows.map((row) => withRow({ table, key: null, seq: row.seq }, row)));
  }
  return items;
}

/** The resources at these positions, in their order; one that went meanwhile is left out. */
async function rowsAt(store: Store, directory: string, positions: readonly Position[]): Promise<readonly Listed[]> {
  const rows = new Map<string, ShownRow>();
  for (const table of ['scim_user', 'scim_group'] as const) {
    const seqs = positions.filter((each) => each.table === table).map(({ seq }) => seq);
    for (const row of await rowsBySeq(store, table, directory, seqs)) rows.set(`${table} ${row.seq}`, row);
  }
  return positions.flatMap((position) => {
    const row = rows.get(`${position.table} ${position.seq}`);
    return row === undefined ? [] : [withRow(position, row)];
  });
}

function withRow(position: Position, row: ShownRow): Listed {
  return { ...position, row } as Listed; // the row was read from the table the position names
}
