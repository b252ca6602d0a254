import type { RemoteId } from '../../model/account.js';
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
import { fetchUser, listedUser, readUser } from './read-user.js';
import type { DbtSession } from './session.js';
import { anything } from './dbt-api.js';
import { wireId } from './wire-id.js';

/** v2: a user POST is the person's full state, groups included; DELETE deactivates and keeps the record. */
export const v2Accounts: AccountOperations = { update, deactivate, reactivate };

async function update(
  session: DbtSession,
  { accountId, change }: UpdateAccount,
  signal: AbortSignal,
): Promise<Outcome> {
  refuseCredentialOwner(session, accountId);
  const user = await readUser(session, accountId, signal);
  if (user === undefined) throw vanished(accountId);
  if (isAsWanted(user, change)) return { kind: 'already-so', remoteId: accountId };
  await writeWhole(session, user, { change, active: user.isActive, groups: groupsOf(user) }, signal);
  return { kind: 'done', remoteId: accountId };
}

async function deactivate(session: DbtSession, operation: DeactivateAccount, signal: AbortSignal): Promise<Outcome> {
  const { accountId } = operation;
  refuseCredentialOwner(session, accountId);
  const before = await readUser(session, accountId, signal);
  if (before === undefined || !before.isActive) return { kind: 'already-so', remoteId: accountId };
  try {
    const path = session.paths.user(accountId);
    await session.api.write({ method: 'DELETE', path, data: anything, repeatable: true }, signal);
  } catch (refusal) {
    // A 404 may mean "not permitted": only a fresh list tells whether the person is gone.
    if (!isRefusal(refusal)) throw refusal;
    const listed = await listedUser(session, accountId, signal);
    if (listed?.isActive === true) throw refusal;
    return { kind: 'already-so', remoteId: accountId };
  }
  const after = await fetchUser(session, accountId, signal);
  if (after?.isActive === true) throw stillActive(after);
  return { kind: 'done', remoteId: accountId };
}

async function reactivate(session: DbtSession, operation: ReactivateAccount, signal: AbortSignal): Promise<Outcome> {
  const { accountId, change } = operation;
  refuseCredentialOwner(session, accountId);
  const user = await readUser(session, accountId, signal);
  if (user === undefined) throw mustBeInvited(operation.email);
  const groups = [...new Set([...groupsOf(user), ...operation.groups])];
  if (user.isActive && isAsWanted(user, change)) return { kind: 'already-so', remoteId: accountId };
  const written = await writeWhole(session, user, { change, active: true, groups }, signal);
  if (!written.isActive) throw mustBeInvited(operation.email);
  return { kind: 'done', remoteId: accountId };
}

function mustBeInvited(email: string): TargetError {
  return new TargetError('REJECTED', `dbt Cloud does not reactivate ${email}; they must be invited again`);
}

/**
 * Sends a person's whole state: everything as read, unknown fields included, with only the change in place.
 *
 * Whatever a body leaves out goes back to a default: names to nothing, licence to the billed one, groups to none, and a
 * deactivated person to active.
 */
async function writeWhole(
  session: DbtSession,
  user: DbtUser,
  wanted: { readonly change: AccountChange; readonly active: boolean; readonly groups: readonly RemoteId[] },
  signal: AbortSignal,
): Promise<DbtUser> {
  const { change, active, groups } = wanted;
  const body = {
    ...user.raw,
    first_name: change.firstName ?? user.firstName,
    last_name: change.lastName ?? user.lastName,
    license_type: change.licence ?? licenceOf(user),
    groups: groups.map(wireId),
    is_active: active,
  };
  const path = session.paths.user(user.id);
  const answer = await session.api.write({ method: 'POST', path, body, data: anything, repeatable: false }, signal);
  return await confirm(session, user, wanted, answer, signal);
}

/** Compares what is there now with what was sent: from the answer where it shows the person, else by a fresh read. */
async function confirm(
  session: DbtSession,
  user: DbtUser,
  wanted: { readonly change: AccountChange; readonly groups: readonly RemoteId[] },
  answer: unknown,
  signal: AbortSignal,
): Promise<DbtUser> {
  const parsed = userAnswer(session.config.accountId).safeParse(answer);
  const shown = parsed.success && parsed.data.groups !== undefined ? parsed.data : undefined;
  const written = shown ?? (await readUser(session, user.id, signal));
  if (written === undefined) throw vanished(user.id);
  const missing = wanted.groups.filter((id) => written.groups?.includes(id) === false);
  if (!isAsWanted(written, wanted.change) || (written.isActive && missing.length > 0)) {
    throw new TargetError(
      'CONFLICT',
      `dbt Cloud took the change of ${user.email}, and shows something else afterwards`,
    );
  }
  return written;
}

function isAsWanted(user: DbtUser, change: AccountChange): boolean {
  return (
    (change.licence ?? user.licence?.type) === user.licence?.type &&
    (change.firstName ?? user.firstName) === user.firstName &&
    (change.lastName ?? user.lastName) === user.lastName
  );
}

function groupsOf(user: DbtUser): readonly RemoteId[] {
  if (user.groups !== undefined) return user.groups;
  throw new TargetError(
    'REJECTED',
    `dbt Cloud does not show the groups of ${user.email}; a full update would drop them`,
  );
}

function licenceOf(user: DbtUser): string {
  if (user.licence !== undefined) return user.licence.type;
  throw new TargetError(
    'REJECTED',
    `dbt Cloud does not show the licence of ${user.email}; a full update would reset it`,
  );
}
