import { batches } from './scim-batches.js';
import { countMatching, pageByCreation, stepByCreation } from './list-by-creation.js';
import { sortedPage, sortedStep, type Position, type SortedList, type Source } from './list-sorted.js';
import type { Store } from './store.js';
import { countLiving } from './stretches.js';
import type { ScimGroupRow, ScimUserRow } from './tables.js';

/** A listing over one or several kinds of resources: users come before groups unless it is sorted. */
export interface Listing {
  readonly directory: string;
  readonly sources: readonly Source[];
  /** Absent: in order of creation. */
  readonly sorted?: { readonly descending: boolean } | undefined;
}

/** A resource and where it stands in its listing. */
export type Listed = Position &
  (
    | { readonly table: 'scim_user'; readonly row: ScimUserRow }
    | { readonly table: 'scim_group'; readonly row: ScimGroupRow }
  );

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
  const sorted = sortedList(listing);
  if (sorted === undefined) return pageOfKinds(store, listing, offset, limit);
  const positions = limit === 0 ? [] : await sortedPage(store, sorted, { offset, limit });
  const items = await rowsAt(store, listing.directory, positions);
  const isWhole = offset === 0 && positions.length < limit;
  return { items, total: isWhole ? items.length : await totalOf(store, listing) };
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
  const sorted = sortedList(listing);
  const step = { from, backwards, limit: limit + 1 };
  if (sorted === undefined) {
    const found = await stepOverKinds(store, listing, step);
    const items = inListOrder(found.slice(0, limit), backwards);
    return { items, first: items[0], last: items.at(-1), more: found.length > limit };
  }
  const found = await sortedStep(store, sorted, step);
  const places = inListOrder(found.slice(0, limit), backwards);
  const items = await rowsAt(store, listing.directory, places);
  return { items, first: places[0], last: places.at(-1), more: found.length > limit };
}

function inListOrder<Place>(places: readonly Place[], backwards: boolean): readonly Place[] {
  return backwards ? places.toReversed() : places;
}

/** How many resources the whole listing has. */
export async function totalOf(store: Store, { directory, sources }: Listing): Promise<number> {
  let total = 0;
  for (const { table, where } of sources) {
    total +=
      where === undefined
        ? await countLiving(store.db, table, directory)
        : await countMatching(store, table, directory, where);
  }
  return total;
}

/** The listing as one to be sorted; undefined when it comes in order of creation. */
export function sortedList({ directory, sources, sorted }: Listing): SortedList | undefined {
  return sorted === undefined ? undefined : { directory, sources, descending: sorted.descending };
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
  const rows = new Map<string, ScimUserRow | ScimGroupRow>();
  for (const table of ['scim_user', 'scim_group'] as const) {
    const seqs = positions.filter((each) => each.table === table).map(({ seq }) => seq);
    for (const batch of batches(seqs)) {
      const found = await store.db
        .selectFrom(table)
        .selectAll()
        .where('seq', 'in', batch)
        .where('directory', '=', directory)
        .where('deleted_at', 'is', null)
        .execute();
      for (const row of found) rows.set(`${table} ${row.seq}`, row);
    }
  }
  return positions.flatMap((position) => {
    const row = rows.get(`${position.table} ${position.seq}`);
    return row === undefined ? [] : [withRow(position, row)];
  });
}

function withRow(position: Position, row: ScimUserRow | ScimGroupRow): Listed {
  return { ...position, row } as Listed; // the row was read from the table the position names
}
