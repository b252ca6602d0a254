import { performances } from '../../src/cli/commands/demo.js';
import { held } from '../../src/cli/demo/check.js';
import { repairCheck, provisioningCheck } from '../../src/cli/demo/settle.js';
import { provisioningUrn } from '../../src/cli/demo/scim-words.js';
import type { DriftAnswer } from '../../src/openapi/drift-schemas.js';
import type { Sandbox } from '../../src/sandbox-main.js';
import { demo, failedClaims, readJson, withFault, type Ran } from './run-demo.js';

const ada = 'ada.lovelace@acme.test';
const grace = 'grace.hopper@acme.test';
const fay = 'fay.foreign@acme.test';

const plays = [
  { rule: 'as Okta sends it', args: ['--tools'] },
  { rule: 'as Entra ID sends it, against v2', args: ['--tools', '--entra', '--dialect', 'v2'] },
] as const;
let runs: ReadonlyMap<string, Ran>;
let metabaseRefuses: Ran;
let retoolDropsFay: Ran;
let strangerInvited: Ran;

// All at once: most of a play is waiting.
beforeAll(async () => {
  const played = plays.map(async ({ rule, args }) => [rule, await demo([...args, '--json'])] as const);
  const withinMs = 15_000;
  [runs, metabaseRefuses, retoolDropsFay, strangerInvited] = await Promise.all([
    Promise.all(played).then((each) => new Map(each)),
    demo(['--tools', '--json'], { startSandbox: withFault(refuseMemberships), withinMs }),
    demo(['--tools', '--json'], { startSandbox: withFault(takeFayOut), withinMs }),
    demo(['--tools', '--json'], { startSandbox: withFault(inviteAStranger), withinMs }),
  ]);
}, 240_000);

function refuseMemberships({ metabase }: Sandbox): void {
  const fault = { kind: 'status', status: 500 } as const;
  metabase.control.faults.add({ method: 'POST', path: '/permissions/membership', times: 1e9, fault });
}

/** As soon as Ada is in the group, Fay is out of her own; nothing is answered wrongly. */
function takeFayOut({ retool: { control } }: Sandbox): void {
  control.faults.plan(() => {
    const { groups } = control.state();
    const marketing = groups.find(({ name }) => name === 'Marketing');
    const team = groups.find(({ name }) => name === 'Analytics Engineers');
    if (marketing !== undefined && team?.memberEmails.includes(ada) === true) {
      control.groups.removeMember(marketing.id, fay);
    }
    return undefined;
  });
}

/** Somebody else invites a stranger with the same credential. */
function inviteAStranger({ dbt }: Sandbox): void {
  dbt.control.beforeRequest({ method: 'POST', path: '/assign-groups/' }, () => {
    void fetch(`${dbt.url}/api/v3/accounts/${String(dbt.accountId)}/invites/`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${dbt.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ email_addresses: ['stray@acme.test'], license_type: 'read_only' }),
    });
  });
}

describe('one person and one group in three tools', () => {
  test.each(plays)('every check holds $rule', ({ rule }) => {
    const { error } = runs.get(rule)!;
    const { steps, summary } = readJson(runs.get(rule)!);
    expect(steps.filter((step) => !step.checks.every(held)).map(({ name, checks }) => ({ name, checks }))).toEqual([]);
    expect(error).toBeUndefined();
    expect(summary).toMatchObject({ steps: steps.length, failed: 0 });
    for (const step of steps) expect([step.dbt, step.metabase, step.retool]).not.toContain(undefined);
  });

  const stepNamed = (part: string) => readJson(runs.get(plays[0].rule)!).steps.find(({ name }) => name.includes(part));

  test('an account in Metabase and Retool at once, an invitation in dbt', () => {
    const created = stepNamed('creates Ada');
    expect(created?.dbt?.people).not.toHaveProperty([ada]);
    expect(created?.dbt?.invitations).toHaveProperty([ada]);
    expect([created?.metabase?.people[ada]?.state, created?.retool?.people[ada]?.state]).toEqual(['active', 'active']);
  });

  test('what is away is behind while the others have it, and catches up', () => {
    const without = stepNamed('do not wait for Retool');
    expect(without?.retool?.people).not.toHaveProperty([grace]);
    expect(without?.metabase?.people).toHaveProperty([grace]);
    expect(stepNamed('Retool takes calls again')?.retool?.people).toHaveProperty([grace]);
    const groups = stepNamed('do not wait for Metabase');
    expect(groups?.metabase?.people[grace]?.groups).toEqual(['All Users']);
    expect(groups?.retool?.people[grace]?.groups).toContain('Analytics Engineers');
  });

  test('at the end calls and mails are counted, tool by tool', () => {
    const last = readJson(runs.get(plays[0].rule)!).steps.at(-1);
    expect(last?.calls).toMatchObject({
      dbt: { mails: 2, writes: expect.any(Number) },
      metabase: { mails: 2 },
      retool: { mails: 0 },
    });
    for (const tool of [last?.calls?.dbt, last?.calls?.metabase, last?.calls?.retool]) {
      expect(tool?.reads).toBeGreaterThan(10);
    }
  });
});

