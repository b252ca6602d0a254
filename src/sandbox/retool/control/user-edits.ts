import { Refusal } from '../../kit/refusal.js';
import type { RetoolCore } from '../retool-core.js';
import { groupById } from '../state/groups.js';
import { disable, enable, signIn } from '../state/lifecycle.js';
import type { Organisation } from '../state/organisation.js';
import type { Metadata, User } from '../state/records.js';
import { addUser, requireFreeEmail, touch, userByEmail, userById } from '../state/users.js';

/** A user by id (`user_…`) or by e-mail address. */
export type UserRef = string;

export interface AddedUser {
  readonly email: string;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly active?: boolean | undefined;
  readonly metadata?: Metadata | undefined;
  /** Groups to be in, by id. */
  readonly groups?: readonly number[] | undefined;
}

/** What somebody else does to users in the vendor's own interface. Everything throws `Refusal` as the API would. */
export interface UserEdits {
  /** Somebody nobody provisioned; returns the user id. */
  add(user: AddedUser): string;
  disable(who: UserRef): void;
  enable(who: UserRef): void;
  rename(who: UserRef, names: { firstName?: string | undefined; lastName?: string | undefined }): void;
  changeEmail(who: UserRef, email: string): void;
  setMetadata(who: UserRef, metadata: Metadata): void;
  setTwoFactor(who: UserRef, enabled: boolean): void;
  /**
   * One sign-in; by single sign-on it makes a user who is not there yet, and names of groups rewrite the memberships of
   * every group but the built-in ones. Returns the user id.
   *
   * @throws {Refusal} 403 for somebody who is disabled
   */
  signIn(email: string, ssoGroups?: readonly string[]): string;
}

export function userEdits(core: RetoolCore): UserEdits {
  const { org } = core;
  const edit = (who: UserRef, work: (user: User) => void) => {
    core.change(undefined, () => {
      const user = findUser(org, who);
      work(user);
      touch(org, user);
    });
  };
  return {
    add: (user) => core.change(undefined, () => insert(org, user).id),
    disable: (who) => {
      edit(who, (user) => {
        disable(org, user);
      });
    },
    enable: (who) => {
      edit(who, (user) => {
        enable(org, user);
      });
    },
    rename: (who, { firstName, lastName }) => {
      edit(who, (user) => {
        user.firstName = firstName ?? user.firstName;
        user.lastName = lastName ?? user.lastName;
      });
    },
    changeEmail: (who, email) => {
      edit(who, (user) => {
        if (userByEmail(org, email) !== user) requireFreeEmail(org, email);
        user.email = email;
      });
    },
    setMetadata: (who, metadata) => {
      edit(who, (user) => {
        user.metadata = metadata;
      });
    },
    setTwoFactor: (who, enabled) => {
      edit(who, (user) => {
        user.twoFactor = enabled;
      });
    },
    signIn: (email, ssoGroups) => core.change(undefined, () => enter(org, email, ssoGroups).id),
  };
}

/** @throws {Refusal} 404 */
export function findUser(org: Organisation, who: UserRef): User {
  const user = who.includes('@') ? userByEmail(org, who) : userById(org, who);
  if (user === undefined) throw new Refusal(404, `No user '${who}' found for organization`);
  return user;
}

function insert(org: Organisation, user: AddedUser): User {
  const groups = (user.groups ?? []).map((id) => groupById(org, id));
  const added = addUser(org, {
    email: user.email,
    firstName: user.firstName ?? 'Foreign',
    lastName: user.lastName ?? 'Member',
    active: user.active,
    metadata: user.metadata,
  });
  for (const group of groups) group.members = new Map([...group.members, [added.id, false]]);
  return added;
}

function enter(org: Organisation, email: string, ssoGroups: readonly string[] | undefined): User {
  const user = userByEmail(org, email) ?? insert(org, { email });
  if (!user.active) throw new Refusal(403, 'This user is disabled.');
  if (ssoGroups !== undefined) syncGroups(org, user, ssoGroups);
  signIn(org, user);
  return user;
}

function syncGroups(org: Organisation, user: User, names: readonly string[]): void {
  for (const group of org.data.groups.values()) {
    if (group.builtIn !== undefined) continue;
    const others = [...group.members].filter(([id]) => id !== user.id);
    const own = [user.id, group.members.get(user.id) ?? false] as const;
    group.members = new Map(names.includes(group.name) ? [...others, own] : others);
  }
}
