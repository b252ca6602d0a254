import type { Router } from 'express';
import { retryRequestSchema } from '../../openapi/admin-schemas.js';
import { retryKey } from '../../reconcile/decide-hold.js';
import { readDue } from '../../store/due-queue.js';
import { listFailing } from '../../store/failing.js';
import { readAccountShadows } from '../../store/shadows.js';
import { AdminError } from '../admin-error.js';
import type { AdminOptions } from '../admin-options.js';

/** `/failing`: what was given up on, and trying one of them again. */
export function failingRoutes(router: Router, { store, now }: AdminOptions): void {
  router.get('/failing', async (_request, response) => {
    const failing = await listFailing(store);
    response.json({ result: failing.map((each) => ({ ...each, since: new Date(each.since).toISOString() })) });
  });

  router.post('/failing/retry', async (request, response) => {
    const wanted = retryRequestSchema.safeParse(request.body);
    if (!wanted.success) throw new AdminError(400, 'bad-request', 'expected {"target","kind":"account"|"group","key"}');
    const { target, kind, key } = wanted.data;
    const [row] = await readDue(store, target, kind, [key]);
    // Somebody whose invitation is only presumed sent waits for nothing, and is the one to retry all the same.
    const known =
      row !== undefined || (kind === 'account' && (await readAccountShadows(store, target, [key])).size > 0);
    if (!known) throw new AdminError(404, 'not-found', `${kind} ${key} is not waiting in ${target}`);
    await retryKey(store, wanted.data, now());
    response.status(202).json(wanted.data);
  });
}
