import type { RetoolCore } from '../retool-core.js';
import { isAdmin } from '../state/admins.js';
import { invitesTo } from '../state/invite-groups.js';
import { inviteState } from '../state/invites.js';
import type { InviteState } from '../state/invites.js';
import { groupsOf, membersOf } from '../state/members.js';
import type { Organisation } from '../state/organisation.js';
import type { Group, GroupAccess, Invite, Metadata, User, UserType } from '../state/records.js';
import { noAccess } from '../state/records.js';
import type { Scope } from '../wire/token.js';

/** Everything an organisation holds, in the fake's own words: what people read and tests compare. */
export interface StateDump {
  readonly users: readonly DumpedUser[];
  readonly groups: readonly DumpedGroup[];
  readonly invitations: readonly DumpedInvitation[];
  /** Names of the attributes users can have. */
  readonly attributes: readonly string[];
  /** Without their texts. */
  readonly tokens: readonly { readonly label: string; readonly owner: string; readonly scopes: readonly Scope[] }[];
}

export interface DumpedUser {
  readonly id: string;
  readonly legacyId: number;
  readonly email: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly active: boolean;
  readonly admin: boolean;
  readonly userType: UserType;
  readonly sessions: number;
  readonly metadata: Metadata;
  readonly groups: readonly number[];
  readonly groupNames: readonly string[];
}

export interface DumpedGroup {
  readonly id: number;
  readonly name: string;
  readonly builtIn: boolean;
  readonly members: readonly string[];
  readonly memberEmails: readonly string[];
  readonly groupAdminEmails: readonly string[];
  readonly invites: readonly number[];
  /** Only what is not `none` or `false`. */
  readonly access: Partial<GroupAccess>;
}

export interface DumpedInvitation {
  readonly id: number;
  readonly email: string;
  readonly state: InviteState;
  readonly groups: readonly number[];
  /** User id of whoever it became. */
  readonly claimedBy: string | null;
  readonly metadata: Metadata;
}

export function dumpState({ org, tokens }: RetoolCore): StateDump {
  const { users, groups, invites, attributes } = org.data;
  return {
    users: [...users.values()].map((each) => dumpUser(org, each)),
    groups: [...groups.values()].map((each) => dumpGroup(org, each)),
    invitations: [...invites.values()].map((each) => dumpInvite(org, each)),
    attributes: [...attributes.keys()],
    tokens: tokens.all().map(({ label, owner, scopes }) => {
      return { label, owner: users.get(owner)?.email ?? owner, scopes };
    }),
  };
}

function dumpUser(org: Organisation, user: User): DumpedUser {
  const groups = groupsOf(org, user);
  return {
    id: user.id,
    legacyId: user.legacyId,
    email: user.email,
    firstName: user.firstName,
    lastName: user.lastName,
    active: user.active,
    admin: isAdmin(org, user),
    userType: user.userType,
    sessions: user.sessions,
    metadata: user.metadata,
    groups: groups.map(({ id }) => id),
    groupNames: groups.map(({ name }) => name),
  };
}

function dumpGroup(org: Organisation, group: Group): DumpedGroup {
  const members = membersOf(org, group);
  const given = Object.entries(group.access).filter(([name, value]) => value !== noAccess[name as keyof GroupAccess]);
  return {
    id: group.id,
    name: group.name,
    builtIn: group.builtIn !== undefined,
    members: members.map(({ user }) => user.id),
    memberEmails: members.map(({ user }) => user.email),
    groupAdminEmails: members.flatMap(({ user, isGroupAdmin }) => (isGroupAdmin ? user.email : [])),
    invites: invitesTo(org, group).map(({ id }) => id),
    access: Object.fromEntries(given),
  };
}

function dumpInvite(org: Organisation, invite: Invite): DumpedInvitation {
  const { id, email, claimedBy, metadata } = invite;
  return { id, email, state: inviteState(org, invite), groups: [...invite.groups], claimedBy, metadata };
}
