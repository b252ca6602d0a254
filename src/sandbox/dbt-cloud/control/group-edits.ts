import type { DbtCore } from '../dbt-core.js';
import type { NewGroup } from '../state/groups.js';
import { addGroup, groupById, removeGroup, renameGroup } from '../state/groups.js';
import type { UserRef } from './user-edits.js';
import { findUser } from './user-edits.js';

/** What somebody else does to groups in the vendor's own interface. Everything throws `Refusal` as the API would. */
export interface GroupEdits {
  /** Returns the group id. */
  create(group: NewGroup & { readonly scimManaged?: boolean | undefined }): number;
  rename(id: number, name: string): void;
  delete(id: number): void;
  addMember(id: number, who: UserRef): void;
  removeMember(id: number, who: UserRef): void;
}

export function groupEdits(core: DbtCore): GroupEdits {
  const { account } = core;
  const edit = (work: () => void) => {
    core.change(undefined, work);
  };
  return {
    create: (group) =>
      core.change(undefined, () => {
        const added = addGroup(account, group);
        added.scimManaged = group.scimManaged ?? false;
        return added.id;
      }),
    rename: (id, name) => {
      edit(() => {
        renameGroup(account, groupById(account, id), name);
      });
    },
    delete: (id) => {
      edit(() => {
        removeGroup(account, groupById(account, id));
      });
    },
    addMember: (id, who) => {
      edit(() => {
        findUser(account, who).groups.add(groupById(account, id).id);
      });
    },
    removeMember: (id, who) => {
      edit(() => {
        findUser(account, who).groups.delete(groupById(account, id).id);
      });
    },
  };
}
