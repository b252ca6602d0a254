import type { ParsedPatch } from './patch-operation.js';

export function parsePatch(_body: unknown, _type: 'User' | 'Group'): ParsedPatch {
  throw new Error('not yet');
}
