import { TargetError } from '../target-error.js';
import { userPage } from './list-users.js';
import { groupAnswer, type RetoolGroup } from './retool-group.js';
import { isClosed, isRefusal, type Page, type RetoolApi } from './retool-api.js';
import { invitationAnswer } from './retool-invitation.js';
import type { RetoolUser } from './retool-user.js';

/** How much of an organisation plan and token open to us; decides what is promised. */
export type Mode = 'full' | 'users-only' | 'invite-only';

export interface RetoolAccess {
  readonly mode: Mode;
  /** Invitations can be listed; always so in `invite-only`. */
  readonly showsInvitations: boolean;
}

/** What the probes found. A reason stands for what is closed, in the vendor's words. */
export interface Probed {
  readonly access: RetoolAccess;
  readonly users: Probe<Page<RetoolUser>>;
  readonly groups: Probe<readonly RetoolGroup[]>;
  readonly invitations: Probe<unknown>;
}

export type Probe<T> = { readonly open: true; readonly answer: T } | { readonly open: false; readonly reason: string };

/**
 * Tries what plan and scopes may close, by reading.
 *
 *   users   groups  invitations │ mode
 *   open    open    any         │ full
 *   open    closed  any         │ users-only
 *   closed  any     open        │ invite-only
 *   closed  any     closed      │ none: an error
 *
 * Only an answer that means "not for you" counts as closed. A server that fails or is busy has said nothing about the
 * plan, and the look fails with it.
 *
 * @throws {TargetError} UNAUTHORIZED when neither users nor invitations are open
 */
export async function probe(api: RetoolApi, signal: AbortSignal): Promise<Probed> {
  const users = await attempt(userPage(api, undefined, signal));
  const groups = users.open ? await attempt(api.whole('/groups', groupAnswer, signal)) : notTried;
  // Where accounts can be seen, invitations are a nicety: any refusal will do to go without them.
  const invitations = await attempt(
    api.whole('/user_invites', invitationAnswer, signal),
    users.open ? isRefusal : isClosed,
  );
  if (!users.open && !invitations.open) throw nothingOpen(users.reason, invitations.reason);
  const mode = users.open ? (groups.open ? 'full' : 'users-only') : 'invite-only';
  return { access: { mode, showsInvitations: invitations.open }, users, groups, invitations };
}

const notTried = { open: false, reason: 'not tried' } as const;

async function attempt<T>(
  read: Promise<T>,
  isForbidden: (error: unknown) => error is TargetError = isClosed,
): Promise<Probe<T>> {
  try {
    return { open: true, answer: await read };
  } catch (error) {
    if (isClosed(error) || isForbidden(error)) return { open: false, reason: reasonOf(error) };
    throw error;
  }
}

/** The vendor's own words where there are any: they name the missing scope or plan. */
function reasonOf({ status, words, isPage, message }: TargetError): string {
  if (isPage) return 'a web page came instead of data';
  return status === undefined || words === undefined ? message : `${status}: ${words.replace(/\.$/, '')}`;
}

function nothingOpen(users: string, invitations: string): TargetError {
  const message =
    `this token opens neither users nor invitations in Retool. Users and groups need the Enterprise plan and the scopes users:read and users:write, ` +
    `groups:read and groups:write; invitations alone need at least the Business plan. Retool's answers: ${users}; ${invitations}`;
  return new TargetError('UNAUTHORIZED', message);
}
