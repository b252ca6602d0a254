import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../../src/config.js';
import { startDrawbridge, type Running } from '../../src/main.js';
import { defaultAlertConfig } from '../../src/model/alert-config.js';
import { silentLog } from '../../src/model/log.js';
import { openapiDocument } from '../../src/openapi/document.js';
import { startFakeDbtCloud, type FakeDbtCloud } from '../../src/sandbox/dbt-cloud/fake-dbt-cloud.js';
import { dbtConfig } from '../targets/dbt-cloud-harness.js';
import { contractProblems, findOperation } from './contract.js';

/** One life of a whole server, in which every operation of the contract is used once, and held to it. */

const adminToken = 'admin-token-0123456789abcdef';
const scimToken = 'scim-token-0123456789abcdef';
const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

let fake: FakeDbtCloud;
let running: Running;
let hook: Server;
const exercised = new Set<string>();
const problems: string[] = [];

beforeAll(async () => {
  fake = await startFakeDbtCloud({ dialect: 'v2', listInvitations: true });
  hook = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
  await once(hook, 'listening');
  const { port } = hook.address() as AddressInfo;
  const config: Config = {
    kind: 'configured',
    server: { host: '127.0.0.1', port: 0 },
    database: 'sqlite::memory:',
    admin: { tokenSha256: digest(adminToken) },
    acknowledge: { waitSeconds: 5 },
    sweep: { everyMinutes: 60, invitationsEverySeconds: 3600 },
    directories: [{ name: 'acme', tokens: [{ label: 'okta', sha256: digest(scimToken) }], targets: ['dbt'] }],
    targets: [dbtConfig(fake, { drift: 'report', guard: { removals: 0, fraction: 0, windowMinutes: 60 } })],
    warnings: [],
    secrets: [],
    ...alerting(`http://127.0.0.1:${port}/`),
  };
  running = await startDrawbridge(config, { log: silentLog, settling: { quiet: 0, most: 0 } });
});
afterAll(async () => {
  await running.close();
  await fake.close();
  hook.close();
});

function alerting(url: string): Pick<Config, 'alert'> {
  return {
    alert: {
      ...defaultAlertConfig,
      channels: [{ name: 'ops', kind: 'webhook', url, secret: 'a-secret-of-the-hook', resolved: true }],
    },
  };
}

type Body = Record<string, unknown>;

