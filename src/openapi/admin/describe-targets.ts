import { json, type AddAdminOperation, type AdminFailures } from './admin-operation.js';
import * as schemas from '../admin-schemas.js';
import { doctorSchema, planSchema } from '../plan-schemas.js';

/** What concerns one target. */
export function describeTargets(add: AddAdminOperation, failures: AdminFailures): void {
  add({
    method: 'post',
    path: '/api/v1/targets/{target}/sync',
    operationId: 'syncTarget',
    summary: 'Compare everything now',
    description:
      'Makes every person and group of the target due, as the regular sweep does. Answers before it is done.',
    responses: {
      202: json('Everything is due.', schemas.syncAcceptedSchema),
      ...failures(404),
    },
  });
  add({
    method: 'get',
    path: '/api/v1/targets/{target}/plan',
    operationId: 'planTarget',
    summary: 'What would change',
    description:
      'The whole difference between the directories and the target, with reasons and counts. Reads the target; writes nothing anywhere.',
    responses: { 200: json('The plan.', planSchema), ...failures(404, 502) },
  });
  add({
    method: 'get',
    path: '/api/v1/targets/{target}/doctor',
    operationId: 'examineTarget',
    summary: 'Whether a target is in order',
    description:
      'Connects read-only and says whether the credential works, whose it is, what it may do, what stands in the way, and what would be adopted. A credential that does not work is an answer, not an error.',
    responses: { 200: json('The findings.', doctorSchema), ...failures(404) },
  });
}
