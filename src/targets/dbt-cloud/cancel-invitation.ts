import type { Operation, Outcome } from '../../model/operation.js';
import { isClosed, anything } from './dbt-api.js';
import { isOpen } from './dbt-invitation.js';
import { addressKey } from './people.js';
import { wireId } from './wire-id.js';
import type { DbtSession } from './session.js';

type Cancel = Extract<Operation, { kind: 'cancel-invitation' }>;

/**
 * Tries to withdraw an invitation, where the operator allows it.
 *
 * The route is undocumented (it stood in the vendor's generated specification from June to October 2023) and may also
 * mean "send again", so only the list decides whether the invitation is gone. `pending` means it can still be accepted:
 * the engine keeps the address in mind and removes the account the moment it appears.
 */
export async function cancelInvitation(session: DbtSession, operation: Cancel, signal: AbortSignal): Promise<Outcome> {
  const key = addressKey(operation.email);
  const before = await look(session, key, signal);
  if (before.kind === 'unlisted') return { kind: 'pending', remoteId: operation.invitationId };
  if (before.kind === 'closed') return { kind: 'already-so', remoteId: operation.invitationId };
  const pending: Outcome = { kind: 'pending', remoteId: before.id };
  if (session.dialect === 'v2' || session.config.revokeInvitations !== true) return pending;

  session.people.forget();
  try {
    const body = { id: wireId(before.id), account_id: wireId(session.config.accountId), state: 2 };
    await session.api.write(
      { method: 'POST', path: session.paths.invitation(before.id), body, data: anything, repeatable: false },
      signal,
    );
  } catch (error) {
    if (!isClosed(error)) throw error;
    return pending;
  }
  const after = await look(session, key, signal);
  return after.kind === 'closed' ? { kind: 'done', remoteId: before.id } : pending;
}

type Look =
  { readonly kind: 'unlisted' } | { readonly kind: 'closed' } | { readonly kind: 'open'; readonly id: string };

async function look(session: DbtSession, key: string, signal: AbortSignal): Promise<Look> {
  const invitations = await session.people.readInvitations(signal);
  if (invitations === undefined) return { kind: 'unlisted' };
  const open = invitations.find((each) => each.correlationKey === key && isOpen(each));
  return open === undefined ? { kind: 'closed' } : { kind: 'open', id: open.id };
}
