import type { PageShift } from '../../kit/control/page-shift.js';
import { pageShiftHook } from '../../kit/control/page-shift.js';
import type { Hook } from '../../kit/faults/hooks.js';
import type { DbtCore } from '../dbt-core.js';
import { addGroup, groupById, removeGroup } from '../state/groups.js';
import { issueLicence } from '../state/licences.js';
import { addPerson, removeFromAccount } from '../state/people.js';
import { findUser } from './user-edits.js';

const paths = { users: /\/users\/?$/, groups: /\/groups\/?$/ };

/** Naive paging by offset then skips a row (after a removal) or repeats one (rows are ordered by id). */
export function pageShift(core: DbtCore, shift: PageShift): Hook {
  return pageShiftHook(shift, paths, () => {
    core.change(undefined, () => {
      apply(core, shift);
    });
  });
}

function apply({ account }: DbtCore, { list, insert = [], remove = [] }: PageShift): void {
  for (const name of insert) {
    if (list === 'groups') addGroup(account, { name });
    else issueLicence(account, addPerson(account, { email: name, firstName: 'Late', lastName: 'Comer' }), 'read_only');
  }
  for (const which of remove) {
    if (list === 'groups') removeGroup(account, groupById(account, Number(which)));
    else removeFromAccount(account, findUser(account, which));
  }
}
