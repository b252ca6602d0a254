import { sql, type Kysely } from 'kysely';
import { prepared } from './prepared.js';
import { shownColumns, type ShownRow } from './shown-row.js';
import type { Tables } from './tables.js';

export interface Member {
  readonly id: string;
  /** The user's displayName, or their userName when they have none. */
  readonly display: string;
}

/** Whether these groups have more than `most` members together; what it costs is bounded by `most`. */
export async function haveMoreMembersThan(
  db: Kysely<Tables>,
  groups: readonly { readonly seq: number }[],
  most: number,
): Promise<boolean> {
  const counted = await countUpTo.first(db, { groups: groups.map(({ seq }) => seq), most: most + 1 });
  return Number(counted?.count ?? 0) > most;
}

/** A group as it is at one moment: itself, and the row numbers of its members, oldest user first. */
export interface GroupSnapshot {
  readonly row: ShownRow;
  readonly members: readonly number[];
}

/**
 * One query, so members and version belong together. A hundred thousand numbers take some milliseconds; everything else
 * about the members is read bit by bit, see `membersBySeq`.
 */
export async function snapshotOfGroup(db: Kysely<Tables>, seq: number): Promise<GroupSnapshot | undefined> {
  const found = await snapshot.first(db, { seq });
  if (found === undefined) return undefined;
  const { members, ...row } = found;
  return { row, members: JSON.parse(members) as number[] };
}

/** Those of these users that still exist, in the order of their row numbers, deleted ones included. */
export async function membersBySeq(db: Kysely<Tables>, seqs: readonly number[]): Promise<readonly Member[]> {
  const rows = await users.all(db, { seqs });
  return rows.map(memberOf);
}

/** The members of these groups by the groups' `seq`, oldest user first; groups without members are absent. */
export async function membersOfGroups(
  db: Kysely<Tables>,
  groups: readonly { readonly seq: number }[],
): Promise<ReadonlyMap<number, readonly Member[]>> {
  const members = new Map<number, Member[]>();
  for (const row of await membersOf.all(db, { groups: groups.map(({ seq }) => seq) })) {
    const known = members.get(row.group_seq);
    if (known === undefined) members.set(row.group_seq, [memberOf(row)]);
    else known.push(memberOf(row));
  }
  return members;
}

interface MemberRow {
  readonly id: string;
  readonly user_name: string;
  readonly display_name: unknown;
}

function memberOf({ id, user_name, display_name }: MemberRow): Member {
  return { id, display: typeof display_name === 'string' ? display_name : user_name };
}

const countUpTo = prepared<{ groups: readonly number[]; most: number }, { count: number }>((db, value, engine) =>
  db
    .selectFrom((present) =>
      present
        .selectFrom('scim_member')
        .select('user_seq')
        .where('group_seq', 'in', engine.listed(value('groups')))
        .where('removed_at', 'is', null)
        .limit(value('most'))
        .as('present'),
    )
    .select(({ fn }) => fn.countAll<number>().as('count')),
);

const snapshot = prepared<{ seq: number }, ShownRow & { members: string }>((db, value, engine) =>
  db
    .selectFrom('scim_group')
    .select(shownColumns)
    .select((group) =>
      group
        .selectFrom('scim_member')
        .select(engine.jsonList('user_seq', 'user_seq').as('list'))
        .whereRef('group_seq', '=', 'scim_group.seq')
        .where('removed_at', 'is', null)
        .as('members'),
    )
    .where('seq', '=', value('seq'))
    .$castTo<ShownRow & { members: string }>(),
);

const users = prepared<{ seqs: readonly number[] }, MemberRow>((db, value, engine) =>
  db
    .selectFrom('scim_user')
    .select(['id', 'user_name', engine.jsonValue(sql.ref('resource'), ['displayName']).as('display_name')])
    .where('seq', 'in', engine.listed(value('seqs')))
    .orderBy('seq'),
);

const membersOf = prepared<{ groups: readonly number[] }, MemberRow & { group_seq: number }>((db, value, engine) =>
  db
    .selectFrom('scim_member')
    .innerJoin('scim_user', 'scim_user.seq', 'scim_member.user_seq')
    .select([
      'scim_member.group_seq',
      'scim_user.id',
      'scim_user.user_name',
      engine.jsonValue(sql.ref('scim_user.resource'), ['displayName']).as('display_name'),
    ])
    .where('scim_member.group_seq', 'in', engine.listed(value('groups')))
    .where('scim_member.removed_at', 'is', null)
    .orderBy('scim_member.group_seq')
    .orderBy('scim_member.user_seq'),
);
