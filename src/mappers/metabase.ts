import { noLicence, type DesiredAccount, type Mapped } from '../model/account.js';
import type { ScimUser } from '../model/scim-user.js';
import type { MetabaseConfig } from '../model/target-config.js';
import { mapAccount } from './map-account.js';
import type { Membership } from './membership.js';

/** The Metabase account a SCIM user should have. Metabase has no licences: what somebody may do comes from groups. */
export function mapMetabaseAccount(
  user: ScimUser,
  memberships: readonly Membership[],
  config: MetabaseConfig,
): Mapped<DesiredAccount> {
  return mapAccount(user, memberships, config, { licence: () => ({ ok: true, value: noLicence }) });
}
