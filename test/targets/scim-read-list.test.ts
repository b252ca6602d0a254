import fc from 'fast-check';
import { readList, type FetchPage } from '../../src/targets/scim/read-list.js';

interface Row {
  readonly id: string;
}

const rowsOf = (count: number): Row[] => Array.from({ length: count }, (_, index) => ({ id: `u${index}` }));

/** A server that does as the RFC says, never showing more than `most` at once. */
const honest =
  (rows: readonly Row[], most = Infinity): FetchPage<Row> =>
  (startIndex, count) =>
    Promise.resolve({ total: rows.length, rows: rows.slice(startIndex - 1, startIndex - 1 + Math.min(count, most)) });

/** Counts the calls of a server, and stops a reader that never would. */
function counted(fetch: FetchPage<Row>): { readonly fetch: FetchPage<Row>; readonly calls: [number, number][] } {
  const calls: [number, number][] = [];
  const watched: FetchPage<Row> = (startIndex, count) => {
    calls.push([startIndex, count]);
    if (calls.length > 500) throw new Error('reads without end');
    return fetch(startIndex, count);
  };
  return { fetch: watched, calls };
}

const read = (fetch: FetchPage<Row>, pageSize = 100): Promise<Row[]> => readList('users', pageSize, fetch);

test('every list is read to its end, whatever its length and however little a page holds', async () => {
  const sizes = { count: fc.integer({ min: 0, max: 60 }), pageSize: fc.integer({ min: 2, max: 20 }) };
  const most = fc.integer({ min: 2, max: 30 });
  await fc.assert(
    fc.asyncProperty(fc.record({ ...sizes, most }), async (list) => {
      const rows = rowsOf(list.count);
      expect(await read(counted(honest(rows, list.most)).fetch, list.pageSize)).toEqual(rows);
    }),
  );
});

test('a server that ignores paging is read once', async () => {
  const rows = rowsOf(250);
  const { fetch, calls } = counted(() => Promise.resolve({ total: 250, rows }));
  expect(await read(fetch)).toEqual(rows);
  expect(calls).toHaveLength(1);
});

test('a server that shows the same part again is asked for everything at once', async () => {
  const rows = rowsOf(250);
  const { fetch, calls } = counted((_, count) => Promise.resolve({ total: 250, rows: rows.slice(0, count) }));
  expect(await read(fetch)).toEqual(rows);
  expect(calls).toContainEqual([1, 250]);
});

test.each([250, 101])('a part of %i is never taken for the whole where there is no way to the rest', async (total) => {
  const { fetch } = counted(() => Promise.resolve({ total, rows: rowsOf(100) }));
  await expect(read(fetch)).rejects.toMatchObject({ code: 'UNEXPECTED_RESPONSE' });
});

test('a page’s length called the total is found out', async () => {
  const rows = rowsOf(250);
  const liar = counted(async (startIndex, count) => {
    const page = await honest(rows)(startIndex, count);
    return { ...page, total: page.rows.length };
  });
  await expect(read(liar.fetch)).rejects.toMatchObject({ code: 'UNEXPECTED_RESPONSE' });
  const stuckLiar = counted((_, count) => Promise.resolve({ total: Math.min(count, 250), rows: rows.slice(0, count) }));
  await expect(read(stuckLiar.fetch)).rejects.toMatchObject({ code: 'UNEXPECTED_RESPONSE' });
});

test('a page that is exactly full is the whole list when nothing is behind it', async () => {
  const rows = rowsOf(100);
  expect(await read(counted(honest(rows)).fetch)).toEqual(rows);
  // Pages are not turned here, and the larger one shows no more either.
  expect(await read(counted(() => Promise.resolve({ total: 100, rows })).fetch)).toEqual(rows);
});

test('a list that never holds still is an error, not a shorter list', async () => {
  let seed = 0;
  const { fetch } = counted((startIndex, count) => {
    seed += 1;
    const rows = rowsOf(250).slice(seed);
    return Promise.resolve({ total: 250, rows: rows.slice(startIndex - 1, startIndex - 1 + count) });
  });
  await expect(read(fetch)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

test.each([
  { what: 'a repeated row', rows: [...rowsOf(3), { id: 'u0' }], total: 4 },
  { what: 'fewer rows than the total', rows: rowsOf(3), total: 4 },
  { what: 'more rows than the total', rows: rowsOf(5), total: 4 },
  { what: 'nobody of four', rows: [], total: 4 },
])('$what is not believed', async ({ rows, total }) => {
  const { fetch } = counted((startIndex) => Promise.resolve({ total, rows: rows.slice(startIndex - 1) }));
  await expect(read(fetch)).rejects.toMatchObject({ name: 'TargetError' });
});

test('rows that come and go between pages are neither skipped nor repeated', async () => {
  const change = fc.record({
    at: fc.integer({ min: 2, max: 8 }),
    remove: fc.boolean(),
    insert: fc.boolean(),
    where: fc.integer({ min: 0, max: 24 }),
  });
  await fc.assert(
    fc.asyncProperty(change, async ({ at, remove, insert, where }) => {
      const rows = rowsOf(25);
      let calls = 0;
      const seen = await read((startIndex, count) => {
        calls += 1;
        if (calls === at && remove) rows.splice(where, 1);
        if (calls === at && insert) rows.splice(where, 0, { id: 'late' });
        return honest(rows)(startIndex, count);
      }, 5);
      expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
      const staying = rows.filter(({ id }) => id !== 'late');
      expect(staying.filter(({ id }) => !seen.some((each) => each.id === id))).toEqual([]);
    }),
  );
});
