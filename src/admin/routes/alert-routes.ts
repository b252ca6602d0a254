import type { Router } from 'express';
import { tellAlert } from '../../alerts/notification-body.js';
import { alertQuerySchema, alertSchema, type AlertAnswer } from '../../openapi/alert-schemas.js';
import { acknowledgeAlert, pageAlerts } from '../../store/alerts.js';
import type { AlertRow } from '../../store/tables.js';
import { AdminError } from '../admin-error.js';
import type { AdminOptions } from '../admin-options.js';
import { causeOf } from '../cause-of.js';
import { pageOf } from './page-of.js';

/** `/alerts`: what is the matter, and saying that one knows. */
export function alertRoutes(router: Router, { store, now }: AdminOptions): void {
  router.get('/alerts', async (request, response) => {
    const wanted = alertQuerySchema.safeParse(request.query);
    if (!wanted.success) {
      throw new AdminError(400, 'bad-request', 'expected state, kind, target, cursor and count as documented');
    }
    const { state = 'open', kind, target, cursor, count = 100 } = wanted.data;
    const before = cursor === undefined ? undefined : Number(cursor);
    const rows = await pageAlerts(store, { state, kind, target, before, limit: count + 1 });
    response.json(pageOf(rows, count, presentAlert));
  });

  router.post('/alerts/:id/acknowledge', async (request, response) => {
    const { id } = request.params;
    const acknowledged = await acknowledgeAlert(store, id, causeOf(response), now());
    switch (acknowledged.kind) {
      case 'acknowledged':
        response.json(presentAlert(acknowledged.alert));
        return;
      case 'unknown-alert':
        throw new AdminError(404, 'not-found', `no alert has the id ${id}`);
      case 'over':
        throw new AdminError(409, 'already-over', 'it is over already: its cause is gone');
    }
  });
}

function presentAlert(alert: AlertRow): AlertAnswer {
  const { kind, severity, ...told } = tellAlert(alert);
  return {
    ...told,
    kind: alertSchema.shape.kind.parse(kind),
    severity: alertSchema.shape.severity.parse(severity),
    lastSeenAt: new Date(alert.last_seen_at).toISOString(),
    acknowledgedAt: alert.acknowledged_at === null ? null : new Date(alert.acknowledged_at).toISOString(),
    acknowledgedBy: alert.acknowledged_by,
  };
}
