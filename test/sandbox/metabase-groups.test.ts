import type { FakeMetabaseOptions } from '../../src/sandbox/metabase/fake-metabase.js';
import type { Rules } from '../../src/sandbox/metabase/rules.js';
import type { Caller } from './metabase-caller.js';
import { startCaller, stopFakes } from './metabase-caller.js';

/** The numbered invariants a faithful fake of Metabase must obey: groups, memberships and sign-on (35 to 50). */

const allUsers = 1;
const administrators = 2;
const dataAnalysts = 4;
const internalUser = 13371338;
const allUsersText = "You cannot add or remove users to/from the 'All Users' group.";
const lastAdminText = "You cannot remove the last member of the 'Admin' group!";
const mismatchText = 'Cannot add non-tenant user to tenant-group or vice versa';

interface Group {
  readonly id: number;
  readonly name: string;
  readonly magic_group_type: string | null;
  readonly is_tenant_group: boolean;
  readonly entity_id: string;
  readonly member_count?: number;
}
interface Member {
  readonly user_id: number;
  readonly membership_id: number;
  readonly group_id: number;
  readonly email: string;
  readonly type?: string;
  readonly is_group_manager?: boolean;
}
interface Membership {
  readonly membership_id: number;
  readonly group_id: number;
  readonly user_id: number;
  readonly is_group_manager: boolean;
}
interface Failure {
  readonly message: string;
  readonly 'sql-exception-chain'?: string[];
}

afterEach(stopFakes);

const start = (options: FakeMetabaseOptions = {}) => startCaller(options);

/** Ann and Bob, active, and Cid, deactivated, all three in Finance. */
async function staffed(options: FakeMetabaseOptions = {}) {
  const fake = await start(options);
  const [ann = 0, bob = 0, cid = 0] = ['ann', 'bob', 'cid'].map((name) =>
    fake.control.users.add({ email: `${name}@acme.test`, firstName: name }),
  );
  const finance = fake.control.groups.create('Finance');
  for (const id of [ann, bob, cid]) fake.control.groups.addMember(finance, id);
  fake.control.users.deactivate(cid);
  return { fake, ann, bob, cid, finance };
}

