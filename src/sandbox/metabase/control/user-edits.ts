import type { MetabaseCore } from '../metabase-core.js';
import { deactivate, reactivate } from '../state/activity.js';
import { findUser, userById } from '../state/find-user.js';
import { administratorsId } from '../state/magic-groups.js';
import { join, leave, requireOtherAdmin } from '../state/memberships.js';
import type { User } from '../state/records.js';
import { notFound } from '../state/refusal.js';
import { requireFits } from '../state/member-fit.js';
import { setPassword } from '../state/sessions.js';
import type { Site } from '../state/site.js';
import type { SsoLogin } from '../state/sso.js';
import { ssoLogin } from '../state/sso.js';
import { addUser, changeEmail } from '../state/users.js';

/** A user by id or by e-mail address. */
export type UserRef = number | string;

export interface AddedUser {
  readonly email: string;
  /** Default: none. */
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  /** Besides the group everybody is in. Default: none. */
  readonly groups?: readonly number[] | undefined;
  /** Default true. */
  readonly active?: boolean | undefined;
  /** As a sign-on left it; default null: a local account. */
  readonly ssoSource?: string | null | undefined;
  readonly tenantId?: number | null | undefined;
  readonly lastLogin?: number | null | undefined;
  /** Names of dashboard subscriptions. */
  readonly subscriptions?: readonly string[] | undefined;
  /** Lets the person sign in. */
  readonly password?: string | undefined;
}

/** What somebody else does to users in Metabase's own pages. Everything throws `Refusal` as the API would. */
export interface UserEdits {
  /** Somebody nobody provisioned, without a mail; returns the user id. */
  add(user: AddedUser): number;
  deactivate(who: UserRef): void;
  reactivate(who: UserRef): void;
  rename(who: UserRef, names: { firstName?: string | null | undefined; lastName?: string | null | undefined }): void;
  changeEmail(who: UserRef, email: string): void;
  setAdmin(who: UserRef, admin: boolean): void;
  /** Follows the invitation, or changes the password later: every session ends. */
  setPassword(who: UserRef, password: string): void;
  subscribe(who: UserRef, subscription: string): void;
  /** One single sign-on; returns the user id. */
  ssoLogin(login: SsoLogin): number;
}

export function userEdits(core: MetabaseCore): UserEdits {
  const { site } = core;
  const edit = (who: UserRef, work: (user: User) => void) => {
    core.change(undefined, () => {
      work(lookUp(site, who));
    });
  };
  return {
    add: (user) => core.change(undefined, () => addWith(site, user).id),
    deactivate: (who) => {
      edit(who, (user) => {
        deactivate(site, user);
      });
    },
    reactivate: (who) => {
      edit(who, (user) => {
        reactivate(site, user);
      });
    },
    rename: (who, { firstName, lastName }) => {
      edit(who, (user) => {
        if (firstName !== undefined) user.firstName = firstName;
        if (lastName !== undefined) user.lastName = lastName;
      });
    },
    changeEmail: (who, email) => {
      edit(who, (user) => {
        changeEmail(site, user, email);
      });
    },
    setAdmin: (who, admin) => {
      edit(who, (user) => {
        const membership = site.data.memberships.find(user.id, administratorsId);
        if (admin && membership === undefined) join(site, user, administratorsId);
        if (admin || membership === undefined) return;
        requireOtherAdmin(site, user);
        leave(site, membership);
      });
    },
    setPassword: (who, password) => {
      edit(who, (user) => {
        setPassword(site, user, password);
      });
    },
    subscribe: (who, subscription) => {
      edit(who, (user) => {
        user.subscriptions = [...user.subscriptions, subscription];
      });
    },
    ssoLogin: (login) => core.change(undefined, () => ssoLogin(site, login).id),
  };
}

/** @throws {Refusal} 404 */
export function lookUp(site: Site, who: UserRef): User {
  const user = typeof who === 'number' ? userById(site, who) : findUser(site, who);
  if (user === undefined) throw notFound();
  return user;
}

function addWith(site: Site, given: AddedUser): User {
  const { groups = [], tenantId = null } = given;
  for (const id of groups) requireFits(site, { tenantId }, site.data.groups.get(id));
  const user = addUser(site, given);
  for (const id of new Set(groups)) if (site.data.memberships.find(user.id, id) === undefined) join(site, user, id);
  user.lastLogin = given.lastLogin ?? null;
  user.password = given.password ?? null;
  user.subscriptions = given.subscriptions ?? [];
  if (given.active === false) {
    user.active = false;
    user.deactivatedAt = site.now();
  }
  return user;
}
