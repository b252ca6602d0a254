import fc from 'fast-check';
import type { Filter } from '../../../src/model/filter.js';
import { parseFilter } from '../../../src/scim/filter/parse-filter.js';
import { matchFilter } from '../../../src/scim/filter/match-filter.js';
import { ScimError } from '../../../src/scim/scim-error.js';

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const provisioningUrn = 'urn:drawbridge:params:scim:schemas:extension:provisioning:2.0:User';

const ann = {
  schemas: [userUrn, enterpriseUrn],
  id: 'a1-Exact',
  externalId: '00uA1',
  userName: 'Ann@Acme.test',
  displayName: 'Ann "the (one)" and only\\Lee',
  active: true,
  name: { givenName: 'Ann', familyName: 'Lée' },
  nickName: '',
  title: '007',
  emails: [
    { value: 'ann@acme.test', type: 'work', primary: true },
    { value: 'ann@home.test', type: 'home' },
  ],
  groups: [{ value: 'g1', display: 'Data Eng', type: 'direct' }],
  meta: { resourceType: 'User', created: '2026-01-02T03:04:05.000Z', lastModified: '2026-02-01T00:00:00.000Z' },
  [enterpriseUrn]: { department: 'Ops', manager: { value: 'u9' } },
};
const matchesAnn = (text: string): boolean => matchFilter(parseFilter(text), ann, 'User');

