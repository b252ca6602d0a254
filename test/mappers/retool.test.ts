import fc from 'fast-check';
import { mapGroup } from '../../src/mappers/map-groups.js';
import type { Membership } from '../../src/mappers/membership.js';
import { mapRetoolAccount } from '../../src/mappers/retool.js';
import type { DesiredAccount } from '../../src/model/account.js';
import type { ScimGroup } from '../../src/model/scim-group.js';
import type { ScimUser } from '../../src/model/scim-user.js';
import { shorten } from '../../src/model/shorten.js';
import type { RetoolConfig } from '../../src/model/target-config.js';
import { namesForCreation } from '../../src/targets/retool/names-for-creation.js';

const config = (more: Partial<RetoolConfig> = {}): RetoolConfig => ({
  name: 'retool',
  type: 'retool',
  baseUrl: 'https://acme.retool.com',
  token: 'secret',
  mode: 'full',
  licence: { default: '', byGroup: {} },
  groups: { create: true, map: {}, membership: 'owned' },
  assign: {},
  protect: { users: [], groups: [] },
  guard: { removals: 5, fraction: 0.2, windowMinutes: 60 },
  limits: { perMinute: 45, concurrency: 2 },
  addressChange: 'refuse',
  invitations: { expireDays: 7, limit: 3 },
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

const group = (displayName: string): ScimGroup => ({ id: displayName, directory: 'acme', displayName, deleted: false });
const isIn = (...names: string[]): Membership[] => names.map((name) => ({ group: group(name), present: true }));
const wasIn = (...names: string[]): Membership[] => names.map((name) => ({ group: group(name), present: false }));

const accountOf = (
  user: ScimUser,
  memberships: readonly Membership[] = [],
  more: Partial<RetoolConfig> = {},
): DesiredAccount => {
  const mapped = mapRetoolAccount(user, memberships, config(more));
  if (!mapped.ok) throw new Error(mapped.problem.message);
  return mapped.value;
};
const namesOf = (givenName?: string, familyName?: string) =>
  accountOf(
    person({
      name: { ...(givenName === undefined ? {} : { givenName }), ...(familyName === undefined ? {} : { familyName }) },
    }),
  ).attributes;

describe('names', () => {
  const astral = '𝒜'; // two UTF-16 units

  test.each([
    { rule: 'are taken as they are', given: 'Žofia', family: '李', expected: ['Žofia', '李'] },
    { rule: 'lose the spaces around them', given: '  Ada ', family: '\tLovelace\n', expected: ['Ada', 'Lovelace'] },
    { rule: 'of 36 characters stay', given: 'x'.repeat(36), family: 'L', expected: ['x'.repeat(36), 'L'] },
    { rule: 'of 37 are cut', given: 'x'.repeat(37), family: 'L', expected: ['x'.repeat(36), 'L'] },
    {
      rule: 'are never cut within a character',
      given: `${'x'.repeat(35)}${astral}`,
      family: `${'x'.repeat(34)}${astral}y`,
      expected: ['x'.repeat(35), `${'x'.repeat(34)}${astral}`],
    },
    {
      rule: 'do not end in a space after the cut',
      given: `${'x'.repeat(35)} yz`,
      family: `${'x'.repeat(30)}${' '.repeat(10)}yz`,
      expected: ['x'.repeat(35), 'x'.repeat(30)],
    },
    {
      rule: 'the directory does not give are left as they are',
      given: 'Cher',
      family: undefined,
      expected: ['Cher', undefined],
    },
    { rule: 'that are blank are not given', given: '  ', family: '', expected: [undefined, undefined] },
  ])('$rule', ({ given, family, expected }) => {
    const { firstName, lastName } = namesOf(given, family);
    expect([firstName, lastName]).toEqual(expected);
  });

  test('somebody without any keeps whatever Retool has', () => {
    expect(accountOf(person()).attributes).toEqual({ firstName: undefined, lastName: undefined });
  });

  test('come from a full name of two words', () => {
    expect(accountOf(person({ displayName: 'Ada Lovelace' })).attributes).toEqual({
      firstName: 'Ada',
      lastName: 'Lovelace',
    });
  });

  test('any name is as long as Retool lets it be, whole, and the same each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) => {
        const cut = namesOf(name, 'L').firstName;
        if (name.trim() === '') return cut === undefined;
        const again = namesOf(cut, 'L').firstName;
        return cut !== undefined && cut.length >= 1 && cut.length <= 36 && name.trim().startsWith(cut) && again === cut;
      }),
    );
  });
});

