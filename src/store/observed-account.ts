import type { ObservedAccount } from '../model/observation.js';
import type { TargetAccountRow } from './tables.js';

/** An observed account as a shadow keeps it. */
export function observedAccountJson(account: ObservedAccount): string {
  return JSON.stringify({ ...account, groups: [...account.groups] });
}

/** The account as it was last recorded, and when; undefined when none ever was. */
export function observedAccountOf(
  row: Pick<TargetAccountRow, 'observed' | 'observed_at'>,
): { readonly account: ObservedAccount; readonly at: number } | undefined {
  if (row.observed === null || row.observed_at === null) return undefined;
  const { groups, ...rest } = JSON.parse(row.observed) as Omit<ObservedAccount, 'groups'> & { groups: string[] };
  return { account: { ...rest, groups: new Set(groups) }, at: row.observed_at };
}
