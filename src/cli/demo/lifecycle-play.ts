import { fay } from './cast.js';
import { checkLedger } from './check-ledger.js';
import { lifecycle, mailsSent } from './lifecycle.js';
import type { Play } from './play.js';

/** Two people and two groups, from their arrival to their end, in a dbt Cloud where Fay is already. */
export const lifecyclePlay: Play = {
  name: 'lifecycle',
  tools: ['dbt'],
  prepare: ({ dbt }) => {
    dbt.control.users.add(fay);
  },
  steps: lifecycle,
  lookBack: ({ dbt }, dialect) => checkLedger(dbt.control, mailsSent(dialect)),
};
