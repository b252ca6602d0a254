import fc from 'fast-check';
import { CompiledQuery } from 'kysely';
import { fold } from '../../src/model/fold.js';
import { compareOperators, type AttributePath, type Filter } from '../../src/model/filter.js';
import { parseFilter } from '../../src/scim/filter/parse-filter.js';
import { matchFilter } from '../../src/scim/filter/match-filter.js';
import { groupSchema, userSchema } from '../../src/scim/schema/resource-schemas.js';
import { schemasOf } from '../../src/scim/schema/schemas-of.js';
import { groupFilter, userFilter } from '../../src/store/filter-to-sql.js';
import { openStore, type Store } from '../../src/store/store.js';

const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const directory = 'acme';

/** Few values, so that filters and resources meet; among them what databases compare differently. */
const texts = [
  '',
  'a',
  'A',
  'ab',
  'Äb',
  'a\u0308b',
  'ﬁ',
  '𝒳',
  '\uFF21',
  '%',
  '_',
  'a"b',
  "a'b",
  'true',
  '7',
  '2026-01-02',
];
const text = fc.constantFrom(...texts);
const times = [0, 1_000, 1_767_323_045_000, 1_767_323_045_500];
const time = fc.constantFrom(...times);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const multiValue = fc
  .record({ value: maybe(text), type: maybe(text), display: maybe(text), primary: maybe(fc.boolean()) })
  .map(defined);

interface TestUser {
  readonly id: string;
  readonly created: number;
  readonly updated: number;
  readonly attributes: Record<string, unknown>;
}

const user: fc.Arbitrary<TestUser> = fc.record({
  id: fc.uuid(),
  created: time,
  updated: time,
  attributes: fc
    .record({
      userName: fc.tuple(text, fc.uuid()).map(([name, unique]) => `${name}${unique}`),
      externalId: maybe(text),
      active: fc.boolean(),
      displayName: maybe(text),
      title: maybe(text),
      name: maybe(fc.record({ givenName: maybe(text), familyName: maybe(text) }).map(defined)),
      emails: maybe(fc.array(multiValue, { minLength: 1, maxLength: 3 })),
      roles: maybe(fc.array(multiValue, { minLength: 1, maxLength: 2 })),
      [enterpriseUrn]: maybe(
        fc.record({ department: maybe(text), manager: maybe(text.map((value) => ({ value }))) }).map(defined),
      ),
    })
    .map(defined),
});

/** Absent, never undefined, as in stored resources. */
function defined<T extends object>(record: T): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

const dateTexts = ['2026-01-02', '1970-01-01T00:00:01Z', '2026-01-02T04:04:05+01:00', '2026-01-02T03:04:05.5Z'];
const operand = fc.oneof(
  text,
  fc.constantFrom(...dateTexts),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(0, 1, 7, -2.5),
);
const operator = fc.constantFrom(...compareOperators);

const paths: readonly string[] = [
  ...['id', 'userName', 'externalId', 'displayName', 'active', 'title', 'name', 'name.givenName', 'name.familyName'],
  ...[
    'emails',
    'emails.value',
    'emails.type',
    'emails.primary',
    'emails.display',
    'roles',
    'roles.value',
    'roles.type',
  ],
  ...['groups', 'groups.value', 'groups.display', 'groups.type', 'schemas', 'manager', 'unknown', 'emails.unknown'],
  ...['meta.created', 'meta.lastModified', 'meta.resourceType', 'phoneNumbers', 'phoneNumbers.value', 'locale'],
];
const path: fc.Arbitrary<AttributePath> = fc.oneof(
  fc.constantFrom(...paths).map(pathOf),
  fc.constantFrom('department', 'manager', 'division').map((attribute) => ({ schema: enterpriseUrn, attribute })),
);

function pathOf(name: string): AttributePath {
  const [attribute = '', subAttribute] = name.split('.');
  return { attribute, subAttribute };
}

const elementPath = fc.constantFrom('value', 'type', 'display', 'primary', 'unknown').map(pathOf);

function termOn(on: fc.Arbitrary<AttributePath>): fc.Arbitrary<Filter> {
  return fc.oneof(
    fc.record({ kind: fc.constant('compare' as const), path: on, operator, value: operand }).filter(isMeaningful),
    fc.record({ kind: fc.constant('present' as const), path: on }),
  );
}

/** What the parser lets through. */
function isMeaningful({ operator: op, value }: { operator: string; value: unknown }): boolean {
  return op === 'eq' || op === 'ne' || (value !== null && typeof value !== 'boolean');
}

