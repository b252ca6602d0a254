import type { AccountData } from './account.js';

/**
 * A user id that is, whenever possible, the licence id of somebody else: confusing the two then visibly hits the wrong
 * record instead of failing harmlessly.
 */
export function newUserId({ ids }: AccountData): number {
  const claimed = ids.unclaimed.shift();
  if (claimed !== undefined) return claimed;
  const id = ids.next++;
  ids.unmirrored.push(id);
  return id;
}

/** A licence id, never the holder's own user id. */
export function newLicenceId({ ids }: AccountData, holder: number): number {
  const mirror = ids.unmirrored.findIndex((each) => each !== holder);
  const [mirrored] = mirror === -1 ? [] : ids.unmirrored.splice(mirror, 1);
  if (mirrored !== undefined) return mirrored;
  const id = ids.next++;
  ids.unclaimed.push(id);
  return id;
}

/** An id for anything else that is not a group: equal to no user id and no licence id. */
export function newId({ ids }: AccountData): number {
  return ids.next++;
}

export function newGroupId({ ids }: AccountData): number {
  return ids.nextGroup++;
}
