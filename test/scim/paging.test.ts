import { CursorSeal } from '../../src/scim/cursor-seal.js';
import {
  errorUrn,
  groupId,
  listUrn,
  otherToken,
  scimApp,
  sha256,
  token,
  userId,
  userUrn,
  type ScimApp,
  type Sent,
} from './scim-app.js';

/** Sorting and pages over HTTP: RFC 7644 §3.4.2.3 and §3.4.2.4, RFC 9865. Numbers are those of our checklist. */

let app: ScimApp;
let clock: number;
beforeEach(async () => {
  clock = Date.UTC(2026, 0, 5);
  app = await scimApp({ now: () => (clock += 1000) });
});
afterEach(() => app.close());

interface List {
  readonly schemas: string[];
  readonly totalResults: number;
  readonly itemsPerPage: number;
  readonly startIndex?: number;
  readonly nextCursor?: string;
  readonly previousCursor?: string;
  readonly Resources: readonly { readonly userName?: string; readonly displayName?: string }[];
}

const list = async (path: string, sent?: Sent): Promise<List> => {
  const { status, body } = await app.get(path, sent);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body as List;
};
const searchBody = (more: object) => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], ...more });
const namesOn = ({ Resources }: List) => Resources.map(({ userName, displayName }) => userName ?? displayName);
const refusal = (scimType: string, detail = expect.any(String) as unknown) => ({
  status: 400,
  body: { schemas: [errorUrn], status: '400', scimType, detail },
});

/** All pages of a walk, from the first or, backwards, from the last page on. */
async function walk(query: string, follow: 'nextCursor' | 'previousCursor' = 'nextCursor', from = ''): Promise<List[]> {
  const pages: List[] = [];
  for (let cursor: string | undefined = from; cursor !== undefined; cursor = pages.at(-1)?.[follow]) {
    pages.push(await list(`${query}&cursor=${cursor}`));
  }
  return pages;
}

describe('80: sortBy and sortOrder', () => {
  beforeEach(async () => {
    await userId(app, 'bob', { displayName: 'zoe', externalId: 'B', name: { familyName: 'Öz' } });
    await userId(app, 'Ann', {
      displayName: 'Mid',
      externalId: 'a',
      emails: [{ value: 'x@a' }, { value: 'a@a', primary: true }],
    });
    await userId(app, 'cem', { active: false, emails: [{ value: 'b@a' }, { value: '0@a' }] });
    await groupId(app, 'Nine');
  });

  test.each([
    ['sortBy=userName', ['Ann', 'bob', 'cem']],
    ['sortBy=USERNAME&sortOrder=Descending', ['cem', 'bob', 'Ann']],
    ['sortBy=userName&sortOrder=', ['Ann', 'bob', 'cem']],
    [`sortBy=${userUrn}:userName&startIndex=2&count=1`, ['bob']],
    ['sortBy=displayName', ['Ann', 'bob', 'cem']],
    ['sortBy=displayName&sortOrder=descending', ['cem', 'bob', 'Ann']],
    ['sortBy=externalId', ['bob', 'Ann', 'cem']],
    ['sortBy=emails', ['Ann', 'cem', 'bob']],
    ['sortBy=emails.value&sortOrder=descending', ['bob', 'cem', 'Ann']],
    ['sortBy=name.familyName', ['bob', 'Ann', 'cem']],
    ['sortBy=active', ['cem', 'bob', 'Ann']],
    ['sortBy=meta.created&sortOrder=descending', ['cem', 'Ann', 'bob']],
    ['sortBy=userName&filter=active eq true', ['Ann', 'bob']],
    ['sortBy=title', ['bob', 'Ann', 'cem']],
    ['sortOrder=descending', ['bob', 'Ann', 'cem']],
    ['sortBy=', ['bob', 'Ann', 'cem']],
  ])('%s', async (query, expected) => {
    expect(namesOn(await list(`/Users?${query}`))).toEqual(expected);
    const parameters = Object.fromEntries(new URLSearchParams(query));
    // Numbers and words as a query has them: as text, and in any case.
    const { status, body } = await app.post('/Users/.search', searchBody(parameters), { dialect: true });
    expect(status).toBe(200);
    expect(namesOn(body as List)).toEqual(expected);
  });

  test('users and groups are sorted together at the root', async () => {
    expect(namesOn(await list('/?sortBy=displayName'))).toEqual(['Ann', 'Nine', 'bob', 'cem']);
    expect(namesOn(await list('/?sortBy=displayName&sortOrder=descending&count=2'))).toEqual(['cem', 'bob']);
    expect(namesOn(await list('/?sortBy=members.value&startIndex=4'))).toEqual(['Nine']);
  });

  test.each([
    'sortBy=nonsense',
    'sortBy=name',
    'sortBy=name..x',
    'sortBy=emails[type eq "work"]',
    'sortBy=password',
    'sortBy=meta.location',
    'sortBy=members',
    'sortBy=urn:ietf:params:scim:schemas:extension:nobody:2.0:User:x',
    'sortBy=urn:drawbridge:params:scim:schemas:extension:provisioning:2.0:User:targets.state',
    'sortBy=__proto__',
    'sortBy=userName&sortOrder=sideways',
  ])('refused: %s', async (query) => {
    expect(await app.get(`/Users?${query}`)).toMatchObject(refusal('invalidValue'));
  });
});

