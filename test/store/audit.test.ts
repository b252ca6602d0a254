import { auditHash } from '../../src/store/audit.js';
import { createGroup } from '../../src/store/scim-group-writes.js';
import { createUser } from '../../src/store/scim-user-writes.js';
import { openStore, type Store } from '../../src/store/store.js';

let store: Store;
beforeEach(async () => {
  store = await openStore('sqlite::memory:', new Map([['acme', ['dbt']]]));
});
afterEach(() => store.close());

const write = (directory: string) => ({ directory, cause: { actor: 'okta', requestId: 'r1' }, now: 1 });

/** The actions of a directory's chain, after checking that each entry holds the hash of the one before it. */
async function chainOf(directory: string): Promise<string[]> {
  const rows = await store.db
    .selectFrom('audit')
    .selectAll()
    .where('directory', '=', directory)
    .orderBy('seq')
    .execute();
  let previous = '';
  for (const { seq, hash, ...row } of rows) {
    expect(seq).toBeGreaterThan(0);
    expect(row.previous_hash).toBe(previous);
    expect(hash).toBe(auditHash(row));
    previous = hash;
  }
  return rows.map(({ action }) => action);
}

test('several entries of one write follow each other in the chain', async () => {
  await createUser(store, write('acme'), 'u1', { userName: 'ann' });
  await createGroup(store, write('acme'), 'g1', { displayName: 'Data' }, ['u1']);
  expect(await chainOf('acme')).toEqual(['user.create', 'group.create', 'group.members']);
});

test('each directory has a chain of its own, also when their writes share a commit, and a write that fails has no entry', async () => {
  const creating = ['acme', 'other', 'acme', 'other'].map((directory, index) =>
    createUser(store, write(directory), `u${index}`, { userName: index === 2 ? 'user-0' : `user-${index}` }),
  );
  const results = await Promise.allSettled(creating);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(await chainOf('acme')).toEqual(['user.create']);
  expect(await chainOf('other')).toEqual(['user.create', 'user.create']);
});
