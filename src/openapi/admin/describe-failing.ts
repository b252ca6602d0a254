import { json, type AddAdminOperation, type AdminFailures } from './admin-operation.js';
import * as schemas from '../admin-schemas.js';

/** What was given up on. */
export function describeFailing(add: AddAdminOperation, failures: AdminFailures): void {
  add({
    method: 'get',
    path: '/api/v1/failing',
    operationId: 'listFailing',
    summary: 'What was given up on, and why',
    description: 'People and groups a target refused for good. A sweep, an edit or a retry tries them again.',
    responses: {
      200: json('They, longest failing first.', schemas.failingSchema),
      ...failures(),
    },
  });
  add({
    method: 'post',
    path: '/api/v1/failing/retry',
    operationId: 'retryFailing',
    summary: 'Try one of them again',
    description: 'Makes it due at once.',
    body: { schema: schemas.retryRequestSchema, mediaType: 'application/json' },
    responses: {
      202: json('It is due.', schemas.retryRequestSchema),
      ...failures(400, 404),
    },
  });
}
