import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lane } from '../../src/model/lane.js';
import type { UserAttributes } from '../../src/model/scim-attributes.js';
import { pageByCreation } from '../../src/store/list-by-creation.js';
import { createGroup } from '../../src/store/scim-group-writes.js';
import { discardUser } from '../../src/store/scim-discard-user.js';
import { createUser, deleteUser, updateUser } from '../../src/store/scim-user-writes.js';
import { findUser, toScimUser } from '../../src/store/scim-users.js';
import { UniquenessConflict, type ScimWrite } from '../../src/store/scim-write.js';
import { openStore, type Store } from '../../src/store/store.js';

let folder: string;
let store: Store;
let clock = 1_000;

const write = (directory = 'acme'): ScimWrite => ({
  directory,
  cause: { actor: 'okta', requestId: `request-${clock}` },
  now: (clock += 1_000),
});

const ann: UserAttributes = {
  userName: 'Ann@acme.test',
  externalId: '00uA1',
  displayName: 'Ann Lee',
  active: true,
  name: { givenName: 'Ann', familyName: 'Lee' },
  emails: [{ value: 'Ann@acme.test', type: 'Work', primary: true }, { value: 'ann@home.test' }],
};

const add = (id: string, attributes: UserAttributes = { ...ann, userName: id }, directory = 'acme') =>
  createUser(store, write(directory), id, attributes);

const due = () => store.db.selectFrom('due').selectAll().orderBy('key').orderBy('target').execute();
const audit = () => store.db.selectFrom('audit').selectAll().orderBy('seq').execute();
const members = () => store.db.selectFrom('scim_member').selectAll().orderBy('group_seq').execute();
const clearDue = () => store.db.deleteFrom('due').execute();

const account = (userId: string, target = 'dbt', remoteId: string | null = `remote-${userId}`) =>
  store.db
    .insertInto('target_account')
    .values({
      target,
      user_id: userId,
      remote_id: remoteId,
      invitation_id: null,
      correlation_key: null,
      state: 'active',
      detail: null,
      since: 1,
      invitations_sent: 0,
      invited_at: null,
      observed: null,
      observed_at: null,
    })
    .execute();

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'drawbridge-users-'));
  const routes = new Map([
    ['acme', ['dbt', 'metabase']],
    ['other', ['dbt']],
  ]);
  store = await openStore(`sqlite:${path.join(folder, 'store.db')}`, routes);
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a create stores resource, addresses, due keys of every target and one audit entry', async () => {
  const row = await add('u1', ann);

  expect(row).toMatchObject({ id: 'u1', version: 1, created_at: clock, updated_at: clock, deleted_at: null });
  expect(JSON.parse(row.resource)).toEqual(ann);
  expect(await store.db.selectFrom('scim_email').select(['type_folded', 'value_folded']).execute()).toEqual([
    { type_folded: 'work', value_folded: 'ann@acme.test' },
    { type_folded: null, value_folded: 'ann@home.test' },
  ]);
  expect(await due()).toMatchObject([
    { target: 'dbt', kind: 'account', key: 'u1', lane: lane.person, generation: 1 },
    { target: 'metabase', kind: 'account', key: 'u1', lane: lane.person, generation: 1 },
  ]);
  expect(await audit()).toMatchObject([{ action: 'user.create', subject_id: 'u1', actor: 'okta', directory: 'acme' }]);
});

test('a failure in the middle of a write leaves nothing behind', async () => {
  await store.db.schema.alterTable('audit').renameTo('audit_gone').execute();

  await expect(add('u1', ann)).rejects.toThrow('audit');

  for (const table of ['scim_user', 'scim_email', 'due'] as const) {
    expect(await store.db.selectFrom(table).selectAll().execute()).toEqual([]);
  }
});

test.each([
  { rule: 'another case', taken: 'ann@acme.test', asked: 'ANN@ACME.TEST' },
  { rule: 'another composition of an accent', taken: 'ren\u00e9', asked: 'rene\u0301' },
  { rule: 'a full-width spelling', taken: 'ann', asked: '\uff21nn' },
])('a userName in $rule is the same userName', async ({ taken, asked }) => {
  await add('u1', { userName: taken });
  await expect(add('u2', { userName: asked })).rejects.toThrow(UniquenessConflict);
  expect(await due()).toHaveLength(2);
});

test('two directories may have the same userName, and neither sees the user of the other', async () => {
  await add('u1', ann, 'acme');
  await add('u2', ann, 'other');

  expect(await findUser(store.db, 'other', 'u1')).toBeUndefined();
  expect(
    (await pageByCreation(store, 'scim_user', 'other', { offset: 0, limit: 10 })).rows.map(({ id }) => id),
  ).toEqual(['u2']);
  expect(await updateUser(store, write('other'), 'u1', () => ({ userName: 'stolen' }))).toBeUndefined();
  expect(await deleteUser(store, write('other'), 'u1', () => undefined)).toBe(false);
});

