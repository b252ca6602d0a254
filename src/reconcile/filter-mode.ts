import type { Change, PlannedChange } from '../model/planned-change.js';
import type { Mode } from '../model/target-config.js';

/**
 * What a target's mode lets through. The modes only narrow: `observe` writes nothing, `grant-only` gives and never
 * takes, `full` does both.
 */
export function filterMode(
  changes: readonly PlannedChange[],
  mode: Mode,
): { readonly allowed: readonly PlannedChange[]; readonly withheld: readonly PlannedChange[] } {
  const allows = ({ change }: PlannedChange): boolean => mode === 'full' || (mode === 'grant-only' && !takes(change));
  return { allowed: changes.filter(allows), withheld: changes.filter((each) => !allows(each)) };
}

/** Whether a change can cost somebody something: an account, a membership, a group, a licence. */
export function takes(change: Change): boolean {
  switch (change.kind) {
    case 'deactivate-account':
    case 'cancel-invitation':
    case 'delete-group':
      return true;
    case 'revoke':
      return change.clearing !== true;
    case 'update-account':
      return change.change.licence !== undefined;
    case 'invite':
    case 'create-account':
    case 'reactivate-account':
    case 'create-group':
    case 'rename-group':
    case 'grant':
      return false;
  }
}
