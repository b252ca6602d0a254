import { sql, type Kysely, type Migration } from 'kysely';
import type { Engine } from '../engine.js';
import { stretchLength } from '../stretches.js';

/**
 * Adds the tally of living resources for each stretch of row numbers, fills it from what is there, and has the database
 * keep it: with it, the position of any page is found without walking over the pages before it. What it costs: one
 * small row more is written when a resource is created or deleted, none when it is changed.
 *
 * Every step may be repeated: on SQLite a migration that was cut off runs again from its beginning.
 */
export function stretches(engine: Engine): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      await db.schema
        .createTable('scim_stretch')
        .ifNotExists()
        .addColumn('directory', 'text', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('stretch', 'integer', (column) => column.notNull())
        .addColumn('living', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('scim_stretch_pk', ['directory', 'kind', 'stretch'])
        .execute();
      await sql`delete from scim_stretch`.execute(db);
      for (const table of ['scim_user', 'scim_group'] as const) {
        await sql`insert into scim_stretch (directory, kind, stretch, living)
          select directory, ${table}, seq / ${sql.lit(stretchLength)}, count(*) from ${sql.table(table)}
          where deleted_at is null group by 1, 3`.execute(db);
        for (const trigger of engine.tally(table, stretchLength)) await trigger.execute(db);
      }
    },
  };
}
