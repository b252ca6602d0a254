import type { RemoteId } from '../../model/account.js';
import { isRefusal, type RetoolApi } from './retool-api.js';
import { groupAnswer, type RetoolGroup } from './retool-group.js';
import { segment, type RetoolSession } from './session.js';

/** Reads every group with everybody in it: one call, without pages or filters. */
export function listGroups(api: RetoolApi, signal: AbortSignal): Promise<readonly RetoolGroup[]> {
  return api.whole('/groups', groupAnswer, signal);
}

export const groupPath = (id: RemoteId): string => `/groups/${segment(id)}`;

/**
 * Reads one group just before a write, disabled members included.
 *
 * @returns undefined when a complete list does not hold it: a 404 alone may mean something else
 */
export async function readGroup(
  { api }: RetoolSession,
  id: RemoteId,
  signal: AbortSignal,
): Promise<RetoolGroup | undefined> {
  try {
    const group = await api.get(groupPath(id), groupAnswer, signal);
    if (group.id === id) return group;
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  return (await listGroups(api, signal)).find((group) => group.id === id);
}
