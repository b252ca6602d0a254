import type { Router } from 'express';
import type { NotificationBody } from '../../alerts/notification-body.js';
import {
  notificationQuerySchema,
  notificationSchema,
  type ChannelTestAnswer,
  type NotificationAnswer,
} from '../../openapi/alert-schemas.js';
import { findNotification, pageNotifications, retryNotification } from '../../store/notifications-list.js';
import type { NotificationRow } from '../../store/tables.js';
import { AdminError } from '../admin-error.js';
import type { AdminOptions } from '../admin-options.js';
import { causeOf } from '../cause-of.js';
import { pageOf } from './page-of.js';

/** `/notifications`: who was told what, sending something again, and trying a channel. */
export function notificationRoutes(router: Router, { store, now, alerts }: AdminOptions): void {
  router.get('/notifications', async (request, response) => {
    const wanted = notificationQuerySchema.safeParse(request.query);
    if (!wanted.success) {
      throw new AdminError(400, 'bad-request', 'expected state, channel, cursor and count as documented');
    }
    const { state, channel, cursor, count = 100 } = wanted.data;
    const before = cursor === undefined ? undefined : Number(cursor);
    const rows = await pageNotifications(store, { state, channel, before, limit: count + 1 });
    response.json(pageOf(rows, count, presentNotification));
  });

  router.post('/notifications/test/:channel', async (request, response) => {
    const { channel } = request.params;
    const outcome = await alerts?.try(channel, causeOf(response));
    if (outcome === undefined) {
      const known = alerts?.channels ?? [];
      const which = known.length === 0 ? 'none is configured' : `there are ${known.join(', ')}`;
      throw new AdminError(404, 'not-found', `no channel is named ${channel}: ${which}`);
    }
    const { id, delivered, reason = null } = outcome;
    response.json({ id, channel, delivered, reason } satisfies ChannelTestAnswer);
  });

  router.post('/notifications/retry/:id', async (request, response) => {
    const { id } = request.params;
    const retried = await retryNotification(store, id, causeOf(response), now());
    if (retried === 'not-given-up') throw new AdminError(409, 'not-given-up', 'it was delivered, or still waits');
    const row = await findNotification(store, id);
    if (retried === 'unknown-notification' || row === undefined) {
      throw new AdminError(404, 'not-found', `no notification has the id ${id}`);
    }
    alerts?.wake();
    response.status(202).json(presentNotification(row));
  });
}

function presentNotification(row: NotificationRow): NotificationAnswer {
  const { alert } = JSON.parse(row.body) as NotificationBody;
  return {
    id: row.id,
    channel: row.channel,
    alert: row.alert,
    event: notificationSchema.shape.event.parse(row.event),
    title: alert?.title ?? null,
    state: notificationSchema.shape.state.parse(row.state),
    attempts: row.attempts,
    createdAt: new Date(row.created_at).toISOString(),
    nextAttemptAt: row.state === 'waiting' ? new Date(row.next_at).toISOString() : null,
    finishedAt: row.finished_at === null ? null : new Date(row.finished_at).toISOString(),
    lastError: row.last_error,
  };
}
