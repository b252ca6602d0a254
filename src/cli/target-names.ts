import { statusSchema } from '../openapi/admin-schemas.js';
import { callAdmin, type AdminOptions } from './admin-client.js';
import type { CliContext } from './context.js';

/** The names of all targets of a running server, in the configuration's order. */
export async function targetNames(context: CliContext, options: AdminOptions): Promise<string[]> {
  const { targets } = await callAdmin(context, options, {
    method: 'GET',
    path: '/api/v1/status',
    answer: statusSchema,
  });
  return targets.map(({ name }) => name);
}
