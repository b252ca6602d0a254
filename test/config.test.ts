import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { ConfigError, loadConfig } from '../src/config.js';
import type { Config } from '../src/config.js';

const scimToken = 'scim-token-0123456789abcdef';
const adminToken = 'admin-token-0123456789abcdef';
const dbtToken = 'dbtc_vendor-token';
const secrets = [scimToken, adminToken, dbtToken];
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const env = {
  SCIM_TOKEN: scimToken,
  DRAWBRIDGE_ADMIN_TOKEN: adminToken,
  DBT_CLOUD_URL: 'https://AB123.us1.dbt.com/',
  DBT_CLOUD_ACCOUNT_ID: '12345',
  DBT_CLOUD_TOKEN: dbtToken,
};

const minimal = `admin: { token: \${DRAWBRIDGE_ADMIN_TOKEN} }
directories:
  - name: acme
    tokens: [ { label: okta, value: \${SCIM_TOKEN} } ]
    targets: [dbt]
targets:
  - name: dbt
    type: dbt-cloud
    baseUrl: https://ab123.us1.dbt.com
    accountId: 12345
    token: \${DBT_CLOUD_TOKEN}
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'drawbridge-config-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function load(yaml: string, variables: Record<string, string | undefined> = env): Config {
  writeFileSync(path.join(folder, 'drawbridge.yaml'), yaml);
  return configured(variables);
}

function configured(variables: Record<string, string | undefined>): Config {
  const config = loadConfig({ env: variables, cwd: folder, now: Date.parse('2026-06-01T00:00:00Z') });
  if (config.kind !== 'configured') throw new Error('expected a configuration, got the sandbox');
  return config;
}

/** The lines an operator reads; none of them may show a credential. */
function refusal(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const secret of secrets) expect(error.message).not.toContain(secret);
    return error.lines;
  }
  throw new Error('expected the configuration to be refused');
}

describe('a file', () => {
  test('fills in every default, hashes our tokens and keeps none of them in the clear', () => {
    const config = load(minimal);
    expect(config).toMatchObject({
      server: { host: '0.0.0.0', port: 8080 },
      database: 'sqlite:./data/drawbridge.db',
      admin: { tokenSha256: sha256(adminToken) },
      acknowledge: { waitSeconds: 5 },
      sweep: { everyMinutes: 15, invitationsEverySeconds: 60 },
      directories: [{ name: 'acme', tokens: [{ label: 'okta', sha256: sha256(scimToken) }], targets: ['dbt'] }],
      warnings: [],
    });
    expect(config.targets).toEqual([
      {
        name: 'dbt',
        type: 'dbt-cloud',
        baseUrl: 'https://ab123.us1.dbt.com',
        accountId: '12345',
        addressChange: 'keep',
        token: dbtToken,
        dialect: 'auto',
        mode: 'full',
        licence: { default: 'read_only', byGroup: {} },
        groups: { create: true, map: {}, membership: 'owned' },
        assign: {},
        protect: { users: [], groups: [] },
        guard: { removals: 5, fraction: 0.2, windowMinutes: 60 },
        limits: { perMinute: 3000, concurrency: 4 },
        invitations: { expireDays: 14, limit: 3 },
        revokeInvitations: false,
      },
    ]);
    const { secrets: forTheLogger, ...visible } = config;
    expect(new Set(forTheLogger)).toEqual(new Set(secrets));
    expect(JSON.stringify(visible)).not.toContain(scimToken);
    expect(JSON.stringify(visible)).not.toContain(adminToken);
  });

  test('keeps what an operator sets', () => {
    const config =
      load(`${minimal}    licence: { default: developer, developer: [Analytics Engineers], it: Platform Admins }
    groups: { create: false, map: { "Okta Analysts": Analysts, Leads: [Analysts, Reviewers] }, membership: exact }
    assign: { groups: [Data Team] }
    protect: { users: [Owner@Acme.com], groups: [Owner] }
    guard: { removals: 1, fraction: 0, windowMinutes: 5 }
    limits: { perMinute: "60", concurrency: 1 }
    dialect: v2
    mode: grant-only
