import { groupDelta, type GroupDelta } from '../../../src/scim/patch/group-delta.js';
import { parsePatch } from '../../../src/scim/patch/parse-patch.js';

const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';

function deltaOf(...Operations: readonly object[]): GroupDelta {
  return groupDelta(parsePatch({ Operations }, 'Group').operations);
}

const stepsOf = (...operations: readonly object[]) => deltaOf(...operations).steps;

describe('members', () => {
  test.each([
    ['Okta', { op: 'add', path: 'members', value: [{ value: 'u1', display: 'ann@acme.test' }] }],
    ['Entra ID', { op: 'Add', path: 'members', value: [{ $ref: null, value: 'u1' }] }],
    ['quirk 18: a single object', { op: 'add', path: 'members', value: { value: 'u1' } }],
    ['quirk 18: a bare id', { op: 'add', path: 'members', value: 'u1' }],
    ['quirk 18: a list of bare ids', { op: 'add', path: 'members', value: ['u1'] }],
    ['quirk 12: the core URN', { op: 'add', path: `${groupUrn}:members`, value: [{ value: 'u1' }] }],
    ['quirk 21: another case', { op: 'ADD', path: 'Members', value: [{ Value: 'u1' }] }],
    ['quirk 4: no path', { op: 'add', value: { members: [{ value: 'u1' }] } }],
    ['quirk 17: the same member twice', { op: 'add', path: 'members', value: [{ value: 'u1' }, { value: 'u1' }] }],
    [
      'quirk 61: a type that cannot be believed',
      { op: 'add', path: 'members', value: [{ value: 'u1', type: 'Group' }] },
    ],
    [
      'quirk 68: unknown labels',
      { op: 'add', path: 'members', value: [{ value: 'u1', type: 'user', $ref: 'x:y/u2' }] },
    ],
  ])('are added (%s)', (_, operation) => {
    expect(stepsOf(operation)).toEqual([{ kind: 'add', ids: ['u1'] }]);
  });

  test.each([
    [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: 'u1' }] }, ['u1']],
    [
      { op: 'remove', path: 'members', value: [{ value: 'u1', display: 'not what we show' }, { value: 'u2' }] },
      ['u1', 'u2'],
    ],
    [{ op: 'remove', path: 'members', value: { value: 'u1' } }, ['u1']],
    [{ op: 'remove', path: 'members', value: 'u1' }, ['u1']],
  ])('quirk 14: remove by value array removes only those: %j', (operation, ids) => {
    expect(stepsOf(operation)).toEqual([{ kind: 'remove', ids }]);
  });

  test.each([
    ['members[value eq "u1"]', ['u1']],
    ['members[value eq "u1" or value eq "u2"]', ['u1', 'u2']],
    ['members[(Value EQ "u1") or value eq "u1"]', ['u1']],
    ['members[value eq u1]', ['u1']],
    [`${groupUrn}:members[value eq "u1"]`, ['u1']],
  ])('quirk 15: remove by filter: %s', (path, ids) => {
    expect(stepsOf({ op: 'remove', path })).toEqual([{ kind: 'remove', ids }]);
  });

  test.each([
    [{ op: 'remove', path: 'members' }, [{ kind: 'clear' }]],
    [{ op: 'remove', path: 'members', value: null }, [{ kind: 'clear' }]],
    [{ op: 'remove', path: 'members', value: [] }, []],
    [{ op: 'replace', path: 'members', value: [] }, [{ kind: 'clear' }]],
    [{ op: 'replace', path: 'members', value: null }, [{ kind: 'clear' }]],
    [{ op: 'add', path: 'members', value: [] }, []],
    [{ op: 'add', path: 'members', value: null }, []],
  ])('quirk 16: what empties a group, and what only looks like it: %j', (operation, steps) => {
    expect(stepsOf(operation)).toEqual(steps);
  });

  test('quirks 5 and 6: without a path members are replaced, and an empty list clears the group', () => {
    const replace = (members: unknown) => ({ op: 'replace', value: { id: 'g1', displayName: 'Data Eng', members } });
    expect(stepsOf(replace([{ value: 'u3' }]))).toEqual([{ kind: 'replace', ids: ['u3'] }]);
    expect(stepsOf(replace([]))).toEqual([{ kind: 'clear' }]);
  });

  test('quirk 59: rename, removals and additions of one PATCH keep their order', () => {
    const delta = deltaOf(
      { op: 'replace', value: { id: 'g1', displayName: 'New' } },
      { op: 'remove', path: 'members[value eq "u2"]' },
      { op: 'add', path: 'members', value: [{ value: 'u1' }] },
      { op: 'remove', path: 'members' },
      { op: 'add', path: 'members', value: [{ value: 'u2' }] },
    );
    expect(delta).toEqual({
      attributes: { displayName: 'New' },
      steps: [
        { kind: 'remove', ids: ['u2'] },
        { kind: 'add', ids: ['u1'] },
        { kind: 'clear' },
        { kind: 'add', ids: ['u2'] },
      ],
    });
  });

  test.each([
    ['invalidFilter', { op: 'remove', path: 'members[display eq "Ann"]' }],
    ['invalidFilter', { op: 'remove', path: 'members[type eq "User"]' }],
    ['invalidFilter', { op: 'remove', path: 'members[value ne "u1"]' }],
    ['invalidFilter', { op: 'remove', path: 'members[not (value eq "u1")]' }],
    ['invalidFilter', { op: 'remove', path: 'members[value eq "u1" and type eq "User"]' }],
    ['invalidFilter', { op: 'remove', path: 'members[value eq null]' }],
    ['invalidFilter', { op: 'remove', path: 'members[value pr]' }],
    ['invalidPath', { op: 'add', path: 'members[value eq "u1"]', value: 'u1' }],
    ['mutability', { op: 'replace', path: 'members[value eq "u1"].value', value: 'u2' }],
    ['mutability', { op: 'replace', path: 'members[value eq "u1"].display', value: 'x' }],
    ['mutability', { op: 'remove', path: 'displayName' }],
    ['mutability', { op: 'replace', path: 'id', value: 'x' }],
    ['invalidValue', { op: 'replace', path: 'members' }],
    ['invalidValue', { op: 'add', path: 'members', value: [5] }],
    ['invalidValue', { op: 'add', path: 'members', value: [null] }],
    ['invalidValue', { op: 'add', path: 'members', value: [''] }],
    ['invalidValue', { op: 'add', path: 'members', value: [{}] }],
    ['invalidValue', { op: 'remove', path: 'members', value: 5 }],
    ['invalidValue', { op: 'remove', path: 'members', value: {} }],
    ['invalidValue', { op: 'replace', path: 'displayName', value: '' }],
    ['invalidValue', { op: 'replace', path: 'displayName', value: null }],
    ['invalidValue', { op: 'replace', path: 'displayName', value: 5 }],
    ['invalidValue', { op: 'replace', path: 'externalId', value: 5 }],
  ])('%s: %j', (scimType, operation) => {
    expect(() => deltaOf(operation)).toThrow(expect.objectContaining({ status: 400, scimType }));
  });

  test('what is wrong with a list of members is said with the position', () => {
    expect(() => deltaOf({ op: 'add', path: 'members', value: ['u1', {}] })).toThrow('members[1] is no member');
  });
});

describe('other attributes', () => {
  test('quirk 7: a whole resource without a path changes what is writable', () => {
    const value = { id: 'x', schemas: [groupUrn], meta: {}, externalId: 'e1', displayName: 'New', unknown: 1 };
    expect(deltaOf({ op: 'replace', value })).toEqual({
      attributes: { displayName: 'New', externalId: 'e1' },
      steps: [],
    });
  });

  test.each([
    { op: 'remove', path: 'externalId' },
    { op: 'replace', path: 'externalId', value: null },
  ])('externalId is cleared by %j', (operation) => {
    expect(deltaOf(operation).attributes).toEqual({ externalId: null });
  });
});
