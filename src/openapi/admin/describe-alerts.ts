import * as schemas from '../alert-schemas.js';
import { json, type AddAdminOperation, type AdminFailures } from './admin-operation.js';

/** What is the matter, and who was told. */
export function describeAlerts(add: AddAdminOperation, failures: AdminFailures): void {
  add({
    method: 'get',
    path: '/api/v1/alerts',
    operationId: 'listAlerts',
    summary: 'What is the matter',
    description:
      'Leavers with access, held plans, stopped targets, silent identity providers and the like, newest first. An alert ends by itself once its cause is gone.',
    query: schemas.alertQuerySchema,
    responses: { 200: json('The alerts.', schemas.alertListSchema), ...failures(400) },
  });
  add({
    method: 'post',
    path: '/api/v1/alerts/{id}/acknowledge',
    operationId: 'acknowledgeAlert',
    summary: 'Say that you know',
    description: 'It stays open until its cause is gone, but is no longer among the warnings of the status.',
    responses: { 200: json('Acknowledged.', schemas.alertSchema), ...failures(404, 409) },
  });
  add({
    method: 'get',
    path: '/api/v1/notifications',
    operationId: 'listNotifications',
    summary: 'Who was told what',
    description: 'What was sent, waits to be sent, or was given up, newest first. Kept for 30 days.',
    query: schemas.notificationQuerySchema,
    responses: { 200: json('The notifications.', schemas.notificationListSchema), ...failures(400) },
  });
  add({
    method: 'post',
    path: '/api/v1/notifications/retry/{id}',
    operationId: 'retryNotification',
    summary: 'Send one again that was given up',
    description: 'It waits again, and is tried for as long as a new one.',
    responses: { 202: json('It waits.', schemas.notificationSchema), ...failures(404, 409) },
  });
  add({
    method: 'post',
    path: '/api/v1/notifications/test/{channel}',
    operationId: 'testChannel',
    summary: 'Try a channel',
    description: 'Sends a test and waits for the answer. A channel that does not take it is an answer, not an error.',
    responses: { 200: json('What came of it.', schemas.channelTestSchema), ...failures(404) },
  });
}
