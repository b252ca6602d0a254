import type { Operation, Outcome } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import { editsOf } from './accounts.js';
import { withEdit, type Edit } from './attributes.js';
import { noteUnkept } from './edit-user.js';
import { called, fetchUser } from './read-user.js';
import { attributesRefused, isOptional, isRefusal } from './refusals.js';
import { holds, userAnswer, type RemoteUser } from './scim-user.js';
import type { ScimSession } from './session.js';
import { userUrn } from './wire.js';

type CreateAccount = Extract<Operation, { kind: 'create-account' }>;

/**
 * Makes one user, active at once, unless they are there: looks first, posts once, and takes a refusal for a reason to
 * look again.
 *
 * @throws {TargetError} CONFLICT when somebody inactive has the name: the engine looks again, and reactivates them
 */
export async function createAccount(
  session: ScimSession,
  operation: CreateAccount,
  signal: AbortSignal,
): Promise<Outcome> {
  const { email, firstName, lastName, profile = {} } = operation;
  const { userName = email, externalId } = profile;
  const known = outcomeOf(session, await session.roster.find(userName, signal));
  if (known !== undefined) return known;
  const edits = editsOf(session, { firstName, lastName, email, profile: { ...profile, userName } });
  let made: RemoteUser;
  try {
    made = await post(session, edits, signal);
  } catch (refusal) {
    session.roster.forget();
    if (!isRefusal(refusal)) throw refusal;
    // Somebody may have been quicker, or the filter heeded case: the whole list knows.
    const there = outcomeOf(session, await session.roster.findForSure(userName, externalId, signal));
    if (there === undefined) throw refusal;
    return there;
  }
  session.roster.note(made);
  await learn(session, made, edits, signal);
  return { kind: 'done', remoteId: made.id };
}

function outcomeOf(session: ScimSession, found: readonly RemoteUser[]): Outcome | undefined {
  const [user, another] = found;
  if (user === undefined) return undefined;
  if (another !== undefined) {
    throw new TargetError('REJECTED', `${found.length} users of the SCIM server are named ${user.userName}`);
  }
  if (user.active) return { kind: 'already-so', remoteId: user.id };
  // The engine can only bring back whom it sees, and some servers leave inactive users out of lists.
  session.roster.unlisted.add(user.id);
  throw new TargetError('CONFLICT', `${called(user)} is on the SCIM server already, and inactive`);
}

/** One user is made at the most: only a refusal that names an attribute is followed by a second try, without it. */
async function post(session: ScimSession, edits: readonly Edit[], signal: AbortSignal): Promise<RemoteUser> {
  let sent = edits;
  for (;;) {
    const body = sent.reduce(withEdit, { schemas: [userUrn], active: true });
    try {
      return await session.api.send({ method: 'POST', path: '/Users', body, repeatable: false }, userAnswer, signal);
    } catch (refusal) {
      const refused = isRefusal(refusal) ? attributesRefused(refusal, sent) : [];
      if (refused.length === 0) throw refusal;
      noteUnkept(session, refused);
      sent = sent.filter((edit) => !refused.includes(edit));
    }
  }
}

/** What a new user does not show of what was sent, this server does not keep. */
async function learn(
  session: ScimSession,
  made: RemoteUser,
  edits: readonly Edit[],
  signal: AbortSignal,
): Promise<void> {
  const isLost = (edit: Edit): boolean => isOptional(edit) && session.manners.kept.has(edit.name as never);
  const lost = edits.filter((edit) => isLost(edit) && !holds(made, edit));
  if (lost.length === 0) return;
  // The answer to a creation is often shorter than the resource.
  const shown = await fetchUser(session, made.id, signal).catch(() => undefined);
  if (shown !== undefined)
    noteUnkept(
      session,
      lost.filter((edit) => !holds(shown, edit)),
    );
}
