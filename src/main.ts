import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import helmet from 'helmet';
import { createAdminRouter } from './admin/admin-router.js';
import { createHealthRouter } from './admin/health-router.js';
import { Alerts } from './alerts/alerts.js';
import type { Config } from './config.js';
import { createHttpServer } from './http-server.js';
import { createRedaction } from './log/redaction.js';
import { withRequestId } from './log.js';
import { mapperFor } from './mappers/mapper-for.js';
import { defaultAlertConfig } from './model/alert-config.js';
import type { Log } from './model/log.js';
import type { AnyTargetConfig } from './model/target-config.js';
import { Engine } from './reconcile/engine.js';
import type { Runtime } from './reconcile/runtime.js';
import { RejectionCounter } from './scim/count-rejections.js';
import { createScimRouter, type ScimRouter } from './scim/scim-router.js';
import { openStore, type Store } from './store/store.js';
import { createTarget } from './targets/catalog.js';

export interface Deps {
  readonly log: Log;
  readonly now?: () => number;
  readonly random?: () => number;
  /** How long group changes are gathered before they are written; the defaults suit real vendors. */
  readonly settling?: Runtime['settling'];
}

export interface Running {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly engine: Engine;
  readonly store: Store;
  /** Takes no new requests, lets those under way and the running batches finish, and closes the store. */
  close(): Promise<void>;
}

const defaultSettling = { quiet: 1000, most: 10_000 };

/**
 * Puts the parts together and starts them: the store, one loop for each target, the SCIM and admin surfaces.
 *
 * @throws Error with one readable line when the database cannot be used or the port is taken
 */
export async function startDrawbridge(config: Config, deps: Deps): Promise<Running> {
  const { log, now = Date.now } = deps;
  const routes = new Map(config.directories.map(({ name, targets }) => [name, targets]));
  const store = await openStore(config.database, routes, now);
  const engine = new Engine({
    store,
    runtimes: config.targets.map((target) => runtimeOf(target, store, deps)),
    holder: randomUUID(),
    waitSeconds: config.acknowledge.waitSeconds,
    sweepMs: config.sweep.everyMinutes * 60_000,
    pollMs: config.sweep.invitationsEverySeconds * 1000,
  });
  const startedAt = now();
  const alerts = alertsOf(config, store, deps, startedAt);
  const rejections = new RejectionCounter(store, log);
  const listener = createListener(config, { store, engine, log, now, startedAt, alerts, rejections });
  const server = createHttpServer(listener);
  try {
    await listen(server, config.server.port, config.server.host);
  } catch (error) {
    await store.close();
    throw error;
  }
  for (const warning of config.warnings) log.warn(warning);
  await engine.start();
  alerts.start();
  const { port } = server.address() as AddressInfo;
  const host = config.server.host.includes(':') ? `[${config.server.host}]` : config.server.host;
  log.info('listening', { host: config.server.host, port, database: describeDatabase(config.database) });
  return {
    url: `http://${host}:${port}`,
    engine,
    store,
    close: () => close(server, { store, engine, log, alerts, rejections }),
  };
}

interface AppParts {
  readonly store: Store;
  readonly engine: Engine;
  readonly log: Log;
  readonly now: () => number;
  readonly startedAt: number;
  readonly alerts?: Alerts | undefined;
  readonly rejections?: RejectionCounter | undefined;
}

/** The HTTP surfaces as an Express application, without listening. */
export function createApp(config: Config, parts: AppParts): Express {
  return appAround(scimOf(config, parts), config, parts);
}

/**
 * The same for a server of our own, with a short cut: SCIM is answered before Express sees the request, because what
 * Express does to each takes three times as long as receiving and answering it, and SCIM needs none of it.
 */
export function createListener(config: Config, parts: AppParts): RequestListener {
  const scim = scimOf(config, parts);
  const app = appAround(scim, config, parts);
  return (request, response) => scim(request, response, () => app(request, response));
}

function scimOf({ directories, server }: Config, { store, engine, log, now, rejections }: AppParts): ScimRouter {
  return createScimRouter({
    store,
    directories,
    acknowledge: engine,
    log,
    now,
    publicUrl: server.publicUrl,
    rejections,
  });
}

function appAround(scim: ScimRouter, config: Config, parts: AppParts): Express {
  const { store, engine, log, now, startedAt, alerts } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(createHealthRouter({ store, engine, alerts }));
  app.use(scim);
  app.use((_request, response, next) => {
    const requestId = randomUUID();
    response.set('X-Request-Id', requestId);
    withRequestId(requestId, next);
  });
  if (config.admin !== 'off') {
    const { tokenSha256 } = config.admin;
    const admin = createAdminRouter({
      store,
      engine,
      tokenSha256,
      version,
      startedAt,
      warnings: config.warnings,
      now,
      log,
      alerts,
    });
    app.use('/api/v1', helmet(), admin);
  }
  app.use((_request, response) => {
    response
      .status(404)
      .json({ error: { code: 'not-found', message: 'SCIM is at /scim/v2, the admin API at /api/v1' } });
  });
  return app;
}

function runtimeOf(config: AnyTargetConfig, store: Store, deps: Deps): Runtime {
  const { log, now = Date.now, random = Math.random, settling = defaultSettling } = deps;
  const target = createTarget(config, { now, log });
  return { config, target, mapper: mapperFor(config), store, log, now, random, newId: randomUUID, settling };
}

function alertsOf(config: Config, store: Store, deps: Deps, startedAt: number): Alerts {
  const { log, now = Date.now, random = Math.random } = deps;
  const expiring = config.directories.flatMap(({ name, tokens }) =>
    tokens.flatMap(({ label, expiresAt }) => (expiresAt === undefined ? [] : [{ directory: name, label, expiresAt }])),
  );
  return new Alerts({
    store,
    config: config.alert ?? defaultAlertConfig,
    targets: config.targets,
    listTokens: () => Promise.resolve(expiring),
    startedAt,
    mask: createRedaction({ secrets: config.secrets, stacks: false }),
    log,
    now,
    random,
  });
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new Error(`cannot listen on ${host}:${port} (${code}): set server.port or PORT to a free one`, {
      cause: error,
    });
  }
}

interface Closed extends Pick<AppParts, 'store' | 'engine' | 'log'> {
  readonly alerts: Alerts;
  readonly rejections: RejectionCounter;
}

async function close(server: Server, { store, engine, log, alerts, rejections }: Closed): Promise<void> {
  log.info('closing');
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  await Promise.all([engine.close(), alerts.close()]);
  const cut = setTimeout(() => server.closeAllConnections(), 5000);
  await closed;
  clearTimeout(cut);
  await rejections.flush();
  await store.close();
  log.info('closed');
}

function describeDatabase(url: string): string {
  return url.startsWith('sqlite:') ? url : `${url.split(':')[0] ?? ''}:…`;
}

/** The version of the package, as published. */
export const version = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
