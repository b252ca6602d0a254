import express, { type Router } from 'express';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { sql } from 'kysely';
import type { Alerts } from '../alerts/alerts.js';
import { alertKinds } from '../model/alert.js';
import type { Engine } from '../reconcile/engine.js';
import { readTargetStatus } from '../reconcile/target-status.js';
import { countOpenAlerts } from '../store/alerts.js';
import type { Store } from '../store/store.js';

/** `/healthz` (the process lives), `/readyz` (the store answers), `/metrics` (Prometheus). None of them needs a token. */
export function createHealthRouter(options: {
  readonly store: Store;
  readonly engine: Engine;
  readonly alerts?: Alerts | undefined;
}): Router {
  const { store, engine, alerts } = options;
  const registry = metrics(engine);
  addAlertMetrics(registry, store, alerts);
  const router = express.Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    try {
      await sql`select 1`.execute(store.db);
      response.json({ status: 'ok' });
    } catch {
      response.status(503).json({ status: 'the store cannot be reached' });
    }
  });
  router.get('/metrics', async (_request, response) => {
    response.set('Content-Type', registry.contentType).send(await registry.metrics());
  });
  return router;
}

function metrics(engine: Engine): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauges = {
    due: new Gauge({
      name: 'drawbridge_target_due',
      help: 'Keys waiting to be brought into line',
      labelNames: ['target'],
      registers: [registry],
    }),
    held: new Gauge({
      name: 'drawbridge_target_held',
      help: 'Plans waiting for a person',
      labelNames: ['target'],
      registers: [registry],
    }),
    failing: new Gauge({
      name: 'drawbridge_target_failing',
      help: 'Keys given up with a reason',
      labelNames: ['target'],
      registers: [registry],
    }),
    lagSeconds: new Gauge({
      name: 'drawbridge_target_lag_seconds',
      help: 'Age of the oldest due key',
      labelNames: ['target'],
      registers: [registry],
    }),
    healthy: new Gauge({
      name: 'drawbridge_target_healthy',
      help: '1 while the target can be worked with',
      labelNames: ['target'],
      registers: [registry],
      collect: async () => {
        for (const loop of engine.loops.values()) {
          const status = await readTargetStatus(loop);
          const labels = { target: status.name };
          gauges.due.set(labels, status.due);
          gauges.held.set(labels, status.held);
          gauges.failing.set(labels, status.failing);
          gauges.lagSeconds.set(labels, status.lagSeconds);
          gauges.healthy.set(labels, status.healthy ? 1 : 0);
        }
      },
    }),
  };
  return registry;
}

function addAlertMetrics(registry: Registry, store: Store, alerts: Alerts | undefined): void {
  const open = new Gauge({
    name: 'drawbridge_alerts_open',
    help: 'Alerts whose cause is not gone',
    labelNames: ['kind'],
    registers: [registry],
    collect: async () => {
      const counts = new Map((await countOpenAlerts(store)).map(({ kind, count }) => [kind, count]));
      for (const kind of alertKinds) open.set({ kind }, counts.get(kind) ?? 0);
    },
  });
  const deliveries = new Counter({
    name: 'drawbridge_notification_attempts_total',
    help: 'Attempts to deliver a notification, by how they ended; a failed one is tried again',
    labelNames: ['channel', 'outcome'],
    registers: [registry],
    collect: () => {
      deliveries.reset();
      for (const { channel, outcome, count } of alerts?.tally.counts() ?? [])
        deliveries.inc({ channel, outcome }, count);
    },
  });
}
