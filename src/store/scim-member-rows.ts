import { sql } from 'kysely';
import { prepared } from './prepared.js';

/** A membership that really changed. */
export interface Moved {
  readonly user_seq: number;
}

/** The directory as a computed value: SQLite would otherwise walk an index of it instead of looking each id up. */
const ofDirectory = sql<string>`(directory || '')`;

/** Those of these ids that are users of the directory. */
export const livingUsers = prepared<{ directory: string; ids: readonly string[] }, { seq: number; id: string }>(
  (db, value, engine) =>
    db
      .selectFrom('scim_user')
      .select(['seq', 'id'])
      .where('id', 'in', engine.listed(value('ids')))
      .where(ofDirectory, '=', value('directory'))
      .where('deleted_at', 'is', null),
);

/** The ids of users by row. */
export const userIds = prepared<{ seqs: readonly number[] }, { id: string }>((db, value, engine) =>
  db
    .selectFrom('scim_user')
    .select('id')
    .where('seq', 'in', engine.listed(value('seqs'))),
);

/** Adds users to a group; those who are in it already are left as they are, and are not among the answer. */
export const addMembers = prepared<{ groupSeq: number; now: number; users: readonly number[] }, Moved>(
  (db, value, engine) =>
    db
      .insertInto('scim_member')
      .columns(['group_seq', 'user_seq', 'added_at'])
      .expression(
        sql`select ${value('groupSeq')}, value, ${value('now')} from ${engine.listed(value('users'))} as listed where true`,
      )
      .onConflict((conflict) =>
        conflict
          .columns(['group_seq', 'user_seq'])
          .doUpdateSet({ added_at: sql`excluded.added_at`, removed_at: null })
          .where('scim_member.removed_at', 'is not', null),
      )
      .returning('user_seq'),
);

/** Takes users out of a group, by their ids. */
export const removeNamed = prepared<
  { groupSeq: number; directory: string; now: number; ids: readonly string[] },
  Moved
>((db, value, engine) =>
  db
    .updateTable('scim_member')
    .set({ removed_at: value('now') })
    .where('group_seq', '=', value('groupSeq'))
    .where('removed_at', 'is', null)
    .where('user_seq', 'in', (users) =>
      users
        .selectFrom('scim_user')
        .select('seq')
        .where('id', 'in', engine.listed(value('ids')))
        .where(ofDirectory, '=', value('directory')),
    )
    .returning('user_seq'),
);

/** Takes everybody out of a group but these. */
export const removeOthers = prepared<{ groupSeq: number; now: number; keep: readonly number[] }, Moved>(
  (db, value, engine) =>
    db
      .updateTable('scim_member')
      .set({ removed_at: value('now') })
      .where('group_seq', '=', value('groupSeq'))
      .where('removed_at', 'is', null)
      .where('user_seq', 'not in', engine.listed(value('keep')))
      .returning('user_seq'),
);

/** Takes a user out of every group. */
export const leaveGroups = prepared<{ userSeq: number; now: number }, { group_seq: number }>((db, value) =>
  db
    .updateTable('scim_member')
    .set({ removed_at: value('now') })
    .where('user_seq', '=', value('userSeq'))
    .where('removed_at', 'is', null)
    .returning('group_seq'),
);

/** Lets groups count a change of their members. */
export const nextVersions = prepared<{ groups: readonly number[]; now: number }, unknown>((db, value, engine) =>
  db
    .updateTable('scim_group')
    .set((group) => ({ version: group('version', '+', 1), updated_at: value('now') }))
    .where('seq', 'in', engine.listed(value('groups'))),
);
