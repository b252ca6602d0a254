import type { FakeCore } from '../fake-core.js';
import type { Hook } from '../faults/hooks.js';
import { addGroup, groupById, removeGroup } from '../state/groups.js';
import { issueLicence } from '../state/licences.js';
import { addPerson, removeFromAccount } from '../state/people.js';
import type { UserRef } from './user-edits.js';
import { findUser } from './user-edits.js';

/** One change of a list while it is being paged through. */
export interface PageShift {
  readonly list: 'users' | 'groups';
  /** Happens right before the first page that starts at this offset or later. Default 1: any page but the first. */
  readonly beforeOffset?: number | undefined;
  /** E-mail addresses of users, or names of groups, to add. */
  readonly insert?: readonly string[] | undefined;
  /** Users by id or address, or groups by id, to remove. */
  readonly remove?: readonly UserRef[] | undefined;
}

/** Naive paging by offset then skips a row (after a removal) or repeats one (rows are ordered by id). */
export function pageShift(core: FakeCore, shift: PageShift): Hook {
  const list = new RegExp(`/${shift.list}/?$`);
  return ({ method, path, query }) => {
    const offset = Number(new URLSearchParams(query).get('offset') ?? 0);
    if (method !== 'GET' || !list.test(path) || offset < (shift.beforeOffset ?? 1)) return false;
    core.change(undefined, () => {
      apply(core, shift);
    });
    return true;
  };
}

function apply({ account }: FakeCore, { list, insert = [], remove = [] }: PageShift): void {
  for (const name of insert) {
    if (list === 'groups') addGroup(account, { name });
    else issueLicence(account, addPerson(account, { email: name, firstName: 'Late', lastName: 'Comer' }), 'read_only');
  }
  for (const which of remove) {
    if (list === 'groups') removeGroup(account, groupById(account, Number(which)));
    else removeFromAccount(account, findUser(account, which));
  }
}
