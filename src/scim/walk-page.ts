import { totalOf, walk, type Listed, type Listing, type Walked } from '../store/list-resources.js';
import { sortValueOf, type Position } from '../store/list-sorted.js';
import type { Store } from '../store/store.js';
import { expiredCursor, longKeyOf, makeCursor, readCursor, type WalkState, type WalkTerms } from './list-cursor.js';
import type { Services } from './services.js';

/** What is on a page, and what the answer says about its place. */
export interface ListPart {
  readonly items: readonly Listed[];
  readonly totalResults: number;
  readonly startIndex?: number;
  readonly nextCursor?: string;
  readonly previousCursor?: string;
}

/**
 * One page of a walk by cursor (RFC 9865 §2). The first page has no `previousCursor`, the last one no `nextCursor`, and
 * a page of `count` 0, which holds but the total, neither.
 *
 * @throws {ScimError} 400 as `readCursor` says.
 */
export async function walkPage(
  { store, cursors }: Services,
  listing: Listing,
  cursor: string,
  terms: WalkTerms,
): Promise<ListPart> {
  const state = cursor === '' ? undefined : readCursor(cursors, terms, cursor);
  if (terms.count === 0) return { items: [], totalResults: await totalOf(store, listing) };

  const { items, first, last, before, after } = await pageAt(store, listing, state, terms.count);
  const isWhole = !before && !after;
  const totalResults = isWhole ? items.length : (state?.total ?? (await totalOf(store, listing)));
  const total = listing.sources.some(({ where }) => where !== undefined) ? totalResults : undefined;

  const cursorFrom = (from: Position, backwards: boolean): string =>
    makeCursor(cursors, terms, { from, backwards, longKey: longKeyOf(from.key), total });
  return {
    items,
    totalResults,
    ...(after && last !== undefined ? { nextCursor: cursorFrom(last, false) } : {}),
    ...(before && first !== undefined ? { previousCursor: cursorFrom(first, true) } : {}),
  };
}

interface WalkedPage extends Walked {
  /** Whether the listing goes on before the page, and after it. */
  readonly before: boolean;
  readonly after: boolean;
}

async function pageAt(
  store: Store,
  listing: Listing,
  state: WalkState | undefined,
  limit: number,
): Promise<WalkedPage> {
  if (state === undefined) return firstPage(store, listing, limit);
  const { backwards } = state;
  const walked = await walk(store, listing, { from: await positionOf(store, listing, state), backwards, limit });
  // All that came before is gone: what is there now is the first page.
  if (backwards && walked.first === undefined) return firstPage(store, listing, limit);
  return { ...walked, before: backwards ? walked.more : true, after: backwards ? true : walked.more };
}

async function firstPage(store: Store, listing: Listing, limit: number): Promise<WalkedPage> {
  const walked = await walk(store, listing, { backwards: false, limit });
  return { ...walked, before: false, after: walked.more };
}

/** A value too long for the cursor is read again, and must still be what it was. */
async function positionOf(store: Store, listing: Listing, { from, longKey }: WalkState): Promise<Position> {
  if (longKey === undefined) return from;
  const key = await sortValueOf(store, listing, from);
  if (key === undefined || longKeyOf(key) !== longKey) throw expiredCursor();
  return { ...from, key };
}
