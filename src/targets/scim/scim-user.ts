import { z } from 'zod';
import type { Profile, RemoteId } from '../../model/account.js';
import { fold } from '../../model/fold.js';
import { profileNames, textOf, type Edit } from './attributes.js';
import { idAnswer, versionOf, type Raw } from './wire.js';

/** One user as the server shows it. */
export interface RemoteUser {
  readonly raw: Raw;
  readonly id: RemoteId;
  readonly userName: string;
  readonly active: boolean;
  readonly profile: Profile;
  /** Groups they are directly in. Undefined: this answer does not show them, which is not the same as none. */
  readonly groups: readonly RemoteId[] | undefined;
  readonly version: string | undefined;
}

/** Some servers write booleans as Entra ID once did. */
const booleanAnswer = z.union([
  z.boolean(),
  z
    .string()
    .regex(/^(true|false)$/i)
    .transform((text) => fold(text) === 'true'),
]);

const heldGroup = z.looseObject({ value: idAnswer, type: z.string().nullish() });

/** Reads a user. What may be missing is; an attribute that decides about access and cannot be read is an error. */
export const userAnswer: z.ZodType<RemoteUser> = z
  .looseObject({
    id: idAnswer,
    userName: z.string().nullish(),
    active: booleanAnswer.nullish(),
    groups: z.array(heldGroup).nullish().catch(undefined),
  })
  .transform(({ id, active, groups, ...raw }): RemoteUser => {
    const shown = profileNames.flatMap((name) => {
      const value = textOf(raw, name);
      return value === undefined ? [] : [[name, value] as const];
    });
    const profile: Profile = Object.fromEntries(shown);
    return {
      raw: { ...raw, ...(active === undefined || active === null ? {} : { active }) },
      id,
      userName: profile['userName'] ?? profile['emails'] ?? '',
      active: active ?? true,
      profile,
      groups: groups?.filter(({ type }) => type !== 'indirect').map(({ value }) => value),
      version: versionOf(raw),
    };
  });

/** The one spelling user names are compared by: case makes no difference in them (RFC 7643 §4.1.1). */
export const nameKey = (userName: string): string => fold(userName.trim());

/** The address people know the account by. */
export const emailOf = ({ profile, userName }: RemoteUser): string => profile['emails'] ?? userName;

/** Whether a user is as an edit wants them. */
export function holds(user: RemoteUser, edit: Edit): boolean {
  if (edit.name === 'active') return user.active === edit.value;
  const shown = textOf(user.raw, edit.name);
  if (shown === edit.value) return true;
  const folded = edit.name === 'userName' || edit.name === 'emails';
  return folded && shown !== undefined && nameKey(shown) === nameKey(edit.value);
}
