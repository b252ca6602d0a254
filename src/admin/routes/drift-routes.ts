import type { Router } from 'express';
import { describeChange } from '../../model/planned-change.js';
import { driftQuerySchema, type DriftAnswer } from '../../openapi/drift-schemas.js';
import { decideDrift } from '../../reconcile/decide-drift.js';
import { listDrift, type Drift } from '../../store/drift.js';
import { AdminError } from '../admin-error.js';
import type { AdminOptions } from '../admin-options.js';
import { causeOf } from '../cause-of.js';

/** `/drift`: what was changed in a target by hand, and what is to become of it. */
export function driftRoutes(router: Router, { store, now }: AdminOptions): void {
  router.get('/drift', async (request, response) => {
    const wanted = driftQuerySchema.safeParse(request.query);
    if (!wanted.success)
      throw new AdminError(400, 'bad-request', 'expected target, state, cursor and count as documented');
    const { target, state = 'open', cursor, count = 100 } = wanted.data;
    const before = cursor === undefined ? undefined : readCursor(cursor);
    const rows = await listDrift(store, { target, states: [state], limit: count + 1, before });
    const page = rows.slice(0, count);
    const last = rows.length > count ? page.at(-1) : undefined;
    response.json({ result: page.map(presentDrift), nextCursor: last === undefined ? null : writeCursor(last) });
  });

  for (const verb of ['adopt', 'repair'] as const) {
    router.post(`/drift/:id/${verb}`, async (request, response) => {
      const id = request.params['id'] ?? '';
      const decision = await decideDrift(store, id, verb, causeOf(response), now());
      switch (decision.kind) {
        case 'decided':
          response.json(presentDrift(decision.drift));
          return;
        case 'unknown-drift':
          throw new AdminError(404, 'not-found', `no drift has the id ${id}`);
        case 'already-closed':
          throw new AdminError(409, 'already-decided', `it is ${decision.state} already`);
      }
    });
  }
}

const writeCursor = ({ foundAt, id }: Drift): string => Buffer.from(`${foundAt} ${id}`).toString('base64url');

function readCursor(cursor: string): Pick<Drift, 'foundAt' | 'id'> {
  const match = /^(\d+) (\S+)$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (match === null) throw new AdminError(400, 'bad-request', 'the cursor is not one this server gave');
  return { foundAt: Number(match[1]), id: match[2] ?? '' };
}

function presentDrift(drift: Drift): DriftAnswer {
  const { id, target, state, planned, foundAt, lastSeenAt, lastGoodAt, closedAt, closedBy } = drift;
  const instant = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());
  return {
    id,
    target,
    state,
    summary: describeChange(planned.change),
    subjects: [...planned.subjects],
    foundAt: new Date(foundAt).toISOString(),
    lastSeenAt: new Date(lastSeenAt).toISOString(),
    lastGoodAt: instant(lastGoodAt),
    closedAt: instant(closedAt),
    closedBy: closedBy ?? null,
  };
}