`);
    expect(config.targets[0]).toMatchObject({
      licence: { default: 'developer', byGroup: { developer: ['Analytics Engineers'], it: ['Platform Admins'] } },
      groups: {
        create: false,
        map: { 'Okta Analysts': ['Analysts'], Leads: ['Analysts', 'Reviewers'] },
        membership: 'exact',
      },
      assign: { groups: ['Data Team'] },
      protect: { users: ['owner@acme.com'], groups: ['Owner'] },
      guard: { removals: 1, fraction: 0, windowMinutes: 5 },
      limits: { perMinute: 60, concurrency: 1 },
      dialect: 'v2',
      mode: 'grant-only',
    });
  });

  test('cannot be changed afterwards, at any depth', () => {
    const config = load(minimal);
    expect(() => Object.assign(config.targets[0] ?? {}, { mode: 'observe' })).toThrow(TypeError);
    expect(() => Object.assign(config.targets[0]?.guard ?? {}, { removals: 1e9 })).toThrow(TypeError);
  });

  test('the example we ship is accepted as it stands', () => {
    const example = readFileSync('drawbridge.example.yaml', 'utf8');
    expect(load(example)).toMatchObject({ directories: [{ name: 'acme' }], warnings: [] });
    const uncommented = example.replace(/^( *)# ((?: *)(?:[a-zA-Z]+:|Okta Analysts:|Data Leads:).*)$/gm, '$1$2');
    expect(load(uncommented).targets[0]).toMatchObject({ assign: { groups: ['Data Team'] }, mode: 'full' });
  });

  test('so is the one the README shows', () => {
    const [, yaml = ''] = /```yaml\n(.*?)```/s.exec(readFileSync('README.md', 'utf8')) ?? [];
    expect(load(yaml)).toMatchObject({ targets: [{ mode: 'observe' }], warnings: [] });
  });

  test('a file somebody named and that is not there stops the start; a missing default does not', () => {
    expect(refusal(() => configured({ ...env, DRAWBRIDGE_CONFIG: 'other.yaml' }))).toEqual([
      expect.stringMatching(/^other\.yaml: cannot be read \(ENOENT\)/),
    ]);
    expect(configured(env).directories[0]?.name).toBe('default');
  });
});

describe('references', () => {
  test.each([
    { rule: 'a variable', written: '${NAME}', variables: { NAME: 'over-there' }, value: 'over-there' },
    { rule: 'a default for an absent variable', written: '${NAME:-fallback}', variables: {}, value: 'fallback' },
    { rule: 'a default for an empty one', written: '${NAME:-fallback}', variables: { NAME: '' }, value: 'fallback' },
    { rule: 'a part of a value', written: 'a-${NAME}-b', variables: { NAME: 'x' }, value: 'a-x-b' },
    { rule: 'a literal', written: '$${NAME}', variables: { NAME: 'x' }, value: '${NAME}' },
    { rule: 'in quotes', written: '"${NAME}"', variables: { NAME: 'x' }, value: 'x' },
    { rule: 'never looked through again', written: '${NAME}', variables: { NAME: '${OTHER}' }, value: '${OTHER}' },
    { rule: 'never able to add structure', written: '${NAME}', variables: { NAME: 'x, y]: {z' }, value: 'x, y]: {z' },
  ])('$rule', ({ written, variables, value }) => {
    const config = load(`${minimal}    protect: { groups: [ ${written} ] }\n`, { ...env, ...variables });
    expect(config.targets[0]?.protect.groups).toEqual([value]);
  });

  test('a secret file is read without the newline at its end, relative to the configuration', () => {
    writeFileSync(path.join(folder, 'secret'), `${dbtToken}\n`);
    expect(load(minimal.replace('${DBT_CLOUD_TOKEN}', '${file:secret}')).targets[0]).toMatchObject({ token: dbtToken });
  });

  test.each([
    { written: '${NOWHERE}', complaint: 'the environment variable NOWHERE is not set' },
    { written: '${file:/no/such/file}', complaint: 'the file /no/such/file cannot be read (ENOENT)' },
    { written: '${not a name}', complaint: 'a reference is written ${NAME}, ${NAME:-default} or ${file:/path}' },
  ])('$written is one line that names it and its place', ({ written, complaint }) => {
    expect(refusal(() => load(minimal.replace('${DBT_CLOUD_TOKEN}', written)))).toEqual([
      `drawbridge.yaml:11: targets[0].token: ${complaint}`,
    ]);
  });

  test('keys are never interpolated', () => {
    const config = load(`${minimal}    groups: { map: { "\${NAME}": Analysts } }\n`, { ...env, NAME: 'x' });
    expect(config.targets[0]?.groups.map).toEqual({ '${NAME}': ['Analysts'] });
  });
});

describe('a refused file names line, setting and cure', () => {
  const second = minimal.slice(minimal.indexOf('  - name: dbt'));
  test.each<{ rule: string; yaml: string; lines: readonly string[] }>([
    {
      rule: 'a mistyped key',
      yaml: minimal.replace('baseUrl:', 'baseURl:').replace('admin:', 'adnim:'),
      lines: [
        'drawbridge.yaml:1: adnim: unknown key; did you mean "admin"?',
        'drawbridge.yaml:1: admin.token: is required: set admin: { token: ${DRAWBRIDGE_ADMIN_TOKEN} }, or admin: off to run without admin API and console',
        'drawbridge.yaml:7: targets[0].baseUrl: is required',
        'drawbridge.yaml:9: targets[0].baseURl: unknown key; did you mean "baseUrl"?',
      ],
    },
    {
      rule: 'a key nothing resembles',
      yaml: `${minimal}    invitations: { colour: red }\n`,
      lines: ['drawbridge.yaml:12: targets[0].invitations.colour: unknown key; known here: expireDays, limit'],
    },
    {
      rule: 'several bad values, all at once',
      yaml: `${minimal}    mode: ful\n    guard: { removals: -1, fraction: 2 }\n    limits: { perMinute: many }\nsweep: { everyMinutes: 0 }\n`,
      lines: [
        'drawbridge.yaml:15: sweep.everyMinutes: must be more than 0',
        'drawbridge.yaml:12: targets[0].mode: must be observe, grant-only or full',
        'drawbridge.yaml:13: targets[0].guard.removals: must be at least 0',
        'drawbridge.yaml:13: targets[0].guard.fraction: must be at most 1',
        'drawbridge.yaml:14: targets[0].limits.perMinute: must be a number',
      ],
    },
    {
      rule: 'an address that is none',
      yaml: minimal.replace('https://ab123.us1.dbt.com', 'ab123.us1.dbt.com'),
      lines: [
        'drawbridge.yaml:9: targets[0].baseUrl: must be an address such as https://ab123.us1.dbt.com, without user name, query or fragment',
      ],
    },
    {
      rule: 'a Metabase target with half a credential',
      yaml: `${minimal}  - { name: bi, type: metabase, baseUrl: https://bi.acme.com, username: ada@acme.com }\n`,
      lines: ['drawbridge.yaml:12: targets[1]: needs either apiKey, or username and password'],
    },
    {
      rule: 'a target type nobody knows',
      yaml: minimal.replace('type: dbt-cloud', 'type: dbt-clud'),
      lines: ['drawbridge.yaml:8: targets[0].type: there is no target type "dbt-clud"; did you mean "dbt-cloud"?'],
    },
    {
      rule: 'a directory that points at no target',
      yaml: minimal.replace('targets: [dbt]', 'targets: [dtb]'),
      lines: ['drawbridge.yaml:5: directories[0].targets[0]: there is no target "dtb"; did you mean "dbt"?'],
    },
    {
      rule: 'a name used twice',
      yaml: `${minimal}${second.replace('12345', '99').replace('name: dbt', 'name: DBT')}`,
      lines: ['drawbridge.yaml:12: targets[1].name: the name "dbt" is already taken'],
    },
    {
      rule: 'a name that cannot stand in a URL',
      yaml: minimal.replace('name: acme', 'name: ac/me'),
      lines: [
        'drawbridge.yaml:3: directories[0].name: must be 1 to 63 letters, digits, - or _, and begin with a letter or digit',
      ],
    },
    {
      rule: 'a directory name that would shadow /scim/v2',
      yaml: minimal.replace('name: acme', 'name: v2'),
      lines: ['drawbridge.yaml:3: directories[0].name: the name "v2" is reserved'],
    },
    {
      rule: 'an engine we cannot open, without showing its password',
      yaml: `${minimal}database: postgres://drawbridge:${dbtToken}@db/drawbridge\n`,
      lines: ['drawbridge.yaml:12: database: PostgreSQL is not supported by this version; use sqlite:<path>'],
    },
    {
      rule: 'a token written as alias, without showing it',
      yaml: minimal.replace('${DBT_CLOUD_TOKEN}', `*${dbtToken}`),
      lines: ['drawbridge.yaml:11: a value that begins with * must stand in quotes'],
    },
    {
      rule: 'a key that stands twice',
      yaml: `${minimal}admin: off\n`,
      lines: ['drawbridge.yaml:12: this key stands twice in the same block'],
    },
    {
      rule: 'broken YAML, without quoting it',
      yaml: minimal.replace('${DBT_CLOUD_TOKEN}', `"${dbtToken}`),
      lines: ['drawbridge.yaml:12: a quote, bracket, comma or colon is missing'],
    },
    {
      rule: 'a file that is no block of settings',
      yaml: `- ${dbtToken}\n`,
      lines: expect.arrayContaining(['drawbridge.yaml:1: must be a block of settings (key: value)']) as string[],
    },
  ])('$rule', ({ yaml, lines }) => {
    expect(refusal(() => load(yaml))).toEqual(lines);
  });

  test.each([
    ['https://ab123.us1.dbt.com', 'https://AB123.us1.dbt.com:443/'],
    ['https://ab123.us1.dbt.com', 'https://ab123.us1.dbt.com/api/v2/'],
    ['http://127.0.0.1:4100/dbt', 'http://127.0.0.1:4100//dbt/'],
  ])('two targets in one account: %s and %s', (one, other) => {
    const yaml = `${minimal}${second.replace('name: dbt', 'name: again')}`;
    let index = 0;
    const written = yaml.replaceAll('https://ab123.us1.dbt.com', () => [one, other][index++] ?? '');
    expect(refusal(() => load(written))).toEqual([
      `drawbridge.yaml:14: targets[1].baseUrl: "again" and "dbt" are the same account space (account 12345 at ${one}); give it one target`,
    ]);
  });

  test('one host with two accounts is two targets', () => {
    const config = load(`${minimal}${second.replace('name: dbt', 'name: other').replace('12345', '54321')}`);
    expect(config.targets.map(({ name }) => name)).toEqual(['dbt', 'other']);
  });
});

