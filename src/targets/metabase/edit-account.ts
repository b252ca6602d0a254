import type { AccountChange } from '../../model/operation.js';
import { TargetError } from '../target-error.js';
import type { MetabaseInstance } from './instance.js';
import { isMissing, isRefusal } from './metabase-api.js';
import { addressKey, userAnswer, wireId, type MetabaseUser } from './metabase-user.js';

/** What a PUT must carry; keys that are there are written, even when null. */
type Edits = Readonly<Partial<Record<'email' | 'first_name' | 'last_name', string | null>>>;

/**
 * Writes what differs from the account as just read; only what the change names is sent.
 *
 * Names single sign-on owns are left as they are: Metabase refuses them even for administrators, and a login would
 * undo them.
 *
 * @returns false when nothing differed
 * @throws {TargetError} REJECTED e.g. when another account has the address, be it deactivated
 */
export async function editAccount(
  instance: MetabaseInstance,
  user: MetabaseUser,
  change: AccountChange,
  signal: AbortSignal,
): Promise<boolean> {
  const edits = editsOf(user, change);
  if (Object.keys(edits).length === 0) return false;
  try {
    await put(instance, user, edits, signal);
  } catch (refusal) {
    if (isMissing(refusal)) throw new TargetError('CONFLICT', `${user.email} was deactivated or removed meanwhile`);
    if (!isRefusal(refusal) || (edits.first_name === undefined && edits.last_name === undefined)) throw refusal;
    // They may have logged in by single sign-on a moment ago, and their names have become its own.
    const now = await instance.users.fetch(user.id, signal);
    if (now?.ssoSource === undefined || user.ssoSource !== undefined) throw refusal;
    return editAccount(instance, now, change, signal);
  }
  return true;
}

function editsOf(user: MetabaseUser, { email, firstName, lastName }: AccountChange): Edits {
  const edits: { -readonly [key in keyof Edits]: Edits[key] } = {};
  if (email !== undefined && addressKey(email) !== addressKey(user.email)) edits.email = email.trim();
  if (user.ssoSource !== undefined) return edits;
  if (firstName !== undefined && firstName !== user.firstName) edits.first_name = nameOrNone(firstName);
  if (lastName !== undefined && lastName !== user.lastName) edits.last_name = nameOrNone(lastName);
  return edits;
}

/** No name is null: Metabase refuses an empty one. */
const nameOrNone = (name: string): string | null => (name === '' ? null : name);

async function put({ api }: MetabaseInstance, { id }: MetabaseUser, body: Edits, signal: AbortSignal): Promise<void> {
  await api.write({ method: 'PUT', path: `/user/${wireId(id)}`, body, answer: userAnswer }, signal);
}
