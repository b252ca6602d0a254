import type { MetabaseCore } from '../metabase-core.js';
import { addGroup, clearGroup, groupById, removeGroup, renameGroup, requireFreeMembership } from '../state/groups.js';
import { administratorsId } from '../state/magic-groups.js';
import { requireFits } from '../state/member-fit.js';
import { join, leave, requireOtherAdmin } from '../state/memberships.js';
import type { UserRef } from './user-edits.js';
import { lookUp } from './user-edits.js';

/** What somebody else does to groups in Metabase's own pages. Everything throws `Refusal` as the API would. */
export interface GroupEdits {
  /** Returns the group id. */
  create(name: string, options?: { readonly tenantGroup?: boolean | undefined }): number;
  rename(id: number, name: string): void;
  delete(id: number): void;
  clear(id: number): void;
  /** Somebody who is a member already becomes a manager, or stops being one. */
  addMember(id: number, who: UserRef, options?: { readonly manager?: boolean | undefined }): void;
  /** Somebody who is no member stays none. */
  removeMember(id: number, who: UserRef): void;
}

export function groupEdits(core: MetabaseCore): GroupEdits {
  const { site } = core;
  const edit = (work: () => void) => {
    core.change(undefined, work);
  };
  return {
    create: (name, options) => core.change(undefined, () => addGroup(site, name, options?.tenantGroup).id),
    rename: (id, name) => {
      edit(() => {
        renameGroup(site, groupById(site, id), name);
      });
    },
    delete: (id) => {
      edit(() => {
        removeGroup(site, groupById(site, id));
      });
    },
    clear: (id) => {
      edit(() => {
        clearGroup(site, groupById(site, id));
      });
    },
    addMember: (id, who, { manager = false } = {}) => {
      edit(() => {
        const group = groupById(site, id);
        const user = lookUp(site, who);
        requireFreeMembership(group);
        requireFits(site, user, group);
        const membership = site.data.memberships.find(user.id, id) ?? join(site, user, id);
        membership.isManager = manager;
      });
    },
    removeMember: (id, who) => {
      edit(() => {
        const group = groupById(site, id);
        const user = lookUp(site, who);
        requireFreeMembership(group);
        const membership = site.data.memberships.find(user.id, id);
        if (membership === undefined) return;
        if (id === administratorsId) requireOtherAdmin(site, user);
        leave(site, membership);
      });
    },
  };
}