describe('nothing starts open', () => {
  const sentences = [
    { token: '', sentence: 'is empty' },
    { token: '   ', sentence: 'is blank' },
    { token: 'short-token', sentence: /^is too short: use at least 16 characters/ },
    { token: 'two words are not a token', sentence: 'contains white space, which a token cannot' },
    { token: 'tökens-need-ascii-only', sentence: 'contains a character that cannot stand in a header' },
  ];
  const after = (lines: readonly string[]) => lines.map((line) => line.slice(line.lastIndexOf(': is') + 2));

  test.each(sentences)('a token that "$sentence" is refused in each place', ({ token, sentence }) => {
    const said =
      typeof sentence === 'string'
        ? expect.stringContaining(sentence)
        : expect.stringMatching(sentence.source.slice(1));
    expect(refusal(() => load(minimal, { ...env, DRAWBRIDGE_ADMIN_TOKEN: token }))).toEqual([said]);
    expect(refusal(() => load(minimal, { ...env, SCIM_TOKEN: token }))).toEqual([said]);
    expect(refusal(() => configured({ ...env, DRAWBRIDGE_ADMIN_TOKEN: token }))).toEqual([said]);
    expect(refusal(() => configured({ ...env, SCIM_TOKEN: token }))).toEqual([said]);
  });

  test.each(['', '   '])('a vendor token that is "%s" is refused', (token) => {
    expect(after(refusal(() => load(minimal, { ...env, DBT_CLOUD_TOKEN: token })))).toEqual([
      token === '' ? 'is empty' : 'is blank',
    ]);
  });

  test('admin: off is the only way without a token', () => {
    expect(load(minimal.replace(/^admin:.*/, 'admin: off')).admin).toBe('off');
    expect(refusal(() => load(minimal.replace(/^admin:.*/, 'admin: open')))).toHaveLength(1);
    expect(refusal(() => load(minimal.replace(/^admin:.*/, 'admin: {}')))).toEqual([
      'drawbridge.yaml:1: admin.token: is required, or its digest as sha256',
    ]);
  });

  test('a digest may stand in place of a token, and not beside one', () => {
    const digest = sha256(scimToken).toUpperCase();
    const config = load(minimal.replace('value: ${SCIM_TOKEN}', `sha256: ${digest}`));
    expect(config.directories[0]?.tokens[0]?.sha256).toBe(sha256(scimToken));
    expect(refusal(() => load(minimal.replace('value:', `sha256: ${digest}, value:`)))).toEqual([
      'drawbridge.yaml:4: directories[0].tokens[0].value: stands beside sha256; give only one of them',
    ]);
  });
});

