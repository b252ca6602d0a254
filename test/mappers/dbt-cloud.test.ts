import type { ScimGroup } from '../../src/model/scim-group.js';
import type { ScimUser } from '../../src/model/scim-user.js';
import type { DbtCloudConfig } from '../../src/model/target-config.js';
import { mapDbtAccount } from '../../src/mappers/dbt-cloud.js';
import { mapGroup } from '../../src/mappers/map-groups.js';
import type { Membership } from '../../src/mappers/membership.js';

const config = (more: Partial<DbtCloudConfig> = {}): DbtCloudConfig => ({
  name: 'dbt',
  type: 'dbt-cloud',
  baseUrl: 'https://ab123.us1.dbt.com',
  accountId: '12345',
  token: 'secret',
  dialect: 'auto',
  mode: 'full',
  licence: { default: 'read_only', byGroup: {} },
  groups: { create: true, map: {}, membership: 'owned' },
  assign: {},
  protect: { users: [], groups: [] },
  guard: { removals: 5, fraction: 0.2, windowMinutes: 60 },
  limits: { perMinute: 3000, concurrency: 4 },
  addressChange: 'keep',
  invitations: { expireDays: 14, limit: 3 },
  ...more,
});

const person = (more: Partial<ScimUser> = {}): ScimUser => ({
  id: 'u1',
  directory: 'acme',
  userName: 'ada@acme.test',
  active: true,
  deleted: false,
  emails: [],
  ...more,
});

const group = (displayName: string, more: Partial<ScimGroup> = {}): ScimGroup => ({
  id: `id-${displayName}`,
  directory: 'acme',
  displayName,
  deleted: false,
  ...more,
});
const isIn = (...names: string[]): Membership[] => names.map((name) => ({ group: group(name), present: true }));
const wasIn = (...names: string[]): Membership[] => names.map((name) => ({ group: group(name), present: false }));

/** The account of somebody who has one; a problem fails the test. */
const accountOf = (user: ScimUser, memberships: Membership[] = [], more: Partial<DbtCloudConfig> = {}) => {
  const mapped = mapDbtAccount(user, memberships, config(more));
  if (!mapped.ok) throw new Error(mapped.problem.message);
  return mapped.value;
};
const problemOf = (user: ScimUser, memberships: Membership[] = [], more: Partial<DbtCloudConfig> = {}) => {
  const mapped = mapDbtAccount(user, memberships, config(more));
  return mapped.ok ? undefined : mapped.problem.code;
};

describe('the address', () => {
  const work = { value: 'work@acme.test', type: 'work' };
  const home = { value: 'home@acme.test', type: 'home' };
  const main = { value: 'main@acme.test', primary: true };
  test.each([
    { rule: 'the primary one first', emails: [home, work, main], email: 'main@acme.test' },
    { rule: 'then the one for work', emails: [home, { ...work, type: 'Work' }], email: 'work@acme.test' },
    { rule: 'then the first', emails: [home, { value: 'x@acme.test' }], email: 'home@acme.test' },
    { rule: 'then a user name that is one', emails: [], email: 'ada@acme.test' },
    {
      rule: 'what is no address is passed over',
      emails: [{ value: ' ', primary: true }, home],
      email: 'home@acme.test',
    },
  ])('$rule', ({ emails, email }) => {
    expect(accountOf(person({ emails }))).toMatchObject({ email, correlationKey: email });
  });

  test('is sent as received and compared folded', () => {
    const emails = [{ value: ' ZOË.Ünal@Acme.TEST ' }];
    expect(accountOf(person({ emails }))).toMatchObject({
      email: 'ZOË.Ünal@Acme.TEST',
      correlationKey: 'zoë.ünal@acme.test',
    });
  });

  test('nobody without one is invited; a leaver without one is still a leaver', () => {
    expect(problemOf(person({ userName: 'ada' }))).toBe('no-email');
    expect(accountOf(person({ userName: 'ada', active: false }))).toMatchObject({
      active: false,
      correlationKey: 'ada',
    });
  });
});

describe('the licence', () => {
  const licence = {
    default: 'read_only',
    byGroup: { read_only: ['Viewers'], analyst: ['Analysts'], it: ['Admins'], developer: ['Engineers'] },
  };
  test.each([
    { rule: 'the default for everybody', memberships: [], is: 'read_only' },
    { rule: 'by group', memberships: isIn('Analysts'), is: 'analyst' },
    { rule: 'developer before it', memberships: isIn('Admins', 'Engineers'), is: 'developer' },
    { rule: 'it before the others', memberships: isIn('Viewers', 'Analysts', 'Admins'), is: 'it' },
    { rule: 'the others in the order configured', memberships: isIn('Analysts', 'Viewers'), is: 'read_only' },
    { rule: 'not by a group they left', memberships: wasIn('Engineers'), is: 'read_only' },
    {
      rule: 'not by a deleted group',
      memberships: [{ group: group('Engineers', { deleted: true }), present: true }],
      is: 'read_only',
    },
    { rule: 'by the exact name', memberships: isIn('engineers'), is: 'read_only' },
  ])('$rule', ({ memberships, is }) => {
    expect(accountOf(person(), memberships, { licence }).licence).toBe(is);
  });

  test.each([
    ['developer', 'developer'],
    ['Read-Only', 'read_only'],
    ['READ ONLY', 'read_only'],
    ['read_only', 'read_only'],
    ['IT', 'it'],
    ['Analyst', 'analyst'],
  ])('the identity provider says %s: %s, whatever the groups say', (licenseType, is) => {
    expect(accountOf(person({ licenseType }), isIn('Engineers'), { licence }).licence).toBe(is);
  });

  test.each(['', '  '])('an empty attribute says nothing', (licenseType) => {
    expect(accountOf(person({ licenseType }), isIn('Engineers'), { licence }).licence).toBe('developer');
  });

  test.each(['admin', 'constructor', '__proto__'])(
    '%s is no licence; for a leaver that does not matter',
    (licenseType) => {
      expect(problemOf(person({ licenseType }))).toBe('unknown-licence');
      expect(accountOf(person({ licenseType, active: false }))).toMatchObject({ licence: 'read_only' });
    },
  );
});

