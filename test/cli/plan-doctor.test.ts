import { createHash } from 'node:crypto';
import type { CliContext } from '../../src/cli/context.js';
import { runCli } from '../../src/cli/program.js';
import type { Config } from '../../src/config.js';
import { startDrawbridge } from '../../src/main.js';
import { silentLog } from '../../src/model/log.js';
import { planSchema, doctorSchema } from '../../src/openapi/plan-schemas.js';
import { startFakeDbtCloud, type FakeDbtCloud } from '../../src/sandbox/dbt-cloud/fake-dbt-cloud.js';
import { dbtConfig } from '../targets/dbt-cloud-harness.js';

const adminToken = 'admin-token-0123456789abcdef';
const scimToken = 'scim-token-0123456789abcdef';
const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

let fake: FakeDbtCloud;
let url: string;
let close: () => Promise<void>;

beforeAll(async () => {
  fake = await startFakeDbtCloud({ dialect: 'platform' });
  fake.control.users.add({ email: 'bea@acme.test' });
  const config: Config = {
    kind: 'configured',
    server: { host: '127.0.0.1', port: 0 },
    database: 'sqlite::memory:',
    admin: { tokenSha256: digest(adminToken) },
    acknowledge: { waitSeconds: 0 },
    sweep: { everyMinutes: 60, invitationsEverySeconds: 3600 },
    directories: [{ name: 'acme', tokens: [{ label: 'okta', sha256: digest(scimToken) }], targets: ['dbt'] }],
    targets: [dbtConfig(fake, { mode: 'observe' })],
    warnings: [],
    secrets: [],
  };
  ({ url, close } = await startDrawbridge(config, { log: silentLog }));
  for (const name of ['ada', 'bea']) {
    const response = await fetch(`${url}/scim/v2/Users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${scimToken}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify({ userName: `${name}@acme.test`, active: true }),
    });
    expect(response.status).toBe(201);
  }
});
afterAll(async () => {
  await close();
  await fake.close();
});

async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const context = {
    env: { DRAWBRIDGE_URL: url, DRAWBRIDGE_ADMIN_TOKEN: adminToken },
    out: (text: string) => out.push(text),
    err: (text: string) => err.push(text),
    now: Date.now,
    fetch: (...call: Parameters<typeof fetch>) => fetch(...call),
    version: '0',
  };
  const code = await runCli(args, context as unknown as CliContext);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

test('plan shows signed lines with reasons and sums, and exits with 2 while something would change', async () => {
  const { code, out, err } = await run('plan', 'dbt');
  expect({ code, err }).toEqual({ code: 2, err: '' });
  expect(out).toMatch(/^dbt \(mode observe, platform\):/);
  expect(out).toMatch(
    /Not done in mode observe:\n {2}\+ invite ada@acme\.test with licence read_only\n {6}because active in the directory, without an account here/,
  );
  expect(out).toMatch(/= account bea@acme\.test/);
  expect(out).toMatch(/Mails sent: 0\./);
});

test('plan --json is what the contract says; without a name it is every target', async () => {
  const { code, out } = await run('plan', '--json');
  expect(code).toBe(2);
  const [plan] = planSchema.array().parse(JSON.parse(out));
  expect(plan).toMatchObject({ target: 'dbt', hasChanges: true, counts: { withheld: 1 } });
});

test('doctor says what works, whose credential it is, and what would be adopted', async () => {
  const { code, out } = await run('doctor', 'dbt');
  expect(code).toBe(0);
  expect(out).toMatch(/✓ the credential works \(platform\)/);
  expect(out).toMatch(/1 accounts would be adopted: bea@acme\.test/);
  expect(doctorSchema.parse(JSON.parse((await run('doctor', 'dbt', '--json')).out))).toMatchObject({
    credentialValid: true,
  });
});

test('a target that does not exist is refused with the next step', async () => {
  expect(await run('plan', 'nowhere')).toMatchObject({
    code: 4,
    err: expect.stringContaining('no target is named nowhere'),
  });
});

test('looking wrote nothing', () => {
  expect(fake.control.ledger.writes).toEqual([]);
});

test('a credential that stopped working is a finding, and exit code 1', async () => {
  fake.control.revokeToken(fake.token);
  const { code, out } = await run('doctor');
  expect(code).toBe(1);
  expect(out).toMatch(/✗ .*token/i);
  expect(out).not.toContain(fake.token);
});
