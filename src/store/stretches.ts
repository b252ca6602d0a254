import { sql, type Kysely } from 'kysely';
import { prepared } from './prepared.js';
import type { Tables } from './tables.js';

/**
 * How many row numbers one stretch covers. A page is found by adding up the stretches before it and stepping over less
 * than one: at 100,000 resources that is a hundred small rows and at most 1,023 steps in an index.
 */
export const stretchLength = 1024;

export type ResourceTable = 'scim_user' | 'scim_group';

/** How many living resources of a kind a directory has. */
export async function countLiving(db: Kysely<Tables>, table: ResourceTable, directory: string): Promise<number> {
  return Number((await livingTotal.first(db, { directory, table }))?.total ?? 0);
}

const livingTotal = prepared<{ directory: string; table: string }, { total: number }>((db, value) =>
  db
    .selectFrom('scim_stretch')
    .select(sql<number>`coalesce(sum(living), 0)`.as('total'))
    .where('directory', '=', value('directory'))
    .where('kind', '=', value('table')),
);

/** Where a page begins: `skip` living rows after the first one whose `seq` is at least `from`. */
export interface Place {
  readonly from: number;
  readonly skip: number;
  readonly total: number;
}

/** Finds the place of the resource with `offset` living ones before it, in order of creation; beyond the end, any. */
export async function placeOf(
  db: Kysely<Tables>,
  table: ResourceTable,
  directory: string,
  offset: number,
): Promise<Place> {
  if (offset === 0) return { from: 0, skip: 0, total: await countLiving(db, table, directory) };
  const rows = await livingByStretch.all(db, { directory, table });
  const total = rows.reduce((sum, { living }) => sum + living, 0);
  let before = 0;
  for (const { stretch, living } of rows) {
    if (before + living > offset) return { from: stretch * stretchLength, skip: offset - before, total };
    before += living;
  }
  return { from: 0, skip: offset, total };
}

const livingByStretch = prepared<{ directory: string; table: string }, { stretch: number; living: number }>(
  (db, value) =>
    db
      .selectFrom('scim_stretch')
      .select(['stretch', 'living'])
      .where('directory', '=', value('directory'))
      .where('kind', '=', value('table'))
      .orderBy('stretch'),
);

/** The stretches that have living resources, in the order a walk from a row number comes through them. */
export async function livingStretches(
  db: Kysely<Tables>,
  table: ResourceTable,
  directory: string,
  { from, backwards }: { readonly from?: number | undefined; readonly backwards: boolean },
): Promise<readonly number[]> {
  let stretches = db
    .selectFrom('scim_stretch')
    .select('stretch')
    .where('directory', '=', directory)
    .where('kind', '=', table)
    .where('living', '>', 0)
    .orderBy('stretch', backwards ? 'desc' : 'asc');
  if (from !== undefined) {
    stretches = stretches.where('stretch', backwards ? '<=' : '>=', Math.floor(from / stretchLength));
  }
  return (await stretches.execute()).map(({ stretch }) => stretch);
}