const dumped = (fake: Caller, id: number) => {
  const found = fake.control.state().users.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no user ${String(id)}`);
  return found;
};
const group = (id: number) => `/permissions/group/${String(id)}`;
const membership = (id: number) => `/permissions/membership/${String(id)}`;
const groups = async (fake: Caller, query = '') => (await fake.get<Group[]>(`/permissions/group${query}`)).data;
const members = async (fake: Caller, id: number) => (await fake.get<{ members: Member[] }>(group(id))).data.members;
const map = async (fake: Caller) => (await fake.get<Record<string, Membership[]>>('/permissions/membership')).data;
const add = (fake: Caller, userId: number, groupId: number, more: object = {}) =>
  fake.post<Member[]>('/permissions/membership', { user_id: userId, group_id: groupId, ...more });
const membershipId = async (fake: Caller, userId: number, groupId: number) => {
  const found = (await map(fake))[String(userId)]?.find((each) => each.group_id === groupId);
  if (found === undefined) throw new Error('no such membership');
  return found.membership_id;
};

describe('groups', () => {
  test('35 a bare array by name; active members are counted, and the users of keys among them', async () => {
    const { fake, finance } = await staffed();
    fake.control.groups.create('accounting');
    fake.control.keys.add({ name: 'Reader', groupId: finance });
    const listed = await groups(fake);
    expect(listed.map((each) => [each.name, each.member_count])).toEqual([
      ['accounting', 0],
      ['Administrators', 2],
      ['All Users', 5],
      ['Finance', 3],
    ]);
    expect(listed[3]).toEqual({
      ...{ id: finance, name: 'Finance', magic_group_type: null, is_tenant_group: false, member_count: 3 },
      entity_id: expect.stringMatching(/^.{21}$/),
    });
  });

  test('35 paged when asked for: an offset alone brings 50', async () => {
    const fake = await start();
    for (let n = 0; n < 60; n += 1) fake.control.groups.create(`Team ${String(n)}`);
    expect(await groups(fake)).toHaveLength(62);
    expect(await groups(fake, '?offset=1')).toHaveLength(50);
    expect((await groups(fake, '?limit=1&offset=1')).map((each) => each.name)).toEqual(['All Users']);
  });

  test('36 All Users and Administrators are always there; tenants show another name', async () => {
    const fake = await start({ edition: 'pro' });
    const magic = async () =>
      (await groups(fake)).flatMap((each) =>
        each.magic_group_type === null ? [] : [[each.magic_group_type, each.name]],
      );
    expect(await magic()).toEqual([
      ['admin', 'Administrators'],
      ['all-internal-users', 'All Users'],
      ['data-analyst', 'Data Analysts'],
    ]);
    fake.control.configure({ tenants: true });
    expect(await magic()).toEqual([
      ['admin', 'Administrators'],
      ['all-internal-users', 'All internal users'],
      ['all-external-users', 'All tenant users'],
      ['data-analyst', 'Data Analysts'],
    ]);
    fake.control.configure({ edition: 'oss' });
    expect((await magic()).map(([type]) => type)).toEqual(['admin', 'all-internal-users']);
    expect((await fake.get(group(dataAnalysts))).status).toBe(404);
  });

  test('36 older releases do not say which groups are magic', async () => {
    const fake = await start({ magicType: 'absent' });
    for (const each of await groups(fake)) {
      expect(each).not.toHaveProperty('magic_group_type');
      expect(each).not.toHaveProperty('is_tenant_group');
    }
    expect((await fake.delete(group(administrators))).status).toBe(400);
  });

  test('36 Data Analysts has members like any other group, and is_data_analyst follows', async () => {
    const { fake, ann } = await staffed({ edition: 'pro' });
    const analyst = async () =>
      (await fake.get<{ is_data_analyst?: boolean }>(`/user/${String(ann)}`)).data.is_data_analyst;
    expect((await add(fake, ann, dataAnalysts)).status).toBe(200);
    expect(await analyst()).toBe(true);
    await fake.put(`/user/${String(ann)}`, { is_data_analyst: false });
    expect(dumped(fake, ann).groups).not.toContain(dataAnalysts);
    expect((await fake.delete(group(dataAnalysts))).text).toBe(
      "You cannot edit or delete the 'Data Analysts' permissions group!",
    );
    fake.control.configure({ dataAnalysts: false });
    expect(await analyst()).toBeUndefined();
  });

  test('37 a group is created with 200; a name taken in any case is refused in plain text', async () => {
    const fake = await start();
    const created = await fake.post<Group>('/permissions/group', { name: 'Finance' });
    expect(created.status).toBe(200);
    expect((await fake.get(group(created.data.id))).data).toMatchObject({ ...created.data, members: [] });
    for (const name of ['FINANCE', 'all users']) {
      const taken = await fake.post('/permissions/group', { name });
      expect([taken.status, taken.text]).toEqual([400, 'A group with that name already exists.']);
      expect(taken.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    }
  });

  test.each([{ body: { name: '  ' } }, { body: {} }, { body: { name: null } }])(
    '37 the name in $body is refused by field',
    async ({ body }) => {
      const fake = await start();
      for (const answer of [await fake.post('/permissions/group', body), await fake.put(group(administrators), body)]) {
        expect([answer.status, answer.data]).toEqual([
          400,
          {
            errors: { name: 'value must be a non-blank string.' },
            'specific-errors': { name: [expect.any(String)] },
          },
        ]);
      }
    },
  );

  test.each([
    { caseOnlyRename: 'refused' as const, status: 400 },
    { caseOnlyRename: 'allowed' as const, status: 200 },
  ])('38 the same name is 200, another case of it $status ($caseOnlyRename)', async ({ caseOnlyRename, status }) => {
    const { fake, finance } = await staffed({ caseOnlyRename });
    fake.control.groups.create('Sales');
    const rename = (name: string) => fake.put<Group>(group(finance), { name });
    expect((await rename('Finance')).status).toBe(200);
    const folded = await rename('finance');
    expect(folded.status).toBe(status);
    if (status === 400) expect(folded.text).toBe('A group with that name already exists.');
    expect((await rename('SALES')).status).toBe(400);
    expect((await rename('Money')).data).toMatchObject({ id: finance, name: 'Money' });
  });

  test('38 magic groups keep their names; an unknown group is 404', async () => {
    const fake = await start();
    const answer = await fake.put(group(allUsers), { name: 'Everybody' });
    const text = "You cannot edit or delete the 'All Users' permissions group!";
    expect([answer.status, answer.text]).toEqual([400, text]);
    expect((await fake.put(group(allUsers), { name: 'All Users' })).status).toBe(200);
    expect((await fake.put(group(99), { name: 'X' })).status).toBe(404);
  });

  test('39 DELETE takes the memberships along, and keys of the group fall back to All Users', async () => {
    const { fake, finance, ann, bob, cid } = await staffed();
    const key = fake.control.keys.add({ name: 'Reader', groupId: finance });
    const answer = await fake.delete(group(finance));
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(dumped(fake, ann).groups).toEqual([allUsers]);
    expect(fake.control.state().keys).toContainEqual(expect.objectContaining({ name: 'Reader', groupId: allUsers }));
    expect((await fake.call('GET', '/user/current', undefined, { key })).status).toBe(200);
    const lost = fake.control.ledger.dropped.map((each) => each.userId);
    expect(lost).toEqual([ann, bob, cid, fake.control.keys.userId('Reader')]);
  });

  test.each([
    { deleteMissingGroup: 'no-content' as const, status: 204 },
    { deleteMissingGroup: 'not-found' as const, status: 404 },
  ])('39 magic groups stay; deleting one that is not there is $status', async ({ deleteMissingGroup, status }) => {
    const fake = await start({ deleteMissingGroup });
    const answer = await fake.delete(group(administrators));
    const text = "You cannot edit or delete the 'Administrators' permissions group!";
    expect([answer.status, answer.text]).toEqual([400, text]);
    expect((await fake.delete(group(99))).status).toBe(status);
  });

  test('40 a group shows active members, users of keys included, with both ids', async () => {
    const { fake, ann, bob, finance } = await staffed();
    fake.control.keys.add({ name: 'Reader', groupId: finance });
    const shown = await members(fake, finance);
    expect(shown.map((each) => [each.user_id, each.type])).toEqual([
      [ann, 'personal'],
      [bob, 'personal'],
      [fake.control.keys.userId('Reader'), 'api-key'],
    ]);
    expect(shown[0]).toMatchObject({ email: 'ann@acme.test', membership_id: await membershipId(fake, ann, finance) });
    expect(shown[0]).not.toHaveProperty('is_group_manager');
    fake.control.configure({ memberType: 'absent', edition: 'pro' });
    const [older] = await members(fake, finance);
    expect(older).not.toHaveProperty('type');
    expect(older?.is_group_manager).toBe(false);
    const unknown = await fake.get(group(99));
    expect([unknown.status, unknown.text]).toEqual([404, 'Not found.']);
  });
});

describe('memberships', () => {
  test('41 POST answers with the active members; Administrators makes a superuser', async () => {
    const { fake, ann, finance } = await staffed();
    const dan = fake.control.users.add({ email: 'dan@acme.test' });
    const answer = await add(fake, dan, finance);
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual(await members(fake, finance));
    expect(answer.data.map((each) => each.user_id)).toContain(dan);
    expect((await add(fake, ann, administrators)).status).toBe(200);
    expect(dumped(fake, ann).admin).toBe(true);
    const fixed = await add(fake, ann, allUsers);
    expect([fixed.status, fixed.text]).toEqual([400, allUsersText]);
  });

  test.each([
    { repeatedMembership: 'unique-violation' as const, status: 500 },
    { repeatedMembership: 'ok' as const, status: 200 },
  ])('41 adding a member again is $status and changes nothing', async ({ repeatedMembership, status }) => {
    const { fake, ann, finance } = await staffed({ repeatedMembership });
    const before = fake.control.state();
    const answer = await fake.post<Failure>('/permissions/membership', { user_id: ann, group_id: finance });
    expect(answer.status).toBe(status);
    if (status === 500) {
      expect(answer.data.message).toContain('unique_permissions_group_membership_user_id_group_id');
      expect(answer.data['sql-exception-chain']).toHaveLength(1);
    }
    expect(fake.control.state()).toEqual(before);
  });

  test('42 somebody deactivated is added, but not among the members shown', async () => {
    const { fake, cid } = await staffed();
    const sales = fake.control.groups.create('Sales');
    const answer = await add(fake, cid, sales);
    expect([answer.status, answer.data]).toEqual([200, []]);
    expect((await map(fake))[String(cid)]?.map((each) => each.group_id)).toContain(sales);
  });

  test.each([
    { rule: 'tenant-mismatch' as const, status: 400, message: mismatchText },
    { rule: 'foreign-key-error' as const, status: 500, message: expect.stringContaining('foreign key') },
  ])('43 an unknown user, or an unknown group, is $status ($rule)', async ({ rule, status, message }) => {
    const { fake, ann, finance } = await staffed({ unknownInMembership: rule });
    for (const [userId, groupId] of [
      [999, finance],
      [ann, 999],
    ] as const) {
      const answer = await add(fake, userId, groupId);
      expect([answer.status, answer.data]).toMatchObject([status, { message }]);
    }
    const neither = await add(fake, 999, 999);
    const text = 'Error inserting Permissions Group Membership';
    expect([neither.status, neither.data]).toMatchObject([500, { message: text }]);
  });

  test('43 ids that are none are refused by field', async () => {
    const answer = await (await start()).post('/permissions/membership', { user_id: 'ann', group_id: 0 });
    const errors = { user_id: expect.any(String), group_id: expect.any(String) };
    expect([answer.status, answer.data]).toMatchObject([400, { errors }]);
  });

  test('44 DELETE by membership id is 204, again 404; Administrators ends the superuser', async () => {
    const { fake, ann, finance } = await staffed();
    const id = await membershipId(fake, ann, finance);
    const first = await fake.delete(membership(id));
    expect([first.status, first.text]).toEqual([204, '']);
    const second = await fake.delete(membership(id));
    expect([second.status, second.text]).toEqual([404, 'Not found.']);
    expect(fake.control.ledger.removed).toMatchObject([{ userId: ann, groupId: finance }]);

    await add(fake, ann, administrators);
    await fake.delete(membership(await membershipId(fake, ann, administrators)));
    expect(dumped(fake, ann).admin).toBe(false);
  });

  test('44 All Users and the last administrator stay', async () => {
    const { fake, ann } = await staffed();
    const home = await fake.delete(membership(await membershipId(fake, ann, allUsers)));
    expect([home.status, home.text]).toEqual([400, allUsersText]);

    const bridge = fake.control.keys.userId('Bridge');
    const owner = fake.control.state().users.find((each) => each.email === 'owner@example.com')?.id ?? 0;
    expect((await fake.delete(membership(await membershipId(fake, owner, administrators)))).status).toBe(204);
    const last = await fake.delete(membership(await membershipId(fake, bridge, administrators)));
    expect([last.status, last.text]).toEqual([400, lastAdminText]);
    expect(dumped(fake, bridge).admin).toBe(true);
  });

  test('45 clear empties a group that stays; not Administrators, not All Users', async () => {
    const { fake, ann, bob, cid, finance } = await staffed();
    const clear = (id: number) => fake.put(`${membership(id)}/clear`);
    expect((await clear(finance)).status).toBe(204);
    expect(await members(fake, finance)).toEqual([]);
    expect(dumped(fake, cid).groups).toEqual([allUsers]);
    expect(fake.control.ledger.dropped.map((each) => each.userId)).toEqual([ann, bob, cid]);
    for (const [id, status, text] of [
      [administrators, 400, 'Invalid Request.'],
      [allUsers, 400, allUsersText],
      [99, 404, 'Not found.'],
    ] as const) {
      const answer = await clear(id);
      expect([answer.status, answer.text]).toEqual([status, text]);
    }
  });

  test('46 the map has everybody but the internal user, by id as text; membership ids are never used twice', async () => {
    const { fake, ann, cid, finance } = await staffed();
    const before = await map(fake);
    expect(before[String(cid)]).toHaveLength(2);
    expect(before[String(fake.control.keys.userId('Bridge'))]).toHaveLength(2);
    expect(before).not.toHaveProperty(String(internalUser));
    expect(before[String(ann)]?.[1]).toEqual({
      ...{ membership_id: expect.any(Number), group_id: finance, user_id: ann, is_group_manager: false },
    });
    const ids = (shown: Record<string, Membership[]>) =>
      Object.values(shown).flatMap((each) => each.map((one) => one.membership_id));
    expect(new Set(ids(before)).size).toBe(ids(before).length);

    const gone = await membershipId(fake, ann, finance);
    await fake.delete(membership(gone));
    await add(fake, ann, finance);
    expect(await membershipId(fake, ann, finance)).toBeGreaterThan(Math.max(...ids(before)));
  });

  test('47 managers are for Pro, and never administrators', async () => {
    const { fake, ann, bob, finance } = await staffed();
    const sales = fake.control.groups.create('Sales');
    const manager = { is_group_manager: true };
    const id = await membershipId(fake, bob, finance);
    for (const answer of [await add(fake, ann, sales, manager), await fake.put(membership(id), manager)]) {
      expect([answer.status, answer.data]).toMatchObject([402, { message: expect.stringContaining('paid feature') }]);
    }
    expect(dumped(fake, ann).groups).not.toContain(sales);

    fake.control.configure({ edition: 'pro' });
    expect((await add(fake, ann, sales, manager)).status).toBe(200);
    expect((await fake.put<Membership>(membership(id), manager)).data.is_group_manager).toBe(true);
    expect(dumped(fake, bob).manages).toEqual([finance]);
    expect((await fake.put(membership(99_999), manager)).status).toBe(404);
    fake.control.users.setAdmin(bob, true);
    const admin = await fake.put(membership(id), manager);
    expect([admin.status, admin.text]).toEqual([400, 'Admin cannot be a group manager.']);
  });

  test('48 user and group ids are positive and never used twice; an address is never freed', async () => {
    const fake = await start();
    const create = (email: string) => fake.post<{ id: number }>('/user', { email });
    const first = (await create('a@acme.test')).data.id;
    await fake.delete(`/user/${String(first)}`);
    expect((await create('a@acme.test')).status).toBe(400);
    expect((await create('b@acme.test')).data.id).toBeGreaterThan(first);

    const newGroup = async () => (await fake.post<Group>('/permissions/group', { name: 'Finance' })).data.id;
    const group1 = await newGroup();
    await fake.delete(group(group1));
    expect(await newGroup()).toBeGreaterThan(group1);
    expect(Math.min(first, group1)).toBeGreaterThan(0);
  });
});

describe('sign-on', () => {
  const login = (fake: Caller, method: 'google' | 'ldap' | 'saml' | 'jwt', groupNames?: string[]) =>
    fake.control.users.ssoLogin({ email: 'ann@acme.test', method, firstName: 'Anna', groups: groupNames });

  test.each(['saml', 'jwt'] as const)(
    '49 %s brings a deactivated account back when provisioning is on',
    async (method) => {
      const { fake, ann } = await staffed({ edition: 'pro' });
      fake.control.users.deactivate(ann);
      login(fake, method);
      expect(dumped(fake, ann)).toMatchObject({ active: true, ssoSource: method, firstName: 'Anna' });

      fake.control.users.deactivate(ann);
      fake.control.configure({ ssoProvisioning: false });
      expect(() => login(fake, method)).toThrow('You must have an account');
      expect(dumped(fake, ann).active).toBe(false);
    },
  );

  test.each(['google', 'ldap'] as const)('49 %s leaves a deactivated account alone', async (method) => {
    const { fake, ann } = await staffed();
    fake.control.users.deactivate(ann);
    expect(() => login(fake, method)).toThrow('Your account is disabled.');
    expect(dumped(fake, ann)).toMatchObject({ active: false, ssoSource: null, firstName: 'ann' });
  });

  test.each([
    { ssoOwnsProfile: true, firstName: 'Anna', ssoSource: 'google', status: 400 },
    { ssoOwnsProfile: false, firstName: 'ann', ssoSource: null, status: 200 },
  ])('49 a sign-on takes the profile over: $ssoOwnsProfile', async ({ ssoOwnsProfile, status, ...expected }) => {
    const { fake, ann } = await staffed({ ssoOwnsProfile });
    login(fake, 'google');
    expect(dumped(fake, ann)).toMatchObject({ ...expected, lastLogin: expect.any(Number) });
    expect((await fake.put(`/user/${String(ann)}`, { first_name: 'Annie' })).status).toBe(status);
  });

  test('49 a sign-on makes an account without a mail; methods that are off, or for Pro, do not', async () => {
    const fake = await start({ ssoMethods: ['ldap', 'saml'] });
    expect(() => login(fake, 'google')).toThrow('google is off');
    expect(() => login(fake, 'saml')).toThrow('paid feature');
    login(fake, 'ldap');
    expect(fake.control.state().users.find((each) => each.email === 'ann@acme.test')).toMatchObject({
      ssoSource: 'ldap',
    });
    expect(fake.control.outbox()).toEqual([]);
  });

  test('50 mapped groups are forced to what the identity provider says, others are left alone', async () => {
    const { fake, ann, finance } = await staffed();
    const [sales, legal] = [fake.control.groups.create('Sales'), fake.control.groups.create('Legal')];
    fake.control.groups.addMember(legal, ann);
    const mapping = { 'idp-sales': [sales], 'idp-finance': [finance] };
    fake.control.configure({ groupSync: { mapping } });
    login(fake, 'google', ['idp-sales']);
    expect(dumped(fake, ann).groups).toEqual([allUsers, sales, legal]);
    login(fake, 'google');
    expect(dumped(fake, ann).groups).toEqual([allUsers, sales, legal]);
  });

  test('50 without a mapping every group that is not magic is forced, by name', async () => {
    const { fake, ann } = await staffed();
    const sales = fake.control.groups.create('Sales');
    fake.control.users.setAdmin(ann, true);
    fake.control.configure({ groupSync: { mapping: null } });
    login(fake, 'google', ['sales']);
    expect(dumped(fake, ann).groups).toEqual([allUsers, administrators, sales]);
  });

  test('50 the last administrator stays one, without a word', async () => {
    const { fake, ann, finance } = await staffed();
    fake.control.users.setAdmin(ann, true);
    fake.control.configure({ groupSync: { mapping: { admins: [administrators], finance: [finance] } } });
    fake.control.users.deactivate('owner@example.com');
    fake.control.keys.delete('Bridge');
    login(fake, 'google', []);
    expect(dumped(fake, ann)).toMatchObject({ admin: true, groups: [allUsers, administrators] });
  });
});

describe('tenants', () => {
  const withTenant = async (rules: Partial<Rules> = {}) => {
    const fake = await start({ edition: 'pro', tenants: true, ...rules });
    const tenantId = fake.control.tenants.add('Acme');
    const tia = fake.control.users.add({ email: 'tia@acme.test', firstName: 'Tia', tenantId });
    return { fake, tenantId, tia };
  };
  const emails = async (fake: Caller, query: string) =>
    (await fake.get<{ data: { email: string }[] }>(`/user${query}`)).data.data.map((each) => each.email);

  test.each([
    { query: '', tenancyParameter: 'known' as const, expected: ['owner@example.com'] },
    { query: '?tenancy=internal', tenancyParameter: 'known' as const, expected: ['owner@example.com'] },
    { query: '?tenancy=external', tenancyParameter: 'known' as const, expected: ['tia@acme.test'] },
    { query: '?tenancy=all', tenancyParameter: 'known' as const, expected: ['owner@example.com', 'tia@acme.test'] },
    { query: '?tenant_id=1', tenancyParameter: 'known' as const, expected: ['tia@acme.test'] },
    { query: '?tenancy=all', tenancyParameter: 'ignored' as const, expected: ['owner@example.com'] },
  ])('the list $query shows $expected (parameter $tenancyParameter)', async ({ query, tenancyParameter, expected }) => {
    const { fake } = await withTenant({ tenancyParameter });
    expect(await emails(fake, query)).toEqual(expected);
    expect((await fake.post('/user', { email: 'TIA@acme.test' })).status).toBe(400);
  });

  test('tenancy and tenant_id together are refused', async () => {
    const { fake } = await withTenant();
    expect((await fake.get('/user?tenancy=all&tenant_id=1')).status).toBe(400);
  });

  test('people of a tenant belong in its groups and nobody else does', async () => {
    const { fake, tia } = await withTenant();
    const inside = fake.control.groups.create('Inside');
    const outside = fake.control.groups.create('Outside', { tenantGroup: true });
    const ann = fake.control.users.add({ email: 'ann@acme.test' });
    for (const [userId, groupId] of [
      [tia, inside],
      [ann, outside],
    ] as const) {
      const answer = await add(fake, userId, groupId);
      expect([answer.status, answer.data]).toMatchObject([400, { message: mismatchText }]);
    }
    expect((await add(fake, tia, outside)).status).toBe(200);
    expect((await groups(fake, '?tenancy=external')).map((each) => each.id)).toEqual([3, outside]);
    fake.control.configure({ tenants: false });
    const off = await add(fake, tia, outside);
    expect([off.status, off.data]).toMatchObject([400, { errors: { 'tenant-group-ids': expect.any(String) } }]);
    const refused = await fake.post('/permissions/group', { name: 'Other', is_tenant_group: true });
    expect(refused.status).toBe(402);
  });

  test('a creation for a tenant sends no mail; a move takes every membership', async () => {
    const { fake, tenantId } = await withTenant();
    const made = await fake.post<{ id: number }>('/user', { email: 'tom@acme.test', tenant_id: tenantId });
    expect(dumped(fake, made.data.id).groups).toEqual([3]);
    expect(fake.control.outbox()).toEqual([]);

    const inside = fake.control.groups.create('Inside');
    const ann = fake.control.users.add({ email: 'ann@acme.test', groups: [inside] });
    await fake.put(`/user/${String(ann)}`, { tenant_id: tenantId });
    expect(dumped(fake, ann)).toMatchObject({ tenantId, groups: [3] });
    expect(fake.control.ledger.dropped.map((each) => each.groupId)).toEqual([allUsers, inside]);
  });

  test('nobody of a deactivated tenant is reactivated', async () => {
    const { fake, tenantId, tia } = await withTenant();
    fake.control.users.deactivate(tia);
    fake.control.tenants.setActive(tenantId, false);
    const answer = await fake.put(`/user/${String(tia)}/reactivate`);
    expect([answer.status, answer.data]).toMatchObject([400, { message: expect.any(String) }]);
    expect(dumped(fake, tia).active).toBe(false);
  });
});
