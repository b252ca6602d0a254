import { sql, type Kysely, type Migration } from 'kysely';
import type { Engine } from '../engine.js';

/**
 * Alerts, the notifications about them, and what they are read from: since when a target fails and how, and how many
 * requests of an identity provider were refused.
 *
 * Every step may be repeated: on SQLite a migration that was cut off runs again from its beginning.
 */
export function alerts(engine: Engine): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      await createAlerts(db, engine);
      await createNotifications(db, engine);
      await createRejections(db);
      await rememberFailures(db);
      await indexLeavers(db);
    },
  };
}

async function createAlerts(db: Kysely<unknown>, engine: Engine): Promise<void> {
  await db.schema
    .createTable('alert')
    .ifNotExists()
    .addColumn('seq', 'integer', engine.serial)
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('severity', 'text', (column) => column.notNull())
    .addColumn('target', 'text')
    .addColumn('directory', 'text')
    .addColumn('person', 'text')
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addColumn('opened_at', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
    .addColumn('resolved_at', 'bigint')
    .addColumn('acknowledged_at', 'bigint')
    .addColumn('acknowledged_by', 'text')
    .addColumn('notified_at', 'bigint')
    .execute();
  await sql`create unique index if not exists alert_open on alert (key) where resolved_at is null`.execute(db);
  await sql`create index if not exists alert_by_key on alert (key, seq)`.execute(db);
  await sql`create index if not exists alert_resolved on alert (resolved_at) where resolved_at is not null`.execute(db);
}

async function createNotifications(db: Kysely<unknown>, engine: Engine): Promise<void> {
  await db.schema
    .createTable('notification')
    .ifNotExists()
    .addColumn('seq', 'integer', engine.serial)
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('alert', 'text')
    .addColumn('event', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('next_at', 'bigint', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('last_error', 'text')
    .addColumn('finished_at', 'bigint')
    .execute();
  await sql`create index if not exists notification_waiting on notification (channel, seq) where state = 'waiting'`.execute(
    db,
  );
  await sql`create index if not exists notification_by_alert on notification (alert, channel, seq)`.execute(db);
  await sql`create index if not exists notification_by_state on notification (state, seq)`.execute(db);
}

async function createRejections(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('scim_rejection')
    .ifNotExists()
    .addColumn('directory', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('what', 'text', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('count', 'integer', (column) => column.notNull())
    .addColumn('detail', 'text')
    .addColumn('last_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('scim_rejection_pk', ['directory', 'kind', 'what', 'started_at'])
    .execute();
}

async function rememberFailures(db: Kysely<unknown>): Promise<void> {
  const tables = await db.introspection.getTables();
  const known = tables.find(({ name }) => name === 'target_state')?.columns.map(({ name }) => name) ?? [];
  for (const [name, type] of [
    ['last_error_code', 'text'],
    ['failing_since', 'bigint'],
  ] as const) {
    if (!known.includes(name)) await db.schema.alterTable('target_state').addColumn(name, type).execute();
  }
}

/** Leavers, and what is not as it should be, are few: indexes that hold nobody else find them without a scan. */
async function indexLeavers(db: Kysely<unknown>): Promise<void> {
  await sql`create index if not exists scim_user_leavers on scim_user (directory, seq)
    where active = 0 or deleted_at is not null`.execute(db);
  await sql`create index if not exists target_account_unsettled on target_account (target, user_id)
    where state in ('pending', 'invited', 'held', 'failed')`.execute(db);
  await sql`create index if not exists due_leaving on due (target, kind, key)
    where lane = 0 and gave_up_at is null`.execute(db);
  await sql`create index if not exists due_given_up on due (target, kind, key)
    where gave_up_at is not null`.execute(db);
}
