import type { KyselyPlugin } from 'kysely';
import { lane } from '../../src/model/lane.js';
import { createGroup, deleteGroup, updateGroup } from '../../src/store/scim-group-writes.js';
import { membersOfGroups } from '../../src/store/group-members.js';
import { findGroup, toScimGroup } from '../../src/store/scim-groups.js';
import type { MemberStep } from '../../src/store/scim-member-steps.js';
import { createUser, deleteUser } from '../../src/store/scim-user-writes.js';
import { UniquenessConflict, UnknownMembers, type ScimWrite } from '../../src/store/scim-write.js';
import { openStore, Store } from '../../src/store/store.js';

let store: Store;
let clock = 1_000;

const write = (directory = 'acme'): ScimWrite => ({
  directory,
  cause: { actor: 'entra', requestId: `request-${clock}` },
  now: (clock += 1_000),
});

const users = ['u1', 'u2', 'u3', 'u4', 'u5'];

beforeEach(async () => {
  store = await openStore(
    'sqlite::memory:',
    new Map([
      ['acme', ['dbt']],
      ['other', ['dbt']],
    ]),
  );
  for (const id of users) await createUser(store, write(), id, { userName: id });
  await createUser(store, write('other'), 'foreign', { userName: 'foreign' });
});

afterEach(() => store.close());

const present = async (id = 'g1') => {
  const group = await findGroup(store.db, 'acme', id);
  const members = group === undefined ? undefined : (await membersOfGroups(store.db, [group])).get(group.seq);
  return (members ?? []).map((member) => member.id);
};
const everGiven = () => store.db.selectFrom('scim_member').selectAll().execute();
const due = async () => {
  const rows = await store.db.selectFrom('due').selectAll().orderBy('kind').orderBy('key').execute();
  return rows.map((row) => ({ key: `${row.kind}:${row.key}`, lane: row.lane }));
};
const audit = () => store.db.selectFrom('audit').selectAll().where('subject_kind', '=', 'group').execute();
const clearDue = () => store.db.deleteFrom('due').execute();
const take = (steps: readonly MemberStep[], id = 'g1') =>
  updateGroup(store, write(), id, (before) => ({ attributes: before, steps }));

test('a create stores the group, its members, and makes the group and each member due', async () => {
  await clearDue();
  const row = await createGroup(store, write(), 'g1', { displayName: 'Data', externalId: 'x1' }, ['u1', 'u2', 'u1']);

  expect(toScimGroup(row)).toEqual({
    id: 'g1',
    directory: 'acme',
    displayName: 'Data',
    externalId: 'x1',
    deleted: false,
  });
  expect(await present()).toEqual(['u1', 'u2']);
  expect(await due()).toEqual([
    { key: 'account:u1', lane: lane.bulk },
    { key: 'account:u2', lane: lane.bulk },
    { key: 'group:g1', lane: lane.bulk },
  ]);
  expect((await audit()).map(({ action }) => action)).toEqual(['group.create', 'group.members']);
});

