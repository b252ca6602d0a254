import type { ScimCore } from '../scim-core.js';
import { addGroup, changeGroup, groupById, removeGroup, withMembers } from '../state/groups.js';
import { setMembers } from '../state/members.js';
import type { UserRef } from './user-edits.js';
import { findUser } from './user-edits.js';

export interface CreatedGroup {
  readonly displayName: string;
  readonly externalId?: string | undefined;
}

/** What somebody else does to groups of the server. Everything throws `Refusal` as the API would. */
export interface GroupEdits {
  /** Returns the group id. */
  create(group: CreatedGroup): string;
  rename(id: string, displayName: string): void;
  delete(id: string): void;
  addMember(id: string, who: UserRef): void;
  removeMember(id: string, who: UserRef): void;
}

export function groupEdits(core: ScimCore): GroupEdits {
  const { dir } = core;
  const edit = (work: () => void) => {
    core.change(undefined, work);
  };
  return {
    create: ({ displayName, externalId }) =>
      core.change(
        undefined,
        () => addGroup(dir, { displayName, ...(externalId === undefined ? {} : { externalId }) }).id,
      ),
    rename: (id, displayName) => {
      edit(() => {
        const group = groupById(dir, id);
        changeGroup(dir, group, { ...withMembers(group), displayName }, 'named');
      });
    },
    delete: (id) => {
      edit(() => {
        removeGroup(dir, groupById(dir, id));
      });
    },
    addMember: (id, who) => {
      edit(() => {
        const group = groupById(dir, id);
        setMembers(dir, group, new Set([...group.members, findUser(dir, who).id]), 'named');
      });
    },
    removeMember: (id, who) => {
      edit(() => {
        const group = groupById(dir, id);
        const { id: gone } = findUser(dir, who);
        setMembers(dir, group, new Set([...group.members].filter((each) => each !== gone)), 'named');
      });
    },
  };
}
