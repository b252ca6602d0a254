import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { CompiledQuery, Kysely, Migrator } from 'kysely';
import { fold } from '../../src/model/fold.js';
import { resolvePath } from '../../src/model/resource-schema.js';
import { enterpriseUrn } from '../../src/model/scim-attributes.js';
import { parseAttributePath } from '../../src/scim/filter/parse-attribute-path.js';
import { parseFilter } from '../../src/scim/filter/parse-filter.js';
import { groupSchema, userSchema } from '../../src/scim/schema/resource-schemas.js';
import { sqliteEngine } from '../../src/store/engine.js';
import { filterCost, storedTerm } from '../../src/store/filter-cost.js';
import { listCondition } from '../../src/store/filter-to-sql.js';
import { pageOf, totalOf, walk, type Listing } from '../../src/store/list-resources.js';
import type { Position } from '../../src/store/list-sorted.js';
import { initial } from '../../src/store/migrations/0001-initial.js';
import { discardUser } from '../../src/store/scim-discard-user.js';
import { createGroup, deleteGroup } from '../../src/store/scim-group-writes.js';
import { createUser, deleteUser } from '../../src/store/scim-user-writes.js';
import type { ScimWrite } from '../../src/store/scim-write.js';
import { sortKeyOf } from '../../src/store/sort-key.js';
import { SqliteDialect } from '../../src/store/sqlite-driver.js';
import { openStore, Store } from '../../src/store/store.js';
import { countLiving, placeOf, stretchLength } from '../../src/store/stretches.js';
import type { Tables } from '../../src/store/tables.js';

const directory = 'acme';
const routes = new Map<string, string[]>([
  [directory, []],
  ['other', []],
]);

let store: Store;
beforeEach(async () => {
  store = await openStore('sqlite::memory:', routes);
});
afterEach(() => store.close());

const write = (inDirectory = directory): ScimWrite => ({
  directory: inDirectory,
  cause: { actor: 'okta', requestId: 'r' },
  now: 1,
});

interface Row {
  readonly seq: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly created?: number;
}

/** A user under a row number of our choosing: gaps of thousands are what years of coming and going leave. */
async function insertUser({ seq, attributes, created = 0 }: Row, db: Kysely<Tables> = store.db): Promise<void> {
  const { userName, displayName, externalId, active } = attributes as Record<string, string | boolean | undefined>;
  await db
    .insertInto('scim_user')
    .values({
      seq,
      id: `id-${seq}`,
      directory,
      user_name: String(userName),
      user_name_folded: fold(String(userName)),
      external_id: typeof externalId === 'string' ? externalId : null,
      display_name_folded: typeof displayName === 'string' ? fold(displayName) : null,
      active: active === false ? 0 : 1,
      resource: JSON.stringify(attributes),
      version: 1,
      created_at: created,
      updated_at: created,
      deleted_at: null,
    })
    .execute();
}

const listing = (sortBy?: string, descending = false, filter?: string): Listing => {
  const where = filter === undefined ? undefined : listCondition(store.engine, parseFilter(filter), userSchema);
  if (sortBy === undefined) return { directory, sources: [{ table: 'scim_user', where }] };
  const resolved = resolvePath(userSchema, parseAttributePath(sortBy)!)!;
  const key = sortKeyOf(store.engine, userSchema, resolved)!;
  return { directory, sources: [{ table: 'scim_user', where, key }], sorted: { descending } };
};
const seqsOf = (items: readonly Position[]): number[] => items.map(({ seq }) => seq);

/** Every page of a walk, forwards or backwards, put together in the listing's own order. */
async function walked(from: Listing, limit: number, backwards = false): Promise<number[]> {
  const seen: number[] = [];
  let position: Position | undefined;
  for (;;) {
    const step = await walk(store, from, { from: position, backwards, limit });
    if (backwards) seen.unshift(...seqsOf(step.items));
    else seen.push(...seqsOf(step.items));
    position = backwards ? step.first : step.last;
    if (!step.more) return seen;
  }
}

