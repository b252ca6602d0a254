import { sql, type Kysely, type Migration } from 'kysely';
import type { Engine } from '../engine.js';

/** The first schema. Times are epoch milliseconds, which need 53 bits; `bigint` holds them on both engines. */
export function initial(engine: Engine): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      await createDesiredState(db, engine);
      await createShadows(db);
      await createWork(db);
      await createAudit(db, engine);
    },
  };
}

async function createDesiredState(db: Kysely<unknown>, engine: Engine): Promise<void> {
  await db.schema
    .createTable('directory')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('last_request_at', 'bigint')
    .execute();

  await db.schema
    .createTable('scim_user')
    .addColumn('seq', 'integer', engine.serial)
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('directory', 'text', (column) => column.notNull())
    .addColumn('user_name', 'text', (column) => column.notNull())
    .addColumn('user_name_folded', 'text', (column) => column.notNull())
    .addColumn('external_id', 'text')
    .addColumn('display_name_folded', 'text')
    .addColumn('active', 'integer', (column) => column.notNull())
    .addColumn('resource', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('deleted_at', 'bigint')
    .execute();
  await sql`create unique index scim_user_by_name on scim_user (directory, user_name_folded) where deleted_at is null`.execute(
    db,
  );
  await sql`create index scim_user_tombstone_by_name on scim_user (directory, user_name_folded) where deleted_at is not null`.execute(
    db,
  );
  await sql`create index scim_user_by_external_id on scim_user (directory, external_id)`.execute(db);
  await sql`create index scim_user_by_display_name on scim_user (directory, display_name_folded)`.execute(db);
  await sql`create index scim_user_page on scim_user (directory, seq) where deleted_at is null`.execute(db);

  await db.schema
    .createTable('scim_email')
    .addColumn('user_seq', 'integer', (column) => column.notNull().references('scim_user.seq').onDelete('cascade'))
    .addColumn('type_folded', 'text')
    .addColumn('value_folded', 'text', (column) => column.notNull())
    .execute();
  await sql`create index scim_email_by_value on scim_email (value_folded, user_seq)`.execute(db);
  await sql`create index scim_email_by_user on scim_email (user_seq)`.execute(db);

  await db.schema
    .createTable('scim_group')
    .addColumn('seq', 'integer', engine.serial)
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('directory', 'text', (column) => column.notNull())
    .addColumn('display_name', 'text', (column) => column.notNull())
    .addColumn('display_name_folded', 'text', (column) => column.notNull())
    .addColumn('external_id', 'text')
    .addColumn('resource', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('deleted_at', 'bigint')
    .execute();
  await sql`create unique index scim_group_by_name on scim_group (directory, display_name_folded) where deleted_at is null`.execute(
    db,
  );
  await sql`create index scim_group_by_external_id on scim_group (directory, external_id)`.execute(db);
  await sql`create index scim_group_page on scim_group (directory, seq) where deleted_at is null`.execute(db);

  await db.schema
    .createTable('scim_member')
    .addColumn('group_seq', 'integer', (column) => column.notNull().references('scim_group.seq').onDelete('cascade'))
    .addColumn('user_seq', 'integer', (column) => column.notNull().references('scim_user.seq').onDelete('cascade'))
    .addColumn('added_at', 'bigint', (column) => column.notNull())
    .addColumn('removed_at', 'bigint')
    .addPrimaryKeyConstraint('scim_member_pk', ['group_seq', 'user_seq'])
    .execute();
  await sql`create index scim_member_present on scim_member (group_seq, user_seq) where removed_at is null`.execute(db);
  await sql`create index scim_member_by_user on scim_member (user_seq, group_seq, removed_at)`.execute(db);
}

async function createShadows(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('target_account')
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('remote_id', 'text')
    .addColumn('invitation_id', 'text')
    .addColumn('correlation_key', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('detail', 'text')
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addColumn('invitations_sent', 'integer', (column) => column.notNull())
    .addColumn('invited_at', 'bigint')
    .addColumn('observed', 'text')
    .addColumn('observed_at', 'bigint')
    .addPrimaryKeyConstraint('target_account_pk', ['target', 'user_id'])
    .execute();
  await sql`create index target_account_by_user on target_account (user_id)`.execute(db);
  await sql`create unique index target_account_by_remote_id on target_account (target, remote_id) where remote_id is not null`.execute(
    db,
  );

  await db.schema
    .createTable('target_group')
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('remote_id', 'text')
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('created_by_us', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('detail', 'text')
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('target_group_pk', ['target', 'key'])
    .execute();

  await db.schema
    .createTable('target_state')
    .addColumn('target', 'text', (column) => column.primaryKey())
    .addColumn('paused_until', 'bigint')
    .addColumn('last_error', 'text')
    .addColumn('last_error_at', 'bigint')
    .addColumn('last_success_at', 'bigint')
    .addColumn('last_sweep_at', 'bigint')
    .addColumn('last_poll_at', 'bigint')
    .addColumn('accounts_seen', 'integer')
    .execute();
}

async function createWork(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('due')
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('lane', 'integer', (column) => column.notNull())
    .addColumn('since', 'bigint', (column) => column.notNull())
    .addColumn('touched_at', 'bigint', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('gave_up_at', 'bigint')
    .addColumn('error', 'text')
    .addColumn('cause', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('due_pk', ['target', 'kind', 'key'])
    .execute();
  await sql`create index due_next on due (target, lane, due_at) where gave_up_at is null`.execute(db);
  await sql`create index due_by_key on due (kind, key)`.execute(db);

  await db.schema
    .createTable('operation')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('batch', 'text', (column) => column.notNull())
    .addColumn('operation', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('subjects', 'text', (column) => column.notNull())
    .addColumn('before', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('detail', 'text')
    .addColumn('remote_id', 'text')
    .addColumn('removed_accounts', 'integer', (column) => column.notNull())
    .addColumn('removed_members', 'text', (column) => column.notNull())
    .addColumn('hold', 'text')
    .addColumn('cause', 'text', (column) => column.notNull())
    .addColumn('intended_at', 'bigint', (column) => column.notNull())
    .addColumn('finished_at', 'bigint')
    .execute();
  await sql`create index operation_open on operation (target, state) where finished_at is null`.execute(db);
  await sql`create index operation_by_time on operation (target, intended_at)`.execute(db);

  await db.schema
    .createTable('hold')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('target', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('reasons', 'text', (column) => column.notNull())
    .addColumn('operations', 'text', (column) => column.notNull())
    .addColumn('subjects', 'text', (column) => column.notNull())
    .addColumn('causes', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('decided_at', 'bigint')
    .addColumn('decided_by', 'text')
    .execute();
  await sql`create index hold_by_state on hold (target, state)`.execute(db);

  await db.schema
    .createTable('lease')
    .addColumn('target', 'text', (column) => column.primaryKey())
    .addColumn('holder', 'text', (column) => column.notNull())
    .addColumn('fence', 'integer', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
}

async function createAudit(db: Kysely<unknown>, engine: Engine): Promise<void> {
  await db.schema
    .createTable('audit')
    .addColumn('seq', 'integer', engine.serial)
    .addColumn('directory', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('request_id', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('subject_kind', 'text', (column) => column.notNull())
    .addColumn('subject_id', 'text', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .addColumn('previous_hash', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute();
  await sql`create index audit_chain on audit (directory, seq)`.execute(db);
  await sql`create index audit_by_subject on audit (subject_id, seq)`.execute(db);
}
