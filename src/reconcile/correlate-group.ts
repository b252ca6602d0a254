import type { DesiredGroup, GroupKey, RemoteId } from '../model/account.js';
import { fold } from '../model/fold.js';
import type { ObservedGroup } from '../model/observation.js';

export type GroupCorrelation =
  | { readonly kind: 'linked'; readonly group: ObservedGroup }
  | { readonly kind: 'unmatched' }
  | { readonly kind: 'disputed'; readonly reason: string };

/**
 * Finds the target's group for a desired one: the linked one by id, else the only one with exactly that name.
 *
 * Names are compared to the letter where, to the vendor, two that differ by case are two groups. Two with the same
 * name are never guessed between. A built-in group is taken only when the operator's map names it.
 *
 * @param linkedElsewhere which key each remote group already serves
 * @param namesFold whether names that differ by case alone are one name to this target
 */
export function correlateGroup(
  desired: DesiredGroup,
  remoteId: RemoteId | undefined,
  groups: ReadonlyMap<RemoteId, ObservedGroup>,
  linkedElsewhere: ReadonlyMap<RemoteId, GroupKey>,
  namesFold: boolean,
): GroupCorrelation {
  const known = remoteId === undefined ? undefined : groups.get(remoteId);
  if (known !== undefined) return usable(desired, known);

  const sameName = [...groups.values()].filter((group) => isSameName(group.name, desired.name, namesFold));
  if (sameName.length > 1) {
    return { kind: 'disputed', reason: `${sameName.length} groups are named ${desired.name}; rename all but one` };
  }
  const [group] = sameName;
  if (group === undefined) return { kind: 'unmatched' };
  const other = linkedElsewhere.get(group.id);
  if (other !== undefined && other !== desired.key) {
    return { kind: 'disputed', reason: `the group ${desired.name} already serves another group of the directory` };
  }
  return usable(desired, group);
}

/** Whether a target takes two group names for one. */
export function isSameName(one: string, other: string, namesFold: boolean): boolean {
  return one === other || (namesFold && fold(one) === fold(other));
}

function usable(desired: DesiredGroup, group: ObservedGroup): GroupCorrelation {
  if (group.guarded === 'managed-elsewhere') {
    return { kind: 'disputed', reason: `the group ${group.name} is managed by the vendor's own SCIM` };
  }
  if (group.guarded === 'automatic') {
    return { kind: 'disputed', reason: `the target fills ${group.name} by itself: its members cannot be managed` };
  }
  if (group.guarded === 'built-in' && !desired.key.startsWith('name:')) {
    return { kind: 'disputed', reason: `${group.name} is built in; name it in groups.map to manage its members` };
  }
  return { kind: 'linked', group };
}
