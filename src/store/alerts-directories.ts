import { sql } from 'kysely';
import type { ScimUser } from '../model/scim-user.js';
import { toScimUser } from './scim-users.js';
import type { Store } from './store.js';
import type { ScimUserRow } from './tables.js';

/** When an identity provider last called; directories that were never called are absent. */
export async function readLastRequests(store: Store): Promise<ReadonlyMap<string, number>> {
  const rows = await store.db.selectFrom('directory').select(['name', 'last_request_at']).execute();
  return new Map(
    rows.flatMap(({ name, last_request_at: at }) =>
      at === null || !store.routes.has(name) ? [] : [[name, at] as const],
    ),
  );
}

/** A number that is another one after each change in a directory. */
export async function readChangeMark(store: Store, directory: string): Promise<number> {
  const row = await store.db
    .selectFrom('audit')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .where('directory', '=', directory)
    .executeTakeFirst();
  return row?.seq ?? 0;
}

const pageLength = 200;

/** Everybody active in a directory, in pages, so that others get their turn between two of them. */
export async function* pagesOfActiveUsers(
  store: Store,
  directory: string,
): AsyncGenerator<readonly ScimUser[], void, undefined> {
  let after = 0;
  for (;;) {
    const rows: ScimUserRow[] = await store.db
      .selectFrom('scim_user')
      .selectAll()
      .where('directory', '=', directory)
      .where('deleted_at', 'is', null)
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(pageLength)
      .execute();
    yield rows.filter(({ active }) => active === 1).map(toScimUser);
    after = rows.at(-1)?.seq ?? after;
    if (rows.length < pageLength) return;
  }
}

export interface MemberlessGroups {
  readonly count: number;
  /** When the first of them was pushed, in epoch milliseconds. */
  readonly since: number;
  readonly examples: readonly string[];
}

/** Groups that were pushed before `createdBefore` and never had a member; undefined when there are none. */
export async function readMemberlessGroups(
  store: Store,
  directory: string,
  createdBefore: number,
  examples: number,
): Promise<MemberlessGroups | undefined> {
  const groups = store.db
    .selectFrom('scim_group')
    .where('directory', '=', directory)
    .where('deleted_at', 'is', null)
    .where('created_at', '<', createdBefore)
    .where(sql<boolean>`not exists (select 1 from scim_member m where m.group_seq = scim_group.seq)`);
  const { count, since } = await groups
    .select(({ fn }) => [fn.countAll<number>().as('count'), fn.min('created_at').as('since')])
    .executeTakeFirstOrThrow();
  if (count === 0) return undefined;
  const rows = await groups.select('display_name').orderBy('seq').limit(examples).execute();
  return { count, since: since ?? 0, examples: rows.map(({ display_name }) => display_name) };
}
