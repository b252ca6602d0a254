import { TargetError } from '../target-error.js';

/** What is read, for messages and for the end of a list that counts nothing. */
export interface List {
  /** e.g. `dbt Cloud`. */
  readonly label: string;
  /** e.g. `users`. */
  readonly what: string;
  /** The most rows one answer holds. */
  readonly pageLimit: number;
}

export interface Page<T> {
  readonly rows: readonly T[];
  /** How many rows there are in all, where the answer says so. */
  readonly total: number | undefined;
}

const attempts = 4;

/**
 * Reads a list to its end, or fails.
 *
 * Paging is by offset over live rows: when rows come or go between two pages, naive reading skips or repeats somebody.
 * Each page therefore begins with the last row of the one before. A different row there, a total that moved, a repeated
 * id or fewer rows than the total means the list changed underneath, and it is read again from the start.
 *
 * @throws {TargetError} UNAVAILABLE when the list never held still; whatever `fetchPage` throws
 */
export async function listAll<T extends { readonly id: string }>(
  list: List,
  fetchPage: (offset: number) => Promise<Page<T>>,
): Promise<T[]> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const rows = await readThrough(list.pageLimit, fetchPage);
    if (rows !== undefined) return rows;
  }
  throw new TargetError(
    'UNAVAILABLE',
    `${list.label}'s list of ${list.what} could not be read completely: it kept changing, or holds fewer than it says`,
  );
}

/** One pass over all pages; undefined when the rows cannot all have been seen. */
async function readThrough<T extends { readonly id: string }>(
  pageLimit: number,
  fetchPage: (offset: number) => Promise<Page<T>>,
): Promise<T[] | undefined> {
  const first = await fetchPage(0);
  const rows = [...first.rows];
  let reachedEnd = isWhole(first, pageLimit);
  while (!reachedEnd) {
    const page = await fetchPage(rows.length - 1);
    const [repeated, ...further] = page.rows;
    if (page.total !== first.total || repeated?.id !== rows.at(-1)?.id) return undefined;
    rows.push(...further);
    // No further row ends the list even when the total promised more, or reading would never end.
    reachedEnd = further.length === 0 || rows.length === page.total;
  }
  const unique = new Set(rows.map((row) => row.id)).size;
  return unique === (first.total ?? rows.length) && unique === rows.length ? rows : undefined;
}

/** Whether the first page is all there is. Without a total, only a page that is not exactly full can tell. */
function isWhole(first: Page<unknown>, pageLimit: number): boolean {
  const { rows, total } = first;
  return rows.length === 0 || (total === undefined ? rows.length !== pageLimit : rows.length >= total);
}
