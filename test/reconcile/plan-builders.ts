import type { DesiredAccount, DesiredGroup } from '../../src/model/account.js';
import type { Observation, ObservedAccount, ObservedGroup, ObservedInvitation } from '../../src/model/observation.js';
import type { AccountShadow, AccountWork, PlanInput } from '../../src/reconcile/plan-input.js';
import type { Capabilities } from '../../src/targets/target.js';

/** Small builders, so that a test of the planner shows only what its rule is about. */

export const now = 1_800_000_000_000;

export const capabilities: Capabilities = {
  membershipGrain: 'group',
  invites: true,
  listsInvitations: true,
  cancelsInvitations: true,
  keepsInactive: true,
  deactivates: true,
  restoresMemberships: false,
  mailsNewAccounts: true,
  editsNames: true,
  editsAddress: false,
  managesGroups: true,
  groupNamesFold: false,
  createsGroups: true,
  renamesGroups: true,
  deletesGroups: true,
  licences: ['developer', 'read_only', 'it'],
};

export function observed(id: string, overrides: Partial<ObservedAccount> = {}): ObservedAccount {
  const email = `${id}@acme.test`;
  return {
    id,
    email,
    correlationKey: email,
    active: true,
    firstName: '',
    lastName: '',
    licence: 'read_only',
    groups: new Set(),
    ...overrides,
  };
}

export function group(
  id: string,
  members: readonly string[] | undefined,
  overrides: Partial<ObservedGroup> = {},
): ObservedGroup {
  return { id, name: `Group ${id}`, members: members && new Set(members), administrators: false, ...overrides };
}

export function observation(parts: {
  accounts?: readonly ObservedAccount[];
  groups?: readonly ObservedGroup[];
  invitations?: readonly ObservedInvitation[] | undefined;
  scope?: Observation['scope'];
}): Observation {
  return {
    scope: parts.scope ?? 'all',
    accounts: new Map((parts.accounts ?? []).map((each) => [each.id, each])),
    groups: new Map((parts.groups ?? []).map((each) => [each.id, each])),
    invitations: 'invitations' in parts ? parts.invitations : [],
    observedAt: now,
  };
}

export function invitation(email: string, status: ObservedInvitation['status'], createdAt = now): ObservedInvitation {
  return { id: `i-${email}`, correlationKey: email, status, licence: 'read_only', groups: new Set(), createdAt };
}

export function desired(id: string, overrides: Partial<DesiredAccount> = {}): DesiredAccount {
  const email = `${id}@acme.test`;
  return {
    userId: id,
    correlationKey: email,
    email,
    active: true,
    attributes: {},
    licence: 'read_only',
    entitlements: new Set(),
    owned: overrides.entitlements ?? new Set(),
    ...overrides,
  };
}

export function person(account: DesiredAccount, shadow?: Partial<AccountShadow>): AccountWork {
  const known: AccountShadow | undefined = shadow && {
    remoteId: undefined,
    state: 'active',
    correlationKey: account.correlationKey,
    invitationsSent: 0,
    invitedAt: undefined,
    detail: undefined,
    ...shadow,
  };
  return {
    subject: `account:${account.userId}`,
    userId: account.userId,
    desired: { kind: 'account', account },
    shadow: known,
  };
}

export function wanted(key: string, name: string, overrides: Partial<DesiredGroup> = {}): DesiredGroup {
  return { key, name, wanted: true, mayCreate: true, membership: 'owned', ...overrides };
}

export function planInput(parts: Partial<PlanInput>): PlanInput {
  return {
    accounts: [],
    groups: [],
    desiredGroups: new Map(),
    groupShadows: new Map(),
    linkedGroups: new Map(),
    claims: { byRemoteId: new Map(), byKey: new Map() },
    observation: observation({}),
    capabilities,
    addressChange: 'keep',
    invitations: { expireMs: 14 * 86_400_000, limit: 3 },
    now,
    ...parts,
  };
}
