import type { PatchOperation } from './patch-operation.js';

export type MemberStep =
  { readonly kind: 'add' | 'remove' | 'replace'; readonly ids: readonly string[] } | { readonly kind: 'clear' };

export interface GroupDelta {
  /** Only what changes. `externalId: null` clears it. */
  readonly attributes: { readonly displayName?: string; readonly externalId?: string | null };
  /** In the order asked for. */
  readonly steps: readonly MemberStep[];
}

export function groupDelta(_operations: readonly PatchOperation[]): GroupDelta {
  throw new Error('not yet');
}
