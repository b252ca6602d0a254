import type { OpenAPIRegistry, ResponseConfig } from '@asteasolutions/zod-to-openapi';
import type { z } from 'zod';
import * as schemas from './admin-schemas.js';
import { registerOperation } from './operation.js';
import type { Operation } from './operation.js';
import { shareFailures } from './shared-failures.js';

/** Adds `/api/v1`, the interface of the people who run Drawbridge. Not there at all with `admin: off`. */
export function describeAdmin(registry: OpenAPIRegistry): void {
  const failures = shareFailures(registry, {
    prefix: 'Admin',
    mediaType: 'application/json',
    schema: 'AdminError',
    meanings,
    always: [401, 429, 500],
  });
  const add = (operation: Omit<Operation, 'tag'>) => {
    registerOperation(registry, { ...operation, tag: 'admin' });
  };

  add({
    method: 'get',
    path: '/api/v1/status',
    operationId: 'getStatus',
    summary: 'How things stand',
    description:
      'Every directory and every target at a glance. Read `converged` instead of deriving it from the counts beside it.',
    responses: { 200: json('The status.', schemas.statusSchema), ...failures() },
  });
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
    path: '/api/v1/held',
    operationId: 'listHeld',
    summary: 'Plans that wait for a person',
    description: 'Plans the guard stopped because they take away much, or from somebody protected.',
    responses: { 200: json('The plans, oldest first.', schemas.heldSchema), ...failures() },
  });
  const decision = schemas.decisionSchema;
  add({
    method: 'post',
    path: '/api/v1/held/{id}/release',
    operationId: 'releaseHeld',
    summary: 'Let a held plan happen',
    description: 'It is planned again first: only what was approved and is still wanted is done.',
    responses: { 200: json('Decided.', decision), ...failures(404, 409) },
  });
  add({
    method: 'post',
    path: '/api/v1/held/{id}/reject',
    operationId: 'rejectHeld',
    summary: 'Do not let a held plan happen',
    description: 'Its people and groups stay as they are until the identity provider changes them again.',
    responses: { 200: json('Decided.', decision), ...failures(404, 409) },
  });
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

const meanings: Readonly<Record<number, string>> = {
  400: 'The request is not what this operation takes.',
  401: 'The bearer token is missing or wrong.',
  404: 'There is no such thing.',
  409: 'It was already decided, or cannot be released.',
  429: 'Too many wrong tokens from this address; try again in a minute.',
  500: 'Drawbridge failed; the log has the reason under the request id of `X-Request-Id`.',
};

function json(description: string, schema: z.ZodType): ResponseConfig {
  return { description, content: { 'application/json': { schema } } };
}