/** Calls the server, holds the exchange to the contract, and notes what was used when it was a success. */
async function call(method: string, url: string, body?: unknown): Promise<Body> {
  const scim = url.startsWith('/scim');
  const headers: Record<string, string> = { authorization: `Bearer ${scim ? scimToken : adminToken}` };
  if (body !== undefined) headers['content-type'] = scim ? 'application/scim+json' : 'application/json';
  const response = await fetch(`${running.url}${url}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const contentType = response.headers.get('content-type') ?? undefined;
  const parsed: unknown = text === '' ? undefined : contentType?.includes('json') === true ? JSON.parse(text) : text;
  const { status } = response;
  problems.push(...contractProblems({ method, url, requestBody: body, status, contentType, body: parsed }));
  const found = findOperation(method, url);
  if (found !== undefined && (status < 300 || unsupported.has(found.template))) {
    exercised.add(`${method.toLowerCase()} ${found.template}`);
  }
  return (parsed ?? {}) as Body;
}

/** Answered 501 by design. */
const unsupported = new Set(['/scim/v2/Me']);

/** Asks until the answer is as wanted: what the engine does takes its own time. */
async function until<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const converged = () =>
  until(
    () => call('GET', '/api/v1/status'),
    ({ targets }) => (targets as { due: number }[]).every(({ due }) => due === 0),
  );
const listed = async (path: string) => ((await call('GET', path))['result'] ?? []) as Body[];
const hire = async (name: string): Promise<string> => {
  const body = {
    schemas: [userUrn],
    userName: `${name}@acme.test`,
    emails: [{ value: `${name}@acme.test` }],
    active: true,
  };
  const { id } = await call('POST', '/scim/v2/Users', body);
  fake.control.invitations.accept(`${name}@acme.test`);
  return String(id);
};
const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const searchUrn = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const bulkUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const patch = (...Operations: readonly unknown[]) => ({ schemas: [patchUrn], Operations });

test('people and groups', async () => {
  const ids = [];
  for (const name of ['ada', 'bea', 'cleo', 'dora']) ids.push(await hire(name));
  const [ada = '', bea = '', cleo = ''] = ids;
  await call('GET', '/scim/v2/Users?filter=userName%20pr&count=2');
  await call('POST', '/scim/v2/Users/.search', { schemas: [searchUrn], count: 1 });
  await call('GET', `/scim/v2/Users/${ada}`);
  await call('PUT', `/scim/v2/Users/${ada}`, {
    schemas: [userUrn],
    userName: 'ada@acme.test',
    name: { givenName: 'Ada', familyName: 'Lovelace' },
    active: true,
  });
  await call('PATCH', `/scim/v2/Users/${ada}`, patch({ op: 'replace', path: 'displayName', value: 'Ada' }));
  const members = ids.map((value) => ({ value }));
  const { id: group } = await call('POST', '/scim/v2/Groups', { schemas: [groupUrn], displayName: 'Data', members });
  await call('GET', '/scim/v2/Groups');
  await call('POST', '/scim/v2/Groups/.search', { schemas: [searchUrn] });
  await call('GET', `/scim/v2/Groups/${String(group)}`);
  await call('PUT', `/scim/v2/Groups/${String(group)}`, { schemas: [groupUrn], displayName: 'Data', members });
  await call(
    'PATCH',
    `/scim/v2/Groups/${String(group)}`,
    patch({ op: 'add', path: 'members', value: [{ value: ada }] }),
  );
  const { id: empty } = await call('POST', '/scim/v2/Groups', { schemas: [groupUrn], displayName: 'Empty' });
  await call('DELETE', `/scim/v2/Groups/${String(empty)}`);
  await call('GET', '/scim/v2');
  await call('POST', '/scim/v2/.search', { schemas: [searchUrn] });
  await call('POST', '/scim/v2/Bulk', {
    schemas: [bulkUrn],
    Operations: [{ method: 'POST', path: '/Groups', bulkId: 'a', data: { schemas: [groupUrn], displayName: 'Bulk' } }],
  });
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) await call(method, '/scim/v2/Me');
  await call('GET', '/scim/v2/ServiceProviderConfig');
  await call('GET', '/scim/v2/ResourceTypes');
  await call('GET', '/scim/v2/ResourceTypes/User');
  await call('GET', '/scim/v2/Schemas');
  await call('GET', `/scim/v2/Schemas/${userUrn}`);
  await call('POST', '/api/v1/targets/dbt/sync');
  await converged();
  await call('DELETE', `/scim/v2/Users/${bea}`);
  await call('PATCH', `/scim/v2/Users/${cleo}`, patch({ op: 'replace', path: 'active', value: false }));
  expect(problems).toEqual([]);
});

test('what operators ask and decide', async () => {
  await call('GET', '/api/v1/targets/dbt/plan');
  await call('GET', '/api/v1/targets/dbt/doctor');
  await until(
    () => listed('/api/v1/held'),
    (held) => held.length > 0 && (held[0]?.['operations'] as unknown[]).length === 2,
  );
  const [hold] = await listed('/api/v1/held');
  await call('GET', `/api/v1/held/${String(hold?.['id'])}`);
  await call('POST', `/api/v1/held/${String(hold?.['id'])}/release`, { confirm: 2 });
  await converged();
  const { Resources } = await call('GET', '/scim/v2/Users?filter=userName%20eq%20%22dora%40acme.test%22');
  const dora = String((Resources as Body[])[0]?.['id']);
  await call('PATCH', `/scim/v2/Users/${dora}`, patch({ op: 'replace', path: 'active', value: false }));
  const [next] = await until(
    () => listed('/api/v1/held'),
    (held) => held.length > 0,
  );
  await call('POST', `/api/v1/held/${String(next?.['id'])}/reject`, {});

  const group = fake.control.state().groups.find(({ name }) => name === 'Data');
  const ada = fake.control.state().users.find(({ email }) => email === 'ada@acme.test');
  fake.control.users.rename(ada?.id ?? 0, { firstName: 'Augusta' });
  fake.control.groups.rename(group?.id ?? 0, 'Daten');
  await call('POST', '/api/v1/targets/dbt/sync');
  const [first, second] = await until(
    () => listed('/api/v1/drift'),
    (found) => found.length > 1,
  );
  await call('POST', `/api/v1/drift/${String(first?.['id'])}/adopt`);
  await call('POST', `/api/v1/drift/${String((second ?? first)?.['id'])}/repair`);

  await call('GET', '/api/v1/failing');
  await call('POST', '/api/v1/failing/retry', { target: 'dbt', kind: 'account', key: dora });
  expect(problems).toEqual([]);
});

test('alerts and notifications', async () => {
  await call('GET', '/api/v1/alerts');
  await call('POST', '/api/v1/notifications/test/ops');
  await call('GET', '/api/v1/notifications');
  expect(problems).toEqual([]);
});

test('what machines ask', async () => {
  for (const path of ['/healthz', '/readyz', '/metrics']) await call('GET', path);
  expect(problems).toEqual([]);
});

test('a token that is wrong, and an address nobody has, are refused as documented', async () => {
  const answers = await Promise.all(
    ['/scim/v2/Users', '/api/v1/status'].map((path) =>
      fetch(`${running.url}${path}`, { headers: { authorization: 'Bearer x' } }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual([401, 401]);
});

test('every operation of the contract was used', () => {
  const documented = Object.entries(openapiDocument('0').paths ?? {}).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path}`),
  );
  expect(documented.filter((operation) => !exercised.has(operation) && !elsewhere.has(operation))).toEqual([]);
});

/** Used, and held to the contract's schemas, in tests of their own: they take a failed delivery, or an open alert. */
const elsewhere = new Set(['post /api/v1/alerts/{id}/acknowledge', 'post /api/v1/notifications/retry/{id}']);