describe('with members u1, u2, u3', () => {
  beforeEach(async () => {
    await createGroup(store, write(), 'g1', { displayName: 'Data' }, ['u1', 'u2', 'u3']);
    await clearDue();
  });

  const add = (...ids: string[]): MemberStep => ({ kind: 'add', ids });
  const remove = (...ids: string[]): MemberStep => ({ kind: 'remove', ids });
  const replace = (...ids: string[]): MemberStep => ({ kind: 'replace', ids });
  const clear: MemberStep = { kind: 'clear' };

  test.each([
    { rule: 'an add', steps: [add('u4')], members: ['u1', 'u2', 'u3', 'u4'], changed: ['u4'] },
    { rule: 'an add of a member', steps: [add('u1')], members: ['u1', 'u2', 'u3'], changed: [] },
    { rule: 'a remove', steps: [remove('u2')], members: ['u1', 'u3'], changed: ['u2'] },
    { rule: 'a remove of no member', steps: [remove('u5')], members: ['u1', 'u2', 'u3'], changed: [] },
    { rule: 'a remove of nobody known', steps: [remove('nobody')], members: ['u1', 'u2', 'u3'], changed: [] },
    { rule: 'a replace', steps: [replace('u3', 'u4')], members: ['u3', 'u4'], changed: ['u1', 'u2', 'u4'] },
    { rule: 'a replace by the same', steps: [replace('u3', 'u2', 'u1')], members: ['u1', 'u2', 'u3'], changed: [] },
    { rule: 'a replace by nobody', steps: [replace()], members: [], changed: ['u1', 'u2', 'u3'] },
    { rule: 'a clear', steps: [clear], members: [], changed: ['u1', 'u2', 'u3'] },
    { rule: 'an empty remove', steps: [remove()], members: ['u1', 'u2', 'u3'], changed: [] },
    {
      rule: 'add then remove',
      steps: [add('u4', 'u5'), remove('u4', 'u1')],
      members: ['u2', 'u3', 'u5'],
      changed: ['u1', 'u5'],
    },
    { rule: 'remove then add', steps: [remove('u1'), add('u1')], members: ['u1', 'u2', 'u3'], changed: [] },
    { rule: 'clear then add', steps: [clear, add('u1', 'u4')], members: ['u1', 'u4'], changed: ['u2', 'u3', 'u4'] },
    { rule: 'add then replace', steps: [add('u5'), replace('u4')], members: ['u4'], changed: ['u1', 'u2', 'u3', 'u4'] },
  ])('$rule leaves $members and makes due $changed', async ({ steps, members, changed }) => {
    const before = await audit();
    const updated = await take(steps);

    expect(await present()).toEqual(members);
    expect(await due()).toEqual(changed.map((id) => ({ key: `account:${id}`, lane: lane.bulk })));
    expect(updated).toMatchObject({ changed: changed.length > 0, row: { version: changed.length > 0 ? 2 : 1 } });
    if (changed.length === 0) expect(await audit()).toEqual(before);
  });

  test('a removed member keeps the row that says the membership was ours', async () => {
    await take([remove('u1')]);
    const removedAt = clock;
    expect((await everGiven()).map((row) => row.removed_at)).toEqual([removedAt, null, null]);
    await take([add('u1')]);
    expect((await everGiven()).map((row) => row.removed_at)).toEqual([null, null, null]);
  });

  test('the audit trail names who came and who went', async () => {
    await take([add('u4'), remove('u1')]);
    const details = (await audit()).slice(-2).map(({ detail }) => JSON.parse(detail) as unknown);
    expect(details).toEqual([{ added: ['u4'] }, { removed: ['u1'] }]);
  });

  test.each([
    { who: 'nobody known', id: 'nobody' },
    { who: 'a user of another directory', id: 'foreign' },
    { who: 'a deleted user', id: 'u5' },
    { who: 'a group', id: 'g1' },
  ])('$who among those to be added refuses the whole change', async ({ id }) => {
    await deleteUser(store, write(), 'u5', () => undefined);
    await clearDue();

    const refused = take([clear, add('u4', id)]);

    await expect(refused).rejects.toThrow(UnknownMembers);
    await expect(refused).rejects.toMatchObject({ ids: [id] });
    expect(await present()).toEqual(['u1', 'u2', 'u3']);
    expect(await due()).toEqual([]);
  });

  test('a rename makes the group due and leaves members alone', async () => {
    const updated = await updateGroup(store, write(), 'g1', () => ({ attributes: { displayName: 'New' }, steps: [] }));
    expect(updated).toMatchObject({ changed: true, row: { display_name: 'New', version: 2 } });
    expect(await due()).toEqual([{ key: 'group:g1', lane: lane.bulk }]);
    expect(await present()).toEqual(['u1', 'u2', 'u3']);
  });

  test('a failure in the middle of any write leaves everything as it was', async () => {
    const before = [await everGiven(), await store.db.selectFrom('scim_group').selectAll().execute()];
    await store.db.schema.alterTable('audit').renameTo('gone').execute();

    await expect(createGroup(store, write(), 'g2', { displayName: 'New' }, ['u1'])).rejects.toThrow('audit');
    const rename = { attributes: { displayName: 'New' }, steps: [clear, add('u4')] };
    await expect(updateGroup(store, write(), 'g1', () => rename)).rejects.toThrow('audit');
    await expect(deleteGroup(store, write(), 'g1', () => undefined)).rejects.toThrow('audit');

    expect([await everGiven(), await store.db.selectFrom('scim_group').selectAll().execute()]).toEqual(before);
    expect(await due()).toEqual([]);
  });

  test('a delete makes the group and everybody in it due, and frees the name', async () => {
    expect(await deleteGroup(store, write(), 'g1', () => undefined)).toBe(true);

    expect(await findGroup(store.db, 'acme', 'g1')).toBeUndefined();
    expect((await everGiven()).every((row) => row.removed_at === clock)).toBe(true);
    expect((await due()).map(({ key }) => key)).toEqual(['account:u1', 'account:u2', 'account:u3', 'group:g1']);
    expect(await deleteGroup(store, write(), 'g1', () => undefined)).toBe(false);
    await expect(createGroup(store, write(), 'g2', { displayName: 'DATA' }, [])).resolves.toMatchObject({ id: 'g2' });
  });
});

