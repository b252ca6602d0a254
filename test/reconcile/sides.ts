import type { FakeDbtCloud } from '../../src/sandbox/dbt-cloud/fake-dbt-cloud.js';
import type { FaultPlan, Faults } from '../../src/sandbox/kit/faults/faults.js';
import type { FakeMetabase } from '../../src/sandbox/metabase/fake-metabase.js';
import type { FakeRetool } from '../../src/sandbox/retool/fake-retool.js';

/** One target from behind: what somebody may do there by hand, and what it holds and has seen. Ids are texts. */
export interface Side {
  readonly target: string;
  /** Those of acme.test with this name; more than one is a fault. */
  accounts(name: string): readonly SideAccount[];
  /** The group that has this name now, if any. */
  groupId(name: string): string | undefined;
  /** Everybody active in a group, by the part of their address before the @. */
  activeMembers(groupId: string): readonly string[];
  addGuest(email: string, groupId: string): void;
  addMember(groupId: string, email: string): void;
  removeMember(groupId: string, email: string): void;
  rename(email: string, firstName: string): void;
  deactivate(email: string): void;
  /** Left out where there are no licences. */
  readonly changeLicence?: ((email: string, licence: 'developer') => void) | undefined;
  /** Left out where nobody has to accept anything. */
  readonly accept?: ((email: string) => void) | undefined;
  /** Memberships that writes took away, by whole sets or by name. */
  taken(): readonly { readonly name: string; readonly groupId: string }[];
  /** What must never have happened: somebody made, invited or mailed twice, or something of somebody else's lost. */
  blunders(): readonly unknown[];
  plan(faults: FaultPlan | undefined): void;
  clearFaults(): void;
}

export interface SideAccount {
  readonly id: string;
  readonly email: string;
  readonly firstName: string | null;
  readonly active: boolean;
  readonly licence?: string | null;
  readonly groups: readonly string[];
}

export function dbtSide({ control }: FakeDbtCloud): Side {
  const { invitations, users, ledger } = control;
  return {
    ...common('dbt', control),
    deactivate: (email) => users.deactivate(email),
    changeLicence: (email, licence) => users.changeLicence(email, licence),
    accept: (email) => {
      if (invitations.openFor(email) > 0) invitations.accept(email);
    },
    blunders: () => [
      ...ledger.refused.filter(({ method, path }) => method === 'POST' && /\/invit(es|ations)\//.test(path)),
      ...ledger.losses,
    ],
  };
}

export function metabaseSide({ control }: FakeMetabase): Side {
  const { users, ledger } = control;
  return {
    ...common('metabase', control),
    deactivate: (email) => users.deactivate(email),
    blunders: () => [
      ...ledger.refused.filter(({ route }) => route === 'POST /api/user'),
      ...Object.entries(ledger.mails()).filter(([, mails]) => mails > 1),
      ...ledger.dropped,
      ...ledger.demotions,
      ...ledger.adminChanges,
    ],
  };
}

export function retoolSide({ control }: FakeRetool): Side {
  const { users, ledger } = control;
  return {
    ...common('retool', control),
    deactivate: (email) => users.disable(email),
    blunders: () => [
      ...ledger.refused.filter(({ route }) => route === 'POST /api/v2/users'),
      ...ledger.dropped,
      ...ledger.demoted,
      ...ledger.losses,
    ],
  };
}

type Id = number | string;

/** What the hands behind the fakes have in common. */
interface Hand {
  readonly users: {
    add(user: { readonly email: string; readonly groups: readonly number[] }): Id;
    rename(email: string, names: { readonly firstName: string }): void;
  };
  readonly groups: { addMember(id: number, email: string): void; removeMember(id: number, email: string): void };
  readonly faults: Faults;
  readonly ledger: { readonly dropped: readonly Membership[]; readonly removed: readonly Membership[] };
  state(): {
    readonly users: readonly HeldUser[];
    readonly groups: readonly { readonly id: Id; readonly name: string; readonly deleted?: boolean }[];
  };
}

interface Membership {
  readonly userId: Id;
  readonly groupId: Id;
}

interface HeldUser {
  readonly id: Id;
  readonly email: string;
  readonly firstName: string | null;
  readonly active: boolean;
  readonly licence?: string | null;
  readonly groups: readonly Id[];
}

const localPart = (email: string): string => email.split('@')[0] ?? '';

function common(target: string, control: Hand): Omit<Side, 'deactivate' | 'blunders'> {
  const { users, groups, ledger, faults } = control;
  return {
    target,
    accounts: (name) =>
      control
        .state()
        .users.filter(({ email }) => email.toLowerCase() === `${name}@acme.test`)
        .map((user) => ({ ...user, id: String(user.id), groups: user.groups.map(String) })),
    groupId: (name) => {
      const found = control.state().groups.find((group) => group.name === name && group.deleted !== true);
      return found === undefined ? undefined : String(found.id);
    },
    activeMembers: (groupId) =>
      control
        .state()
        .users.filter((user) => user.active && user.groups.map(String).includes(groupId))
        .map(({ email }) => localPart(email)),
    addGuest: (email, groupId) => {
      users.add({ email, groups: [Number(groupId)] });
    },
    addMember: (groupId, email) => groups.addMember(Number(groupId), email),
    removeMember: (groupId, email) => groups.removeMember(Number(groupId), email),
    rename: (email, firstName) => users.rename(email, { firstName }),
    taken: () => {
      const emailOf = new Map(control.state().users.map(({ id, email }) => [id, email]));
      return [...ledger.dropped, ...ledger.removed].map(({ userId, groupId }) => {
        return { name: localPart(emailOf.get(userId) ?? String(userId)), groupId: String(groupId) };
      });
    },
    plan: (plan) => faults.plan(plan),
    clearFaults: () => faults.clear(),
  };
}