describe('the tally of living resources', () => {
  const recount = async () => {
    const counts: Record<string, number> = {};
    for (const table of ['scim_user', 'scim_group'] as const) {
      for (const name of routes.keys()) {
        const rows = await store.db
          .selectFrom(table)
          .select('seq')
          .where('directory', '=', name)
          .where('deleted_at', 'is', null)
          .execute();
        counts[`${table} ${name}`] = rows.length;
        expect(await countLiving(store.db, table, name)).toBe(rows.length);
      }
    }
    return counts;
  };

  test('follows creation, deletion, rehire, discarding and whatever else happens to the rows', async () => {
    const ann = await createUser(store, write(), 'a', { userName: 'ann', externalId: 'x' });
    await createUser(store, write(), 'b', { userName: 'bob' });
    await createUser(store, write('other'), 'c', { userName: 'ann' });
    await createGroup(store, write(), 'g', { displayName: 'Data' }, ['a']);
    expect(await recount()).toMatchObject({ 'scim_user acme': 2, 'scim_user other': 1, 'scim_group acme': 1 });
    await deleteUser(store, write(), 'a', () => undefined);
    await deleteGroup(store, write(), 'g', () => undefined);
    expect(await recount()).toMatchObject({ 'scim_user acme': 1, 'scim_group acme': 0 });
    const heir = await createUser(store, write(), 'd', { userName: 'ann', externalId: 'x' });
    expect(await recount()).toMatchObject({ 'scim_user acme': 2 });
    await discardUser(store, write(), heir);
    await store.db.updateTable('scim_user').set({ deleted_at: 5 }).execute();
    expect(await recount()).toMatchObject({ 'scim_user acme': 0, 'scim_user other': 0 });
    await store.db.updateTable('scim_user').set({ deleted_at: null }).execute();
    await store.db.deleteFrom('scim_user').where('id', '=', 'c').execute();
    expect(await recount()).toMatchObject({ 'scim_user acme': 1, 'scim_user other': 0 });
    expect(ann.id).toBe('a');
  });

  test('a transaction that fails leaves no trace in it', async () => {
    await createUser(store, write(), 'a', { userName: 'ann' });
    await expect(createUser(store, write(), 'b', { userName: 'ANN' })).rejects.toThrow('taken');
    expect(await recount()).toMatchObject({ 'scim_user acme': 1 });
  });

  test('a database from before it is filled when it is opened', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'drawbridge-stretches-'));
    const file = path.join(folder, 'old.db');
    try {
      const db = new Kysely<Tables>({ dialect: new SqliteDialect(file) });
      const old = { getMigrations: async () => ({ '0001-initial': initial(sqliteEngine) }) };
      expect((await new Migrator({ db, provider: old }).migrateToLatest()).error).toBeUndefined();
      for (const seq of [1, 2, stretchLength, 5 * stretchLength]) {
        await insertUser({ seq, attributes: { userName: `u${seq}` } }, db);
      }
      await db.updateTable('scim_user').set({ deleted_at: 9 }).where('seq', '=', 2).execute();
      await db.destroy();

      const opened = await openStore(`sqlite:${file}`, routes);
      const tally = await opened.db
        .selectFrom('scim_stretch')
        .select(['stretch', 'living'])
        .orderBy('stretch')
        .execute();
      expect(tally).toEqual([
        { stretch: 0, living: 1 },
        { stretch: 1, living: 1 },
        { stretch: 5, living: 1 },
      ]);
      await createUser(opened, write(), 'new', { userName: 'new' });
      expect(await countLiving(opened.db, 'scim_user', directory)).toBe(4);
      await opened.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('pages by index', () => {
  const seqs = [1, 2, 1023, 1024, 1025, 2047, 2048, 9000, 9001, 9002, 50_000, 50_001, 1_000_000];
  beforeEach(async () => {
    for (const seq of seqs)
      await insertUser({ seq, attributes: { userName: `u${seq}`, title: seq % 2 ? 'odd' : 'even' } });
    await store.db.updateTable('scim_user').set({ deleted_at: 1 }).where('seq', '=', 1024).execute();
  });
  const living = seqs.filter((seq) => seq !== 1024);

  test.each([undefined, 'title eq "odd"', 'userName pr', 'externalId eq "nobody"'])(
    'of any size at any depth: %s',
    async (filter) => {
      const expected = living.filter((seq) => {
        if (filter === undefined || filter === 'userName pr') return true;
        return filter.startsWith('title') && seq % 2 === 1;
      });
      for (const limit of [0, 1, 3, 200]) {
        for (let offset = 0; offset <= living.length + 2; offset += 1) {
          const { items, total } = await pageOf(store, listing(undefined, false, filter), { offset, limit });
          expect({ seqs: seqsOf(items), total }).toEqual({
            seqs: expected.slice(offset, offset + limit),
            total: expected.length,
          });
        }
      }
    },
  );

  test('walk past whole stretches, never through more than one', async () => {
    for (let offset = 0; offset < living.length; offset += 1) {
      const { from, skip } = await placeOf(store.db, 'scim_user', directory, offset);
      expect(skip).toBeLessThan(stretchLength);
      expect(living.filter((seq) => seq < from)).toHaveLength(offset - skip);
    }
  });

  test.each([1, 2, 5, 200])(
    'a walk by cursor in steps of %i sees the same, both ways, filtered or not',
    async (limit) => {
      for (const [filter, expected] of [
        [undefined, living],
        ['title eq "odd"', living.filter((seq) => seq % 2 === 1)],
      ] as const) {
        expect(await walked(listing(undefined, false, filter), limit)).toEqual(expected);
        expect(await walked(listing(undefined, false, filter), limit, true)).toEqual(expected);
      }
    },
  );
});

/** Few values, so that there are ties; among them what databases order differently from JavaScript. */
const texts = ['', 'a', 'A', 'b', 'Äb', 'a\u0308b', 'zz', '\uFF21', '\uD83D\uDE00', '\uFB01', '10', '9'];
const text = fc.constantFrom(...texts);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const defined = <T extends object>(record: T): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
const email = fc.record({ value: maybe(text), type: maybe(text), primary: maybe(fc.boolean()) }).map(defined);
const attributes = fc
  .record({
    userName: text,
    externalId: maybe(text),
    displayName: maybe(text),
    active: fc.boolean(),
    name: maybe(fc.record({ familyName: maybe(text) }).map(defined)),
    emails: maybe(fc.array(email, { minLength: 1, maxLength: 3 })),
    [enterpriseUrn]: maybe(
      fc.record({ department: maybe(text), manager: maybe(text.map((value) => ({ value }))) }).map(defined),
    ),
  })
  .map(defined);
const people = fc
  .array(fc.tuple(attributes, fc.integer({ min: 1, max: 900 }), fc.integer({ min: 0, max: 5 })), {
    minLength: 1,
    maxLength: 12,
  })
  .map((rows) => {
    let seq = 0;
    return rows.map(([given, gap, created]): Row => {
      seq += gap;
      return { seq, created, attributes: { ...given, userName: `${String(given['userName'])}-${seq}` } };
    });
  });

type Json = Record<string, unknown>;
const first = (each: Json): Json | undefined => {
  const emails = (each['emails'] ?? []) as Json[];
  return emails.find(({ primary }) => primary === true) ?? emails[0];
};
const folded = (value: unknown): unknown => (typeof value === 'string' ? fold(value) : value);
const enterprise = (each: Json): Json => (each[enterpriseUrn] ?? {}) as Json;

/** What each attribute is sorted by, said a second time and more simply. */
const sortValues: Record<string, (each: Json, row: Row) => unknown> = {
  userName: (each) => folded(each['userName']),
  EXTERNALID: (each) => each['externalId'],
  displayName: (each) => folded(each['displayName']),
  active: (each) => Number(each['active']),
  'name.familyName': (each) => folded((each['name'] as Json | undefined)?.['familyName']),
  emails: (each) => folded(first(each)?.['value']),
  'emails.type': (each) => folded(first(each)?.['type']),
  [`${enterpriseUrn}:department`]: (each) => folded(enterprise(each)['department']),
  [`${enterpriseUrn}:manager.value`]: (each) => (enterprise(each)['manager'] as Json | undefined)?.['value'],
  manager: (each) => (enterprise(each)['manager'] as Json | undefined)?.['value'],
  'urn:ietf:params:scim:schemas:core:2.0:User:userName': (each) => folded(each['userName']),
  'meta.created': (_each, { created }) => created,
  id: (_each, { seq }) => `id-${seq}`,
  schemas: () => 'the same',
  'phoneNumbers.value': () => undefined,
};

function compare(left: unknown, right: unknown): number {
  if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return Buffer.compare(Buffer.from(String(left)), Buffer.from(String(right)));
}

describe('sorted listings', () => {
  test.each(Object.keys(sortValues))('%s: the same order in pages and in walks, up and down', async (sortBy) => {
    const valueOf = sortValues[sortBy]!;
    const property = fc.asyncProperty(people, fc.integer({ min: 1, max: 5 }), async (rows, limit) => {
      await store.db.deleteFrom('scim_user').execute();
      for (const row of rows) await insertUser(row);
      const ascending = rows
        .map((row) => ({ seq: row.seq, value: valueOf(row.attributes, row) }))
        .sort((left, right) => compare(left.value, right.value) || left.seq - right.seq)
        .map(({ seq }) => seq);
      for (const descending of [false, true]) {
        const expected = descending ? ascending.toReversed() : ascending;
        const list = listing(sortBy, descending);
        const paged: number[] = [];
        for (let offset = 0; offset < rows.length; offset += limit) {
          const { items, total } = await pageOf(store, list, { offset, limit });
          expect(total).toBe(rows.length);
          paged.push(...seqsOf(items));
        }
        expect(paged).toEqual(expected);
        expect(await walked(list, limit)).toEqual(expected);
        expect(await walked(list, limit, true)).toEqual(expected);
      }
    });
    await fc.assert(property, { numRuns: 15 });
  });

  test('groups of a user and members of a group count by the first', async () => {
    for (const name of ['ann', 'bob', 'cem']) await createUser(store, write(), name, { userName: name });
    await createGroup(store, write(), 'g2', { displayName: 'Zoo' }, ['bob']);
    await createGroup(store, write(), 'g1', { displayName: 'Ark' }, ['ann', 'bob']);
    const ids = async (list: Listing) =>
      (await pageOf(store, list, { offset: 0, limit: 9 })).items.map(({ row }) => row.id);
    expect(await ids(listing('groups.display'))).toEqual(['ann', 'bob', 'cem']);
    expect(await ids(listing('groups'))).toEqual(['ann', 'bob', 'cem']);
    const key = sortKeyOf(store.engine, groupSchema, resolvePath(groupSchema, { attribute: 'members' })!)!;
    const groups: Listing = { directory, sources: [{ table: 'scim_group', key }], sorted: { descending: true } };
    expect(await ids(groups)).toEqual(['g2', 'g1']);
  });

  test('users and groups sort together, those without the attribute last, or first when descending', async () => {
    await createUser(store, write(), 'u1', { userName: 'z', displayName: 'mid' });
    await createUser(store, write(), 'u2', { userName: 'a' });
    await createGroup(store, write(), 'g1', { displayName: 'Zed' }, []);
    await createGroup(store, write(), 'g2', { displayName: 'alpha' }, []);
    const both = (sortBy: string, descending: boolean): Listing => ({
      directory,
      sources: (
        [
          ['scim_user', userSchema],
          ['scim_group', groupSchema],
        ] as const
      ).map(([table, schema]) => {
        const resolved = resolvePath(schema, { attribute: sortBy });
        return { table, key: resolved && sortKeyOf(store.engine, schema, resolved) };
      }),
      sorted: { descending },
    });
    const ids = async (list: Listing) => {
      const { items, total } = await pageOf(store, list, { offset: 0, limit: 9 });
      expect(total).toBe(4);
      const walkedIds: string[] = [];
      for (let from: Position | undefined; ;) {
        const step = await walk(store, list, { from, backwards: false, limit: 1 });
        walkedIds.push(...step.items.map(({ row }) => row.id));
        from = step.last;
        if (!step.more) break;
      }
      expect(walkedIds).toEqual(items.map(({ row }) => row.id));
      return walkedIds;
    };
    expect(await ids(both('displayName', false))).toEqual(['g2', 'u1', 'g1', 'u2']);
    expect(await ids(both('displayName', true))).toEqual(['u2', 'g1', 'u1', 'g2']);
    expect(await ids(both('userName', false))).toEqual(['u2', 'u1', 'g1', 'g2']);
    expect(await ids(both('userName', true))).toEqual(['g2', 'g1', 'u1', 'u2']);
  });

  test('userName is sorted by its index, entered at the place a cursor names', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'drawbridge-sorted-'));
    const file = path.join(folder, 'plan.db');
    await (await openStore(`sqlite:${file}`, routes)).close();
    const queries: CompiledQuery[] = [];
    const db = new Kysely<Tables>({ dialect: new SqliteDialect(file), log: ({ query }) => void queries.push(query) });
    try {
      const from: Position = { table: 'scim_user', key: 'm', seq: 7 };
      for (const backwards of [false, true]) {
        queries.length = 0;
        await walk(new Store(db, sqliteEngine, routes), listing('userName'), { from, backwards, limit: 10 });
        const [{ sql, parameters } = { sql: '', parameters: [] }] = queries;
        const { rows } = await db.executeQuery<{ detail: string }>(
          CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]),
        );
        const plan = rows.map(({ detail }) => detail).join('\n');
        expect(plan).toMatch(/INDEX scim_user_by_name \(directory=\? AND user_name_folded[<>]\?\)/);
        expect(plan).not.toContain('TEMP B-TREE');
      }
    } finally {
      await db.destroy();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test.each([false, true])(
    'what stays as it is is seen exactly once while others come, go and change; descending: %s',
    async (descending) => {
      const change = fc.record({
        kind: fc.constantFrom('create', 'delete', 'rename'),
        at: fc.nat({ max: 11 }),
        name: text,
      });
      const property = fc.asyncProperty(
        people,
        fc.array(fc.array(change, { maxLength: 3 }), { minLength: 1, maxLength: 12 }),
        fc.constantFrom(undefined, 'userName', 'displayName', 'emails'),
        async (rows, changes, sortBy) => {
          await store.db.deleteFrom('scim_user').execute();
          for (const row of rows) await insertUser(row);
          const undisturbed = new Set(rows.map(({ seq }) => seq));
          const seen: number[] = [];
          let next = 20_000;
          let from: Position | undefined;
          for (let turn = 0; ; turn += 1) {
            const step = await walk(store, listing(sortBy, descending), { from, backwards: false, limit: 2 });
            seen.push(...seqsOf(step.items));
            from = step.last;
            if (!step.more) break;
            for (const { kind, at, name } of changes[turn] ?? []) {
              const { seq } = rows[at % rows.length]!;
              const given = { userName: `${name}-${(next += 1)}`, displayName: name, emails: [{ value: name }] };
              if (kind === 'create') await insertUser({ seq: next, attributes: given });
              else undisturbed.delete(seq);
              if (kind === 'delete')
                await store.db.updateTable('scim_user').set({ deleted_at: 1 }).where('seq', '=', seq).execute();
              if (kind === 'rename') {
                const set = {
                  user_name_folded: fold(given.userName),
                  display_name_folded: fold(name),
                  resource: JSON.stringify(given),
                };
                await store.db.updateTable('scim_user').set(set).where('seq', '=', seq).execute();
              }
            }
          }
          for (const seq of undisturbed) expect(seen.filter((each) => each === seq)).toEqual([seq]);
          if (sortBy === undefined) expect(new Set(seen).size).toBe(seen.length);
        },
      );
      await fc.assert(property, { numRuns: 60 });
    },
  );
});

