import { z } from 'zod';
import type { Operation, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { refuseCredentialOwner, vanished } from './account-operations.js';
import { isActive, readUser } from './read-user.js';
import { merge } from './set-group-members.js';
import type { DbtSession } from './session.js';
import { idAnswer, wireId } from './wire-id.js';

type SetAccountGroups = Extract<Operation, { kind: 'set-account-groups' }>;

const held = z.array(z.union([idAnswer, z.looseObject({ id: idAnswer })]));

/**
 * Replaces all groups of one person on the platform, computed from the ones they hold right before the write: default
 * groups and those a human granted a moment ago are carried along.
 *
 * @throws {TargetError} CONFLICT when the answer lacks a wanted group (unknown ids vanish without a word) or still holds
 *   a removed one; REJECTED for the token's own user, whose groups nobody may edit
 */
export async function setAccountGroups(
  session: DbtSession,
  operation: SetAccountGroups,
  signal: AbortSignal,
): Promise<Outcome> {
  const { accountId, add, remove } = operation;
  refuseCredentialOwner(session, accountId);
  const user = await readUser(session, accountId, signal);
  if (user === undefined || !isActive(session, user)) throw vanished(accountId);
  if (user.groups === undefined) {
    throw new TargetError('UNEXPECTED_RESPONSE', `dbt Cloud does not show the groups of ${user.email}`);
  }
  const before = user.groups;
  const wanted = merge(before, add, remove);
  if (wanted.size === before.length && before.every((id) => wanted.has(id))) {
    return { kind: 'already-so', remoteId: accountId };
  }
  const body = { user_id: wireId(accountId), desired_group_ids: [...wanted].map(wireId) };
  const answer = await session.api.write(
    { method: 'POST', path: session.paths.assignGroups, body, data: held, repeatable: false },
    signal,
  );
  const now = new Set(answer.map((entry) => String(typeof entry === 'object' ? entry.id : entry)));
  const missing = [...wanted].filter((id) => !now.has(id));
  const kept = remove.filter((id) => now.has(id));
  if (missing.length > 0 || kept.length > 0) {
    const message = `dbt Cloud took the groups of ${user.email}, and holds others afterwards (missing: ${list(missing)}; still there: ${list(kept)})`;
    throw new TargetError('CONFLICT', message);
  }
  return { kind: 'done', remoteId: accountId };
}

const list = (ids: readonly string[]): string => (ids.length === 0 ? 'none' : ids.join(', '));
