import { shorten } from '../../model/shorten.js';

/** Published API schema: 1 to 36 characters. */
const longestName = 36;

/**
 * The two names a new account needs: Retool makes none without both. A missing one is the other one again, and where the
 * directory has none at all, both are the address up to its @.
 */
export function namesForCreation(known: {
  readonly email: string;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
}): { readonly first_name: string; readonly last_name: string } {
  const { email } = known;
  const [local = ''] = email.split('@');
  const fallback = local.trim() === '' ? email : local;
  const [firstName, lastName] = [given(known.firstName), given(known.lastName)];
  return {
    first_name: shorten(firstName ?? lastName ?? fallback, longestName),
    last_name: shorten(lastName ?? firstName ?? fallback, longestName),
  };
}

function given(name: string | undefined): string | undefined {
  const trimmed = name?.trim() ?? '';
  return trimmed === '' ? undefined : trimmed;
}
