import type { RemoteId } from '../model/account.js';
import { groupBy } from '../model/group-by.js';
import type { Observation } from '../model/observation.js';
import type { Operation } from '../model/operation.js';
import type { Change, PlannedChange } from '../model/planned-change.js';
import type { Capabilities } from '../targets/target.js';

/** One write, with the due keys it serves and what it takes away. */
export interface PlannedOperation {
  readonly operation: Operation;
  readonly changes: readonly PlannedChange[];
  readonly subjects: readonly string[];
}

/**
 * Writes in the order they must happen: leavers first, whatever else waits, which frees their seats too; groups exist
 * before people join them, people before their memberships.
 */
export interface Phases {
  readonly departures: readonly PlannedOperation[];
  /** Old memberships of accounts that are about to come back: gone before anybody can use them again. */
  readonly clearing: readonly PlannedOperation[];
  readonly groups: readonly PlannedOperation[];
  readonly accounts: readonly PlannedOperation[];
  readonly memberships: readonly PlannedOperation[];
  /** A group is deleted last, when the memberships of this plan are gone. */
  readonly removals: readonly PlannedOperation[];
}

type Membership = Extract<Change, { kind: 'grant' | 'revoke' }>;

/**
 * Cuts changes to the grain the target writes at. Where a write replaces a whole set, `resulting` is everything
 * observed, minus our revokes, plus our grants: whoever is foreign stays by construction.
 *
 * @throws RangeError when a whole set would be written that was not observed whole
 */
export function compose(
  changes: readonly PlannedChange[],
  observation: Observation,
  grain: Capabilities['membershipGrain'],
): Phases {
  const departures: PlannedOperation[] = [];
  const groups: PlannedOperation[] = [];
  const accounts: PlannedOperation[] = [];
  const removals: PlannedOperation[] = [];
  const clearing: { readonly planned: PlannedChange; readonly change: Membership }[] = [];
  const memberships: { readonly planned: PlannedChange; readonly change: Membership }[] = [];

  for (const planned of changes) {
    const { change } = planned;
    switch (change.kind) {
      case 'deactivate-account':
        departures.push(single(planned, change));
        break;
      case 'create-group':
        groups.push(single(planned, change));
        break;
      case 'rename-group':
        groups.push(single(planned, { kind: 'rename-group', groupId: change.groupId, name: change.name }));
        break;
      case 'delete-group':
        removals.push(single(planned, change));
        break;
      case 'grant':
        memberships.push({ planned, change });
        break;
      case 'revoke':
        (change.clearing === true ? clearing : memberships).push({ planned, change });
        break;
      case 'update-account':
        accounts.push(single(planned, { kind: 'update-account', accountId: change.accountId, change: change.change }));
        break;
      default:
        accounts.push(single(planned, change));
    }
  }
  return {
    departures,
    clearing: composeMemberships(clearing, observation, grain),
    groups,
    accounts,
    memberships: composeMemberships(memberships, observation, grain),
    removals,
  };
}

function composeMemberships(
  memberships: readonly { readonly planned: PlannedChange; readonly change: Membership }[],
  observation: Observation,
  grain: Capabilities['membershipGrain'],
): PlannedOperation[] {
  if (grain === 'member') {
    return memberships.map(({ planned, change }) =>
      single(planned, {
        kind: change.kind === 'grant' ? 'add-member' : 'remove-member',
        groupId: change.groupId,
        accountId: change.accountId,
      }),
    );
  }
  const whole = grain === 'group' ? 'groupId' : 'accountId';
  const part = grain === 'group' ? 'accountId' : 'groupId';
  const sets = groupBy(memberships, ({ change }) => change[whole]);
  return [...sets].map(([id, parts]) => {
    const observed = grain === 'group' ? observation.groups.get(id)?.members : observation.accounts.get(id)?.groups;
    if (observed === undefined)
      throw new RangeError(`${grain} ${id} was not observed whole, so it cannot be written whole`);
    const pick = (kind: Membership['kind']): RemoteId[] =>
      parts
        .filter(({ change }) => change.kind === kind)
        .map(({ change }) => change[part])
        .toSorted();
    const [add, remove] = [pick('grant'), pick('revoke')];
    const resulting = [...new Set([...observed, ...add])].filter(notIn(remove)).toSorted();
    const changes = parts.map(({ planned }) => planned);
    const operation: Operation =
      grain === 'group'
        ? { kind: 'set-group-members', groupId: id, add, remove, resulting }
        : { kind: 'set-account-groups', accountId: id, add, remove, resulting };
    return { operation, changes, subjects: [...new Set(changes.flatMap((each) => each.subjects))] };
  });
}

const notIn = (removed: readonly RemoteId[]) => {
  const gone = new Set(removed);
  return (id: RemoteId): boolean => !gone.has(id);
};

function single(planned: PlannedChange, operation: Operation): PlannedOperation {
  return { operation, changes: [planned], subjects: planned.subjects };
}
