import { jest } from '@jest/globals';
import { Kysely, sql } from 'kysely';
import { GroupCommit } from '../../src/store/group-commit.js';
import { insertUser } from '../../src/store/scim-user-rows.js';
import { createUser, updateUser } from '../../src/store/scim-user-writes.js';
import { findUser } from '../../src/store/scim-users.js';
import { UniquenessConflict } from '../../src/store/scim-write.js';
import { SqliteDialect } from '../../src/store/sqlite-driver.js';
import { openStore, type Store, type Trx } from '../../src/store/store.js';
import type { Tables } from '../../src/store/tables.js';
import { markDue } from '../../src/store/mark-due.js';

const cause = { actor: 'okta', requestId: 'r1' };
const write = { directory: 'acme', cause, now: 1 };

let store: Store;
beforeEach(async () => {
  store = await openStore('sqlite::memory:', new Map([['acme', ['dbt']]]));
});
afterEach(() => store.close());

const addDirectory = async (trx: Trx, name: string): Promise<void> => {
  await trx.insertInto('directory').values({ name, created_at: 1, last_request_at: null }).execute();
};
const directories = async () => {
  const rows = await store.db.selectFrom('directory').select('name').orderBy('name').execute();
  return rows.map(({ name }) => name);
};
const reasonOf = (result: PromiseSettledResult<unknown> | undefined): unknown =>
  result?.status === 'rejected' ? result.reason : undefined;

