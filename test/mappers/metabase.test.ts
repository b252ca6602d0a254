import { mapMetabaseAccount } from '../../src/mappers/metabase.js';
import { mapperFor } from '../../src/mappers/mapper-for.js';
import type { Membership } from '../../src/mappers/membership.js';
import type { ScimGroup } from '../../src/model/scim-group.js';
import type { ScimUser } from '../../src/model/scim-user.js';
import type { MetabaseConfig } from '../../src/model/target-config.js';

const config = (more: Partial<MetabaseConfig> = {}): MetabaseConfig => ({
  name: 'metabase',
  type: 'metabase',
  baseUrl: 'https://bi.acme.test',
  credential: { kind: 'api-key', apiKey: 'mb_secret' },
  mode: 'full',
  licence: { default: '', byGroup: {} },
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

const mapped = (user: ScimUser, memberships: Membership[] = [], more: Partial<MetabaseConfig> = {}) => {
  const result = mapMetabaseAccount(user, memberships, config(more));
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
};

describe('the address', () => {
  test('is compared in lower case, as Metabase stores it, and sent as it came', () => {
    expect(mapped(person({ userName: 'Zoë.O’Hara@Acme.TEST' }))).toMatchObject({
      correlationKey: 'zoë.o’hara@acme.test',
      email: 'Zoë.O’Hara@Acme.TEST',
    });
  });

  test('is needed by whoever should have an account, and by nobody who should not', () => {
    const nameless = { userName: 'ada', emails: [] };
    expect(mapMetabaseAccount(person(nameless), [], config())).toMatchObject({
      ok: false,
      problem: { code: 'no-email' },
    });
    expect(mapped(person({ ...nameless, active: false }))).toMatchObject({ active: false, correlationKey: 'ada' });
  });
});

describe('the names', () => {
  test.each([
    { rule: 'both parts', name: { givenName: 'Ada', familyName: 'Lovelace' }, is: ['Ada', 'Lovelace'] },
    { rule: 'one part: the other is left as it is', name: { givenName: 'Ada' }, is: ['Ada', undefined] },
    { rule: 'blank is nothing, because Metabase refuses it', name: { givenName: ' ', familyName: '' }, is: [] },
    { rule: 'a full name of two words', name: { formatted: 'Ada Lovelace' }, is: ['Ada', 'Lovelace'] },
    { rule: 'a full name nobody can cut', name: { formatted: 'Ada King Lovelace' }, is: [] },
    { rule: 'letters of any script', name: { givenName: 'Žofia', familyName: '李' }, is: ['Žofia', '李'] },
    { rule: 'none: Metabase shows the address then', name: undefined, is: [] },
  ])('$rule', ({ name, is: [first, last] }) => {
    const { firstName, lastName } = mapped(person({ name })).attributes;
    expect([firstName, lastName]).toEqual([first, last]);
  });

  test('are as long as they come: Metabase does not cut them', () => {
    const long = 'x'.repeat(200);
    expect(mapped(person({ name: { givenName: long } })).attributes.firstName).toBe(long);
  });
});

describe('licences', () => {
  test.each(['developer', 'Read Only', 'nonsense'])(
    'there are none, whatever the directory says (%s)',
    (licenseType) => {
      expect(mapped(person({ licenseType })).licence).toBe('');
    },
  );
});

describe('groups', () => {
  test('a pushed group stands for itself, unless the map names others', () => {
    const map = { Leads: ['Administrators', 'Leads of Data'] };
    const account = mapped(person(), isIn('Data', 'Leads'), { groups: { ...config().groups, map } });
    expect([...account.entitlements]).toEqual(['scim:id-Data', 'name:Administrators', 'name:Leads of Data']);
  });

  test('Administrators, pushed by that name, is a group of the directory and not the built-in one', () => {
    expect([...mapped(person(), isIn('Administrators')).entitlements]).toEqual(['scim:id-Administrators']);
  });

  test('what somebody left is still ours to take; whoever is inactive is entitled to nothing', () => {
    const left: Membership[] = [{ group: group('Data'), present: false }];
    const account = mapped(person(), [...left, ...isIn('Leads')]);
    expect([[...account.entitlements], [...account.owned]]).toEqual([
      ['scim:id-Leads'],
      ['scim:id-Data', 'scim:id-Leads'],
    ]);
    expect([...mapped(person({ active: false }), isIn('Data')).entitlements]).toEqual([]);
  });

  test('only members of the groups named get an account, where any are named', () => {
    const assign = { groups: ['BI users'] };
    expect(mapMetabaseAccount(person(), isIn('Data'), config({ assign }))).toMatchObject({
      ok: false,
      problem: { code: 'not-assigned' },
    });
    expect(mapped(person(), isIn('BI users'), { assign })).toMatchObject({ active: true });
  });
});

test('nothing but address and names is kept there', () => {
  const account = mapped(person({ displayName: 'Ada Lovelace', externalId: '00u1' }));
  expect(account.profile).toBeUndefined();
});

test('the type of the target finds this mapper', () => {
  const bound = mapperFor(config());
  expect(bound.mapAccount(person(), [])).toEqual(mapMetabaseAccount(person(), [], config()));
});
