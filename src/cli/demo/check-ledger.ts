import type { FakeControl } from '../../sandbox/dbt-cloud/control/fake-control.js';
import { fay } from './cast.js';
import { differences, type Check } from './check.js';

/**
 * What a look at the end cannot see: a second invitation, somebody foreign who was out for a moment, a field that was
 * lost on the way.
 */
export function checkLedger(dbt: FakeControl, mails: Readonly<Record<string, number>>): readonly Check[] {
  const { users, groups } = dbt.state();
  const emailOf = new Map(users.map(({ id, email }) => [id, email]));
  const groupOf = new Map(groups.map(({ id, name }) => [id, name]));
  const taken = dbt.ledger.dropped
    .filter(({ userId, groupId }) => emailOf.get(userId) === fay.email || builtIn.has(groupOf.get(groupId) ?? ''))
    .map(({ userId, groupId }) => `${emailOf.get(userId) ?? String(userId)} from ${String(groupOf.get(groupId))}`);
  const lost = dbt.ledger.losses.map(({ object, fields }) => `${fields.join(', ')} of a ${object}`);
  return [
    {
      claim: 'everybody was sent one mail for each invitation',
      differences: differences(mails, dbt.ledger.mails(), 'mails'),
    },
    {
      claim: 'no write of a whole set left out a membership that is not ours',
      differences: differences([], taken, 'taken'),
    },
    {
      claim: 'no write of a whole object left out a field it does not know',
      differences: differences([], lost, 'lost'),
    },
  ];
}

/** The groups every account comes with; nothing was ever asked about them. */
const builtIn = new Set(['Owner', 'Member', 'Everyone']);
