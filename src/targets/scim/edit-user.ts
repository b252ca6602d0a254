import { TargetError } from '../target-error.js';
import { patchValue, pathOf, textOf, withEdit, type Edit, type ProfileName } from './attributes.js';
import { attributesRefused, isMissing, isOptional, isOvertaken, isUnsupported } from './refusals.js';
import { called, fetchUser, requireUser } from './read-user.js';
import { holds, userAnswer, type RemoteUser } from './scim-user.js';
import { guardedBy, userPath, type ScimSession } from './session.js';
import { patchUrn, writable } from './wire.js';

/**
 * Makes a user as the edits want them, with one write, and sees whether they are afterwards. What a server turns out not
 * to keep of the further attributes is left out from then on: it must not cost anybody their access.
 *
 * @param user read a moment ago
 * @throws {TargetError} CONFLICT when the user changed meanwhile, or shows something else afterwards
 */
export async function editUser(
  session: ScimSession,
  user: RemoteUser,
  edits: readonly Edit[],
  signal: AbortSignal,
): Promise<void> {
  const { sent, answer } = await sendWhatIsTaken(session, user, edits, signal);
  if (sent.length === 0) return;
  const parsed = userAnswer.safeParse(answer);
  const told = parsed.success && parsed.data.id === user.id ? parsed.data : undefined;
  const isDone = told !== undefined && sent.every((edit) => holds(told, edit));
  const after = isDone ? told : await requireUser(session, user.id, signal);
  settle(session, after, sent);
}

/** Compares what is there now with what was sent, and learns from it. */
function settle(session: ScimSession, after: RemoteUser, sent: readonly Edit[]): void {
  const lost = sent.filter((edit) => !holds(after, edit));
  noteUnkept(session, lost.filter(isOptional));
  const names = lost.filter(({ name }) => name === 'givenName' || name === 'familyName');
  const isNameless =
    names.length > 0 && names.every((edit) => edit.name !== 'active' && textOf(after.raw, edit.name) === undefined);
  if (isNameless) {
    session.manners.keepsNames = false;
    session.log.warn('names are left alone: the SCIM server does not keep them');
  }
  const wrong = lost.filter((edit) => !isOptional(edit) && !(isNameless && names.includes(edit)));
  if (wrong.length === 0) return;
  const what = wrong.map(({ name }) => name).join(', ');
  const message = `the SCIM server took the change of ${called(after)}, and shows something else afterwards (${what})`;
  throw new TargetError('CONFLICT', message);
}

/** From here on these attributes are neither compared nor sent. */
export function noteUnkept(session: ScimSession, edits: readonly Edit[]): void {
  const names = edits.map(({ name }) => name).filter((name) => session.manners.kept.delete(name as ProfileName));
  if (names.length === 0) return;
  session.log.warn('attributes are left alone: the SCIM server does not keep them as they are sent', {
    attributes: names.join(', '),
  });
}

/** Sends the edits; those the server refuses by name are left out, and PUT stands in where there is no PATCH. */
async function sendWhatIsTaken(
  session: ScimSession,
  user: RemoteUser,
  edits: readonly Edit[],
  signal: AbortSignal,
): Promise<{ readonly sent: readonly Edit[]; readonly answer: unknown }> {
  const { manners } = session;
  let sent = edits;
  let byPatch = manners.userPatch;
  while (sent.length > 0) {
    try {
      return { sent, answer: await (byPatch ? patch : put)(session, user, sent, signal) };
    } catch (refusal) {
      if (isOvertaken(refusal)) throw await overtaken(session, user, signal);
      const refused = refusal instanceof TargetError ? attributesRefused(refusal, sent) : [];
      const goesOn = refused.length > 0 || (byPatch && (await lacksPatch(session, user, refusal, signal)));
      if (!goesOn) throw refusal;
      if (refused.length === 0) byPatch = false;
      noteUnkept(session, refused);
      sent = sent.filter((edit) => !refused.includes(edit));
    }
  }
  return { sent, answer: undefined };
}

/** Whether a refusal means that the server has no PATCH for users; remembered when it is beyond doubt. */
async function lacksPatch(
  { manners, config, ...rest }: ScimSession,
  user: RemoteUser,
  refusal: unknown,
  signal: AbortSignal,
): Promise<boolean> {
  if (config.patch === 'always') return false;
  if (isUnsupported(refusal)) {
    manners.userPatch = false;
    return true;
  }
  if (!isMissing(refusal)) return false;
  const isThere = (await fetchUser({ manners, config, ...rest }, user.id, signal)) !== undefined;
  if (isThere && !manners.patchDeclared) manners.userPatch = false;
  return isThere;
}

function patch(session: ScimSession, user: RemoteUser, edits: readonly Edit[], signal: AbortSignal): Promise<unknown> {
  const Operations = edits.map((edit) => ({
    op: 'replace',
    path: pathOf(edit.name),
    value: patchValue(user.raw, edit),
  }));
  const body = { schemas: [patchUrn], Operations };
  // A list goes back whole: sent again it would undo what somebody changed in it meanwhile.
  const repeatable = edits.every(({ name }) => name !== 'emails');
  const write = { method: 'PATCH', path: userPath(user.id), body, repeatable } as const;
  return session.api.write({ ...write, ifMatch: guardedBy(session, user) }, signal);
}

function put(session: ScimSession, user: RemoteUser, edits: readonly Edit[], signal: AbortSignal): Promise<unknown> {
  const body = writable(edits.reduce(withEdit, user.raw));
  const write = { method: 'PUT', path: userPath(user.id), body, repeatable: false } as const;
  return session.api.write({ ...write, ifMatch: guardedBy(session, user) }, signal);
}

/** A server that refuses the version it has just shown does not understand `If-Match`; it is spared it from then on. */
async function overtaken(session: ScimSession, user: RemoteUser, signal: AbortSignal): Promise<TargetError> {
  const now = await fetchUser(session, user.id, signal);
  if (user.version !== undefined && now?.version === user.version) session.manners.ifMatch = false;
  return new TargetError('CONFLICT', `user ${called(user)} changed on the SCIM server in between`, { status: 412 });
}