describe('names of a new account', () => {
  const created = (firstName?: string, lastName?: string, email = 'ada.lovelace@acme.test') =>
    Object.values(namesForCreation({ email, firstName, lastName }));

  test.each([
    { rule: 'both are there', names: created('Ada', 'Lovelace'), expected: ['Ada', 'Lovelace'] },
    { rule: 'the other stands in for a missing one', names: created('Cher'), expected: ['Cher', 'Cher'] },
    { rule: 'on either side', names: created(undefined, 'Sukarno'), expected: ['Sukarno', 'Sukarno'] },
    { rule: 'the address stands in for both', names: created(), expected: ['ada.lovelace', 'ada.lovelace'] },
    { rule: 'blank is missing', names: created(' ', ''), expected: ['ada.lovelace', 'ada.lovelace'] },
    {
      rule: 'an address has its limit too',
      names: created(undefined, undefined, `${'x'.repeat(60)}@acme.test`),
      expected: ['x'.repeat(36), 'x'.repeat(36)],
    },
    {
      rule: 'an address may begin with its @',
      names: created(undefined, undefined, '@acme'),
      expected: ['@acme', '@acme'],
    },
  ])('$rule', ({ names, expected }) => {
    expect(names).toEqual(expected);
  });

  test('are always names Retool takes', () => {
    const name = fc.option(fc.string({ unit: 'binary', maxLength: 60 }), { nil: undefined });
    fc.assert(
      fc.property(name, name, fc.emailAddress(), (first, last, email) =>
        created(first, last, email).every((each) => each.length >= 1 && each.length <= 36 && each.trim() !== ''),
      ),
    );
  });
});

test('nothing is cut that fits, and nothing fits in nothing', () => {
  expect([shorten('Ada', 3), shorten('Ada', 2), shorten('𝒜da', 1), shorten('', 0)]).toEqual(['Ada', 'Ad', '', '']);
});

describe('the account', () => {
  test('is found by the folded address and made with the one the directory sent', () => {
    const account = accountOf(person({ emails: [{ value: ' Ada@Acme.Test ', primary: true }] }));
    expect(account).toMatchObject({ correlationKey: 'ada@acme.test', email: 'Ada@Acme.Test', active: true });
  });

  test('has no licence, whatever the groups', () => {
    expect(accountOf(person(), isIn('Developers')).licence).toBe('');
  });

  test('carries the groups of today, and remembers those of yesterday', () => {
    const more = { groups: { create: true, map: { Ops: ['editor', 'Operations'] }, membership: 'owned' } } as const;
    const account = accountOf(person(), [...isIn('Ops', 'Analysts'), ...wasIn('Sales')], more);
    expect(account.entitlements).toEqual(new Set(['name:editor', 'name:Operations', 'scim:Analysts']));
    expect(account.owned).toEqual(new Set([...account.entitlements, 'scim:Sales']));
  });

  test('of a leaver asks for no group, and keeps what was given in mind', () => {
    const account = accountOf(person({ active: false }), isIn('Analysts'));
    expect([account.active, account.entitlements.size, account.owned.size]).toEqual([false, 0, 1]);
  });

  test.each([
    { what: 'without an address', user: person({ userName: 'ada' }), more: {}, code: 'no-email' },
    {
      what: 'outside the assigned groups',
      user: person(),
      more: { assign: { groups: ['Retool'] } },
      code: 'not-assigned',
    },
  ])('is no account for somebody $what', ({ user, more, code }) => {
    expect(mapRetoolAccount(user, [], config(more))).toMatchObject({ ok: false, problem: { code } });
  });
});

test('a pushed group keeps its name to the letter', () => {
  expect(mapGroup(group('Data Team (EU)'), config())).toEqual([
    { key: 'scim:Data Team (EU)', name: 'Data Team (EU)', wanted: true, mayCreate: true, membership: 'owned' },
  ]);
});