test('writes asked for together share one commit, each in the order asked for', async () => {
  const statements: string[] = [];
  const db = new Kysely<Tables>({
    dialect: new SqliteDialect(':memory:'),
    log: ({ query }) => {
      statements.push(query.sql);
    },
  });
  await sql`create table directory (name text primary key, created_at bigint, last_request_at bigint)`.execute(db);
  statements.length = 0;
  const commits = new GroupCommit(db);
  await Promise.all(['a', 'b', 'c'].map((name) => commits.run((trx) => addDirectory(trx, name))));

  expect(statements.filter((each) => each === 'commit')).toHaveLength(1);
  const rows = await db
    .selectFrom('directory')
    .select('name')
    .orderBy(sql`rowid`)
    .execute();
  expect(rows.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  await db.destroy();
});

test('more writes than one commit holds are all done', async () => {
  const names = Array.from({ length: 200 }, (_, index) => `d${String(index).padStart(3, '0')}`);
  await Promise.all(names.map((name) => store.write((trx) => addDirectory(trx, name))));
  expect(await directories()).toEqual(['acme', ...names]);
});

test('one that fails takes back all it did and nothing of the others', async () => {
  const results = await Promise.allSettled([
    store.write((trx) => addDirectory(trx, 'before')),
    store.write(async (trx) => {
      await addDirectory(trx, 'half');
      throw new Error('changed my mind');
    }),
    store.write((trx) => addDirectory(trx, 'after')),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(reasonOf(results[1])).toEqual(new Error('changed my mind'));
  expect(await directories()).toEqual(['acme', 'after', 'before']);
});

test('a write that stands alone leaves no trace either when it fails', async () => {
  const failing = store.write(async (trx) => {
    await addDirectory(trx, 'half');
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  expect(await directories()).toEqual(['acme']);
});

test('a taken userName is refused to whoever came second, and to nobody else', async () => {
  const names = ['ann', 'bob', 'ANN', 'cid', 'Bob'];
  const results = await Promise.allSettled(
    names.map((userName, index) => createUser(store, write, `u${index}`, { userName })),
  );
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'rejected']);
  expect(reasonOf(results[2])).toBeInstanceOf(UniquenessConflict);
  expect(reasonOf(results[4])).toBeInstanceOf(UniquenessConflict);
  const audit = await store.db.selectFrom('audit').select('subject_id').orderBy('seq').execute();
  expect(audit.map(({ subject_id }) => subject_id)).toEqual(['u0', 'u1', 'u3']);
  const due = await store.db.selectFrom('due').select('key').orderBy('key').execute();
  expect(due.map(({ key }) => key)).toEqual(['u0', 'u1', 'u3']);
});

test('the second of two updates in one commit builds on the first', async () => {
  await createUser(store, write, 'u1', { userName: 'ann' });
  await Promise.all([
    updateUser(store, write, 'u1', (before) => ({ ...before, title: 'Dr' })),
    updateUser(store, write, 'u1', (before) => ({ ...before, nickName: 'Annie' })),
  ]);
  const row = await store.db.selectFrom('scim_user').select(['resource', 'version']).executeTakeFirstOrThrow();
  expect(JSON.parse(row.resource)).toEqual({ userName: 'ann', title: 'Dr', nickName: 'Annie' });
  expect(row.version).toBe(3);
});

test('when the commit fails, nobody is told otherwise and nothing is kept', async () => {
  const results = await Promise.allSettled([
    store.write((trx) => addDirectory(trx, 'innocent')),
    store.write(async (trx) => {
      await sql`pragma defer_foreign_keys = on`.execute(trx);
      await trx.insertInto('scim_email').values({ user_seq: 404, type_folded: null, value_folded: 'x' }).execute();
    }),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await directories()).toEqual(['acme']);
  await store.write((trx) => addDirectory(trx, 'next'));
  expect(await directories()).toEqual(['acme', 'next']);
});

test('when the engine gives up the whole transaction, those before it are not told they succeeded', async () => {
  const later = jest.fn<(trx: Trx) => Promise<void>>();
  const results = await Promise.allSettled([
    store.write((trx) => addDirectory(trx, 'innocent')),
    store.write(async (trx) => {
      await sql`insert or rollback into directory (name, created_at) values ('acme', 1)`.execute(trx);
    }),
    store.write(later),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  for (const result of results)
    expect(reasonOf(result)).toMatchObject({ message: expect.stringContaining('UNIQUE') as string });
  expect(later).not.toHaveBeenCalled();
  expect(await directories()).toEqual(['acme']);
  await store.write((trx) => addDirectory(trx, 'next'));
  expect(await directories()).toEqual(['acme', 'next']);
});

test('a reader never sees what is not committed', async () => {
  let seen: Promise<string[]> | undefined;
  const failing = store.write(async (trx) => {
    await addDirectory(trx, 'half');
    seen = directories();
    await addDirectory(trx, 'other half');
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  expect(await seen).toEqual(['acme']);
});

test('nor does one whose query is compiled already and need not wait', async () => {
  let seen: Promise<unknown> | undefined;
  const failing = store.write(async (trx) => {
    const row = { id: 'u1', directory: 'acme', created_at: 1 };
    await insertUser(trx, row, { userName: 'ann' });
    expect(await findUser(trx, 'acme', 'u1')).toMatchObject({ user_name: 'ann' });
    seen = findUser(store.db, 'acme', 'u1');
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  expect(await seen).toBeUndefined();
});

test('a target is woken after the commit, and only for writes that stay', async () => {
  const woken: string[] = [];
  store.onDue((target) => woken.push(target));
  const queue = (key: string, fails: boolean) =>
    store.write(async (trx) => {
      await markDue(store, trx, { directory: 'acme', kind: 'account', keys: [key], lane: 1, cause, now: 1 });
      expect(woken).toEqual([]);
      if (fails) throw new Error('changed my mind');
    });
  await Promise.allSettled([queue('a', true), store.write((trx) => addDirectory(trx, 'quiet'))]);
  expect(woken).toEqual([]);
  await queue('b', false);
  expect(woken).toEqual(['dbt']);
});

test('closing waits for the writes under way', async () => {
  const other = await openStore('sqlite::memory:', new Map());
  const writing = other.write((trx) => addDirectory(trx, 'last'));
  await other.close();
  await expect(writing).resolves.toBeUndefined();
});
