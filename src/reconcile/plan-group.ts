import type { GroupKey, RemoteId } from '../model/account.js';
import type { ObservedGroup } from '../model/observation.js';
import type { PlannedChange } from '../model/planned-change.js';
import { isSameName, type GroupCorrelation } from './correlate-group.js';
import type { GroupFinding } from './findings.js';
import type { GroupShadow, GroupWork, PlanInput } from './plan-input.js';

export type GroupPlan =
  | { readonly kind: 'planned'; readonly changes: readonly PlannedChange[]; readonly finding: GroupFinding }
  | { readonly kind: 'failed'; readonly subject: string; readonly reason: string; readonly finding: GroupFinding }
  /** Who is in it must be known first. */
  | { readonly kind: 'needs-members'; readonly groupId: RemoteId };

export interface GroupInput extends PlanInput {
  /** Accounts of people this plan decides on one by one: who adopts an account just now is no stranger. */
  readonly decided: ReadonlySet<RemoteId>;
  readonly servedKeys: ReadonlyMap<RemoteId, ReadonlySet<GroupKey>>;
}

/**
 * Decides what must change for one group itself; its members are planned person by person.
 *
 *   wanted  over there          │ decision
 *   yes     none                │ create, where the operator and the target allow it
 *   yes     other name          │ rename a pushed group
 *   yes     as wanted           │ in an `exact` group: revoke whoever the identity provider does not name
 *   no      made by us, empty   │ delete
 *   no      made by us, members │ wait for ours to leave; keep it for the foreign ones
 *   no      found, not made     │ leave alone
 */
export function planGroup(work: GroupWork, correlation: GroupCorrelation, input: GroupInput): GroupPlan {
  const desired = input.desiredGroups.get(work.key);
  const shadow = input.groupShadows.get(work.key);
  const name = desired?.name ?? work.key;
  const finding: GroupFinding = { key: work.key, state: 'active', detail: undefined, remoteId: undefined, name };
  if (!input.capabilities.managesGroups) {
    const detail = 'groups cannot be managed through this interface';
    return { kind: 'planned', changes: [], finding: { ...finding, state: 'unsupported', detail } };
  }

  if (desired === undefined || !desired.wanted) {
    const group = correlation.kind === 'linked' ? correlation.group : undefined;
    const served = group === undefined ? undefined : input.servedKeys.get(group.id);
    const isShared = [...(served ?? [])].some((key) => key !== work.key);
    return planUnwanted(work, group, isOurs(work, shadow, group) && !isShared, finding);
  }
  if (correlation.kind === 'disputed') {
    return {
      kind: 'failed',
      subject: work.subject,
      reason: correlation.reason,
      finding: { ...finding, state: 'failed', detail: correlation.reason },
    };
  }
  if (correlation.kind === 'unmatched') {
    const refusal = whyNotCreate(name, desired.mayCreate, input.capabilities.createsGroups);
    if (refusal !== undefined) {
      return {
        kind: 'failed',
        subject: work.subject,
        reason: refusal,
        finding: { ...finding, state: 'failed', detail: refusal },
      };
    }
    return {
      kind: 'planned',
      changes: [on(work, { kind: 'create-group', key: work.key, name }, 'no group over there has this name')],
      finding: { ...finding, state: 'pending' },
    };
  }
  const { group } = correlation;
  const rename = planRename(work, group, name, input);
  if (rename.kind === 'refused') {
    return {
      kind: 'failed',
      subject: work.subject,
      reason: rename.reason,
      finding: { ...finding, remoteId: group.id, detail: rename.reason },
    };
  }
  if (work.wantedMembers === undefined)
    return { kind: 'planned', changes: rename.changes, finding: { ...finding, remoteId: group.id } };
  if (group.members === undefined) return { kind: 'needs-members', groupId: group.id };
  const strangers = [...group.members].filter((id) => work.wantedMembers?.has(id) !== true && !input.decided.has(id));
  const revokes = strangers.map((accountId) => {
    const email = input.observation.accounts.get(accountId)?.email ?? accountId;
    const revoke = { kind: 'revoke', accountId, groupId: group.id, email, groupName: group.name } as const;
    return on(work, revoke, 'the directory alone decides who is in this group');
  });
  return { kind: 'planned', changes: [...rename.changes, ...revokes], finding: { ...finding, remoteId: group.id } };
}

function planUnwanted(
  work: GroupWork,
  group: ObservedGroup | undefined,
  ours: boolean,
  finding: GroupFinding,
): GroupPlan {
  const removed: GroupFinding = { ...finding, state: 'removed' };
  if (group === undefined) return { kind: 'planned', changes: [], finding: removed };
  if (!ours || group.guarded !== undefined) {
    const detail = 'left in place: it was there before Drawbridge, or serves another group now';
    return { kind: 'planned', changes: [], finding: { ...removed, remoteId: group.id, detail } };
  }
  if (group.members === undefined) return { kind: 'needs-members', groupId: group.id };
  if (group.members.size > 0) {
    const detail = `left in place: ${group.members.size} members are still in it`;
    return { kind: 'planned', changes: [], finding: { ...removed, remoteId: group.id, detail } };
  }
  return {
    kind: 'planned',
    changes: [
      on(work, { kind: 'delete-group', groupId: group.id, name: group.name }, 'deleted in the directory, and empty'),
    ],
    finding: { ...removed, remoteId: group.id },
  };
}

/** A group the operator's map points at is never deleted, whoever made it: other groups may feed it too. */
function isOurs(work: GroupWork, shadow: GroupShadow | undefined, group: ObservedGroup | undefined): boolean {
  return !work.key.startsWith('name:') && shadow?.createdByUs === true && shadow.remoteId === group?.id;
}

function whyNotCreate(name: string, mayCreate: boolean, canCreate: boolean): string | undefined {
  if (!canCreate)
    return `no group is named ${name}, and groups cannot be made through this interface: make it there by hand`;
  if (!mayCreate)
    return `no group is named ${name}, and groups.create is off: make it there by hand, or map it in groups.map`;
  return undefined;
}

function planRename(
  work: GroupWork,
  group: ObservedGroup,
  name: string,
  input: PlanInput,
): { kind: 'changes'; changes: readonly PlannedChange[] } | { kind: 'refused'; reason: string } {
  if (group.name === name || work.key.startsWith('name:')) return { kind: 'changes', changes: [] };
  if (!input.capabilities.renamesGroups || group.guarded !== undefined) {
    return {
      kind: 'refused',
      reason: `the group is still named ${group.name} over there: rename it to ${name} by hand`,
    };
  }
  const { groupNamesFold } = input.capabilities;
  const taken = [...input.observation.groups.values()].some(
    (other) => other.id !== group.id && isSameName(other.name, name, groupNamesFold),
  );
  if (taken) return { kind: 'refused', reason: `cannot rename ${group.name} to ${name}: another group has that name` };
  const rename = { kind: 'rename-group', groupId: group.id, from: group.name, name } as const;
  return { kind: 'changes', changes: [on(work, rename, 'renamed in the directory')] };
}

const on = (work: GroupWork, change: PlannedChange['change'], reason: string): PlannedChange => ({
  change,
  reason,
  subjects: [work.subject],
});
