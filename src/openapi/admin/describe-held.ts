import { json, type AddAdminOperation, type AdminFailures } from './admin-operation.js';
import * as schemas from '../admin-schemas.js';

/** Plans that wait for a person. */
export function describeHeld(add: AddAdminOperation, failures: AdminFailures): void {
  const decision = schemas.decisionSchema;
  const body = { schema: schemas.decisionRequestSchema, mediaType: 'application/json' };
  add({
    method: 'get',
    path: '/api/v1/held',
    operationId: 'listHeld',
    summary: 'Plans that wait for a person',
    description: 'Plans the guard stopped because they take away much, or from somebody protected.',
    responses: { 200: json('The plans, oldest first.', schemas.heldSchema), ...failures() },
  });
  add({
    method: 'get',
    path: '/api/v1/held/{id}',
    operationId: 'getHeld',
    summary: 'One held plan, made again',
    description: 'With its whole list, what caused it, and what a release would do in the world as it is now.',
    responses: { 200: json('The plan.', schemas.heldPlanDetailSchema), ...failures(404) },
  });
  add({
    method: 'post',
    path: '/api/v1/held/{id}/release',
    operationId: 'releaseHeld',
    summary: 'Let a held plan happen',
    description: 'It is planned again first: only what was approved and is still wanted is done.',
    body,
    responses: { 200: json('Decided.', decision), ...failures(400, 404, 409) },
  });
  add({
    method: 'post',
    path: '/api/v1/held/{id}/reject',
    operationId: 'rejectHeld',
    summary: 'Do not let a held plan happen',
    description: 'Its people and groups stay as they are until the identity provider changes them again.',
    body,
    responses: { 200: json('Decided.', decision), ...failures(400, 404, 409) },
  });
}
