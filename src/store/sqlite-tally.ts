import { sql, type RawBuilder } from 'kysely';

/**
 * The triggers that keep `scim_stretch` true, whoever writes: living rows of a resource table, by directory and stretch.
 * They run inside the statement that creates or buries a row, so the tally can never be seen to differ from the rows.
 * An update that leaves `deleted_at` alone, which is nearly every one, does not wake them.
 */
export function sqliteTally(table: 'scim_user' | 'scim_group', stretch: number): readonly RawBuilder<unknown>[] {
  const [kind, name] = [sql.lit(table), (event: string) => sql.ref(`${table}_${event}_tally`)];
  const add = (row: 'new' | 'old', living: RawBuilder<number>) => sql`
    insert into scim_stretch (directory, kind, stretch, living)
    values (${sql.ref(row)}.directory, ${kind}, ${sql.ref(row)}.seq / ${sql.lit(stretch)}, ${living})
    on conflict (directory, kind, stretch) do update set living = living + excluded.living;`;
  return [
    sql`create trigger if not exists ${name('insert')} after insert on ${sql.table(table)}
      when new.deleted_at is null begin ${add('new', sql`1`)} end`,
    sql`create trigger if not exists ${name('update')} after update of deleted_at on ${sql.table(table)}
      when (old.deleted_at is null) <> (new.deleted_at is null)
      begin ${add('new', sql`case when new.deleted_at is null then 1 else -1 end`)} end`,
    sql`create trigger if not exists ${name('delete')} after delete on ${sql.table(table)}
      when old.deleted_at is null begin ${add('old', sql`-1`)} end`,
  ];
}
