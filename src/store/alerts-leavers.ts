import { sql, type RawBuilder } from 'kysely';
import { lane } from '../model/lane.js';
import type { Store } from './store.js';

/** Somebody the directory no longer wants anywhere, whose access to one target is not known to be gone. */
export interface LingeringLeaver {
  readonly userId: string;
  readonly userName: string;
  readonly directory: string;
  /** When the directory said so, in epoch milliseconds. */
  readonly leftAt: number;
  /** The account's `ProvisioningState`; null when none was ever seen. */
  readonly state: string | null;
  readonly detail: string | null;
  /** The due key of their account, while there is one. */
  readonly dueSince: number | null;
  readonly gaveUpAt: number | null;
  readonly error: string | null;
}

/**
 * Leavers that may still get into a target: their account is not settled, or its removal is due or was given up. Also
 * looks at the users of these ids. Costs what there is of such, not what there is of leavers.
 */
export async function listLingeringLeavers(
  store: Store,
  target: string,
  alsoIds: readonly string[],
): Promise<readonly LingeringLeaver[]> {
  const directories = store.directoriesOf(target);
  if (directories.length === 0) return [];
  // A cross join keeps the order: the few candidates first, then each of them by its id.
  const { rows } = await sql<LingeringLeaver>`
    with candidate as (
      select user_id as id from target_account
        where target = ${target} and state in ('pending', 'invited', 'held', 'failed')
      union select key from due
        where target = ${target} and kind = 'account' and lane = ${leaving} and gave_up_at is null
      union select key from due where target = ${target} and kind = 'account' and gave_up_at is not null
      union select value from ${idsGiven(store, alsoIds)} as listed
    )
    select u.id as "userId", u.user_name as "userName", u.directory as "directory", ${leftAt} as "leftAt",
      a.state as "state", a.detail as "detail",
      d.since as "dueSince", d.gave_up_at as "gaveUpAt", d.error as "error"
    from candidate cross join scim_user u
    left join target_account a on a.target = ${target} and a.user_id = u.id
    left join due d on d.target = ${target} and d.kind = 'account' and d.key = u.id
    where u.id = candidate.id and (u.active = 0 or u.deleted_at is not null)
      and u.directory in (${sql.join(directories)})
      and (coalesce(a.state, '') != 'inactive' or d.lane = ${lane.deactivate})
      and (a.state is not null or d.key is not null)
    order by 4, 1 limit ${most}`.execute(store.db);
  return rows;
}

/** In the text of the query: an index that holds leavers alone is not used for a value that comes later. */
const leaving = sql.lit(lane.deactivate);

/** Far more than are ever named; a mass departure must not fill the memory. */
const most = 10_000;

/** The last time the directory deactivated them, else deleted them; somebody who came in inactive left at once. */
const leftAt = sql<number>`case when u.active = 1 then u.deleted_at else coalesce(
  (select max(audit.at) from audit where audit.subject_id = u.id and audit.action = 'user.deactivate'),
  u.created_at) end`;

const idsGiven = ({ engine }: Store, ids: readonly string[]): RawBuilder<unknown> =>
  engine.listed(sql<readonly string[]>`${engine.list(ids)}`);

const pageLength = 500;

/**
 * The ids of leavers whose account was last seen active, in pages. None should be: this finds what fell through every
 * other net. Looks at every leaver there ever was.
 */
export async function* pagesOfActiveLeavers(
  store: Store,
  target: string,
): AsyncGenerator<readonly string[], void, undefined> {
  for (const directory of store.directoriesOf(target)) {
    let after = 0;
    for (;;) {
      const { rows } = await sql<{ seq: number; id: string; state: string | null }>`
        select u.seq as "seq", u.id as "id", a.state as "state" from scim_user u
        left join target_account a on a.target = ${target} and a.user_id = u.id
        where u.directory = ${directory} and u.seq > ${after} and (u.active = 0 or u.deleted_at is not null)
        order by u.seq limit ${pageLength}`.execute(store.db);
      yield rows.filter(({ state }) => state === 'active').map(({ id }) => id);
      after = rows.at(-1)?.seq ?? after;
      if (rows.length < pageLength) break;
    }
  }
}
