import type { Kysely, Migration } from 'kysely';

/** Adds what was found changed in a target although nobody asked for it. */
export function drift(): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      await db.schema
        .createTable('drift')
        .ifNotExists()
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('target', 'text', (column) => column.notNull())
        .addColumn('signature', 'text', (column) => column.notNull())
        .addColumn('planned', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('found_at', 'bigint', (column) => column.notNull())
        .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
        .addColumn('last_good_at', 'bigint')
        .addColumn('closed_at', 'bigint')
        .addColumn('closed_by', 'text')
        .execute();
      await db.schema
        .createIndex('drift_by_target')
        .ifNotExists()
        .on('drift')
        .columns(['target', 'state', 'found_at'])
        .execute();
    },
  };
}
