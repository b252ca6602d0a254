import type { DesiredAccount } from '../model/account.js';
import type { ScimUser } from '../model/scim-user.js';

/** A person's two names as far as the directory tells them. Blank is absent: it meant to say nothing. */
export function personNames(user: ScimUser): DesiredAccount['attributes'] {
  const firstName = given(user.name?.givenName);
  const lastName = given(user.name?.familyName);
  if (firstName !== undefined || lastName !== undefined) return { firstName, lastName };
  return twoNames(user.name?.formatted) ?? twoNames(user.displayName) ?? {};
}

function given(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? undefined : trimmed;
}

/** Splits a full name only where the order is beyond doubt: two words, in a script that puts the given name first. */
function twoNames(full: string | undefined): DesiredAccount['attributes'] | undefined {
  const [firstName, lastName, ...further] = (full ?? '').trim().split(/\s+/);
  if (firstName === undefined || lastName === undefined || further.length > 0) return undefined;
  if (/[,@\d]|\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}/u.test(full ?? ''))
    return undefined;
  return { firstName, lastName };
}