describe('the environment alone', () => {
  test('is a directory called default and a target for each vendor', () => {
    const config = configured({ ...env, PORT: '9000', DATABASE_URL: 'sqlite:/data/x.db', METABASE_URL: '' });
    expect(config).toMatchObject({
      server: { port: 9000 },
      database: 'sqlite:/data/x.db',
      directories: [{ name: 'default', targets: ['dbt'], tokens: [{ sha256: sha256(scimToken) }] }],
      targets: [{ name: 'dbt', baseUrl: 'https://ab123.us1.dbt.com', accountId: '12345', token: dbtToken }],
    });
  });

  test.each([
    {
      rule: 'everything missing but one',
      variables: { DBT_CLOUD_URL: 'https://x.dbt.com' },
      names: ['DRAWBRIDGE_ADMIN_TOKEN', 'SCIM_TOKEN', 'DBT_CLOUD_ACCOUNT_ID', 'DBT_CLOUD_TOKEN'],
    },
    {
      rule: 'no admin token',
      variables: { ...env, DRAWBRIDGE_ADMIN_TOKEN: undefined },
      names: ['DRAWBRIDGE_ADMIN_TOKEN'],
    },
    { rule: 'a port that is none', variables: { ...env, PORT: 'http' }, names: ['PORT'] },
    {
      rule: 'a vendor of a later version',
      variables: { ...env, METABASE_URL: 'https://bi.acme.com' },
      names: ['METABASE_URL'],
    },
  ])('$rule is said by variable name', ({ variables, names }) => {
    expect(refusal(() => configured(variables)).map((line) => line.split(':')[0])).toEqual(names);
  });

  test.each([{}, { PORT: '' }, { DATABASE_URL: 'sqlite:x.db' }, { METABASE_URL: '', DBT_CLOUD_TOKEN: '' }])(
    'that asks for nothing is the sandbox: %p',
    (variables) => {
      expect(loadConfig({ env: variables, cwd: folder })).toEqual({ kind: 'sandbox', port: 8080 });
    },
  );

  test('can turn the admin API off', () => {
    expect(configured({ ...env, DRAWBRIDGE_ADMIN_TOKEN: 'off' }).admin).toBe('off');
  });

  test.each(['SCIM_TOKEN', 'DRAWBRIDGE_ADMIN_TOKEN'])('an empty %s was meant to be one: no sandbox', (name) => {
    expect(refusal(() => configured({ [name]: '' }))).toContain(`${name}: is empty`);
  });

  test('PORT moves the sandbox', () => {
    expect(loadConfig({ env: { PORT: '9100' }, cwd: folder })).toEqual({ kind: 'sandbox', port: 9100 });
    expect(refusal(() => loadConfig({ env: { PORT: 'x' }, cwd: folder }))).toHaveLength(1);
  });
});

