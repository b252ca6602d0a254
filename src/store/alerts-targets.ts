import { sql } from 'kysely';
import type { Store } from './store.js';

/** What one target gave up on. */
export interface GivenUp {
  readonly target: string;
  readonly count: number;
  /** Since when the oldest of it waits, in epoch milliseconds. */
  readonly since: number;
  /** The first of it, by the names people know. */
  readonly examples: readonly { readonly name: string; readonly error: string }[];
}

/** Undefined when nothing was given up. */
export async function readGivenUp(store: Store, target: string, examples: number): Promise<GivenUp | undefined> {
  const { count, since } = await store.db
    .selectFrom('due')
    .select(({ fn }) => [fn.countAll<number>().as('count'), fn.min('since').as('since')])
    .where('target', '=', target)
    .where('gave_up_at', 'is not', null)
    .executeTakeFirstOrThrow();
  if (count === 0) return undefined;
  const rows = await store.db
    .selectFrom('due')
    .leftJoin('scim_user', 'scim_user.id', 'due.key')
    .leftJoin('scim_group', 'scim_group.id', 'due.key')
    .select(['due.key', 'due.error'])
    .select(sql<string | null>`coalesce(scim_user.user_name, scim_group.display_name)`.as('name'))
    .where('due.target', '=', target)
    .where('due.gave_up_at', 'is not', null)
    .orderBy('due.since')
    .orderBy('due.key')
    .limit(examples)
    .execute();
  return {
    target,
    count,
    since: since ?? 0,
    examples: rows.map(({ name, key, error }) => ({ name: name ?? key, error: error ?? 'unknown' })),
  };
}
