import { sql } from 'kysely';
import { describeChange, type PlannedChange } from '../model/planned-change.js';
import type { Cause } from '../model/cause.js';
import type { Store } from './store.js';

/** An open hold in short. */
export interface HoldInShort {
  readonly id: string;
  readonly target: string;
  readonly reason: string;
  readonly count: number;
  /** The first changes in words. */
  readonly examples: readonly string[];
  /** Who asked for them. */
  readonly actors: readonly string[];
  /** Epoch milliseconds. */
  readonly since: number;
}

const shownChanges = 5;

/**
 * Reads the open holds. A hold may list a hundred thousand changes, so its list is read again only when it is another
 * one: `known` keeps what was read, by hold and by the length of its list.
 */
export async function readOpenHolds(store: Store, known: Map<string, HoldInShort>): Promise<HoldInShort[]> {
  const open = await store.db
    .selectFrom('hold')
    .select(['id', sql<number>`length(operations)`.as('size'), 'causes'])
    .where('state', '=', 'open')
    .orderBy('created_at')
    .execute();
  const holds = new Map<string, HoldInShort>();
  for (const { id, size, causes } of open) {
    const name = `${id}:${size}:${causes.length}`;
    const hold = known.get(name) ?? (await readHold(store, id));
    if (hold !== undefined) holds.set(name, hold);
  }
  known.clear();
  for (const [name, hold] of holds) known.set(name, hold);
  return [...holds.values()];
}

async function readHold(store: Store, id: string): Promise<HoldInShort | undefined> {
  const row = await store.db.selectFrom('hold').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) return undefined;
  const [reason] = JSON.parse(row.reasons) as { readonly message: string }[];
  const changes = JSON.parse(row.operations) as PlannedChange[];
  const causes = JSON.parse(row.causes) as Cause[];
  return {
    id,
    target: row.target,
    reason: reason?.message ?? 'the guard stopped it',
    count: changes.length,
    examples: changes.slice(0, shownChanges).map(({ change }) => describeChange(change)),
    actors: [...new Set(causes.map(({ actor }) => actor))],
    since: row.created_at,
  };
}
