/**
 * One page of an answer, cut from one row more than the page holds: that row says whether there is a next page.
 *
 * @param rows newest first, at most `count + 1`
 */
export function pageOf<Row extends { readonly seq: number }, Answer>(
  rows: readonly Row[],
  count: number,
  present: (row: Row) => Answer,
): { readonly result: Answer[]; readonly nextCursor: string | null } {
  const page = rows.slice(0, count);
  const last = rows.length > count ? page.at(-1) : undefined;
  return { result: page.map(present), nextCursor: last === undefined ? null : String(last.seq) };
}
