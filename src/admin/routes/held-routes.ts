import type { Router } from 'express';
import { describeChange } from '../../model/planned-change.js';
import { decideHold } from '../../reconcile/decide-hold.js';
import { listHolds, type Hold } from '../../store/holds.js';
import { AdminError } from '../admin-error.js';
import type { AdminOptions } from '../admin-options.js';
import { causeOf } from '../cause-of.js';

/** `/held`: plans that wait for a person, and what a person says to them. */
export function heldRoutes(router: Router, { store, now }: AdminOptions): void {
  router.get('/held', async (_request, response) => {
    const holds = await listHolds(store, { states: ['open'] });
    response.json({ result: holds.map(presentHold) });
  });

  for (const [verb, state] of [
    ['release', 'released'],
    ['reject', 'rejected'],
  ] as const) {
    router.post(`/held/:id/${verb}`, async (request, response) => {
      const { id } = request.params;
      const decision = await decideHold(store, id ?? '', state, causeOf(response), now());
      switch (decision.kind) {
        case 'decided':
          response.json({ id, state: decision.hold.state });
          return;
        case 'unknown-hold':
          throw new AdminError(404, 'not-found', `nothing is held under the id ${id ?? ''}`);
        case 'already-decided':
          throw new AdminError(409, 'already-decided', `it is ${decision.state} already`);
        case 'not-releasable':
          throw new AdminError(409, 'not-releasable', `it cannot be released: ${decision.reason}`);
      }
    });
  }
}

function presentHold(hold: Hold): unknown {
  return {
    id: hold.id,
    target: hold.target,
    createdAt: new Date(hold.createdAt).toISOString(),
    reasons: [{ code: hold.reason.code, message: hold.reason.message }],
    operations: hold.changes.map(({ change }) => ({ kind: change.kind, summary: describeChange(change) })),
    subjects: [...new Set(hold.changes.flatMap(({ subjects }) => subjects))],
    causes: hold.causes,
  };
}
