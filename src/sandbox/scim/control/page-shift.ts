import type { PageShift } from '../../kit/control/page-shift.js';
import { pageShiftHook } from '../../kit/control/page-shift.js';
import type { Hook } from '../../kit/faults/hooks.js';
import type { ScimCore } from '../scim-core.js';
import { groupEdits } from './group-edits.js';
import { userEdits } from './user-edits.js';

const paths = { users: /\/Users\/?$/, groups: /\/Groups\/?$/ };

/** Naive paging by index then skips a row, after a removal before it; a row that is new comes last. */
export function pageShift(core: ScimCore, { insert = [], remove = [], ...shift }: PageShift): Hook {
  const isUsers = shift.list === 'users';
  const [users, groups] = [userEdits(core), groupEdits(core)];
  const apply = () => {
    for (const name of insert) {
      if (isUsers) users.add({ userName: name, givenName: 'Late', familyName: 'Comer' });
      else groups.create({ displayName: name });
    }
    for (const which of remove.map(String)) {
      if (isUsers) users.delete(which);
      else groups.delete(which);
    }
  };
  return pageShiftHook(shift, paths, apply, pageStart);
}

/** `startIndex` counts from 1 (RFC 7644 §3.4.2.4). */
function pageStart(query: URLSearchParams): number {
  return Number(query.get('startIndex') ?? 1) - 1;
}