test.each([
  {
    args: {},
    plays: [
      'Okta lifecycle platform',
      'Entra ID lifecycle platform',
      'Okta lifecycle v2',
      'Entra ID lifecycle v2',
      'Okta tools platform',
    ],
  },
  { args: { dialect: 'v2' as const }, plays: ['Okta lifecycle v2', 'Entra ID lifecycle v2', 'Okta tools v2'] },
  { args: { okta: true, dialect: 'v2' as const }, plays: ['Okta lifecycle v2'] },
  { args: { tools: true }, plays: ['Okta tools platform'] },
  { args: { tools: true, entra: true }, plays: ['Entra ID tools platform'] },
])('what is played with $args', ({ args, plays: expected }) => {
  expect(performances(args).map(({ idp, play, dialect }) => `${idp.name} ${play.name} ${dialect}`)).toEqual(expected);
});

describe('the checks can fail', () => {
  test('one tool that never takes a membership fails that tool alone', () => {
    expect(metabaseRefuses.error).toMatchObject({ exitCode: 1 });
    const { steps } = readJson(metabaseRefuses);
    const [first] = steps.filter((step) => !step.checks.every(held));
    expect(first?.name).toContain('adds Ada to the group');
    expect(failedClaims(first)).toEqual(['Drawbridge says it is converged', 'metabase holds what was asked']);
    const status = first?.checks.find(({ claim }) => claim === 'Drawbridge says it is converged');
    expect(status?.differences.map(({ at }) => at)).toEqual(['status of metabase']);
  });

  test('somebody foreign who is taken out shows at once', () => {
    expect(retoolDropsFay.error).toMatchObject({ exitCode: 1 });
    const { steps } = readJson(retoolDropsFay);
    const different = steps.flatMap((step) => step.checks.flatMap((check) => check.differences.map(({ at }) => at)));
    expect(different[0]).toBe(`retool › people › ${fay} › groups`);
  });

  test('an invitation nobody asked for shows in what dbt holds, in the mails and in the writes', () => {
    expect(strangerInvited.error).toMatchObject({ exitCode: 1 });
    const failed = readJson(strangerInvited).steps.at(-1);
    expect(failedClaims(failed)).toEqual([
      'everybody was sent one mail for each invitation',
      'every tool was written to as often as something had to change, and no more',
    ]);
  });

  const repaired = (target: string, summary: string) => ({ target, summary }) as DriftAnswer;
  test.each([
    { rule: 'as expected', found: [repaired('dbt', 'add a'), repaired('dbt', 'add b')], at: [] },
    { rule: 'one missing', found: [repaired('dbt', 'add a')], at: ['repaired › dbt'] },
    { rule: 'none', found: [], at: ['repaired › dbt'] },
    {
      rule: 'one of another tool',
      found: [repaired('dbt', 'add a'), repaired('dbt', 'add b'), repaired('retool', 'add c')],
      at: ['repaired › retool'],
    },
  ])('what was put right is compared: $rule', ({ found, at }) => {
    const check = repairCheck(found, { dbt: ['add b', 'add a'] });
    expect(check.differences.map((each) => each.at)).toEqual(at);
  });

  test('a state that another target says, or no target at all, shows', () => {
    const user = (targets: unknown) => ({ [provisioningUrn]: { targets } });
    const told = (targets: unknown) =>
      provisioningCheck(user(targets), { about: 'ada', dbt: 'invited', retool: 'active' });
    const [dbt, retool] = [
      { target: 'dbt', state: 'invited' },
      { target: 'retool', state: 'active' },
    ];
    expect(told([dbt, retool]).differences).toEqual([]);
    expect(told([dbt]).differences).toHaveLength(1);
    expect(
      told([
        { ...dbt, state: 'active' },
        { ...retool, state: 'invited' },
      ]).differences,
    ).toHaveLength(2);
    expect(told(undefined).differences).toHaveLength(2);
  });
});
