import type { Router } from 'express';
import type { AdminOptions } from '../admin-options.js';
import { readStatus } from '../status.js';

/** `GET /status`. */
export function statusRoutes(router: Router, options: AdminOptions): void {
  router.get('/status', async (_request, response) => {
    response.json(await readStatus(options));
  });
}
