import { bad } from '../state/refusals.js';
import type { PatchOperation } from './operation.js';

const known = new Set(['active', 'userName', 'name.givenName', 'name.familyName']);

/**
 * What one vendor understands of a PATCH of users: `replace` of four attributes. `add` and `remove` are overlooked, and
 * the caller told that all is well.
 *
 * @throws {ScimRefusal} 400 for a `replace` of anything else
 */
export function fewPaths(operations: readonly PatchOperation[]): PatchOperation[] {
  const heard = operations.filter(({ op }) => op === 'replace');
  for (const { path } of heard) {
    if (path !== undefined && !known.has(path)) throw bad('invalidPath', `Unsupported path: ${path}`);
  }
  return heard;
}
