import { sql } from 'kysely';
import type { BoundAny, BoundFilter } from '../model/bind-filter.js';
import type { Elements } from './filter-elements.js';
import type { Value } from './filter-test-to-sql.js';

/**
 * E-mail addresses as indexed rows, when a filter can be answered from them: it asks for nothing but `value` and
 * `type`, and only addresses that have a value can satisfy it, for others have no row.
 */
export function emailRowsFor(filter: BoundAny): Elements | undefined {
  const isAboutEmails = filter.path.length === 1 && filter.path[0] === 'emails';
  return isAboutEmails && !filter.orNone && isAboutRows(filter.filter) && needsValue(filter.filter) ? rows : undefined;
}

/**
 * The same filter, with what its terms on e-mail addresses say about rows said once more beside them:
 * `emails[value eq "x" and primary eq true]` needs the stored JSON for `primary`, but an index finds who has the address.
 */
export function narrowedByEmailRows(filter: BoundFilter): BoundFilter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { kind: filter.kind, filters: filter.filters.map(narrowedByEmailRows) };
    case 'not':
      return { kind: 'not', filter: narrowedByEmailRows(filter.filter) };
    case 'any':
      return narrowed(filter);
    default:
      return filter;
  }
}

function narrowed(filter: BoundAny): BoundFilter {
  if (filter.filter.kind !== 'and' || emailRowsFor(filter) !== undefined) return filter;
  const aboutRows = filter.filter.filters.filter(isAboutRows);
  const narrower: BoundAny = { ...filter, filter: { kind: 'and', filters: aboutRows } };
  if (aboutRows.length === 0 || emailRowsFor(narrower) === undefined) return filter;
  return { kind: 'and', filters: [narrower, filter] };
}

const rows: Elements = {
  value: ([name]) => values.get(name ?? '') ?? { plain: sql`null`, nullable: true },
  exists: (condition) => sql`exists (select 1 from scim_email as m where m.user_seq = scim_user.seq and ${condition})`,
  found: (condition) => sql`scim_user.seq in (select m.user_seq from scim_email as m where ${condition})`,
};

const values = new Map<string, Value>([
  ['value', { folded: sql.ref('m.value_folded'), nullable: false }],
  ['type', { folded: sql.ref('m.type_folded'), nullable: true }],
]);

function isAboutRows(filter: BoundFilter): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.every(isAboutRows);
    case 'not':
      return isAboutRows(filter.filter);
    case 'test':
      return filter.path.length === 1 && values.has(filter.path[0] ?? '');
    default:
      return false;
  }
}

/** Whether the filter is false for every element without a `value`. */
function needsValue(filter: BoundFilter): boolean {
  if (filter.kind === 'and') return filter.filters.some(needsValue);
  if (filter.kind === 'or') return filter.filters.every(needsValue);
  if (filter.kind !== 'test' || filter.path[0] !== 'value') return false;
  const { test } = filter;
  if (test.operator === 'pr') return true;
  return test.operand.kind === 'null' ? test.operator === 'ne' : test.operator !== 'ne';
}
