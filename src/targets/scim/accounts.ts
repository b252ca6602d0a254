import type { AccountChange, Operation, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { profileNames, type Edit } from './attributes.js';
import { editUser } from './edit-user.js';
import { called, readUser, requireUser } from './read-user.js';
import { isMissing, isRefusal, isUnsupported, vanished } from './refusals.js';
import { holds, type RemoteUser } from './scim-user.js';
import { guardedBy, userPath, type ScimSession } from './session.js';

type Update = Extract<Operation, { kind: 'update-account' }>;
type Deactivate = Extract<Operation, { kind: 'deactivate-account' }>;
type Reactivate = Extract<Operation, { kind: 'reactivate-account' }>;

/** Changes what the operation names and nothing else. */
export async function updateAccount(session: ScimSession, operation: Update, signal: AbortSignal): Promise<Outcome> {
  const { accountId, change } = operation;
  refuseCredentialOwner(session, accountId);
  const user = await requireUser(session, accountId, signal);
  const isSo = await carryOut(session, user, editsOf(session, change), signal);
  return { kind: isSo, remoteId: accountId };
}

/** Sets somebody inactive, or deletes them where the operator wants that. */
export async function deactivateAccount(
  session: ScimSession,
  operation: Deactivate,
  signal: AbortSignal,
): Promise<Outcome> {
  const { accountId } = operation;
  refuseCredentialOwner(session, accountId);
  const user = await readUser(session, accountId, signal);
  if (user === undefined) return { kind: 'already-so', remoteId: accountId };
  if (session.config.deprovision === 'delete') return deleteUser(session, user, signal);
  const isSo = await carryOut(session, user, [{ name: 'active', value: false }], signal);
  return { kind: isSo, remoteId: accountId };
}

/** Lets somebody in again, then edits them: attributes the server refuses must not keep anybody out. */
export async function reactivateAccount(
  session: ScimSession,
  operation: Reactivate,
  signal: AbortSignal,
): Promise<Outcome> {
  const { accountId, change, email } = operation;
  refuseCredentialOwner(session, accountId);
  const user = await readUser(session, accountId, signal);
  if (user === undefined) {
    if (session.config.deprovision !== 'delete') throw vanished(`user ${email}`);
    throw new TargetError('REJECTED', `${email} was deleted on the SCIM server, and has to be created again`);
  }
  const enabled = await carryOut(session, user, [{ name: 'active', value: true }], signal);
  const edits = editsOf(session, change);
  const now = enabled === 'done' && edits.length > 0 ? await requireUser(session, accountId, signal) : user;
  const edited = await carryOut(session, now, edits, signal);
  return { kind: enabled === 'done' ? enabled : edited, remoteId: accountId };
}

async function carryOut(
  session: ScimSession,
  user: RemoteUser,
  edits: readonly Edit[],
  signal: AbortSignal,
): Promise<'done' | 'already-so'> {
  const missing = edits.filter((edit) => !holds(user, edit));
  if (missing.length === 0) return 'already-so';
  await editUser(session, user, missing, signal);
  return 'done';
}

async function deleteUser(session: ScimSession, user: RemoteUser, signal: AbortSignal): Promise<Outcome> {
  const { id: remoteId } = user;
  try {
    const write = { method: 'DELETE', path: userPath(remoteId), repeatable: true } as const;
    await session.api.write({ ...write, ifMatch: guardedBy(session, user) }, signal);
  } catch (refusal) {
    if (!isRefusal(refusal) && !isUnsupported(refusal)) throw refusal;
    // A 404 may mean anything: only another look tells whether the user is gone.
    if ((await readUser(session, remoteId, signal)) === undefined) return { kind: 'already-so', remoteId };
    if (!isUnsupported(refusal) && !isMissing(refusal)) throw refusal;
    const message = `the SCIM server deletes nobody (${refusal.status}); set deprovision to deactivate for this target`;
    throw new TargetError('REJECTED', message, { status: refusal.status });
  }
  const after = await readUser(session, remoteId, signal);
  if (after?.active === true) {
    throw new TargetError('CONFLICT', `the SCIM server took the deletion of ${called(user)}, and still shows them`);
  }
  return { kind: 'done', remoteId };
}

/** What a change asks for, without what this server is known not to keep. */
export function editsOf({ manners }: ScimSession, change: AccountChange): Edit[] {
  const { firstName, lastName, email, profile = {} } = change;
  // Somebody without an address goes by their user name, which is none.
  const wanted = email?.includes('@') === true ? { emails: email, ...profile } : profile;
  return [
    ...(firstName === undefined || !manners.keepsNames ? [] : [{ name: 'givenName', value: firstName } as const]),
    ...(lastName === undefined || !manners.keepsNames ? [] : [{ name: 'familyName', value: lastName } as const]),
    ...profileNames.flatMap((name) => {
      const value = manners.kept.has(name) ? wanted[name] : undefined;
      return value === undefined ? [] : [{ name, value }];
    }),
  ];
}

/** Removing or changing the token's own user would cut the bridge off for good. */
function refuseCredentialOwner(session: ScimSession, accountId: string): void {
  if (accountId !== session.credentialOwner) return;
  throw new TargetError('REJECTED', 'this account owns the token Drawbridge works with; it is never changed');
}
