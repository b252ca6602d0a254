import type { DesiredGroup, GroupKey, RemoteId } from '../model/account.js';
import type { ObservedGroup } from '../model/observation.js';

export type GroupCorrelation =
  | { readonly kind: 'linked'; readonly group: ObservedGroup }
  | { readonly kind: 'unmatched' }
  | { readonly kind: 'disputed'; readonly reason: string };

/**
 * Finds the target's group for a desired one: the linked one by id, else the only one with exactly that name.
 *
 * Names are compared to the letter, because to vendors two names that differ by case are two groups. Two with the same
 * name are never guessed between. A built-in group is taken only when the operator's map names it.
 *
 * @param linkedElsewhere which key each remote group already serves
 */
export function correlateGroup(
  desired: DesiredGroup,
  remoteId: RemoteId | undefined,
  groups: ReadonlyMap<RemoteId, ObservedGroup>,
  linkedElsewhere: ReadonlyMap<RemoteId, GroupKey>,
): GroupCorrelation {
  const known = remoteId === undefined ? undefined : groups.get(remoteId);
  if (known !== undefined) return usable(desired, known);

  const sameName = [...groups.values()].filter((group) => group.name === desired.name);
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

function usable(desired: DesiredGroup, group: ObservedGroup): GroupCorrelation {
  if (group.guarded === 'managed-elsewhere') {
    return { kind: 'disputed', reason: `the group ${group.name} is managed by the vendor's own SCIM` };
  }
  if (group.guarded === 'built-in' && !desired.key.startsWith('name:')) {
    return { kind: 'disputed', reason: `${group.name} is built in; name it in groups.map to manage its members` };
  }
  return { kind: 'linked', group };
}
