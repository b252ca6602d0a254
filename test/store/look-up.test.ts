import { bindFilter } from '../../src/model/bind-filter.js';
import { parseFilter } from '../../src/scim/filter/parse-filter.js';
import { groupSchema, userSchema } from '../../src/scim/schema/resource-schemas.js';
import { lookUp } from '../../src/store/look-up.js';
import { createGroup } from '../../src/store/scim-group-writes.js';
import { createUser, deleteUser } from '../../src/store/scim-user-writes.js';
import { openStore, type Store } from '../../src/store/store.js';

let store: Store;
beforeAll(async () => {
  store = await openStore('sqlite::memory:', new Map([['acme', []]]));
  const add = (directory: string, id: string, userName: string, email: string, type: string) =>
    createUser(store, write(directory), id, {
      userName,
      externalId: 'Ext',
      displayName: `Display ${userName}`,
      emails: [
        { value: email, type },
        { value: `second-${email}`, type: 'other' },
      ],
    });
  await add('acme', 'u1', 'Ann@acme.test', 'Ann@work.test', 'work');
  await add('acme', 'u2', 'bob', 'ann@work.test', 'home');
  await add('other', 'u3', 'ann@acme.test', 'ann@work.test', 'work');
  await add('acme', 'u4', 'gone', 'gone@work.test', 'work');
  await deleteUser(store, write('acme'), 'u4', () => undefined);
  await createGroup(store, write('acme'), 'g1', { displayName: 'Data', externalId: 'Ext' }, []);
  await createGroup(store, write('other'), 'g2', { displayName: 'Data' }, []);
});
afterAll(() => store.close());

const write = (directory: string) => ({ directory, cause: { actor: 'okta', requestId: 'r1' }, now: 1 });

async function found(table: 'scim_user' | 'scim_group', filter: string): Promise<readonly string[] | undefined> {
  const schema = table === 'scim_user' ? userSchema : groupSchema;
  const rows = await lookUp(store.db, table, 'acme', bindFilter(parseFilter(filter), schema));
  return rows?.map(({ id }) => id);
}

test.each([
  ['id eq "u1"', ['u1']],
  ['id eq "U1"', []],
  ['id eq "u3"', []],
  ['userName eq "ANN@ACME.TEST"', ['u1']],
  ['userName eq "gone"', []],
  ['externalId eq "Ext"', ['u1', 'u2']],
  ['externalId eq "ext"', []],
  ['displayName eq "DISPLAY BOB"', ['u2']],
  ['emails.value eq "ANN@WORK.TEST"', ['u1', 'u2']],
  ['emails eq "ann@work.test"', ['u1', 'u2']],
  ['emails[type eq "work"].value eq "ann@work.test"', ['u1']],
  ['emails[type eq "WORK" and value eq "ann@work.test"]', ['u1']],
  ['emails[value eq "second-ann@work.test" and type eq "work"]', []],
  ['emails[value eq "gone@work.test"]', []],
])('users with %s', async (filter, ids) => {
  expect(await found('scim_user', filter)).toEqual(ids);
});

test.each([
  ['displayName eq "data"', ['g1']],
  ['externalId eq "Ext"', ['g1']],
  ['id eq "g2"', []],
])('groups with %s', async (filter, ids) => {
  expect(await found('scim_group', filter)).toEqual(ids);
});

test.each([
  'userName ne "ann"',
  'userName sw "ann"',
  'userName eq null',
  'not (userName eq "ann")',
  'userName eq "ann" or userName eq "bob"',
  'userName eq "ann" and active eq true',
  'active eq true',
  'title eq "Dr"',
  'name.givenName eq "Ann"',
  'emails.type eq "work"',
  'emails.value ne "ann@work.test"',
  'emails[value eq "a" and primary eq true]',
  'emails[value eq "a" and value eq "b"]',
  'emails[value eq "a" or type eq "work"]',
  'unknown eq "x"',
])('%s is no look-up, and left to the ordinary way', async (filter) => {
  expect(await found('scim_user', filter)).toBeUndefined();
});

test('what too many share is a list, to be had page by page', async () => {
  const many = await openStore('sqlite::memory:', new Map([['acme', []]]));
  await Promise.all(
    Array.from({ length: 101 }, (_, index) =>
      createUser(many, write('acme'), `m${index}`, { userName: `m${index}`, externalId: index < 100 ? 'most' : 'one' }),
    ),
  );
  const filter = bindFilter(parseFilter('externalId eq "most"'), userSchema);
  expect(await lookUp(many.db, 'scim_user', 'acme', filter)).toHaveLength(100);
  await createUser(many, write('acme'), 'm101', { userName: 'm101', externalId: 'most' });
  expect(await lookUp(many.db, 'scim_user', 'acme', filter)).toBeUndefined();
  await many.close();
});
