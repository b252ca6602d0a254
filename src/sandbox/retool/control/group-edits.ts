import type { RetoolCore } from '../retool-core.js';
import { addGroup, groupById, removeGroup, requireRenameable, touchGroup } from '../state/groups.js';
import { addMembers, removeMember } from '../state/members.js';
import type { GroupAccess } from '../state/records.js';
import type { UserRef } from './user-edits.js';
import { findUser } from './user-edits.js';

export interface CreatedGroup {
  readonly name: string;
  readonly access?: Partial<GroupAccess> | undefined;
}

/** What somebody else does to groups in the vendor's own interface. Everything throws `Refusal` as the API would. */
export interface GroupEdits {
  /** Returns the group id. */
  create(group: CreatedGroup): number;
  rename(id: number, name: string): void;
  delete(id: number): void;
  /** Also makes a member a group admin, or takes that away. */
  addMember(id: number, who: UserRef, options?: { readonly groupAdmin?: boolean | undefined }): void;
  removeMember(id: number, who: UserRef): void;
}

export function groupEdits(core: RetoolCore): GroupEdits {
  const { org } = core;
  const edit = (work: () => void) => {
    core.change(undefined, work);
  };
  return {
    create: ({ name, access }) => core.change(undefined, () => addGroup(org, name, access).id),
    rename: (id, name) => {
      edit(() => {
        const group = groupById(org, id);
        requireRenameable(org, group, name);
        group.name = name;
        touchGroup(org, group);
      });
    },
    delete: (id) => {
      edit(() => {
        removeGroup(org, groupById(org, id));
      });
    },
    addMember: (id, who, { groupAdmin = false } = {}) => {
      edit(() => {
        addMembers(org, groupById(org, id), [{ id: findUser(org, who).id, is_group_admin: groupAdmin }]);
      });
    },
    removeMember: (id, who) => {
      edit(() => {
        removeMember(org, groupById(org, id), findUser(org, who));
      });
    },
  };
}
