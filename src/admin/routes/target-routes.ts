import type { Router } from 'express';
import { examineTarget } from '../../reconcile/examine.js';
import type { Engine } from '../../reconcile/engine.js';
import type { TargetLoop } from '../../reconcile/target-loop.js';
import { AdminError } from '../admin-error.js';
import type { AdminOptions } from '../admin-options.js';
import { causeOf } from '../cause-of.js';
import { presentDoctor, presentPlan } from '../present-plan.js';
import { untilClosed } from '../until-closed.js';

/** `/targets/:target/…`: compare now, what would change, and whether everything is in order. */
export function targetRoutes(router: Router, { engine }: AdminOptions): void {
  router.post('/targets/:target/sync', async (request, response) => {
    const { target } = request.params;
    const due = await engine.sync(target, causeOf(response).requestId);
    if (due === undefined) throw noTarget(target);
    response.status(202).json({ target, due });
  });

  router.get('/targets/:target/plan', async (request, response) => {
    const { runtime, preflight } = loopOf(engine, request.params.target);
    const examination = await examineTarget(runtime, preflight, untilClosed(response));
    if (!examination.ok) throw new AdminError(502, 'target-unavailable', examination.error.message);
    response.json(presentPlan(examination.preview));
  });

  router.get('/targets/:target/doctor', async (request, response) => {
    const { runtime, preflight } = loopOf(engine, request.params.target);
    const examination = await examineTarget(runtime, preflight, untilClosed(response));
    response.json(presentDoctor(runtime.config.name, runtime.config.type, examination));
  });
}

function loopOf(engine: Engine, target: string): TargetLoop {
  const loop = engine.loops.get(target);
  if (loop === undefined) throw noTarget(target);
  return loop;
}

const noTarget = (target: string): AdminError => new AdminError(404, 'not-found', `no target is named ${target}`);