function treeOf(term: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> {
  return fc.letrec<{ tree: Filter }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      term,
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        filters: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('not' as const), filter: tie('tree') }),
    ),
  })).tree;
}

const valuePath = fc.record({
  kind: fc.constant('valuePath' as const),
  path: fc.constantFrom('emails', 'roles', 'groups', 'phoneNumbers').map(pathOf),
  filter: treeOf(termOn(elementPath)),
});
const anyFilter = treeOf(fc.oneof({ arbitrary: termOn(path), weight: 3 }, { arbitrary: valuePath, weight: 2 }));

const groups = [
  { id: 'g1', display_name: 'Ab', members: [0, 1] },
  { id: 'a', display_name: '', members: [1, 2] },
  { id: 'g3', display_name: 'nobody', members: [] },
];

let store: Store;
beforeEach(async () => {
  store = await openStore('sqlite::memory:', new Map([[directory, []]]));
});
afterEach(() => store.close());

interface Columns {
  readonly userName: string;
  readonly externalId?: string;
  readonly displayName?: string;
  readonly active: boolean;
}

async function insertUsers(users: readonly TestUser[]): Promise<void> {
  for (const [index, { id, created, updated, attributes }] of users.entries()) {
    const { userName, externalId, displayName, active } = attributes as unknown as Columns;
    await store.db
      .insertInto('scim_user')
      .values({
        seq: index + 1,
        id,
        directory,
        user_name: userName,
        user_name_folded: fold(userName),
        external_id: externalId ?? null,
        display_name_folded: displayName === undefined ? null : fold(displayName),
        active: active ? 1 : 0,
        resource: JSON.stringify(attributes),
        version: 1,
        created_at: created,
        updated_at: updated,
        deleted_at: null,
      })
      .execute();
    for (const email of (attributes['emails'] ?? []) as Record<string, string>[]) {
      if (email['value'] === undefined) continue;
      const type = email['type'];
      const row = {
        user_seq: index + 1,
        value_folded: fold(email['value']),
        type_folded: type === undefined ? null : fold(type),
      };
      await store.db.insertInto('scim_email').values(row).execute();
    }
  }
}

async function insertGroups(userCount: number): Promise<void> {
  for (const [index, { id, display_name, members }] of groups.entries()) {
    await store.db
      .insertInto('scim_group')
      .values({
        seq: index + 1,
        id,
        directory,
        display_name,
        display_name_folded: fold(display_name),
        external_id: null,
        resource: JSON.stringify({ displayName: display_name }),
        version: 1,
        created_at: 0,
        updated_at: 1000,
        deleted_at: null,
      })
      .execute();
    for (const member of members.filter((each) => each < userCount)) {
      const row = { group_seq: index + 1, user_seq: member + 1, added_at: 0, removed_at: null };
      await store.db.insertInto('scim_member').values(row).execute();
    }
    // A former member is none.
    if (userCount > 3) {
      const former = { group_seq: index + 1, user_seq: 4, added_at: 0, removed_at: 5 };
      await store.db.insertInto('scim_member').values(former).execute();
    }
  }
}

/** The resource as a client sees it. */
function shown({ id, created, updated, attributes }: TestUser, index: number): Record<string, unknown> {
  const held = groups.filter(({ members }) => members.includes(index));
  return {
    schemas: schemasOf(JSON.stringify(attributes), 'User'),
    id,
    ...attributes,
    groups: held.map((group) => ({ value: group.id, display: group.display_name, type: 'direct' })),
    meta: {
      resourceType: 'User',
      created: new Date(created).toISOString(),
      lastModified: new Date(updated).toISOString(),
    },
  };
}

async function selected(filter: Filter): Promise<string[]> {
  const rows = await store.db
    .selectFrom('scim_user')
    .select('id')
    .where('directory', '=', directory)
    .where('deleted_at', 'is', null)
    .where(userFilter(store.engine, filter, userSchema))
    .orderBy('seq')
    .execute();
  return rows.map((row) => row.id);
}

describe('SQL selects exactly the users the matcher matches', () => {
  test.each(Array.from({ length: 25 }, (_, index) => index))('in directory %i', async () => {
    const [users = []] = fc.sample(fc.uniqueArray(user, { minLength: 1, maxLength: 8, selector: ({ id }) => id }), 1);
    await insertUsers(users);
    await insertGroups(users.length);
    await fc.assert(
      fc.asyncProperty(anyFilter, async (filter) => {
        const expected = users.filter((each, index) => matchFilter(filter, shown(each, index), 'User'));
        expect({ users, ids: await selected(filter) }).toEqual({ users, ids: expected.map(({ id }) => id) });
      }),
      { numRuns: 120 },
    );
  });
});

