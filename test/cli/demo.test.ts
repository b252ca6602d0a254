import { stripVTControlCharacters } from 'node:util';
import { checkAnswer } from '../../src/cli/demo/check-answer.js';
import { checkLedger } from '../../src/cli/demo/check-ledger.js';
import { held } from '../../src/cli/demo/check.js';
import { paintFor } from '../../src/cli/demo/paint.js';
import type { Picture } from '../../src/cli/demo/picture.js';
import type { PlayedStep } from '../../src/cli/demo/played-step.js';
import { textReporter } from '../../src/cli/demo/reporter.js';
import type { ScimAnswer } from '../../src/cli/demo/scim-caller.js';
import { startFakeDbtCloud, type FakeDbtCloud } from '../../src/sandbox/dbt-cloud/fake-dbt-cloud.js';
import type { Sandbox } from '../../src/sandbox-main.js';
import { demo, failedClaims, readJson, withFault, type Ran, type Sent } from './run-demo.js';

const plays = [
  { idp: 'okta', dialect: 'platform' },
  { idp: 'okta', dialect: 'v2' },
  { idp: 'entra', dialect: 'platform' },
  { idp: 'entra', dialect: 'v2' },
] as const;
let runs: ReadonlyMap<string, Ran>;
let membershipsNeverWritten: Ran;
let foreignMemberTakenOut: Ran;

// All at once: most of a play is waiting.
beforeAll(async () => {
  const played = plays.map(async ({ idp, dialect }) => {
    return [`${idp} ${dialect}`, await demo([`--${idp}`, '--dialect', dialect, '--json'])] as const;
  });
  const withinMs = 10_000;
  [runs, membershipsNeverWritten, foreignMemberTakenOut] = await Promise.all([
    Promise.all(played).then((each) => new Map(each)),
    demo(['--okta', '--dialect', 'platform', '--json'], { startSandbox: withFault(refuseMemberships), withinMs }),
    demo(['--entra', '--dialect', 'v2'], { startSandbox: withFault(takeFayOut), withinMs }),
  ]);
}, 180_000);

function refuseMemberships({ dbt }: Sandbox): void {
  dbt.control.faults.add({
    method: 'POST',
    path: '/assign-groups/',
    times: 1e9,
    fault: { kind: 'status', status: 500 },
  });
}

/** As soon as Ada is in the group, Fay is not; nothing is answered wrongly. */
function takeFayOut({ dbt: { control } }: Sandbox): void {
  control.faults.plan(() => {
    const group = control.state().groups.find(({ name }) => name === 'Data Eng');
    if (group?.memberEmails.includes('ada.lovelace@acme.test') === true) {
      control.groups.removeMember(group.id, 'fay.foreign@acme.test');
    }
    return undefined;
  });
}

describe('the whole demo', () => {
  const runOf = ({ idp, dialect }: { idp: string; dialect: string }) => runs.get(`${idp} ${dialect}`)!;

  test.each(plays)('every check holds: $idp against $dialect', (play) => {
    const { steps, summary } = readJson(runOf(play));
    expect(steps.filter((step) => !step.checks.every(held)).map(({ name, checks }) => ({ name, checks }))).toEqual([]);
    expect(runOf(play).error).toBeUndefined();
    expect(summary).toMatchObject({ steps: steps.length, failed: 0 });
    expect(steps.length).toBeGreaterThan(25);
    expect(new Set(steps.map(({ dialect }) => dialect))).toEqual(new Set([play.dialect]));
  });

  test.each(plays)('somebody invited on $dialect by $idp is shown before they have an account', (play) => {
    const { steps } = readJson(runOf(play));
    const created = steps.find(({ name }) => name.includes('creates Ada'));
    expect(created?.dbt?.invitations).toEqual({ 'ada.lovelace@acme.test': [{ licence: 'read_only', groups: [] }] });
    expect(created?.dbt?.people).not.toHaveProperty(['ada.lovelace@acme.test']);
  });

  test('Okta sends what Okta sends', () => {
    const { sent } = runOf({ idp: 'okta', dialect: 'platform' });
    expect(new Set(sent.map(({ headers }) => headers.get('user-agent')))).toEqual(new Set(['Okta SCIM Client 1.0.0']));
    expect(sent.filter(({ method, url }) => method === 'DELETE' && url.includes('/Users/'))).toEqual([]);
    expect(sent.filter(({ method }) => method === 'PUT')).toHaveLength(2);
    expect(operationsOf(sent)).toContainEqual({ op: 'replace', value: { active: false } });
  });

  test('Entra ID sends what Entra ID sends', () => {
    const { sent } = runOf({ idp: 'entra', dialect: 'platform' });
    expect(new Set(sent.map(({ headers }) => headers.get('content-type')))).toEqual(new Set(['application/scim+json']));
    expect(sent.filter(({ method }) => method === 'PUT')).toEqual([]);
    expect(operationsOf(sent)).toContainEqual({ op: 'Replace', path: 'active', value: 'False' });
    expect(operationsOf(sent)).toContainEqual({
      op: 'Remove',
      path: 'members',
      value: [{ $ref: null, value: expect.any(String) }],
    });
  });

  function operationsOf(sent: readonly Sent[]): unknown[] {
    return sent.flatMap(({ body }) => (body as { Operations?: unknown[] } | undefined)?.Operations ?? []);
  }
});

