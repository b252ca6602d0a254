import type { Document } from '../schema/document.js';
import type { Directory, Group, Resource } from '../state/directory.js';
import { displayNameOf } from '../state/groups.js';
import { groupsOf } from '../state/members.js';
import { isActive, nameOf } from '../state/users.js';

/** Everything a directory holds, in the fake's own words: what people read and tests compare. */
export interface StateDump {
  readonly users: readonly DumpedUser[];
  readonly groups: readonly DumpedGroup[];
}

export interface DumpedUser {
  readonly id: string;
  readonly userName: string;
  readonly active: boolean;
  readonly groups: readonly string[];
  readonly groupNames: readonly string[];
  readonly version: number;
  /** Everything clients wrote, by canonical name. */
  readonly attributes: Document;
}

export interface DumpedGroup {
  readonly id: string;
  readonly displayName: string;
  readonly externalId: string | null;
  readonly members: readonly string[];
  readonly memberNames: readonly string[];
  readonly version: number;
}

export function dumpState(dir: Directory): StateDump {
  return {
    users: [...dir.data.users.values()].map((each) => dumpUser(dir, each)),
    groups: [...dir.data.groups.values()].map((each) => dumpGroup(dir, each)),
  };
}

function dumpUser(dir: Directory, user: Resource): DumpedUser {
  const groups = groupsOf(dir, user.id);
  return {
    id: user.id,
    userName: nameOf(user),
    active: isActive(user),
    groups: groups.map(({ id }) => id),
    groupNames: groups.map(displayNameOf),
    version: user.version,
    attributes: user.document,
  };
}

function dumpGroup(dir: Directory, group: Group): DumpedGroup {
  const { users, groups } = dir.data;
  const externalId = group.document['externalId'];
  return {
    id: group.id,
    displayName: displayNameOf(group),
    externalId: typeof externalId === 'string' ? externalId : null,
    members: [...group.members],
    memberNames: [...group.members].flatMap((id) => {
      const [user, inner] = [users.get(id), groups.get(id)];
      return user === undefined ? (inner === undefined ? [] : displayNameOf(inner)) : nameOf(user);
    }),
    version: group.version,
  };
}
