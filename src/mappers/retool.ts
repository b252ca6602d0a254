import { noLicence, type DesiredAccount, type Mapped } from '../model/account.js';
import type { ScimUser } from '../model/scim-user.js';
import { shorten } from '../model/shorten.js';
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
 * What is too long is cut, the same way each time; the directory keeps the original. What the directory does not say
 * stays unsaid: somebody's name in Retool is not overwritten with a guess. Who is new there and lacks one is given a
 * stand-in when the account is made.
 */
function retoolNames(user: ScimUser): DesiredAccount['attributes'] {
  const { firstName, lastName } = personNames(user);
  return { firstName: cut(firstName), lastName: cut(lastName) };
}

function cut(name: string | undefined): string | undefined {
  return name === undefined ? undefined : shorten(name, longestName);
}