describe('the checks can fail', () => {
  test('a membership that is never written fails the step that asked for it, and hides none of the others', () => {
    expect(membershipsNeverWritten.error).toMatchObject({ exitCode: 1 });
    const { steps, summary } = readJson(membershipsNeverWritten);
    const [first] = steps.filter((step) => !step.checks.every(held));
    expect(first?.name).toBe('Okta adds Ada to the group: Fay stays');
    expect(failedClaims(first)).toEqual(['Drawbridge says it is converged', 'dbt holds what was asked']);
    expect(first?.checks.at(-1)?.differences).toEqual([
      {
        at: 'dbt › people › ada.lovelace@acme.test › groups',
        expected: '["Data Eng","Everyone","Member"]',
        actual: '["Everyone","Member"]',
      },
    ]);
    expect(steps.at(-1)?.name).toMatch(/^Looking back/);
    const failed = steps.flatMap((step) => failedClaims(step) ?? []).length;
    expect(summary).toMatchObject({ steps: steps.length, failed });
  });

  test('somebody foreign who is taken out fails the step after which they are gone, by name', () => {
    const { error, out } = foreignMemberTakenOut;
    expect(error).toMatchObject({ exitCode: 1 });
    const failed = out.find((text) => text.includes('✗'));
    expect(failed).toContain('Entra ID adds Ada to the group: Fay stays');
    expect(failed).toMatch(/fay\.foreign@acme\.test › groups: expected \["Data Eng",.*found \["Everyone","Member"\]/);
    expect(out.at(-1)).toMatch(/^✗ \d+ steps, \d+ checks: \d+ did not hold$/);
  });

  const created: ScimAnswer = {
    status: 201,
    contentType: 'application/scim+json; charset=utf-8',
    location: 'http://x/Users/1',
    body: { id: '1', active: true, meta: { location: 'http://x/Users/1' } },
  };
  test.each<{ rule: string; answer: ScimAnswer; at: readonly string[] }>([
    { rule: 'a good answer has no fault', answer: created, at: [] },
    { rule: 'another status', answer: { ...created, status: 200 }, at: ['status'] },
    { rule: 'a text where a boolean belongs', answer: withBody({ active: 'true' }), at: ['body › active'] },
    { rule: 'another type of content', answer: { ...created, contentType: 'application/json' }, at: ['content type'] },
    { rule: 'no id', answer: withBody({ id: undefined }), at: ['body › id'] },
    { rule: 'no Location', answer: { ...created, location: undefined }, at: ['Location'] },
    { rule: 'an empty body', answer: { ...created, body: undefined }, at: ['body', 'body › id', 'Location'] },
  ])('an answer is judged: $rule', ({ answer, at }) => {
    const { differences } = checkAnswer(answer, { status: [201], body: { active: true } });
    expect(differences.map((each) => each.at)).toEqual(at);
  });

  function withBody(changes: Readonly<Record<string, unknown>>): ScimAnswer {
    return { ...created, body: { ...(created.body as object), ...changes } };
  }
});

describe('looking back at what dbt was asked', () => {
  let dbt: FakeDbtCloud;
  beforeEach(async () => {
    dbt = await startFakeDbtCloud({ dialect: 'v2' });
    dbt.control.users.add({ email: 'fay.foreign@acme.test' });
  });
  afterEach(() => dbt.close());

  async function post(path: string, body: unknown): Promise<void> {
    const response = await fetch(`${dbt.url}/api/v2/accounts/${String(dbt.accountId)}${path}`, {
      method: 'POST',
      headers: { Authorization: `Token ${dbt.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.ok).toBe(true);
  }
  const failed = (mails: Readonly<Record<string, number>>) =>
    checkLedger(dbt.control, mails).flatMap((check) => (held(check) ? [] : check.differences));

  test('nothing asked, nothing to hold against it', () => {
    expect(failed({})).toEqual([]);
  });

  test('a second mail for one invitation shows', async () => {
    const invitation = { email: 'ada@acme.test', license_type: 'read_only', groups: [] };
    await post('/invitations/', invitation);
    expect(failed({ 'ada@acme.test': 1 })).toEqual([]);
    await post('/invitations/', invitation);
    expect(failed({ 'ada@acme.test': 1 })).toEqual([{ at: 'mails › ada@acme.test', expected: '1', actual: '2' }]);
  });

  test('somebody foreign who was left out of a set shows, even when they were put back', async () => {
    const group = dbt.control.groups.create({ name: 'Data Eng' });
    dbt.control.groups.addMember(group, 'fay.foreign@acme.test');
    await post(`/groups/${String(group)}/`, { users: [] });
    dbt.control.groups.addMember(group, 'fay.foreign@acme.test');
    expect(failed({})).toEqual([{ at: 'taken', expected: '[]', actual: '["fay.foreign@acme.test from Data Eng"]' }]);
  });
});

test('text is aligned, marks what changed, and is coloured only where colours show', () => {
  const fay = { name: 'Fay Foreign', state: 'active', licence: 'read_only', groups: ['Member'] } as const;
  const dbt: Picture = { people: { 'fay@acme.test': fay }, invitations: {}, groups: ['Member'] };
  const step: PlayedStep = {
    identityProvider: 'Okta',
    play: 'lifecycle',
    dialect: 'v2',
    number: 1,
    name: 'Okta creates Ada',
    sent: { method: 'POST', path: '/Users', body: { schemas: ['urn:x'], userName: 'ada@acme.test' } },
    answered: { status: 201, body: { id: '0b7ff9c8-2f0c-4a55-8c8b-9d2a3d1f0a11' } },
    dbt,
    checks: [{ claim: 'dbt holds what was asked', differences: [] }],
  };
  const next: PlayedStep = {
    ...step,
    number: 2,
    dbt: { ...dbt, invitations: { 'ada@acme.test': [{ licence: 'it', groups: [] }] } },
    checks: [{ claim: 'dbt holds what was asked', differences: [{ at: 'dbt', expected: 'a', actual: 'b' }] }],
  };
  const print = (colours: boolean) => {
    const out: string[] = [];
    const report = textReporter((text) => out.push(text), paintFor(colours));
    report.step(step);
    report.step(next);
    report.end({ steps: 2, checks: 2, failed: 1 });
    return out.join('\n');
  };
  const plain = print(false);
  expect(plain.split('\n').slice(-13)).toEqual([
    '',
    ' 2. Okta creates Ada',
    '    sent      POST /Users',
    '              {"userName":"ada@acme.test"}',
    '    answered  201 {"id":"0b7ff9c8…"}',
    '    dbt          PERSON         NAME         STATE    LICENCE    GROUPS',
    '                 fay@acme.test  Fay Foreign  active   read_only  Member',
    '              ›  ada@acme.test               invited  it         -',
    '                 (all groups)                                    Member',
    '    ✗ dbt holds what was asked',
    '        dbt: expected a, found b',
    '',
    '✗ 2 steps, 2 checks: 1 did not hold',
  ]);
  expect(print(true)).not.toBe(plain);
  expect(stripVTControlCharacters(print(true))).toBe(plain);
});
