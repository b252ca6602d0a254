import { TargetError } from '../target-error.js';

export interface ListPage<T> {
  readonly rows: readonly T[];
  /** `totalResults`, which every list must carry (RFC 7644 §3.4.2). */
  readonly total: number;
}

/** @param startIndex counted from 1 (RFC 7644 §3.4.2.4) */
export type FetchPage<T> = (startIndex: number, count: number) => Promise<ListPage<T>>;

type Pass<T> =
  | { readonly kind: 'whole'; readonly rows: T[] }
  /** Rows came or went while we read. */
  | { readonly kind: 'moved' }
  /** The server shows a part, and the same part again when asked for the next. */
  | { readonly kind: 'stuck'; readonly total: number };

const attempts = 4;

/**
 * Reads a list to its end, or fails, whatever the server makes of `startIndex` and `count`.
 *
 * Each page begins with the last row of the one before: a different row there, a total that moved, a repeated id or
 * fewer rows than the total mean that the list changed underneath, and it is read again from the start. A server that
 * ignores paging shows everything at once and is read once. One that shows only a part is asked for everything in one
 * answer; where that does not help, the part is never taken for the whole.
 *
 * @throws {TargetError} UNAVAILABLE when the list never held still; UNEXPECTED_RESPONSE when it cannot be read to its end
 */
export async function readList<T extends { readonly id: string }>(
  what: string,
  pageSize: number,
  fetch: FetchPage<T>,
): Promise<T[]> {
  let count = pageSize;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const pass = await readThrough(what, count, fetch);
    if (pass.kind === 'whole') return pass.rows;
    if (pass.kind === 'stuck') {
      if (count >= pass.total) throw unreadable(what, 'does not turn its pages');
      count = pass.total;
    }
  }
  throw new TargetError(
    'UNAVAILABLE',
    `the SCIM server's list of ${what} could not be read completely: it kept changing, or holds fewer than it says`,
  );
}

async function readThrough<T extends { readonly id: string }>(
  what: string,
  count: number,
  fetch: FetchPage<T>,
): Promise<Pass<T>> {
  const { rows: first, total } = await fetch(1, count);
  const rows = [...first];
  while (rows.length > 0 && rows.length < total) {
    const page = await fetch(rows.length, count);
    const [repeated, ...further] = page.rows;
    if (page.total !== total) return { kind: 'moved' };
    if (repeated?.id !== rows.at(-1)?.id)
      return repeated?.id === rows[0]?.id ? { kind: 'stuck', total } : { kind: 'moved' };
    if (further.length === 0) return { kind: 'moved' };
    rows.push(...further);
  }
  if (first.length === count && rows.length === count) await checkTotal(what, rows, fetch);
  const unique = new Set(rows.map(({ id }) => id)).size;
  return unique === total && unique === rows.length ? { kind: 'whole', rows } : { kind: 'moved' };
}

/** Some servers call the number of rows on a page the total: a page that is exactly full is therefore looked behind. */
async function checkTotal<T extends { readonly id: string }>(
  what: string,
  rows: readonly T[],
  fetch: FetchPage<T>,
): Promise<void> {
  const behind = (await fetch(rows.length, rows.length)).rows;
  const isLast = behind[0]?.id === rows.at(-1)?.id;
  // Where pages are not turned, only a larger one shows whether there is more.
  const seen = isLast ? rows.length - 1 + behind.length : (await fetch(1, 2 * rows.length)).rows.length;
  if (seen > rows.length) throw unreadable(what, 'has more of them than it says');
}

function unreadable(what: string, why: string): TargetError {
  const message = `the SCIM server ${why}: its list of ${what} cannot be read to the end, and a part of it is never taken for the whole`;
  return new TargetError('UNEXPECTED_RESPONSE', message);
}
