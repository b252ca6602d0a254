import express, { type Router } from 'express';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { sql } from 'kysely';
import type { Engine } from '../reconcile/engine.js';
import { readTargetStatus } from '../reconcile/target-status.js';
import type { Store } from '../store/store.js';

/** `/healthz` (the process lives), `/readyz` (the store answers), `/metrics` (Prometheus). None of them needs a token. */
export function createHealthRouter(options: { readonly store: Store; readonly engine: Engine }): Router {
  const { store, engine } = options;
  const registry = metrics(engine);
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
