import type { Response, Router } from 'express';
import { describeChange } from '../../model/planned-change.js';
import { decisionRequestSchema, type HeldPlan, type HeldPlanDetail } from '../../openapi/admin-schemas.js';
import { decideHold } from '../../reconcile/decide-hold.js';
import { reviewHold, type HoldReview } from '../../reconcile/review-hold.js';
import { findHold, listHolds, type Hold } from '../../store/holds.js';
import { AdminError } from '../admin-error.js';
import type { AdminOptions } from '../admin-options.js';
import { causeOf } from '../cause-of.js';
import { untilClosed } from '../until-closed.js';

/** `/held`: plans that wait for a person, and what a person says to them. */
export function heldRoutes(router: Router, options: AdminOptions): void {
  const { store, now } = options;
  router.get('/held', async (_request, response) => {
    const holds = await listHolds(store, { states: ['open'] });
    response.json({ result: holds.map(presentHold) });
  });

  router.get('/held/:id', async (request, response) => {
    const hold = await knownHold(options, request.params.id);
    const review = await reviewNow(options, hold, response);
    response.json({ ...presentHold(hold), state: hold.state, review } satisfies HeldPlanDetail);
  });

  for (const [verb, state] of [
    ['release', 'released'],
    ['reject', 'rejected'],
  ] as const) {
    router.post(`/held/:id/${verb}`, async (request, response) => {
      const { id } = request.params;
      const wanted = decisionRequestSchema.safeParse(request.body ?? {});
      if (!wanted.success)
        throw new AdminError(400, 'bad-request', 'expected {"confirm": <number of changes>} or nothing');
      const hold = await knownHold(options, id);
      const review = state === 'released' ? await reviewNow(options, hold, response) : null;
      const decision = await decideHold(store, hold.id, state, causeOf(response), now(), wanted.data.confirm);
      switch (decision.kind) {
        case 'decided':
          response.json({ id: hold.id, state: decision.hold.state, review });
          return;
        case 'unknown-hold':
          throw noHold(hold.id);
        case 'already-decided':
          throw new AdminError(409, 'already-decided', `it is ${decision.state} already`);
        case 'not-releasable':
          throw new AdminError(409, 'not-releasable', `it cannot be released: ${decision.reason}`);
        case 'count-mismatch':
          throw new AdminError(409, 'count-mismatch', `it holds ${decision.held} changes by now: look at it again`);
      }
    });
  }
}

async function knownHold({ store }: AdminOptions, id: string | undefined): Promise<Hold> {
  const hold = await findHold(store, id ?? '');
  if (hold === undefined) throw noHold(id ?? '');
  return hold;
}

const noHold = (id: string): AdminError => new AdminError(404, 'not-found', `nothing is held under the id ${id}`);

/** What it comes to in the world as it is now; null once it is decided, or its target is no longer configured. */
async function reviewNow({ engine }: AdminOptions, hold: Hold, response: Response): Promise<HeldPlanDetail['review']> {
  const loop = engine.loops.get(hold.target);
  if (hold.state !== 'open' || loop === undefined) return null;
  return presentReview(await reviewHold(loop.runtime, loop.preflight, hold, untilClosed(response)));
}

function presentReview(review: HoldReview): NonNullable<HeldPlanDetail['review']> {
  if (review.kind === 'unavailable') {
    return { unavailable: review.reason, willDo: [], noLongerWanted: [], notIncluded: [] };
  }
  const { willDo, noLongerWanted, notIncluded } = review;
  return { unavailable: null, willDo: [...willDo], noLongerWanted: [...noLongerWanted], notIncluded: [...notIncluded] };
}

function presentHold(hold: Hold): HeldPlan {
  return {
    id: hold.id,
    target: hold.target,
    createdAt: new Date(hold.createdAt).toISOString(),
    reasons: [{ code: hold.reason.code, message: hold.reason.message }],
    operations: hold.changes.map(({ change, reason }) => ({
      kind: change.kind,
      summary: describeChange(change),
      reason,
    })),
    subjects: [...new Set(hold.changes.flatMap(({ subjects }) => subjects))],
    causes: [...hold.causes],
  };
}
