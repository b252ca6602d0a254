import type { SandboxVendors, VendorName } from '../../sandbox/sandbox-vendors.js';

/** The tools people get access to in a play. */
export const toolNames = ['dbt', 'metabase', 'retool'] as const satisfies readonly VendorName[];
export type ToolName = (typeof toolNames)[number];

/** Their fakes. */
export type Tools = Pick<SandboxVendors, ToolName>;

/** As people call them. */
export const toolTitles: Readonly<Record<ToolName, string>> = {
  dbt: 'dbt Cloud',
  metabase: 'Metabase',
  retool: 'Retool',
};

/** Several names in a sentence: `dbt, metabase and retool`. */
export function listed(names: readonly string[]): string {
  const [last = '', ...others] = names.toReversed();
  return others.length === 0 ? last : `${others.toReversed().join(', ')} and ${last}`;
}