test.each([
  { rule: 'an edit', before: true, change: { displayName: 'Ann L' }, urgency: lane.person, action: 'user.update' },
  {
    rule: 'a deactivation',
    before: true,
    change: { active: false },
    urgency: lane.deactivate,
    action: 'user.deactivate',
  },
  { rule: 'an activation', before: false, change: { active: true }, urgency: lane.person, action: 'user.activate' },
])('$rule counts the version, makes the account due in its lane and is audited', async (each) => {
  await add('u1', { ...ann, active: each.before });
  await clearDue();

  const updated = await updateUser(store, write(), 'u1', (before) => ({ ...before, ...each.change }));

  expect(updated).toMatchObject({ changed: true, row: { version: 2, updated_at: clock } });
  expect(await due()).toMatchObject([{ lane: each.urgency }, { lane: each.urgency }]);
  const entry = (await audit()).at(-1);
  expect(entry).toMatchObject({ action: each.action, subject_id: 'u1' });
  expect(JSON.parse(entry?.detail ?? '')).toEqual({ userName: 'Ann@acme.test', changed: Object.keys(each.change) });
});

test('an update that changes nothing writes nothing, whatever the order of keys', async () => {
  await add('u1', ann);
  await clearDue();

  const same = Object.fromEntries(Object.entries(ann).reverse()) as unknown as UserAttributes;
  const updated = await updateUser(store, write(), 'u1', () => same);

  expect(updated).toMatchObject({ changed: false, row: { version: 1, updated_at: clock - 1_000 } });
  expect(await due()).toEqual([]);
  expect(await audit()).toHaveLength(1);
});

test('updates of one user at the same time build on each other', async () => {
  await add('u1', { userName: 'ann' });
  const names = Array.from({ length: 50 }, (_, index) => `attribute${index}`);

  await Promise.all(names.map((name) => updateUser(store, write(), 'u1', (before) => ({ ...before, [name]: name }))));

  const row = await findUser(store.db, 'acme', 'u1');
  expect(row?.version).toBe(51);
  expect(Object.keys(JSON.parse(row?.resource ?? '{}') as object).sort()).toEqual(['userName', ...names].sort());
});

test('a rename to a taken name is refused and changes nothing', async () => {
  await add('u1', { userName: 'ann' });
  await add('u2', { userName: 'bob' });
  await clearDue();

  await expect(updateUser(store, write(), 'u2', () => ({ userName: 'ANN' }))).rejects.toThrow(UniquenessConflict);

  expect(await findUser(store.db, 'acme', 'u2')).toMatchObject({ user_name: 'bob', version: 1 });
  expect(await due()).toEqual([]);
});

test('addresses follow an edit', async () => {
  await add('u1', ann);
  await updateUser(store, write(), 'u1', (before) => ({ ...before, emails: [{ value: 'New@acme.test' }] }));
  expect(await store.db.selectFrom('scim_email').select('value_folded').execute()).toEqual([
    { value_folded: 'new@acme.test' },
  ]);
});

test.each([
  ['userName', { user_name: 'Changed', user_name_folded: 'changed' }],
  ['externalId', { external_id: 'Changed' }],
  ['displayName', { display_name_folded: 'changed' }],
])('an edit of %s is found in its columns', async (name, columns) => {
  await add('u1', ann);
  await updateUser(store, write(), 'u1', (before) => ({ ...before, [name]: 'Changed' }));
  expect(await findUser(store.db, 'acme', 'u1')).toMatchObject(columns);
});

test('a deleted user is a tombstone: unseen, out of all groups, name free again, deactivation due first', async () => {
  await add('u1', ann);
  await createGroup(store, write(), 'g1', { displayName: 'Data' }, ['u1']);
  await clearDue();

  expect(await deleteUser(store, write(), 'u1', () => undefined)).toBe(true);

  expect(await findUser(store.db, 'acme', 'u1')).toBeUndefined();
  expect(await pageByCreation(store, 'scim_user', 'acme', { offset: 0, limit: 10 })).toEqual({ rows: [], total: 0 });
  const [row] = await store.db.selectFrom('scim_user').selectAll().execute();
  expect(row).toMatchObject({ id: 'u1', deleted_at: clock });
  expect(row && toScimUser(row)).toMatchObject({ active: false, deleted: true });
  expect(await members()).toMatchObject([{ removed_at: clock }]);
  expect(await store.db.selectFrom('scim_group').select('version').execute()).toEqual([{ version: 2 }]);
  expect(await due()).toMatchObject([
    { key: 'u1', lane: lane.deactivate },
    { key: 'u1', lane: lane.deactivate },
  ]);
  await expect(add('u2', ann)).resolves.toMatchObject({ id: 'u2' });
});

