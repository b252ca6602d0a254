import { createHash, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Alerts } from '../../src/alerts/alerts.js';
import type { CliContext } from '../../src/cli/context.js';
import { runCli } from '../../src/cli/program.js';
import type { Config } from '../../src/config.js';
import { createApp, startDrawbridge } from '../../src/main.js';
import { defaultAlertConfig } from '../../src/model/alert-config.js';
import { silentLog } from '../../src/model/log.js';
import { statusSchema } from '../../src/openapi/admin-schemas.js';
import { alertListSchema, alertSchema, notificationListSchema } from '../../src/openapi/alert-schemas.js';
import { openStore } from '../../src/store/store.js';
import { saveTargetState } from '../../src/store/target-states.js';
import { World } from '../reconcile/world.js';
import { Receiver } from './receiver.js';
import { planted, webhook } from './watching.js';

const adminToken = 'admin-token-0123456789abcdef';
const scimToken = 'scim-token-0123456789abcdef';
const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

function configWith(receiver: Receiver, more: Partial<Config> = {}): Config {
  return {
    kind: 'configured',
    server: { host: '127.0.0.1', port: 0 },
    database: 'sqlite::memory:',
    admin: { tokenSha256: digest(adminToken) },
    acknowledge: { waitSeconds: 0 },
    sweep: { everyMinutes: 60, invitationsEverySeconds: 3600 },
    alert: { ...defaultAlertConfig, channels: [webhook({ url: receiver.url })] },
    directories: [{ name: 'acme', tokens: [{ label: 'okta', sha256: digest(scimToken) }], targets: ['dbt'] }],
    targets: [],
    warnings: [],
    secrets: [],
    ...more,
  };
}

