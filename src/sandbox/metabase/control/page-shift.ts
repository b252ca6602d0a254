import type { PageShift } from '../../kit/control/page-shift.js';
import { pageShiftHook } from '../../kit/control/page-shift.js';
import type { Hook } from '../../kit/faults/hooks.js';
import type { MetabaseCore } from '../metabase-core.js';
import { deactivate } from '../state/activity.js';
import { addGroup, groupById, removeGroup } from '../state/groups.js';
import type { Site } from '../state/site.js';
import { addUser } from '../state/users.js';
import type { UserRef } from './user-edits.js';
import { lookUp } from './user-edits.js';

/**
 * One change of a list while it is being paged through. The lists are ordered by name: an inserted user is called by the
 * first part of the address, and a rename moves somebody from one page to another without anybody coming or going.
 */
export interface MetabasePageShift extends PageShift {
  readonly rename?: readonly UserRename[] | undefined;
}

export interface UserRename {
  readonly who: UserRef;
  readonly firstName: string;
}

const paths = { users: /\/user\/?$/, groups: /\/group\/?$/ };

export function pageShift(core: MetabaseCore, shift: MetabasePageShift): Hook {
  return pageShiftHook(shift, paths, () => {
    core.change(undefined, () => {
      apply(core.site, shift);
    });
  });
}

function apply(site: Site, { list, insert = [], remove = [], rename = [] }: MetabasePageShift): void {
  for (const name of insert) {
    if (list === 'groups') addGroup(site, name);
    else addUser(site, { email: name, firstName: name.split('@')[0], lastName: 'Late' });
  }
  for (const which of remove) {
    if (list === 'groups') removeGroup(site, groupById(site, Number(which)));
    else deactivate(site, lookUp(site, which));
  }
  for (const { who, firstName } of rename) lookUp(site, who).firstName = firstName;
}
