import { noLicence, type DesiredAccount, type Mapped, type Profile } from '../model/account.js';
import type { ScimUser } from '../model/scim-user.js';
import type { ScimTargetConfig } from '../model/target-config.js';
import { addressOf, mapAccount } from './map-account.js';
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
    withoutEmail: true,
  });
}

/**
 * What the identity provider says nothing about is not named, and stays as it is over there.
 *
 * The identity provider's own id goes along where it gave one, so that a customer who lets it provision that server
 * directly some day finds the same people linked; ours stands in otherwise.
 */
function profileOf(user: ScimUser): Profile {
  const { userName, id, externalId = id, emails, displayName = '', simple } = user;
  const address = addressOf({ emails, userName: '' });
  return {
    userName: userName.trim(),
    externalId,
    ...(displayName.trim() === '' ? {} : { displayName: displayName.trim() }),
    ...(address === undefined ? {} : { emails: address }),
    ...simple,
  };
}
