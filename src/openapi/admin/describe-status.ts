import { json, type AddAdminOperation, type AdminFailures } from './admin-operation.js';
import * as schemas from '../admin-schemas.js';

/** How things stand. */
export function describeStatus(add: AddAdminOperation, failures: AdminFailures): void {
  add({
    method: 'get',
    path: '/api/v1/status',
    operationId: 'getStatus',
    summary: 'How things stand',
    description:
      'Every directory and every target at a glance. Read `converged` instead of deriving it from the counts beside it.',
    responses: { 200: json('The status.', schemas.statusSchema), ...failures() },
  });
}
