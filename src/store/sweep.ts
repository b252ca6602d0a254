import { sql } from 'kysely';
import { lane } from '../model/lane.js';
import type { Cause } from '../model/cause.js';
import type { Store } from './store.js';

/**
 * Makes every key of a target due: everybody and every group of the directories it serves, and whatever was deleted
 * there but is not yet known to be gone over here. One statement for each kind, however many there are.
 *
 * @returns how many keys are due afterwards
 */
export async function sweepTarget(store: Store, target: string, now: number, cause: Cause): Promise<number> {
  const directories = store.directoriesOf(target);
  if (directories.length === 0) return 0;
  return store.write(async (trx) => {
    const columns = [
      'key',
      'target',
      'kind',
      'generation',
      'lane',
      'since',
      'touched_at',
      'due_at',
      'attempts',
      'cause',
    ] as const;
    const fresh = (kind: 'account' | 'group') =>
      [
        sql<string>`${target}`.as('target'),
        sql<string>`${kind}`.as('kind'),
        sql<number>`1`.as('generation'),
        sql<number>`${lane.bulk}`.as('lane'),
        sql<number>`${now}`.as('since'),
        sql<number>`${now}`.as('touched_at'),
        sql<number>`${now}`.as('due_at'),
        sql<number>`0`.as('attempts'),
        sql<string>`${JSON.stringify(cause)}`.as('cause'),
      ] as const;
    const again = {
      generation: sql<number>`due.generation + 1`,
      due_at: now,
      attempts: 0,
      gave_up_at: null,
      error: null,
    };

    await trx
      .insertInto('due')
      .columns(columns)
      .expression((eb) =>
        eb
          .selectFrom('scim_user')
          .leftJoin('target_account', (join) =>
            join.onRef('target_account.user_id', '=', 'scim_user.id').on('target_account.target', '=', target),
          )
          .select(['scim_user.id as key', ...fresh('account')])
          .where('directory', 'in', directories)
          .where((where) =>
            where.or([
              where('deleted_at', 'is', null),
              where('target_account.invited_at', 'is not', null),
              where.and([
                where('target_account.state', 'is not', null),
                where('target_account.state', '!=', 'inactive'),
              ]),
            ]),
          ),
      )
      .onConflict((conflict) => conflict.columns(['target', 'kind', 'key']).doUpdateSet(again))
      .execute();
    await trx
      .insertInto('due')
      .columns(columns)
      .expression((eb) =>
        eb
          .selectFrom('scim_group')
          .leftJoin('target_group', (join) =>
            join.on('target_group.key', '=', sql`'scim:' || scim_group.id`).on('target_group.target', '=', target),
          )
          .select(['scim_group.id as key', ...fresh('group')])
          .where('directory', 'in', directories)
          .where((where) => where.or([where('deleted_at', 'is', null), where('target_group.key', 'is not', null)])),
      )
      .onConflict((conflict) => conflict.columns(['target', 'kind', 'key']).doUpdateSet(again))
      .execute();
    store.willWake(trx, target);
    const { count } = await trx
      .selectFrom('due')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('target', '=', target)
      .executeTakeFirstOrThrow();
    return count;
  });
}
