import type { FakeControl } from '../../sandbox/dbt-cloud/control/fake-control.js';
import { fay } from './cast.js';
import { differences, type Check } from './check.js';

/** What a fake has seen of mails and memberships; every fake's control is one. */
export interface Watched {
  readonly ledger: {
    readonly dropped: readonly LostMembership[];
    readonly removed: readonly LostMembership[];
    mails(): Readonly<Record<string, number>>;
  };
  state(): {
    readonly users: readonly { readonly id: Id; readonly email: string }[];
    readonly groups: readonly { readonly id: Id; readonly name: string }[];
  };
}

type Id = number | string;

interface LostMembership {
  readonly userId: Id;
  readonly groupId: Id;
}

/**
 * What a look at the end cannot see in dbt: a second invitation, somebody foreign who was out for a moment, a field that
 * was lost on the way.
 */
export function checkLedger(dbt: FakeControl, mails: Readonly<Record<string, number>>): readonly Check[] {
  const lost = dbt.ledger.losses.map(({ object, fields }) => `${fields.join(', ')} of a ${object}`);
  return [
    {
      claim: 'everybody was sent one mail for each invitation',
      differences: differences(mails, dbt.ledger.mails(), 'mails'),
    },
    {
      claim: 'no write of a whole set left out a membership that is not ours',
      differences: differences([], foreignTaken(dbt), 'taken'),
    },
    {
      claim: 'no write of a whole object left out a field it does not know',
      differences: differences([], lost, 'lost'),
    },
  ];
}

/**
 * Memberships that are not ours and that a write took away all the same, put back since or not.
 *
 * @param foreignGroups groups made by hand, besides those every account comes with
 */
export function foreignTaken({ ledger, state }: Watched, foreignGroups: readonly string[] = []): readonly string[] {
  const { users, groups } = state();
  const emailOf = new Map(users.map(({ id, email }) => [id, email]));
  const groupOf = new Map(groups.map(({ id, name }) => [id, name]));
  const foreign = new Set([...builtIn, ...foreignGroups]);
  return [...ledger.dropped, ...ledger.removed]
    .filter(({ userId, groupId }) => emailOf.get(userId) === fay.email || foreign.has(groupOf.get(groupId) ?? ''))
    .map(({ userId, groupId }) => `${emailOf.get(userId) ?? String(userId)} from ${String(groupOf.get(groupId))}`);
}

/** The groups every account comes with; nothing was ever asked about them. */
const builtIn = ['Owner', 'Member', 'Everyone', 'All Users'];
