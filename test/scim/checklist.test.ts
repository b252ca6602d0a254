import { readFileSync } from 'node:fs';

/** `docs/scim-checklist.md` says which test holds us to which line; here it is looked up. */

const line = /^- \*\*(\d+a?)\*\* [MSOI]: .+ — (.+)$/gm;
const page = readFileSync('docs/scim-checklist.md', 'utf8');
const entries = [...page.matchAll(line)].map(([, number = '', how = '']) => ({ number, how }));
const files = ['conformance', 'paging', 'bulk', 'hostile', 'discovery-claims'];

/** The numbers in the titles of a test file: `'12 to 14: …'`, `'40, 56 and 152: …'`, and first cells of tables. */
function numbersIn(file: string): ReadonlySet<string> {
  const text = readFileSync(`test/scim/${file}.test.ts`, 'utf8');
  const titles =
    /(?:\b(?:test|describe)\(\s*|\]\)\(\s*|^\s*\[\s*)['`](\d+a?(?:(?:, | and | to )(?:\d+a?|%s))*)(?=[:' ])/gm;
  return new Set([...text.matchAll(titles)].flatMap(([, numbers = '']) => numbers.split(/, | and /).flatMap(range)));
}

function range(part: string): readonly string[] {
  const [first = '', last] = part.split(' to ');
  if (last === undefined) return first === '%s' ? [] : [first];
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => `${Number(first) + index}`);
}

const tested = new Map(files.map((file) => [file, numbersIn(file)]));

test('the checklist is whole: every line from 1 on, once', () => {
  const numbers = entries.map(({ number }) => number);
  const last = Number(numbers.at(-1));
  expect(last).toBeGreaterThan(150);
  const expected = Array.from({ length: last }, (_, index) => `${index + 1}`);
  expect(numbers.filter((number) => !number.endsWith('a'))).toEqual(expected);
});

test.each(entries)('line $number: $how', ({ number, how }) => {
  if (how.startsWith('no test: ')) {
    expect([...tested].filter(([, numbers]) => numbers.has(number)).map(([file]) => file)).toEqual([]);
    return;
  }
  const named = [...how.matchAll(/`([\w-]+)`/g)].map(([, file = '']) => file);
  expect(named).toEqual(files.filter((file) => tested.get(file)?.has(number)));
  expect(named).not.toEqual([]);
});