describe('groups', () => {
  const selectedGroups = async (text: string): Promise<string[]> => {
    const rows = await store.db
      .selectFrom('scim_group')
      .select('id')
      .where(groupFilter(store.engine, parseFilter(text), groupSchema))
      .orderBy('seq')
      .execute();
    return rows.map((row) => row.id);
  };

  beforeEach(async () => {
    await insertUsers(fc.sample(user, { numRuns: 5, seed: 7 }).map((each, index) => ({ ...each, id: `u${index}` })));
    await insertGroups(5);
  });

  test.each([
    ['displayName eq "AB"', ['g1']],
    ['id eq "g3"', ['g3']],
    ['id eq "G3"', []],
    ['members eq "u1"', ['g1', 'a']],
    ['id eq "g1" and members eq "u0"', ['g1']],
    ['members.value eq "u2"', ['a']],
    ['members[value eq "u0"]', ['g1']],
    ['members[type eq "User" and value eq "u0"]', ['g1']],
    ['members eq "u3"', []],
    ['members pr', ['g1', 'a']],
    ['not (members pr)', ['g3']],
    ['members ne "u1"', ['g1', 'a', 'g3']],
    ['not (members eq "u1")', ['g3']],
    ['externalId eq null', ['g1', 'a', 'g3']],
    ['meta.resourceType eq "Group"', ['g1', 'a', 'g3']],
    ['meta.lastModified gt "1970-01-01T00:00:00.999Z"', ['g1', 'a', 'g3']],
    ['schemas eq "urn:ietf:params:scim:schemas:core:2.0:Group"', ['g1', 'a', 'g3']],
    ['userName eq "x"', []],
    ['not (userName eq "x")', []],
  ])('%s', async (text, ids) => {
    expect(await selectedGroups(text)).toEqual(ids);
  });
});

describe('look-ups identity providers make for each person are answered from an index', () => {
  const planOf = async (table: 'scim_user' | 'scim_group', text: string): Promise<string> => {
    const where =
      table === 'scim_user'
        ? userFilter(store.engine, parseFilter(text), userSchema)
        : groupFilter(store.engine, parseFilter(text), groupSchema);
    const query = store.db
      .selectFrom(table)
      .selectAll()
      .where('directory', '=', directory)
      .where('deleted_at', 'is', null)
      .where(where)
      .orderBy('seq')
      .limit(100);
    const { sql, parameters } = query.compile();
    const { rows } = await store.db.executeQuery<{ detail: string }>(
      CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]),
    );
    return rows.map(({ detail }) => detail).join('\n');
  };

  test.each([
    ['scim_user', 'userName eq "x"', 'scim_user_by_name (directory=? AND user_name_folded=?)'],
    ['scim_user', 'externalId eq "x"', 'scim_user_by_external_id (directory=? AND external_id=?)'],
    ['scim_user', 'displayName eq "x"', 'scim_user_by_display_name (directory=? AND display_name_folded=?)'],
    ['scim_user', 'id eq "x" and manager eq "y"', '(id=?)'],
    ['scim_user', 'emails.value eq "x"', 'scim_email_by_value (value_folded=?)'],
    ['scim_user', 'emails[type eq "work"].value eq "x"', 'scim_email_by_value (value_folded=?)'],
    ['scim_user', 'emails[type eq "work" and value eq "x"]', 'scim_email_by_value (value_folded=?)'],
    ['scim_user', 'groups eq "x"', '(id=?)'],
    ['scim_group', 'displayName eq "x"', 'scim_group_by_name (directory=? AND display_name_folded=?)'],
    ['scim_group', 'externalId eq "x"', 'scim_group_by_external_id (directory=? AND external_id=?)'],
    ['scim_group', 'id eq "x" and members eq "y"', '(id=?)'],
    ['scim_group', 'members.value eq "x"', '(id=?)'],
  ] as const)('%s: %s', async (table, text, index) => {
    const plan = await planOf(table, text);
    expect(plan).toContain(index);
    expect(plan).not.toMatch(/^SCAN scim_|_page \(directory=\?\)/m);
  });

  test('values reach the database as parameters, never as text of the statement', () => {
    const hostile = "x' or 1=1 --";
    const filter = parseFilter(`userName eq "${hostile}" or title co "${hostile}" or emails[display eq "${hostile}"]`);
    const query = store.db
      .selectFrom('scim_user')
      .selectAll()
      .where(userFilter(store.engine, filter, userSchema));
    expect(query.compile().sql).not.toContain('1=1');
  });
});
