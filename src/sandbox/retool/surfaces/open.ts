import type { Routes } from '../../kit/vendor.js';
import type { Call } from '../wire/route.js';
import { specVersion } from '../wire/version.js';

/** Paths anybody may ask for, without a token: the first is outside the versioned API. */
export const openRoutes: Routes<Call> = {
  'GET /api/checkHealth': ({ org }) => ({
    status: 200,
    body: { version: org.rules.version, status: 'HEALTHY' },
  }),

  'GET /api/v2/spec': ({ org }) => ({
    status: 200,
    body: { openapi: '3.0.0', info: { version: specVersion(org.rules.version), title: 'Retool API' } },
  }),
};

export const openPaths: ReadonlySet<string> = new Set(
  Object.keys(openRoutes).map((route) => route.split(' ')[1] ?? ''),
);
