import type { UserAttributes } from '../../model/scim-attributes.js';
import type { PatchOperation } from './patch-operation.js';

export function patchUser(
  _current: UserAttributes,
  _operations: readonly PatchOperation[],
): { attributes: UserAttributes; changed: boolean } {
  throw new Error('not yet');
}
