import { noLicence, type DesiredAccount, type Mapped } from '../model/account.js';
import type { ScimUser } from '../model/scim-user.js';
import type { RetoolConfig } from '../model/target-config.js';
import { mapAccount } from './map-account.js';
import type { Membership } from './membership.js';
import { personNames } from './person-names.js';

/** Retool's own limit on both names (published API schema, 1 to 36 characters). */
const longestName = 36;

/** The Retool account a SCIM user should have. Seats follow activity there, so no licence is decided here. */
export function mapRetoolAccount(
  user: ScimUser,
  memberships: readonly Membership[],
  config: RetoolConfig,
): Mapped<DesiredAccount> {
  const rules = { licence: () => ({ ok: true, value: noLicence }) as const, names: retoolNames };
  return mapAccount(user, memberships, config, rules);
}

/**
 * Retool wants both names, neither empty nor over 36 characters. What is missing comes from the other name or the
 * address, the same way each time, and what is too long is cut; the directory keeps the original.
 */
function retoolNames(user: ScimUser, email: string): DesiredAccount['attributes'] {
  const { firstName, lastName } = personNames(user);
  const local = email.split('@')[0] ?? email;
  return { firstName: cut(firstName ?? lastName ?? local), lastName: cut(lastName ?? firstName ?? local) };
}

/** Counted as JavaScript and JSON Schema validators count, and never in the middle of a character. */
function cut(name: string): string {
  if (name.length <= longestName) return name;
  let kept = '';
  for (const character of name) {
    if (kept.length + character.length > longestName) break;
    kept += character;
  }
  return kept.trimEnd();
}
