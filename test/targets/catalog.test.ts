import { existsSync, readFileSync } from 'node:fs';
import { targetSchemas } from '../../src/config/target-schemas.js';
import { mapperFor } from '../../src/mappers/mapper-for.js';
import type { AnyTargetConfig } from '../../src/model/target-config.js';
import { catalog, createTarget, type TargetType } from '../../src/targets/catalog.js';
import { subjects } from './subjects.js';

const types = Object.keys(catalog) as TargetType[];

/** The least an operator writes for each type, besides name and type. */
const least: Readonly<Record<TargetType, object>> = {
  'dbt-cloud': { baseUrl: 'https://ab123.us1.dbt.com', accountId: 12345, token: 'secret' },
  metabase: { baseUrl: 'https://bi.acme.com', apiKey: 'secret' },
  retool: { baseUrl: 'https://acme.retool.com', token: 'secret' },
  scim: { baseUrl: 'https://x.example/scim/v2', token: 'secret' },
};

const configOf = (type: TargetType): AnyTargetConfig => {
  const schema = targetSchemas[type];
  if (schema === undefined) throw new Error(`no settings are known for ${type}`);
  return schema.parse({ name: 'one', type, ...least[type] });
};

/** Everything that can be set for a type: what the refusal of an unknown key lists. */
const settingsOf = (type: TargetType): string[] => {
  const refused = targetSchemas[type]?.safeParse({ name: 'one', type, ...least[type], qqqqqqqq: 1 });
  const message = refused?.error?.issues[0]?.message ?? '';
  return (/known here: (.*)$/.exec(message)?.[1] ?? '').split(', ');
};

const root = new URL('../../', import.meta.url);
const textOf = (path: string): string => readFileSync(new URL(path, root), 'utf8');

test('nothing is configurable that the catalog does not have', () => {
  expect(Object.keys(targetSchemas).toSorted()).toEqual(types.toSorted());
});

test('a SCIM target deactivates leavers, and asks the server about PATCH, unless told otherwise', () => {
  expect(configOf('scim')).toMatchObject({ deprovision: 'deactivate', patch: 'auto', licence: { default: '' } });
});

describe.each(types)('%s', (type) => {
  test('runs through the conformance suite, every way it can be set up under a name of its own', () => {
    const names = subjects[type].map(({ name }) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names).size).toBe(names.length);
  });

  test('is configured with little, and made without a call', () => {
    const config = configOf(type);
    expect(config).toMatchObject({ type, mode: 'full' });
    const target = createTarget(config, { now: () => 0 });
    expect(target.name).toBe('one');
  });

  test('has a mapper for people and groups', () => {
    const mapper = mapperFor(configOf(type));
    const group = { id: 'g1', directory: 'acme', displayName: 'Analysts', deleted: false };
    const user = { id: 'u1', directory: 'acme', userName: 'ada@acme.test', active: true, deleted: false, emails: [] };
    const mapped = mapper.mapAccount(user, [{ group, present: true }]);
    expect(mapped).toMatchObject({ ok: true, value: { correlationKey: 'ada@acme.test', active: true } });
    expect(mapper.mapGroup(group)).toMatchObject([{ name: 'Analysts', wanted: true }]);
  });

  test('has a fake to try it on', () => {
    const path = `src/sandbox/${type}/fake-${type}.ts`;
    expect(existsSync(new URL(path, root))).toBe(true);
    expect(textOf(path)).toMatch(/export async function startFake/);
  });

  test('has a page for operators that names every setting', () => {
    const page = textOf(`docs/targets/${type}.md`);
    const settings = settingsOf(type);
    expect(settings).toEqual(expect.arrayContaining(['baseUrl', 'mode', 'groups', 'guard']));
    expect(settings.filter((setting) => !page.includes(setting))).toEqual([]);
    expect(page).toContain(`type: ${type}`);
  });
});

test.each([
  'dbt Cloud, dialect v2',
  'dbt Cloud, dialect platform',
  'Metabase, open source, API key',
  'Metabase, Pro, session',
  'Retool, mode full',
  'Retool, mode invite-only',
  'SCIM, another Drawbridge',
])('%s is among the subjects', (name) => {
  const all = Object.values(subjects).flatMap((each) => each.map((subject) => subject.name));
  expect(all.some((each) => each.startsWith(name))).toBe(true);
});
