import { shownName } from '../state/magic-groups.js';
import type { Mail, MagicType, User } from '../state/records.js';
import type { Site } from '../state/site.js';

/** Everything an instance holds but its secrets, in the fake's own words: what the demo prints and tests compare. */
export interface StateDump {
  /** Keys' users and the internal user included, ascending by id. */
  readonly users: readonly DumpedUser[];
  /** Hidden magic groups included. */
  readonly groups: readonly DumpedGroup[];
  readonly keys: readonly DumpedKey[];
  readonly tenants: readonly { readonly id: number; readonly name: string; readonly active: boolean }[];
  readonly outbox: readonly Mail[];
}

export interface DumpedUser {
  readonly id: number;
  readonly type: User['type'];
  readonly email: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly active: boolean;
  readonly admin: boolean;
  readonly ssoSource: string | null;
  readonly tenantId: number | null;
  readonly locale: string | null;
  readonly loginAttributes: Readonly<Record<string, string>> | null;
  readonly lastLogin: number | null;
  readonly groups: readonly number[];
  readonly groupNames: readonly string[];
  /** The groups they manage. */
  readonly manages: readonly number[];
  readonly subscriptions: readonly string[];
}

export interface DumpedGroup {
  readonly id: number;
  readonly name: string;
  readonly magic: MagicType | null;
  readonly tenantGroup: boolean;
  /** Deactivated members too. */
  readonly members: readonly number[];
  readonly memberEmails: readonly string[];
}

export interface DumpedKey {
  readonly id: number;
  readonly name: string;
  readonly groupId: number;
  readonly userId: number;
}

export function dumpState(site: Site, outbox: readonly Mail[]): StateDump {
  const { users, groups, keys, tenants, memberships } = site.data;
  return {
    users: [...users.values()].sort((a, b) => a.id - b.id).map((each) => dumpUser(site, each)),
    groups: [...groups.values()].map((group) => {
      const members = memberships
        .ofGroup(group.id)
        .map((each) => each.userId)
        .sort((a, b) => a - b);
      return {
        id: group.id,
        name: shownName(site.rules, group),
        magic: group.magic,
        tenantGroup: group.tenantGroup,
        members,
        memberEmails: members.flatMap((id) => users.get(id)?.email ?? []),
      };
    }),
    keys: [...keys.values()].map(({ id, name, groupId, userId }) => ({ id, name, groupId, userId })),
    tenants: [...tenants.values()].map((each) => ({ ...each })),
    outbox: outbox.map((each) => ({ ...each })),
  };
}

function dumpUser({ data, rules }: Site, user: User): DumpedUser {
  const memberships = data.memberships.ofUser(user.id);
  const groups = memberships.map((each) => each.groupId);
  return {
    id: user.id,
    type: user.type,
    email: user.email,
    firstName: user.firstName,
    lastName: user.lastName,
    active: user.active,
    admin: user.superuser,
    ssoSource: user.ssoSource,
    tenantId: user.tenantId,
    locale: user.locale,
    loginAttributes: user.loginAttributes,
    lastLogin: user.lastLogin,
    groups,
    groupNames: groups.flatMap((id) => {
      const group = data.groups.get(id);
      return group === undefined ? [] : shownName(rules, group);
    }),
    manages: memberships.filter((each) => each.isManager).map((each) => each.groupId),
    subscriptions: user.subscriptions,
  };
}
