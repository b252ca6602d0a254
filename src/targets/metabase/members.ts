import { z } from 'zod';
import type { RemoteId } from '../../model/account.js';
import type { Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { refuseOurselves, vanished, type AddMember, type RemoveMember } from './account-operations.js';
import { readGroups } from './groups.js';
import type { MetabaseInstance } from './instance.js';
import { aboutFormerAdministrator, unlessLastAdministrator } from './last-administrator.js';
import { isMissing, isRefusal } from './metabase-api.js';
import { idAnswer, wireId } from './metabase-user.js';

/** A group's active members, after one was added. */
const membersAnswer = z.array(z.looseObject({ user_id: idAnswer, membership_id: idAnswer }));

/**
 * Adds one member and touches nobody else; managers of the group (Pro) stay managers.
 *
 * @throws {TargetError} CONFLICT when the group or the account is gone; REJECTED with the reason
 */
export async function addMember(
  instance: MetabaseInstance,
  { groupId, accountId }: AddMember,
  signal: AbortSignal,
): Promise<Outcome> {
  const { api, memberships } = instance;
  const done = { kind: 'done', remoteId: accountId } as const;
  if ((await memberships.find(accountId, groupId, signal)) !== undefined) return { ...done, kind: 'already-so' };
  const body = { group_id: wireId(groupId), user_id: wireId(accountId) };
  try {
    const members = await api.write(
      { method: 'POST', path: '/permissions/membership', body, answer: membersAnswer },
      signal,
    );
    const made = members.find((each) => each.user_id === accountId);
    if (made !== undefined) memberships.note(accountId, groupId, made.membership_id);
    // The answer leaves out people who are deactivated.
    else if ((await memberships.findAgain(accountId, groupId, signal)) === undefined)
      throw notAdded(accountId, groupId);
    return done;
  } catch (error) {
    memberships.forget();
    if (!(error instanceof TargetError)) throw error;
    // A second membership of a pair breaks a rule of the database and is answered as a failure of the server.
    const mayExist = error.status === 500 && error.code === 'OUTCOME_UNKNOWN';
    if (mayExist && (await memberships.findAgain(accountId, groupId, signal)) !== undefined) {
      return { ...done, kind: 'already-so' };
    }
    throw isRefusal(error) ? await explain(instance, { groupId, accountId }, error, signal) : error;
  }
}

const notAdded = (accountId: RemoteId, groupId: RemoteId): TargetError =>
  new TargetError('CONFLICT', `Metabase took user ${accountId} into group ${groupId}, and shows no such membership`);

/** Of a group or a user that is gone, newer releases speak as of a tenant's (metabase.permissions). */
async function explain(
  { api, users }: MetabaseInstance,
  { groupId, accountId }: { readonly groupId: RemoteId; readonly accountId: RemoteId },
  refusal: TargetError,
  signal: AbortSignal,
): Promise<TargetError> {
  const group = (await readGroups(api, signal)).find((each) => each.id === groupId);
  if (group === undefined) return new TargetError('CONFLICT', `Metabase group ${groupId} is no longer there`);
  return (await users.read(accountId, signal)) === undefined ? vanished(accountId) : refusal;
}

/**
 * Ends one membership, by its own id as just looked up; works for people who are deactivated, too.
 *
 * @throws {TargetError} REJECTED for the last person in Administrators; CONFLICT when it was made anew meanwhile
 */
export async function removeMember(
  instance: MetabaseInstance,
  { groupId, accountId }: RemoveMember,
  signal: AbortSignal,
): Promise<Outcome> {
  refuseOurselves(instance, accountId);
  const remove = (): Promise<Outcome> => removeOne(instance, accountId, groupId, signal);
  if (groupId !== instance.administrators) return remove();
  try {
    return await unlessLastAdministrator(instance, accountId, signal, remove);
  } catch (refusal) {
    if (!isRefusal(refusal) || refusal.status !== 400) throw refusal;
    const isInactive = (await instance.users.read(accountId, signal))?.active === false;
    throw isInactive ? aboutFormerAdministrator(refusal) : refusal;
  }
}

async function removeOne(
  { api, memberships }: MetabaseInstance,
  accountId: RemoteId,
  groupId: RemoteId,
  signal: AbortSignal,
): Promise<Outcome> {
  const done = { kind: 'done', remoteId: accountId } as const;
  const id = await memberships.find(accountId, groupId, signal);
  if (id === undefined) return { ...done, kind: 'already-so' };
  try {
    await api.write({ method: 'DELETE', path: `/permissions/membership/${wireId(id)}`, answer: z.unknown() }, signal);
    memberships.note(accountId, groupId, undefined);
    return done;
  } catch (error) {
    memberships.forget();
    if (!isMissing(error)) throw error;
    // Ids are never used again: this membership is gone, but there may be a new one.
    const now = await memberships.findAgain(accountId, groupId, signal);
    if (now === undefined) return { ...done, kind: 'already-so' };
    if (now === id) throw error;
    throw new TargetError('CONFLICT', `user ${accountId} was added to Metabase group ${groupId} anew`);
  }
}