test.each([
  { rule: 'userName', returning: { userName: 'ANN@acme.test' } },
  { rule: 'externalId', returning: { userName: 'ann.new@acme.test', externalId: '00uA1' } },
])('a re-hire with the same $rule inherits accounts and, as removed, memberships', async ({ returning }) => {
  await add('u1', ann);
  await createGroup(store, write(), 'g1', { displayName: 'Data' }, ['u1']);
  await account('u1');
  await deleteUser(store, write(), 'u1', () => undefined);

  const row = await add('u2', returning);

  expect(await store.db.selectFrom('target_account').select(['user_id', 'remote_id']).execute()).toEqual([
    { user_id: 'u2', remote_id: 'remote-u1' },
  ]);
  const inherited = await members();
  expect(inherited).toMatchObject([{ user_seq: row.seq }]);
  expect(inherited[0]?.removed_at).not.toBeNull();
  expect((await due()).map(({ kind, key }) => `${kind}:${key}`)).not.toContain('account:u1');
  expect(await store.db.selectFrom('scim_user').select('id').execute()).toEqual([{ id: 'u2' }]);
  expect(JSON.parse((await audit()).at(-1)?.detail ?? '')).toMatchObject({ formerIds: ['u1'] });
});

test('a re-hire never inherits from another directory', async () => {
  await add('u1', ann, 'other');
  await account('u1');
  await deleteUser(store, write('other'), 'u1', () => undefined);

  await add('u2', ann, 'acme');

  expect(await store.db.selectFrom('target_account').select('user_id').execute()).toEqual([{ user_id: 'u1' }]);
});

test('a re-hire inherits one account in each target; the tombstone of a second one stays to be dealt with', async () => {
  await add('same-id', { userName: 'old@acme.test', externalId: '00uA1' });
  await add('same-name', { userName: 'ann@acme.test', externalId: '00uZ9' });
  await account('same-id');
  await account('same-name');
  await deleteUser(store, write(), 'same-id', () => undefined);
  await deleteUser(store, write(), 'same-name', () => undefined);

  await add('u3', { userName: 'ann@acme.test', externalId: '00uA1' });

  const accounts = await store.db.selectFrom('target_account').select(['user_id', 'remote_id']).execute();
  expect(accounts).toEqual(
    expect.arrayContaining([
      { user_id: 'u3', remote_id: 'remote-same-id' },
      { user_id: 'same-name', remote_id: 'remote-same-name' },
    ]),
  );
  expect((await due()).map(({ key }) => key)).toContain('same-name');
});

test('a discarded user leaves an audit entry and nothing else', async () => {
  const row = await add('u1', ann);
  await account('u1', 'dbt', null);

  await discardUser(store, write(), row);

  for (const table of ['scim_user', 'scim_email', 'due', 'target_account'] as const) {
    expect(await store.db.selectFrom(table).selectAll().execute()).toEqual([]);
  }
  expect((await audit()).map(({ action }) => action)).toEqual(['user.create', 'user.discard']);
});

test('a discarded re-hire becomes a tombstone again, with its account', async () => {
  await add('u1', ann);
  await account('u1');
  await deleteUser(store, write(), 'u1', () => undefined);
  const row = await add('u2', ann);

  await discardUser(store, write(), row);

  expect(await findUser(store.db, 'acme', 'u2')).toBeUndefined();
  expect(await store.db.selectFrom('target_account').select(['user_id', 'remote_id']).execute()).toEqual([
    { user_id: 'u2', remote_id: 'remote-u1' },
  ]);
  await add('u3', ann);
  expect(await store.db.selectFrom('target_account').select('user_id').execute()).toEqual([{ user_id: 'u3' }]);
});

test('a user edited since their creation is not discarded', async () => {
  const row = await add('u1', ann);
  await updateUser(store, write(), 'u1', (before) => ({ ...before, displayName: 'kept' }));
  await discardUser(store, write(), row);
  expect(await findUser(store.db, 'acme', 'u1')).toMatchObject({ version: 2 });
});

test('pages are cut in order of creation and count everything', async () => {
  for (const id of ['c', 'a', 'b', 'e', 'd']) await add(id);
  await deleteUser(store, write(), 'b', () => undefined);

  const page = async (offset: number, limit: number) => {
    const { rows, total } = await pageByCreation(store, 'scim_user', 'acme', { offset, limit });
    return { ids: rows.map(({ id }) => id), total };
  };
  expect(await page(0, 2)).toEqual({ ids: ['c', 'a'], total: 4 });
  expect(await page(2, 2)).toEqual({ ids: ['e', 'd'], total: 4 });
  expect(await page(4, 2)).toEqual({ ids: [], total: 4 });
  expect(await page(0, 0)).toEqual({ ids: [], total: 4 });
});

test('the engine gets a user with everything a mapper asks for', async () => {
  const licence = { 'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User': { licenseType: 'developer' } };
  const row = await add('u1', { ...ann, ...licence });
  expect(toScimUser(row)).toMatchObject({
    id: 'u1',
    directory: 'acme',
    userName: 'Ann@acme.test',
    externalId: '00uA1',
    active: true,
    deleted: false,
    name: { givenName: 'Ann', familyName: 'Lee' },
    emails: [{ value: 'Ann@acme.test', type: 'Work', primary: true }, { value: 'ann@home.test' }],
    licenseType: 'developer',
  });
});
