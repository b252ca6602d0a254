import { driftListSchema, driftQuerySchema, driftSchema } from '../drift-schemas.js';
import { json, type AddAdminOperation, type AdminFailures } from './admin-operation.js';

/** What was changed in a target by hand. */
export function describeDrift(add: AddAdminOperation, failures: AdminFailures): void {
  add({
    method: 'get',
    path: '/api/v1/drift',
    operationId: 'listDrift',
    summary: 'What was changed by hand',
    description: 'Whatever a target was found to hold although nobody asked for it, newest first.',
    query: driftQuerySchema,
    responses: { 200: json('The findings.', driftListSchema), ...failures(400) },
  });
  add({
    method: 'post',
    path: '/api/v1/drift/{id}/adopt',
    operationId: 'adoptDrift',
    summary: 'Take it over',
    description:
      'What was changed counts as wanted until the directory speaks about it again. The identity provider is not told.',
    responses: { 200: json('Taken over.', driftSchema), ...failures(404, 409) },
  });
  add({
    method: 'post',
    path: '/api/v1/drift/{id}/repair',
    operationId: 'repairDrift',
    summary: 'Put it right',
    description: "Whatever the target's policy says. The guard judges it like any other change.",
    responses: { 200: json('It is due.', driftSchema), ...failures(404, 409) },
  });
}