describe('81 to 83: pages by index', () => {
  test('a start beyond the end, counts of nothing and too much, numbers that are none', async () => {
    for (const name of ['a', 'b', 'c']) await userId(app, name);
    for (const [query, names] of [
      ['startIndex=0&count=2', ['a', 'b']],
      ['startIndex=-5&count=1', ['a']],
      ['startIndex=3&count=1000000', ['c']],
      ['startIndex=4', []],
      ['startIndex=9007199254740991', []],
      ['count=0', []],
      ['count=-1', []],
      ['count=', ['a', 'b', 'c']],
    ] as const) {
      const page = await list(`/Users?${query}`);
      expect({ query, names: namesOn(page), total: page.totalResults }).toEqual({ query, names, total: 3 });
      expect(page.itemsPerPage).toBe(names.length);
      expect(page).not.toHaveProperty('nextCursor');
    }
    for (const query of [
      'startIndex=two',
      'count=1.5',
      'startIndex=1e999',
      'count=NaN',
      'startIndex=99999999999999999999',
    ]) {
      expect(await app.get(`/Users?${query}`)).toMatchObject(refusal('invalidValue'));
    }
  });
});

describe('91 to 98: pages by cursor', () => {
  const all = Array.from({ length: 7 }, (_, index) => `u${index}`);
  beforeEach(async () => {
    for (const name of all) await userId(app, name, { title: `T${name}`, displayName: `${9 - Number(name.slice(1))}` });
  });

  test.each(['', '&sortBy=userName', '&sortBy=title', '&filter=title sw "T"'])(
    '91 and 93: forwards and backwards, and the ends say so: %s',
    async (more) => {
      const forwards = await walk(`/Users?count=3${more}`);
      expect(forwards.map(namesOn)).toEqual([all.slice(0, 3), all.slice(3, 6), all.slice(6)]);
      expect(forwards[0]).not.toHaveProperty('previousCursor');
      expect(forwards[2]).not.toHaveProperty('nextCursor');
      for (const page of forwards) {
        expect(page).toMatchObject({ schemas: [listUrn], totalResults: 7, itemsPerPage: page.Resources.length });
        expect(page).not.toHaveProperty('startIndex');
      }
      const backwards = await walk(`/Users?count=3${more}`, 'previousCursor', forwards[2]!.previousCursor);
      expect(backwards.map(namesOn)).toEqual([all.slice(3, 6), all.slice(0, 3)]);
      const again = await walk(`/Users?count=3${more}`, 'nextCursor', backwards[1]!.nextCursor);
      expect(again.map(namesOn)).toEqual([all.slice(3, 6), all.slice(6)]);
    },
  );

  test('91: a page that ends with the list has no next one, even when it is full', async () => {
    expect(await list('/Users?cursor&count=7')).not.toHaveProperty('nextCursor');
    expect(await list('/Users?cursor=&count=6')).toHaveProperty('nextCursor');
    expect(namesOn(await list('/Users?cursor'))).toEqual(all);
  });

  test('92: cursors are made of unreserved characters and tell nobody anything', async () => {
    const { nextCursor = '' } = await list('/Users?cursor&count=1&sortBy=userName');
    expect(nextCursor).toMatch(/^[A-Za-z0-9._~-]+$/);
    expect(Buffer.from(nextCursor, 'base64url').toString('latin1')).not.toMatch(/u0|acme|user/i);
  });

  test('94: count 0 asks for the total alone, a negative one too, and without count the page is as large as can be', async () => {
    for (const query of ['count=0', 'count=-3']) {
      const page = await list(`/Users?cursor&${query}`);
      expect(page).toEqual({ schemas: [listUrn], totalResults: 7, itemsPerPage: 0, Resources: [] });
    }
    expect((await list('/Users?cursor&count=500')).itemsPerPage).toBe(7);
  });

  test('95: whatever else the cursor is used with is refused', async () => {
    const { nextCursor = '' } = await list('/Users?cursor&count=2&filter=title pr&sortBy=userName');
    const ask = (path: string, sent?: Sent) => app.get(`${path}&cursor=${nextCursor}`, sent);
    expect((await ask('/Users?count=2&filter=title pr&sortBy=userName')).status).toBe(200);
    expect((await ask('/Users?count=2&filter=title pr&sortBy=userName&attributes=userName')).status).toBe(200);
    for (const path of [
      '/Users?count=2&filter=title pr',
      '/Users?count=2&sortBy=userName',
      '/Users?count=2&filter=title pr&sortBy=userName&sortOrder=descending',
      '/Groups?count=2&filter=title pr&sortBy=displayName',
      '/?count=2&filter=title pr&sortBy=userName',
    ]) {
      expect(await ask(path)).toMatchObject(refusal('invalidCursor', 'The cursor belongs to another query.'));
    }
    const other = '/scim/other/v2/Users?count=2&filter=title pr&sortBy=userName';
    expect(await ask(other, { token: otherToken })).toMatchObject(refusal('invalidCursor'));
    for (const count of ['count=3', 'count=0', 'count=x', '']) {
      expect(await ask(`/Users?filter=title pr&sortBy=userName&${count}`)).toMatchObject(refusal('invalidCount'));
    }
  });

  test('95: a cursor that was touched, made up or made elsewhere is refused', async () => {
    const { nextCursor = '' } = await list('/Users?cursor&count=2');
    const flipped = [...nextCursor].map((each, index) => {
      const other = each === 'A' ? 'B' : 'A';
      return nextCursor.slice(0, index) + other + nextCursor.slice(index + 1);
    });
    const elsewhere = new CursorSeal([sha256('another')]).seal('[]');
    const ours = new CursorSeal([sha256(token), sha256(otherToken)]);
    const misshapen = ['[]', '{}', 'x', '[1,"x",2,false,"scim_user",null,null,"1",null]'].map((text) =>
      ours.seal(text),
    );
    const made = ['x', 'null', '%00', '..', `${nextCursor}A`, nextCursor.slice(1), elsewhere, ...misshapen];
    for (const cursor of [...flipped, ...made]) {
      expect(await app.get(`/Users?count=2&cursor=${cursor}`)).toMatchObject(refusal('invalidCursor'));
    }
  });

  test('95: an old cursor is expired; just before, it is not', async () => {
    const { nextCursor = '' } = await list('/Users?cursor&count=2');
    clock += 3590_000;
    expect(namesOn(await list(`/Users?count=2&cursor=${nextCursor}`))).toEqual(['u2', 'u3']);
    clock += 20_000;
    expect(await app.get(`/Users?count=2&cursor=${nextCursor}`)).toMatchObject(refusal('expiredCursor'));
  });

  test('cursors of another instance with the same tokens are as good, and a restart does not end a walk', async () => {
    const sealed = new CursorSeal([sha256(token), sha256(otherToken)]).seal('same');
    expect(new CursorSeal([sha256(otherToken), sha256(token)]).open(sealed)).toBe('same');
  });

  test('95: startIndex and cursor at once are refused', async () => {
    expect(await app.get('/Users?cursor&startIndex=1')).toMatchObject(refusal('invalidValue'));
    expect(namesOn(await list('/Users?cursor=&startIndex=&count=1'))).toEqual(['u0']);
  });

  test('96: without either, pages go by index', async () => {
    const page = await list('/Users?count=2');
    expect(page).toMatchObject({ startIndex: 1, itemsPerPage: 2 });
    expect(page).not.toHaveProperty('nextCursor');
  });

  test('98: a SearchRequest takes a cursor; null is none', async () => {
    const first = (await app.post('/Users/.search', searchBody({ cursor: '', count: 4 }))).body as List;
    const second = await app.post('/Users/.search', searchBody({ cursor: first.nextCursor, count: 4 }));
    expect([...namesOn(first), ...namesOn(second.body as List)]).toEqual(all);
    const none = searchBody({ cursor: null, startIndex: 7 });
    expect((await app.post('/Users/.search', none, { dialect: true })).body).toMatchObject({ startIndex: 7 });
  });

  test('the root is walked through users, then groups', async () => {
    for (const name of ['g1', 'g2', 'g3']) await groupId(app, name);
    const pages = await walk('/?count=4');
    expect(pages.flatMap(namesOn)).toEqual([...all, 'g1', 'g2', 'g3']);
    const back = await walk('/?count=4', 'previousCursor', pages.at(-1)!.previousCursor);
    expect(back.flatMap(namesOn)).toEqual(['u4', 'u5', 'u6', 'g1', 'u0', 'u1', 'u2', 'u3']);
    expect(pages.every(({ totalResults }) => totalResults === 10)).toBe(true);
  });

  test('a resource deleted at the edge of a page hides nothing, and a new one comes last', async () => {
    const first = await list('/Users?cursor&count=3');
    const { id } = first.Resources[2] as unknown as { id: string };
    await app.del(`/Users/${id}`);
    await userId(app, 'new');
    const rest = await walk('/Users?count=3', 'nextCursor', first.nextCursor);
    expect(rest.flatMap(namesOn)).toEqual(['u3', 'u4', 'u5', 'u6', 'new']);
  });

  test('a page before which nothing is left is the first one', async () => {
    const [first, second] = await walk('/Users?count=3');
    for (const each of first!.Resources) await app.del(`/Users/${(each as unknown as { id: string }).id}`);
    const page = await list(`/Users?count=3&cursor=${second!.previousCursor}`);
    expect(namesOn(page)).toEqual(['u3', 'u4', 'u5']);
    expect(page).not.toHaveProperty('previousCursor');
  });

  test('a page after which nothing is left is empty and the last', async () => {
    const first = await list('/Users?cursor&count=6');
    const last = (await list('/Users?startIndex=7')).Resources[0] as unknown as { id: string };
    await app.del(`/Users/${last.id}`);
    const page = await list(`/Users?count=6&cursor=${first.nextCursor}`);
    expect(page).toMatchObject({ totalResults: 6, itemsPerPage: 0, Resources: [] });
    expect(page).not.toHaveProperty('nextCursor');
  });

  test('a value too long for a URL does not end a walk; should it change meanwhile, the walk is over', async () => {
    const long = (letter: string) => ({ title: letter.repeat(100_000) });
    const ids = [];
    for (const letter of ['z', 'y', 'x', 'x']) ids.push(await userId(app, `long${ids.length}`, long(letter)));
    const query = '/Users?count=2&filter=userName sw "long"&sortBy=title';
    const pages = await walk(query);
    expect(pages.flatMap(namesOn)).toEqual(['long2', 'long3', 'long1', 'long0']);
    expect(pages[0]!.nextCursor!.length).toBeLessThan(2000);
    await app.patch(`/Users/${ids[3]}`, [{ op: 'replace', path: 'title', value: 'short' }]);
    expect(await app.get(`${query}&cursor=${pages[0]!.nextCursor}`)).toMatchObject(refusal('expiredCursor'));
  });
});

describe('filters nobody indexes', () => {
  test('may have sixteen terms, not seventeen; by name there may be hundreds', async () => {
    await userId(app, 'ann', { title: 'x' });
    const terms = (term: string, count: number) =>
      encodeURIComponent(Array.from({ length: count }, () => term).join(' or '));
    expect(namesOn(await list(`/Users?filter=${terms('title eq "x"', 16)}`))).toEqual(['ann']);
    expect(await app.get(`/Users?filter=${terms('title eq "x"', 17)}`)).toMatchObject(refusal('invalidFilter'));
    expect(namesOn(await list(`/Users?filter=${terms('userName eq "ann"', 200)}`))).toEqual(['ann']);
  });
});
