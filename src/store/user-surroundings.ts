import type { Kysely } from 'kysely';
import { prepared } from './prepared.js';
import type { Tables } from './tables.js';

/** What belongs to a user besides the user itself. */
export interface UserSurroundings {
  /** The groups they are in, in order of creation. */
  readonly groups: readonly HeldGroup[];
  /** What each target was last seen to hold for them. */
  readonly accounts: readonly AccountState[];
  /** Both as one text, the same if and only if they are the same; empty when there is neither. */
  readonly fingerprint: string;
}

export interface HeldGroup {
  readonly id: string;
  readonly displayName: string;
}

export interface AccountState {
  readonly target: string;
  readonly state: string;
  readonly detail: string | null;
  readonly remoteId: string | null;
  /** Epoch milliseconds. */
  readonly since: number;
}

/**
 * The groups and accounts of these users, by `seq`: one indexed query, one row for each user. They come as lists in one
 * column each, because every value that crosses from the engine on its own costs more than looking it up there.
 */
export async function surroundingsOf(
  db: Kysely<Tables>,
  users: readonly { readonly seq: number }[],
): Promise<ReadonlyMap<number, UserSurroundings>> {
  const rows = await surroundings.all(db, { users: users.map(({ seq }) => seq) });
  return new Map(rows.map((row) => [row.seq, surroundingsIn(row)]));
}

/** Of somebody without groups and accounts. */
export const noSurroundings: UserSurroundings = { groups: [], accounts: [], fingerprint: '' };

/** JSON lists of lists: `[id, displayName]` and `[target, state, detail, remoteId, since]`. */
interface SurroundingsRow {
  readonly seq: number;
  readonly groups: string;
  readonly accounts: string;
}

const surroundings = prepared<{ users: readonly number[] }, SurroundingsRow>((db, value, engine) =>
  db
    .selectFrom('scim_user')
    .select('scim_user.seq')
    .select((user) => [
      user
        .selectFrom('scim_member as m')
        .innerJoin('scim_group as g', 'g.seq', 'm.group_seq')
        .select(engine.jsonLists(['g.id', 'g.display_name'], 'g.seq').as('list'))
        .whereRef('m.user_seq', '=', 'scim_user.seq')
        .where('m.removed_at', 'is', null)
        .where('g.deleted_at', 'is', null)
        .as('groups'),
      user
        .selectFrom('target_account as a')
        .select(engine.jsonLists(['a.target', 'a.state', 'a.detail', 'a.remote_id', 'a.since'], 'a.target').as('list'))
        .whereRef('a.user_id', '=', 'scim_user.id')
        .as('accounts'),
    ])
    .where('scim_user.seq', 'in', engine.listed(value('users')))
    .$castTo<SurroundingsRow>(),
);

const none = '[]';

function surroundingsIn({ groups, accounts }: SurroundingsRow): UserSurroundings {
  if (groups === none && accounts === none) return noSurroundings;
  return { groups: groupsIn(groups), accounts: accountsIn(accounts), fingerprint: groups + accounts };
}

function groupsIn(list: string): readonly HeldGroup[] {
  if (list === none) return [];
  return (JSON.parse(list) as [string, string][]).map(([id, displayName]) => ({ id, displayName }));
}

type AccountList = [target: string, state: string, detail: string | null, remoteId: string | null, since: number];

function accountsIn(list: string): readonly AccountState[] {
  if (list === none) return [];
  return (JSON.parse(list) as AccountList[]).map(([target, state, detail, remoteId, since]) => ({
    target,
    state,
    detail,
    remoteId,
    since,
  }));
}
