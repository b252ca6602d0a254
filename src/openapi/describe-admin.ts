import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import type { AddAdminOperation } from './admin/admin-operation.js';
import { describeAlerts } from './admin/describe-alerts.js';
import { describeDrift } from './admin/describe-drift.js';
import { describeFailing } from './admin/describe-failing.js';
import { describeHeld } from './admin/describe-held.js';
import { describeStatus } from './admin/describe-status.js';
import { describeTargets } from './admin/describe-targets.js';
import { registerOperation } from './operation.js';
import { shareFailures } from './shared-failures.js';

/** In the order the document lists them. */
const parts = [describeStatus, describeTargets, describeHeld, describeDrift, describeFailing, describeAlerts] as const;

/** Adds `/api/v1`, the interface of the people who run Drawbridge. Not there at all with `admin: off`. */
export function describeAdmin(registry: OpenAPIRegistry): void {
  const failures = shareFailures(registry, {
    prefix: 'Admin',
    mediaType: 'application/json',
    schema: 'AdminError',
    meanings,
    always: [401, 429, 500],
  });
  const add: AddAdminOperation = (operation) => {
    registerOperation(registry, { ...operation, tag: 'admin' });
  };
  for (const describe of parts) describe(add, failures);
}

const meanings: Readonly<Record<number, string>> = {
  400: 'The request is not what this operation takes.',
  401: 'The bearer token is missing or wrong.',
  404: 'There is no such thing.',
  409: 'It was already decided, is over, or cannot be released.',
  429: 'Too many wrong tokens from this address; try again in a minute.',
  500: 'Drawbridge failed; the log has the reason under the request id of `X-Request-Id`.',
  502: 'The target could not be looked at; the message has its reason.',
};