test('a displayName is unique in its directory, whatever its case, at create and at rename', async () => {
  await createGroup(store, write(), 'g1', { displayName: 'Data' }, []);
  await createGroup(store, write(), 'g2', { displayName: 'Ops' }, []);
  await createGroup(store, write('other'), 'g3', { displayName: 'Data' }, []);

  await expect(createGroup(store, write(), 'g4', { displayName: 'DATA' }, [])).rejects.toThrow(UniquenessConflict);
  const rename = updateGroup(store, write(), 'g2', () => ({ attributes: { displayName: 'data' }, steps: [] }));
  await expect(rename).rejects.toThrow(UniquenessConflict);
});

test('the same request for a group of another directory finds nothing', async () => {
  await createGroup(store, write(), 'g1', { displayName: 'Data' }, ['u1']);
  const steps: MemberStep[] = [{ kind: 'clear' }];
  expect(await updateGroup(store, write('other'), 'g1', (attributes) => ({ attributes, steps }))).toBeUndefined();
  expect(await deleteGroup(store, write('other'), 'g1', () => undefined)).toBe(false);
  expect(await present()).toEqual(['u1']);
});

test('many members go through in batches, all or none', async () => {
  const ids = Array.from({ length: 703 }, (_, index) => `m${index}`);
  for (const id of ids) await createUser(store, write(), id, { userName: id });
  await createGroup(store, write(), 'g1', { displayName: 'Data' }, ids);

  await take([{ kind: 'replace', ids: ids.slice(300) }]);
  expect(await present()).toEqual(ids.slice(300));
  await take([{ kind: 'remove', ids: ids.slice(0, 702) }]);
  expect(await present()).toEqual(['m702']);

  await expect(take([{ kind: 'add', ids: [...ids, 'nobody'] }])).rejects.toThrow(UnknownMembers);
  expect(await present()).toEqual(['m702']);
});

test('changing one member costs the same in a group of ten and of three hundred', async () => {
  const cost = { statements: 0, rows: 0 };
  const counting: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      cost.statements += 1;
      cost.rows += result.rows.length + Number(result.numAffectedRows ?? 0);
      return result;
    },
  };
  const counted = new Store(store.db.withPlugin(counting), store.engine, store.routes);
  const costOf = async (step: MemberStep, groupId: string) => {
    Object.assign(cost, { statements: 0, rows: 0 });
    await updateGroup(counted, write(), groupId, (attributes) => ({ attributes, steps: [step] }));
    return { ...cost };
  };
  const ids = Array.from({ length: 300 }, (_, index) => `m${index}`);
  for (const id of ids) await createUser(store, write(), id, { userName: id });
  await createGroup(store, write(), 'small', { displayName: 'Small' }, ids.slice(0, 10));
  await createGroup(store, write(), 'large', { displayName: 'Large' }, ids);

  for (const kind of ['add', 'remove'] as const) {
    const small = await costOf({ kind, ids: ['u1'] }, 'small');
    expect(small.rows).toBeGreaterThan(0);
    expect(await costOf({ kind, ids: ['u1'] }, 'large')).toEqual(small);
  }
});