function refusal(text: string): ScimError {
  try {
    parseFilter(text);
  } catch (error) {
    if (error instanceof ScimError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

describe('what a filter means', () => {
  test.each([
    ['userName eq "Ann@Acme.test"', true],
    ['userName ne "Ann@Acme.test"', false],
    ['userName co "acme"', true],
    ['userName sw "ann@"', true],
    ['userName ew ".test"', true],
    ['userName sw ".test"', false],
    ['displayName gt "A"', true],
    ['displayName lt "A"', false],
    ['userName ge "ann@acme.test"', true],
    ['userName le "ann@acme.test"', true],
    ['displayName pr', true],
    ['title pr and not (phoneNumbers pr)', true],
    // Precedence: grouping, then not, then and, then or.
    ['userName eq "x" and userName eq "y" or active eq true', true],
    ['active eq true or userName eq "x" and userName eq "y"', true],
    ['(active eq true or userName eq "x") and userName eq "y"', false],
    ['not (userName eq "x") and active eq true', true],
    ['not (userName eq "x" or active eq true)', false],
    ['((((active eq true))))', true],
    ['not (not (active eq true))', true],
    ['not(active eq false)', true],
    // One element of a multi-valued attribute must satisfy all that stands in the brackets.
    ['emails[type eq "work" and value co "@acme"]', true],
    ['emails[type eq "work" and value co "@home"]', false],
    ['emails[type eq "work" or type eq "other"]', true],
    ['emails[not (type eq "work")]', true],
    ['emails.value eq "ANN@home.test"', true],
    ['emails eq "ann@home.test"', true],
    ['emails co "@home"', true],
    ['emails pr', true],
    ['name pr', true],
    ['name.honorificPrefix pr', false],
    // Times are compared as times, with or without a fraction, in any zone.
    ['meta.created eq "2026-01-02T04:04:05+01:00"', true],
    ['meta.created gt "2026-01-02T03:04:04Z"', true],
    ['meta.lastModified lt "2026-02-01T00:00:00.001Z"', true],
    ['meta.lastModified ge "2026-02-01"', true],
    ['meta.resourceType eq "User"', true],
    ['meta.resourceType eq "user"', false],
    [`schemas eq "${enterpriseUrn}"`, true],
    ['groups eq "g1"', true],
    ['groups.display eq "data eng"', true],
    // JSON values.
    ['userName eq "ann\\u0040acme.test"', true],
    ['displayName eq "ann \\"the (one)\\" and only\\\\lee"', true],
    ['nickName eq null', false],
    ['locale eq null', true],
    ['locale ne null', false],
    ['active eq null', false],
    // Absent values: ne is the opposite of eq; nothing else matches.
    ['locale ne "en"', true],
    ['locale eq "en"', false],
    ['locale co ""', false],
    ['phoneNumbers.value ne "1"', true],
    ['phoneNumbers[value ne "1"]', false],
    ['nickName pr', false],
    // A value of the wrong type equals nothing.
    ['active eq "perhaps"', false],
    ['active ne "perhaps"', true],
    ['active eq "True"', true],
    ['active eq False', false],
    ['meta.created eq "yesterday"', false],
  ])('%s → %s', (text, expected) => {
    expect(matchesAnn(text)).toBe(expected);
  });

  test.each([
    'userName EQ "Ann@acme.test"',
    'username Eq "ann@acme.test"',
    'UserName eq "ann@acme.test" AND NOT (Active eq FALSE)',
    'EMAILS[Type EQ "WORK"].Value eq "ann@acme.test"',
  ])('quirk 21: names and operators in any case: %s', (text) => {
    expect(matchesAnn(text)).toBe(true);
  });

  test.each([
    ['userName eq "ANN@ACME.TEST"', true],
    ['name.familyName eq "LÉE"', true],
    ['name.familyName eq "Le\u0301e"', true],
    ['externalId eq "00uA1"', true],
    ['externalId eq "00ua1"', false],
    ['id eq "a1-Exact"', true],
    ['id eq "A1-EXACT"', false],
    ['groups.value eq "G1"', false],
  ])('quirk 22: the case of a value counts only where the attribute is caseExact: %s → %s', (text, expected) => {
    expect(matchesAnn(text)).toBe(expected);
  });

  test.each([
    ['userName eq ann@acme.test', true],
    ['(userName eq ann@acme.test)', true],
    ['userName eq ann@acme.test and active eq true', true],
    ['externalId eq 00uA1', true],
    ['title eq 007', true],
    ['title eq 7', false],
  ])('quirk 23: a value without quotes: %s → %s', (text, expected) => {
    expect(matchesAnn(text)).toBe(expected);
  });

  test.each([
    'displayName co "(one)\\" and"',
    'displayName co "\\""',
    'displayName ew "only\\\\Lee"',
    'displayName co "] or"  or  userName  eq  "ann@acme.test"',
  ])('quirk 24: what stands in quotes is not syntax: %s', (text) => {
    expect(matchesAnn(text)).toBe(true);
  });

  test.each([
    [`${userUrn}:userName eq "ann@acme.test"`, true],
    [`${userUrn.toUpperCase().replace('URN:', 'urn:')}:userName eq "ann@acme.test"`, true],
    [`${userUrn}:name.givenName eq "ann"`, true],
    [`${userUrn}:emails[type eq "work"].value eq "ann@acme.test"`, true],
    [`${enterpriseUrn}:department eq "ops"`, true],
    [`${enterpriseUrn}:manager.value eq "u9"`, true],
    [`${enterpriseUrn}:manager eq "u9"`, true],
    [`${enterpriseUrn}:userName eq "ann@acme.test"`, false],
    ['urn:nobody:knows:userName eq "ann@acme.test"', false],
  ])('quirk 25: names qualified by a URN: %s → %s', (text, expected) => {
    expect(matchesAnn(text)).toBe(expected);
  });

  test.each([
    ['emails.value eq "ann@acme.test"', true],
    ['emails[type eq "work"].value eq "ann@acme.test"', true],
    ['emails[type eq "work"].value eq "ann@home.test"', false],
    ['emails[type eq "work"] eq "ann@acme.test"', true],
    ['emails[type eq "work" and value eq "ann@acme.test"]', true],
    ['emails[type eq "work"].value eq "ann@acme.test" and active eq true', true],
    ['emails[type eq "work" or type eq "home"].value eq "ann@home.test"', true],
    ['(emails[type eq "work"])', true],
    ['externalId eq "00uA1"', true],
    ['id eq "a1-Exact" and manager eq "u9"', true],
    ['id eq "a1-Exact" and manager eq "u8"', false],
  ])('quirk 26: what Entra ID looks people up by: %s → %s', (text, expected) => {
    expect(matchesAnn(text)).toBe(expected);
  });

  test('quirk 26: a group by one of its members', () => {
    const group = { id: 'g1', displayName: 'Data Eng', members: [{ value: 'u1' }, { value: 'u2' }] };
    const matchesGroup = (text: string): boolean => matchFilter(parseFilter(text), group, 'Group');
    expect(matchesGroup('id eq "g1" and members eq "u1"')).toBe(true);
    expect(matchesGroup('members.value eq "u2"')).toBe(true);
    expect(matchesGroup('members[value eq "u3"]')).toBe(false);
    expect(matchesGroup('userName eq "x"')).toBe(false);
  });

  test.each([
    'shoeSize eq 42',
    'shoeSize ne 42',
    'not (shoeSize eq 42)',
    'shoeSize eq 42 and active eq true',
    'active eq true and shoeSize pr',
    'not (shoeSize eq 42 or active eq false)',
    'not (not (shoeSize pr))',
    'emails[shoeSize eq 42]',
    'not (emails[shoeSize eq 42])',
    'not (emails[type eq "work" or shoeSize pr])',
    'emails.shoeSize ne "x"',
    'userName.value eq "ann@acme.test"',
    'constructor pr',
    'toString ne "x"',
    'not (shoeSize eq 42 and active eq true)',
  ])('quirk 27: an unknown attribute never selects anybody, not even under not: %s', (text) => {
    expect(matchesAnn(text)).toBe(false);
  });

  test('quirk 27: the rest of a filter still counts beside an unknown attribute', () => {
    expect(matchesAnn('shoeSize eq 42 or active eq true')).toBe(true);
    expect(matchesAnn('not (shoeSize eq 42 and active eq false)')).toBe(true);
  });
});

describe('what is no filter is a 400 invalidFilter that says where', () => {
  test.each([
    ['', 'it is empty, at its end'],
    ['   ', 'it is empty'],
    ['userName', 'expected an operator'],
    ['userName eq', 'expected a value, at its end'],
    ['userName eq and active eq true', 'expected a value'],
    ['eq "x"', 'expected an operator after the attribute name, at character 4'],
    ['userName is "x"', 'unknown operator, at character 10'],
    ['userName eq "x', 'no end, at character 13'],
    ['userName eq "\\x"', 'not a valid JSON string, at character 13'],
    ['userName eq "x" active eq true', 'expected "and", "or" or the end, at character 17'],
    ['(userName eq "x"', 'expected ")", at its end'],
    ['userName eq "x")', 'expected "and", "or" or the end'],
    ['()', 'expected an attribute name'],
    ['not userName eq "x"', 'expected "(" after "not"'],
    ['userName eq "x" and', 'expected an attribute name'],
    ['and userName eq "x"', 'unknown operator'],
    ['emails[type eq "work"', 'expected "]"'],
    ['emails[]', 'expected an attribute name'],
    ['emails[type eq "work"].value', 'expected an operator'],
    ['emails[type eq "work"]value eq "x"', 'unknown operator'],
    ['emails[emails[type eq "x"]]', 'value paths cannot be nested'],
    ['emails[emails.type eq "x"]', 'within brackets only sub-attributes'],
    ['a.b.c eq "x"', 'attribute name is malformed, at character 1'],
    ['"userName" eq "x"', 'expected an attribute name'],
    ['__proto__.x eq "a"', 'malformed'],
    ['9lives eq "x"', 'malformed'],
    ['http://x:userName eq "x"', 'malformed'],
    ['active gt true', 'active is boolean, gt does not apply'],
    ['active lt "true"', 'active is boolean, lt does not apply'],
    ['emails[primary ge true]', 'emails.primary is boolean, ge does not apply'],
    ['x509Certificates.value gt "x"', 'is binary'],
    ['x509Certificates le "x"', 'is binary'],
    ['userName gt true', 'a boolean cannot be compared with gt'],
    ['userName gt null', 'null cannot be compared with gt'],
    ['userName co null', 'null cannot be compared with co'],
    ['meta.created sw "2026"', 'meta.created is no text'],
    ['name eq "Ann"', 'name is complex'],
    ['addresses co "Ann"', 'addresses is complex'],
    ['meta.version eq "1"', 'meta.version cannot be filtered on'],
    ['meta.location eq "x"', 'meta.location cannot be filtered on'],
    ['members.display eq "x"', 'members.display cannot be filtered on'],
    [`${provisioningUrn}:targets[state eq "failed"]`, 'targets.state cannot be filtered on'],
    ['groups[$ref eq "x"]', 'groups.$ref cannot be filtered on'],
  ])('quirk 27: %j', (text, problem) => {
    expect(refusal(text)).toMatchObject({ status: 400, scimType: 'invalidFilter' });
    expect(refusal(text).detail).toMatch(new RegExp(problem.replaceAll(/[()".$[\]]/g, '\\$&')));
  });

  test.each(['password eq "x"', 'PASSWORD pr', `${userUrn}:password sw "a"`, 'active eq true and password ne "x"'])(
    'quirk 43: passwords cannot be probed: %s',
    (text) => {
      expect(refusal(text).detail).toContain('password cannot be filtered on');
    },
  );
});

describe('limits', () => {
  const nested = (depth: number): string => '('.repeat(depth) + 'active eq true' + ')'.repeat(depth);
  const terms = (count: number): string => Array.from({ length: count }, () => 'active eq true').join(' and ');

  test.each([
    ['nested 64 deep', nested(64), true],
    ['nested 65 deep', nested(65), false],
    ['not nested 65 deep', `${'not ('.repeat(65)}active pr${')'.repeat(65)}`, false],
    ['nested 4,000 deep', nested(4000), false],
    ['256 terms', terms(256), true],
    ['257 terms', terms(257), false],
    ['8,192 bytes', `userName eq "${'x'.repeat(8192 - 14)}"`, true],
    ['8,193 bytes', `userName eq "${'x'.repeat(8193 - 14)}"`, false],
    ['4,100 two-byte characters', `userName eq "${'é'.repeat(4100)}"`, false],
    ['40 backslashes', `userName eq "${'\\'.repeat(40)}"`, true],
    ['40 groups of or', Array.from({ length: 40 }, () => '(active pr or title pr)').join(' and '), true],
  ])('%s', (_, text, isAllowed) => {
    if (isAllowed) expect(() => parseFilter(text)).not.toThrow();
    else expect(refusal(text)).toMatchObject({ status: 400, scimType: 'invalidFilter' });
  });

  test('whatever the text, the answer is a filter or a 400 invalidFilter', () => {
    const pieces = fc.constantFrom(
      ...['userName', 'emails', 'eq', 'pr', 'not', 'and', 'or', '(', ')', '[', ']', '"', '\\', '.', ' ', 'true', '"x"'],
      ...['__proto__', 'urn:', ':', userUrn, 'é', '\0', 'null', '1e5'],
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 5 })), { maxLength: 20 }), (parts) => {
        try {
          const filter: Filter = parseFilter(parts.join(''));
          matchFilter(filter, ann, 'User');
        } catch (error) {
          expect(error).toMatchObject({ name: 'ScimError', status: 400, scimType: 'invalidFilter' });
        }
      }),
      { numRuns: 2000 },
    );
  });
});
