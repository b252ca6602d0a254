import { settle } from '../../src/cli/demo/settle.js';
import { silentLog } from '../../src/model/log.js';
import { statusSchema } from '../../src/openapi/admin-schemas.js';
import { vendorNames } from '../../src/sandbox/sandbox-vendors.js';
import { startSandbox, type Sandbox } from '../../src/sandbox-main.js';

const lines: string[] = [];
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ log: silentLog, port: 0, print: (line) => lines.push(line) });
});
afterAll(() => sandbox.close());

const json = 'application/scim+json';
const send = (token: string, path: string, init: RequestInit = {}) =>
  fetch(sandbox.url + path, { ...init, headers: { Authorization: `Bearer ${token}`, 'Content-Type': json } });

test('says that it is a sandbox, where everything is, and what opens it', () => {
  const text = lines.join('\n');
  expect(lines[0]).toContain('SANDBOX');
  for (const name of vendorNames) expect(text).toContain(sandbox[name].url);
  expect(text).toContain(sandbox.scimToken);
  expect(text).toContain(sandbox.adminToken);
  for (const name of ['dbt', 'retool', 'scim'] as const) expect(text).not.toContain(sandbox[name].token);
});

test('one person arrives in every one of its tools', async () => {
  const body = { userName: 'ada@acme.test', name: { givenName: 'Ada', familyName: 'Lovelace' }, active: true };
  const created = await send(sandbox.scimToken, '/scim/v2/Users', { method: 'POST', body: JSON.stringify(body) });
  expect(created.status).toBe(201);
  const status = async () =>
    statusSchema.parse(await (await send(sandbox.adminToken, '/api/v1/status')).json()).targets;
  expect((await status()).map(({ name }) => name)).toEqual([...vendorNames]);
  const told = () => Promise.resolve([]);
  const { inTime } = await settle({ status, told, behind: undefined, now: Date.now, withinMs: 20_000 });
  expect(inTime).toBe(true);

  const { dbt, metabase, retool, scim } = sandbox;
  expect(dbt.control.invitations.openFor('ada@acme.test')).toBe(1);
  expect(metabase.control.state().users).toContainEqual(expect.objectContaining({ email: 'ada@acme.test' }));
  expect(retool.control.state().users).toContainEqual(expect.objectContaining({ email: 'ada@acme.test' }));
  expect(scim.control.state().users).toContainEqual(expect.objectContaining({ userName: 'ada@acme.test' }));
});