describe('warnings', () => {
  test.each([
    {
      rule: 'a target nobody uses',
      yaml: minimal.replace('targets: [dbt]', 'targets: []'),
      about: [/^directory "acme" has no targets|^target "dbt" is in no directory/],
    },
    { rule: 'a token in the clear', yaml: minimal.replace('https://ab123', 'http://ab123'), about: [/plain HTTP/] },
    {
      rule: 'loopback is no warning',
      yaml: minimal.replace('https://ab123.us1.dbt.com', 'http://127.0.0.1:4100'),
      about: [],
    },
    {
      rule: 'an expired token',
      yaml: minimal.replace('label: okta', 'label: okta, expires: 2026-05-31'),
      about: [/token "okta".*expired/],
    },
    {
      rule: 'a token with time left is none',
      yaml: minimal.replace('label: okta', 'label: okta, expires: 2026-06-02'),
      about: [],
    },
    {
      rule: 'one token for two doors',
      yaml: minimal.replace('${SCIM_TOKEN}', '${DRAWBRIDGE_ADMIN_TOKEN}'),
      about: [/also that of the admin API/],
    },
  ])('$rule', ({ yaml, about }) => {
    const { warnings } = load(yaml);
    expect(warnings.length > 0).toBe(about.length > 0);
    for (const warning of warnings) for (const pattern of about) expect(warning).toMatch(pattern);
  });
});
