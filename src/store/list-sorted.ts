import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import { living, type Condition } from './scan.js';
import type { SortKey } from './sort-key.js';
import type { Store } from './store.js';
import type { ResourceTable } from './stretches.js';

/** The resources of one kind that take part in a listing. */
export interface Source {
  readonly table: ResourceTable;
  readonly where?: Condition | undefined;
  /** Without one, all of them count as having no value. */
  readonly key?: SortKey | undefined;
}

/** Where a resource stands in a sorted listing. Resources of one value follow in order of kind and creation. */
export interface Position {
  readonly table: ResourceTable;
  readonly key: SortValue;
  readonly seq: number;
}

/** A text or number as the database sorts it; null when the resource has no value. */
export type SortValue = string | number | null;

export interface SortedList {
  readonly directory: string;
  readonly sources: readonly Source[];
  /** A descending list is the exact reverse of the ascending one, resources without a value first. */
  readonly descending: boolean;
}

/** A part of a sorted listing, by position only: sorting whole rows would carry all their JSON along. */
export async function sortedPage(
  store: Store,
  list: SortedList,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<readonly Position[]> {
  return positions(store, list, list.descending, sql`1 = 1`, sql`limit ${limit} offset ${offset}`);
}

/** The positions next to one, or from the beginning; `backwards` the previous ones, nearest first. */
export async function sortedStep(
  store: Store,
  list: SortedList,
  { from, backwards, limit }: { readonly from?: Position | undefined; backwards: boolean; limit: number },
): Promise<readonly Position[]> {
  const descending = list.descending !== backwards;
  const beyond = from === undefined ? sql<SqlBool>`1 = 1` : isBeyond(from, descending, mayLackValue(list));
  return positions(store, list, descending, beyond, sql`limit ${limit}`);
}

/** The value one resource is sorted by now; undefined when it is gone. */
export async function sortValueOf(
  store: Store,
  { directory, sources }: Pick<SortedList, 'directory' | 'sources'>,
  { table, seq }: Pick<Position, 'table' | 'seq'>,
): Promise<SortValue | undefined> {
  const source = sources.find((each) => each.table === table);
  if (source === undefined) return undefined;
  const { rows } = await sql<{ key: SortValue }>`
    select ${keyOf(source)} as key from ${sql.table(table)}
    where ${living(directory)} and seq = ${seq}`.execute(store.db);
  return rows[0]?.key;
}

async function positions(
  store: Store,
  list: SortedList,
  descending: boolean,
  where: Expression<unknown>,
  part: Expression<unknown>,
): Promise<readonly Position[]> {
  const direction = sql.raw(descending ? 'desc' : 'asc');
  const nulls = sql.raw(mayLackValue(list) ? (descending ? 'nulls first' : 'nulls last') : '');
  const selections = list.sources.map(selectionOf(list.directory));
  const { rows } = await sql<{ kind: number; seq: number; key: SortValue }>`
    select kind, seq, key from (${sql.join(selections, sql` union all `)}) as listed
    where ${where} order by key ${direction} ${nulls}, kind ${direction}, seq ${direction} ${part}`.execute(store.db);
  return rows.map(({ kind, seq, key }) => ({ table: tableOf(kind), key, seq }));
}

function selectionOf(directory: string): (source: Source) => RawBuilder<unknown> {
  return (source) => sql`
    select ${sql.lit(kindOf(source.table))} as kind, seq, ${keyOf(source)} as key from ${sql.table(source.table)}
    where ${living(directory)} and ${source.where?.expression ?? sql`1 = 1`}`;
}

const mayLackValue = ({ sources }: SortedList): boolean => sources.some(({ key }) => key?.nullable ?? true);

const keyOf = ({ key }: Source): Expression<unknown> => key?.expression ?? sql`cast(null as text)`;

/** Users before groups, as in a listing that is not sorted. */
const kindOf = (table: ResourceTable): number => (table === 'scim_user' ? 0 : 1);
const tableOf = (kind: number): ResourceTable => (kind === 0 ? 'scim_user' : 'scim_group');

/** Absent values are last in ascending order and first in descending order (RFC 7644 §3.4.2.3). */
function isBeyond({ table, key, seq }: Position, descending: boolean, nullable: boolean): RawBuilder<SqlBool> {
  const than = sql.raw(descending ? '<' : '>');
  const kind = kindOf(table);
  const later = sql`(kind ${than} ${kind} or (kind = ${kind} and seq ${than} ${seq}))`;
  if (key === null) {
    return descending ? sql<SqlBool>`(key is not null or ${later})` : sql<SqlBool>`(key is null and ${later})`;
  }
  // The first half says nothing new, but with it an index can be entered at the right place.
  const among = sql<SqlBool>`(key ${than}= ${key} and (key ${than} ${key} or ${later}))`;
  return descending || !nullable ? among : sql<SqlBool>`(${among} or key is null)`;
}
