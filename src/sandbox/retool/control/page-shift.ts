import type { PageShift } from '../../kit/control/page-shift.js';
import { pageShiftHook } from '../../kit/control/page-shift.js';
import type { Hook } from '../../kit/faults/hooks.js';
import type { RetoolCore } from '../retool-core.js';
import { disable } from '../state/lifecycle.js';
import { addUser } from '../state/users.js';
import { findUser } from './user-edits.js';

/**
 * Changes the list of users between two of its pages. Rows do not move there: pages go on after the last id seen, and
 * nobody is ever removed. Somebody new still turns up on a later page, and somebody "removed" is disabled by then.
 */
export function pageShift(core: RetoolCore, shift: PageShift<'users'>): Hook {
  const paths = { users: /\/api\/v2\/users\/?$/ };
  const apply = () => {
    core.change(undefined, () => {
      for (const email of shift.insert ?? []) addUser(core.org, { email, firstName: 'Late', lastName: 'Comer' });
      for (const who of shift.remove ?? []) disable(core.org, findUser(core.org, String(who)));
    });
  };
  return pageShiftHook(shift, paths, apply, pageStart);
}

/** A page that goes on from another starts somewhere later; where exactly its token says only to the vendor. */
function pageStart(query: URLSearchParams): number {
  return (query.get('next_token') ?? '') === '' ? 0 : 1;
}