describe('the admin API, the command line and the metrics', () => {
  let world: World;
  let receiver: Receiver;
  let alerts: Alerts;
  let server: Server;
  let url: string;

  beforeEach(async () => {
    world = await World.start();
    receiver = await Receiver.start();
    const config = configWith(receiver);
    alerts = new Alerts({
      store: world.store,
      config: config.alert ?? defaultAlertConfig,
      targets: [{ name: 'dbt', mode: 'full' }],
      listTokens: () => Promise.resolve([]),
      startedAt: world.now,
      mask: (text) => text.replaceAll(planted, '[redacted]'),
      log: silentLog,
      now: () => world.now,
      random: () => 0.5,
    });
    const parts = { store: world.store, engine: world.engine, log: silentLog, now: () => world.now };
    server = createServer(createApp(config, { ...parts, startedAt: world.now, alerts }));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await receiver.close();
    await world.close();
  });

  const stop = (last_error: string | null) =>
    saveTargetState(world.store, 'dbt', { last_error, last_error_code: last_error === null ? null : 'UNAUTHORIZED' });

  async function call(method: string, at: string): Promise<{ status: number; body: unknown }> {
    const response = await fetch(url + at, { method, headers: { authorization: `Bearer ${adminToken}` } });
    return { status: response.status, body: await response.json() };
  }

  async function run(...args: string[]) {
    const out: string[] = [];
    const err: string[] = [];
    const context = {
      env: { DRAWBRIDGE_URL: url, DRAWBRIDGE_ADMIN_TOKEN: adminToken },
      out: (text: string) => out.push(text),
      err: (text: string) => err.push(text),
      now: () => world.now,
      fetch: (...sent: Parameters<typeof fetch>) => fetch(...sent),
      version: '0',
    };
    const code = await runCli(args, context as unknown as CliContext);
    return { code, out: out.join('\n'), err: err.join('\n') };
  }

  const warnings = async () => statusSchema.parse((await call('GET', '/api/v1/status')).body).warnings;

  test('an alert is listed, warned of, told, acknowledged, and over', async () => {
    expect((await run('alerts')).out).toBe('Nothing is the matter.');
    await stop('dbt Cloud does not accept the credential');
    await alerts.pass();
    const listed = await run('alerts');
    expect(listed.out).toMatch(
      /^HIGH {2}dbt refuses the credential: nothing is provisioned\n {2}dbt Cloud does not accept the credential\n {2}Put a valid credential .*drawbridge doctor dbt.*\n {2}target-stopped, since 0 s ago {2}[\w-]+$/,
    );
    expect(await warnings()).toContain('dbt refuses the credential: nothing is provisioned');
    expect(receiver.bodies).toMatchObject([{ event: 'opened', alert: { kind: 'target-stopped', target: 'dbt' } }]);

    const { result } = alertListSchema.parse(JSON.parse((await run('alerts', '--json')).out));
    const id = result[0]?.id ?? '';
    const acknowledged = await run('alerts', 'acknowledge', id, '--json');
    expect(alertSchema.parse(JSON.parse(acknowledged.out))).toMatchObject({ id, acknowledgedBy: 'admin' });
    expect((await run('alerts')).out).toContain('acknowledged by admin');
    expect(await warnings()).toEqual([]);

    await stop(null);
    await alerts.pass();
    expect((await run('alerts')).out).toBe('Nothing is the matter.');
    expect((await run('alerts', '--state', 'resolved')).out).toMatch(/target-stopped.*over 0 s ago/);
    expect(await run('alerts', 'acknowledge', id)).toMatchObject({
      code: 4,
      err: expect.stringContaining('over already') as string,
    });
    expect(await run('alerts', 'acknowledge', 'nobody')).toMatchObject({ code: 4 });
  });

  test('the list has pages and filters', async () => {
    for (let count = 0; count < 5; count += 1) {
      await stop('no');
      await alerts.pass();
      await stop(null);
      await alerts.pass();
      world.advance(3_600_000);
      await alerts.pass();
    }
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const at: string = `/api/v1/alerts?state=all&count=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const page = alertListSchema.parse((await call('GET', at)).body);
      expect(page.result.length).toBeLessThanOrEqual(2);
      seen.push(...page.result.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(new Set(seen).size).toBe(5);
    const filtered = async (query: string) =>
      alertListSchema.parse((await call('GET', `/api/v1/alerts?${query}`)).body);
    expect((await filtered('state=resolved&kind=target-stopped&target=dbt')).result).toHaveLength(5);
    expect((await filtered('state=resolved&kind=held')).result).toEqual([]);
    expect((await filtered('state=resolved&target=other')).result).toEqual([]);
    expect((await filtered('')).result).toEqual([]);
    for (const wrong of ['state=closed', 'kind=x', 'count=0', 'cursor=x']) {
      expect(await call('GET', `/api/v1/alerts?${wrong}`)).toMatchObject({ status: 400 });
    }
  });

  test('a channel is tried on request, and says what came of it', async () => {
    expect(await run('alerts', 'test', 'ops')).toMatchObject({ code: 0, out: 'ops: delivered.' });
    expect(receiver.bodies).toMatchObject([{ event: 'test', alert: null }]);
    receiver.answer({ status: 403 });
    expect(await run('alerts', 'test', 'ops')).toMatchObject({
      code: 1,
      out: 'ops: not delivered: the receiver answered 403',
    });
    await alerts.pass();
    expect(receiver.received).toHaveLength(2);
    expect((await run('alerts')).out).toBe('Nothing is the matter.');
    expect(await run('alerts', 'test', 'nowhere')).toMatchObject({
      code: 4,
      err: expect.stringContaining('no channel is named nowhere: there are ops') as string,
    });
    const audit = await world.store.db.selectFrom('audit').select(['action', 'actor']).execute();
    expect(audit).toEqual(Array.from({ length: 2 }, () => ({ action: 'alert-channel-tested', actor: 'admin' })));
  });

  test('what was given up is listed with its reason, and sent again on request', async () => {
    await stop('no');
    receiver.answer({ status: 410 });
    await alerts.pass();
    const listed = await run('alerts', 'notifications', '--state', 'given-up');
    expect(listed.out).toMatch(/ops +opened +given-up +0 s ago +1 +the receiver answered 410 +dbt refuses/);
    const [given] = notificationListSchema.parse((await call('GET', '/api/v1/notifications')).body).result;
    expect(given).toMatchObject({ state: 'given-up', nextAttemptAt: null, attempts: 1 });
    expect((await run('alerts', 'resend', given?.id ?? '')).out).toMatch(/is on its way to ops\.$/);
    await alerts.pass();
    expect((await run('alerts', 'notifications', '--channel', 'ops')).out).toMatch(/ops +opened +delivered/);
    expect(await run('alerts', 'resend', given?.id ?? '')).toMatchObject({ code: 4 });
    expect(await run('alerts', 'resend', 'nobody')).toMatchObject({ code: 4 });
    expect(await call('GET', '/api/v1/notifications?state=x')).toMatchObject({ status: 400 });
  });

  test('the metrics count open alerts by kind, back to zero, and deliveries', async () => {
    const metrics = async () => (await fetch(`${url}/metrics`)).text();
    expect(await metrics()).toContain('drawbridge_alerts_open{kind="target-stopped"} 0');
    await stop('no');
    await alerts.pass();
    expect(await metrics()).toContain('drawbridge_alerts_open{kind="target-stopped"} 1');
    expect(await metrics()).toContain('drawbridge_notification_attempts_total{channel="ops",outcome="delivered"} 1');
    expect(await metrics()).toContain('drawbridge_notification_attempts_total{channel="ops",outcome="delivered"} 1');
    await stop(null);
    await alerts.pass();
    expect(await metrics()).toContain('drawbridge_alerts_open{kind="target-stopped"} 0');
  });

  test('no answer holds a secret', async () => {
    await stop(`refused: ${planted}`);
    receiver.answer({ status: 500, body: planted });
    await alerts.pass();
    const answers = [];
    for (const at of ['/api/v1/alerts', '/api/v1/notifications']) answers.push((await call('GET', at)).body);
    const text = JSON.stringify([answers, await warnings(), receiver.received]);
    expect(text).toContain('[redacted]');
    expect(text).not.toContain('PLANTED');
    expect(text).not.toContain('signing-secret');
  });
});

describe('the server', () => {
  let folder: string;
  let receiver: Receiver;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'drawbridge-alerts-'));
    receiver = await Receiver.start();
  });
  afterEach(async () => {
    await receiver.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('looks and tells from its start, and writes down what it counted before it ends', async () => {
    const database = `sqlite:${path.join(folder, 'store.db')}`;
    const routes = new Map([['acme', ['dbt']]]);
    const expiresAt = Date.now() + 86_400_000;
    const tokens = [{ label: 'okta', sha256: digest(scimToken), expiresAt }];
    const directories = [{ name: 'acme', tokens, targets: ['dbt'] }];
    const secrets = [planted];
    const arrived = receiver.arrival();
    const running = await startDrawbridge(configWith(receiver, { database, directories, secrets }), { log: silentLog });
    await arrived;
    const response = await fetch(`${running.url}/scim/v2/Users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${scimToken}`, 'content-type': 'application/scim+json' },
      body: '{',
    });
    expect(response.status).toBe(400);
    await running.close();

    expect(receiver.bodies).toMatchObject([{ event: 'opened', alert: { kind: 'token-expiring', severity: 'high' } }]);
    const store = await openStore(database, routes);
    expect(await store.db.selectFrom('scim_rejection').select(['what', 'count']).execute()).toEqual([
      { what: 'POST /Users → 400 invalidSyntax', count: 1 },
    ]);
    expect(await store.db.selectFrom('notification').select('state').execute()).toEqual([{ state: 'delivered' }]);
    const leases = await store.db.selectFrom('lease').select('expires_at').execute();
    expect(leases.every(({ expires_at }) => expires_at === 0)).toBe(true);
    await store.close();
  });

  test('ends although a receiver does not answer, and goes on with it afterwards', async () => {
    const database = `sqlite:${path.join(folder, 'store.db')}`;
    const store = await openStore(database, new Map([['acme', ['dbt']]]));
    const alerts = new Alerts({
      store,
      config: { ...defaultAlertConfig, channels: [webhook({ url: receiver.url })] },
      targets: [{ name: 'dbt', mode: 'full' }],
      listTokens: () => Promise.resolve([]),
      startedAt: 0,
      mask: (text) => text,
      log: silentLog,
      now: Date.now,
      random: () => 0,
      newId: randomUUID,
    });
    await saveTargetState(store, 'dbt', { last_error: 'no', last_error_code: 'UNAUTHORIZED' });
    receiver.answer('hang');
    const arrived = receiver.arrival();
    alerts.start();
    await arrived;
    await alerts.close(0);
    expect(await store.db.selectFrom('notification').select(['state', 'attempts', 'last_error']).execute()).toEqual([
      { state: 'waiting', attempts: 1, last_error: 'Drawbridge was stopped before the receiver answered' },
    ]);
    await store.close();
  });
});
