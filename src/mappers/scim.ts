import { noLicence, type DesiredAccount, type Mapped, type Profile } from '../model/account.js';
import type { ScimUser } from '../model/scim-user.js';
import type { ScimTargetConfig } from '../model/target-config.js';
import { mapAccount } from './map-account.js';
import type { Membership } from './membership.js';

/**
 * The account a SCIM user should have at another SCIM server: found by `externalId`, else by `userName`, and given the
 * attributes as the identity provider sent them.
 */
export function mapScimAccount(
  user: ScimUser,
  memberships: readonly Membership[],
  config: ScimTargetConfig,
): Mapped<DesiredAccount> {
  return mapAccount(user, memberships, config, {
    licence: () => ({ ok: true, value: noLicence }),
    correlateBy: ({ userName }) => userName.trim(),
    profile: profileOf,
  });
}

/**
 * The identity provider's own id goes along where it gave one, so that a customer who lets it provision that server
 * directly some day finds the same people linked; ours stands in otherwise.
 */
function profileOf(user: ScimUser): Profile {
  const externalId = user.externalId ?? user.id;
  const displayName = user.displayName?.trim() ?? '';
  return { userName: user.userName.trim(), externalId, ...(displayName === '' ? {} : { displayName }) };
}
