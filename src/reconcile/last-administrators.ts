import type { Observation, ObservedAccount } from '../model/observation.js';
import { signatureOf, type PlannedChange } from '../model/planned-change.js';
import { takes } from './filter-mode.js';

/** The changes that together would leave no active administrator. */
export function findLastAdministrators(
  changes: readonly PlannedChange[],
  observation: Observation,
): ReadonlySet<string> {
  const administrators = [...observation.accounts.values()].filter(
    (account) => account.active && isAdministrator(account, observation),
  );
  if (administrators.length === 0) return new Set();
  const ids = new Set(administrators.map((account) => account.id));
  const losing = changes.filter(({ change }) => {
    if (!takes(change)) return false;
    if (change.kind === 'deactivate-account') return ids.has(change.accountId);
    // A lesser licence may switch off every right their groups give (dbt Cloud does so), so any other one counts.
    if (change.kind === 'update-account') return change.change.licence !== undefined && ids.has(change.accountId);
    return (
      change.kind === 'revoke' &&
      ids.has(change.accountId) &&
      observation.groups.get(change.groupId)?.administrators === true
    );
  });
  const lost = new Set(losing.map(({ change }) => ('accountId' in change ? change.accountId : '')));
  return lost.size >= ids.size ? new Set(losing.map(({ change }) => signatureOf(change))) : new Set();
}

/** Whether an account administers the target, by itself or through a group. */
export function isAdministrator(account: ObservedAccount, observation: Observation): boolean {
  if (account.guarded === 'administrator') return true;
  return [...account.groups].some((id) => observation.groups.get(id)?.administrators === true);
}
