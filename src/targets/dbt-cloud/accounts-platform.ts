import { z } from 'zod';
import type { AccountChange, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import {
  isRefusal,
  refuseCredentialOwner,
  stillActive,
  vanished,
  type AccountOperations,
  type DeactivateAccount,
  type ReactivateAccount,
  type UpdateAccount,
} from './account-operations.js';
import { userAnswer, type DbtUser } from './dbt-user.js';
import { fetchUser, isActive, listedUser, readUser } from './read-user.js';
import type { DbtSession } from './session.js';
import { wireId } from './wire-id.js';

/**
 * The platform: a licence record is somebody's place in the account. Changing it changes the licence, `state: 2` removes
 * the person, who then leaves every list. Names are the person's own, for all accounts, behind another call.
 */
export const platformAccounts: AccountOperations = { update, deactivate, reactivate };

async function update(
  session: DbtSession,
  { accountId, change }: UpdateAccount,
  signal: AbortSignal,
): Promise<Outcome> {
  refuseCredentialOwner(session, accountId);
  const user = await readUser(session, accountId, signal);
  if (user?.licence === undefined || !isActive(session, user)) throw vanished(accountId);
  const licence = (change.licence ?? user.licence.type) === user.licence.type ? undefined : change.licence;
  const names = changedNames(user, change);
  if (licence === undefined && names === undefined) return { kind: 'already-so', remoteId: accountId };
  // The licence first: it decides about access and cost, and the names may be refused for good.
  if (licence !== undefined) await writeLicence(session, user, { license_type: licence }, signal);
  if (names !== undefined) await tryNames(session, user, names, signal);
  return { kind: 'done', remoteId: accountId };
}

/**
 * A name is the person's own, for all their accounts, and many tokens may not change it. That must not cost anybody
 * their licence or groups: once refused, names are left alone until the next connect.
 */
async function tryNames(
  session: DbtSession,
  user: DbtUser,
  names: Parameters<typeof writeNames>[2],
  signal: AbortSignal,
): Promise<void> {
  try {
    await writeNames(session, user, names, signal);
  } catch (refusal) {
    const forbidden = refusal instanceof TargetError && (refusal.status === 403 || refusal.status === 404);
    if (!forbidden) throw refusal;
    session.rights.editsNames = false;
    session.log.warn('names are left alone: dbt Cloud does not let this token change them', {
      reason: refusal.message,
    });
  }
}

async function deactivate(session: DbtSession, operation: DeactivateAccount, signal: AbortSignal): Promise<Outcome> {
  const { accountId } = operation;
  refuseCredentialOwner(session, accountId);
  const before = await readUser(session, accountId, signal);
  if (before?.licence?.live !== true) return { kind: 'already-so', remoteId: accountId };
  try {
    await writeLicence(session, before, { state: 2 }, signal);
  } catch (refusal) {
    // Removing a removed licence is refused too; only a fresh list tells the two apart.
    if (!isRefusal(refusal)) throw refusal;
    const listed = await listedUser(session, accountId, signal);
    if (listed?.licence?.live === true) throw refusal;
    return { kind: 'already-so', remoteId: accountId };
  }
  const after = await fetchUser(session, accountId, signal);
  if (after?.licence?.live === true) throw stillActive(after);
  return { kind: 'done', remoteId: accountId };
}

function reactivate(_session: DbtSession, operation: ReactivateAccount): Promise<Outcome> {
  const message = `dbt Cloud keeps no removed accounts; ${operation.email} must be invited again`;
  return Promise.reject(new TargetError('REJECTED', message));
}

const licenceWritten = z.looseObject({
  license_type: z.string().nullish(),
  groups: z.array(z.unknown()).nullish(),
});

/**
 * Writes a licence record whole, as read, with the change in place: without `groups` the person may lose them all
 * (dpguthrie/dbtc, docs/guide/cloud.md).
 */
async function writeLicence(
  session: DbtSession,
  user: DbtUser,
  change: { readonly license_type: string } | { readonly state: 2 },
  signal: AbortSignal,
): Promise<void> {
  const { licence } = user;
  if (licence?.id === undefined || licence.raw === undefined || !Array.isArray(licence.raw['groups'])) {
    throw new TargetError('UNEXPECTED_RESPONSE', `dbt Cloud does not show the whole licence of ${user.email}`);
  }
  if ('user_id' in licence.raw && String(licence.raw['user_id']) !== user.id) {
    throw new TargetError('UNEXPECTED_RESPONSE', `dbt Cloud shows somebody else's licence for ${user.email}`);
  }
  const body = {
    ...licence.raw,
    id: wireId(licence.id),
    account_id: wireId(session.config.accountId),
    user_id: wireId(user.id),
    license_type: licence.type,
    state: 1,
    ...change,
  };
  const path = session.paths.licence(licence.id);
  // The record carries groups: written again it would undo what somebody changed there. A removal stays a removal.
  const repeatable = 'state' in change;
  const written = await session.api.write({ method: 'POST', path, body, data: licenceWritten, repeatable }, signal);
  if ('state' in change) return;
  const lostGroups = (written.groups?.length ?? Infinity) < licence.raw['groups'].length;
  if ((written.license_type ?? change.license_type) !== change.license_type || lostGroups) {
    throw new TargetError(
      'CONFLICT',
      `dbt Cloud took the licence of ${user.email}, and shows something else afterwards`,
    );
  }
}

interface Names {
  readonly first_name: string;
  readonly last_name: string;
}

function changedNames(user: DbtUser, change: AccountChange): Names | undefined {
  const first = change.firstName ?? user.firstName;
  const last = change.lastName ?? user.lastName;
  return first === user.firstName && last === user.lastName ? undefined : { first_name: first, last_name: last };
}

/** @throws {TargetError} REJECTED when a name is missing, or when the token may not edit other people's profiles */
async function writeNames(session: DbtSession, user: DbtUser, names: Names, signal: AbortSignal): Promise<void> {
  if (names.first_name.trim() === '' || names.last_name.trim() === '') {
    throw new TargetError('REJECTED', `dbt Cloud needs a first and a last name; ${user.email} has only one of them`);
  }
  const path = session.paths.profile(user.id);
  try {
    const data = userAnswer(session.config.accountId).or(z.unknown());
    await session.api.write({ method: 'POST', path, body: names, data, repeatable: true }, signal);
  } catch (error) {
    if (!isRefusal(error) || (error.status !== 403 && error.status !== 404)) throw error;
    const message = `dbt Cloud does not let this token change the name of ${user.email} (${error.status}); change it there by hand`;
    throw new TargetError('REJECTED', message, { status: error.status });
  }
}