describe('what a filter costs', () => {
  test.each([
    'userName eq "x"',
    'id eq "x"',
    'externalId eq "x"',
    'displayName eq "x"',
    'emails eq "x"',
    'emails[type eq "work"].value eq "x"',
    'emails[value eq "x" and primary eq true]',
    'groups eq "x"',
    'active eq true and userName eq "x" and title co "y"',
    'userName eq "x" or emails.value eq "y"',
    'unknown eq "x"',
  ])('found by index: %s', (filter) => {
    expect(filterCost(parseFilter(filter), userSchema)).toEqual({ kind: 'indexed' });
  });

  test('a long list of names is still found by index', () => {
    const filter = Array.from({ length: 256 }, (_, index) => `userName eq "${index}"`).join(' or ');
    expect(filterCost(parseFilter(filter), userSchema)).toEqual({ kind: 'indexed' });
  });

  test.each([
    ['active eq true', 1],
    ['userName co "x"', 1],
    ['userName eq "x" or active eq true', 2],
    ['not (userName eq "x")', 1],
    ['title eq "x"', storedTerm],
    ['emails.type eq "work"', storedTerm],
    ['emails[value co "x" and type eq "work"]', 2 * storedTerm],
    ['emails ne "x"', storedTerm],
    ['emails[(value eq "x" and primary eq true) or (value eq "y" and primary eq true)]', 4 * storedTerm],
    ['groups.display eq "x"', storedTerm],
    ['userName eq null', 1],
  ])('asked of everybody: %s', (filter, work) => {
    expect(filterCost(parseFilter(filter), userSchema)).toEqual({ kind: 'scan', work });
  });

  test('a count alone agrees with the pages', async () => {
    for (const seq of [1, 3000, 6000]) await insertUser({ seq, attributes: { userName: `u${seq}`, title: 'x' } });
    for (const filter of [undefined, 'title eq "x"', 'title eq "y"', 'userName eq "u3000"']) {
      const list = listing(undefined, false, filter);
      expect(await totalOf(store, list)).toBe((await pageOf(store, list, { offset: 0, limit: 10 })).total);
    }
  });
});