describe('groups', () => {
  const groups = {
    create: true,
    map: { Okta: ['Analysts', 'Everyone'], Entra: ['Analysts'] },
    membership: 'owned',
  } as const;

  test('a pushed group stands for itself, a mapped one for the names it is mapped to', () => {
    const account = accountOf(person(), isIn('Okta', 'Data'), { groups });
    expect(account.entitlements).toEqual(new Set(['name:Analysts', 'name:Everyone', 'scim:id-Data']));
  });

  test('what was given once is owned, what is given now is held', () => {
    const account = accountOf(person(), [...isIn('Data'), ...wasIn('Old')], { groups });
    expect(account.owned).toEqual(new Set(['scim:id-Data', 'scim:id-Old']));
    expect(account.entitlements).toEqual(new Set(['scim:id-Data']));
  });

  test('somebody inactive holds nothing and still owns what they had', () => {
    const account = accountOf(person({ active: false }), isIn('Data'));
    expect(account.entitlements).toEqual(new Set());
    expect(account.owned).toEqual(new Set(['scim:id-Data']));
  });

  test('a deleted group is owned and no longer held', () => {
    const account = accountOf(person(), [{ group: group('Data', { deleted: true }), present: true }]);
    expect([account.owned.size, account.entitlements.size]).toEqual([1, 0]);
  });

  test('every key of a person is a key of a group, so that nothing is held without being managed', () => {
    const memberships = [...isIn('Okta', 'Entra', 'Data'), ...wasIn('Old')];
    const account = accountOf(person(), memberships, { groups });
    const keys = memberships.flatMap((each) => mapGroup(each.group, config({ groups }))).map((each) => each.key);
    expect(account.owned).toEqual(new Set(keys));
    expect([...account.entitlements].filter((key) => !account.owned.has(key))).toEqual([]);
  });

  test('several groups mapped to one name are one group', () => {
    const [first] = mapGroup(group('Okta'), config({ groups }));
    const [second] = mapGroup(group('Entra'), config({ groups }));
    expect(first).toEqual(second);
    expect(first).toEqual({
      key: 'name:Analysts',
      name: 'Analysts',
      wanted: true,
      mayCreate: true,
      membership: 'owned',
    });
  });

  test('a deleted group is no longer wanted; a name nobody mapped is not looked up in the dark', () => {
    expect(mapGroup(group('Data', { deleted: true }), config())).toMatchObject([
      { key: 'scim:id-Data', wanted: false },
    ]);
    expect(mapGroup(group('constructor'), config())).toMatchObject([{ name: 'constructor' }]);
  });

  test('outside assign.groups nobody gets an account', () => {
    const assign = { groups: ['Data Team'] };
    expect(problemOf(person(), isIn('Other'), { assign })).toBe('not-assigned');
    expect(problemOf(person(), wasIn('Data Team'), { assign })).toBe('not-assigned');
    expect(problemOf(person(), isIn('Data Team'), { assign })).toBeUndefined();
  });
});

describe('names', () => {
  test.each([
    { from: { name: { givenName: ' Ada ', familyName: 'Lovelace' } }, is: { firstName: 'Ada', lastName: 'Lovelace' } },
    { from: { name: { givenName: 'Ada', familyName: '' } }, is: { firstName: 'Ada', lastName: undefined } },
    { from: { name: { formatted: 'Ada Lovelace' } }, is: { firstName: 'Ada', lastName: 'Lovelace' } },
    { from: { displayName: 'Ada Lovelace' }, is: { firstName: 'Ada', lastName: 'Lovelace' } },
    {
      from: { name: { formatted: 'Dr. Ada King Lovelace' }, displayName: 'Ada Lovelace' },
      is: { firstName: 'Ada', lastName: 'Lovelace' },
    },
    { from: { displayName: 'Lovelace, Ada' }, is: {} },
    { from: { displayName: 'Ada' }, is: {} },
    { from: { displayName: 'ada lovelace@acme' }, is: {} },
    { from: { displayName: '王 小明' }, is: {} },
    { from: {}, is: {} },
  ])('$from', ({ from, is }) => {
    expect(accountOf(person(from)).attributes).toEqual(is);
  });
});
