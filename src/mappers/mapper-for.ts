import type { DesiredAccount, DesiredGroup, Mapped } from '../model/account.js';
import type { ScimGroup } from '../model/scim-group.js';
import type { ScimUser } from '../model/scim-user.js';
import type { AnyTargetConfig } from '../model/target-config.js';
import { mapDbtAccount } from './dbt-cloud.js';
import { mapGroup } from './map-groups.js';
import type { Membership } from './membership.js';
import { mapMetabaseAccount } from './metabase.js';
import { mapRetoolAccount } from './retool.js';
import { mapScimAccount } from './scim.js';

export interface BoundMapper {
  mapAccount(user: ScimUser, memberships: readonly Membership[]): Mapped<DesiredAccount>;
  mapGroup(group: ScimGroup): readonly DesiredGroup[];
}

type AccountMapper<Config extends AnyTargetConfig> = (
  user: ScimUser,
  memberships: readonly Membership[],
  config: Config,
) => Mapped<DesiredAccount>;

/** The mapper of a target's type, bound to its configuration. A new target is one case here. */
export function mapperFor(config: AnyTargetConfig): BoundMapper {
  switch (config.type) {
    case 'dbt-cloud':
      return bind(mapDbtAccount, config);
    case 'metabase':
      return bind(mapMetabaseAccount, config);
    case 'retool':
      return bind(mapRetoolAccount, config);
    case 'scim':
      return bind(mapScimAccount, config);
  }
}

function bind<Config extends AnyTargetConfig>(account: AccountMapper<Config>, config: Config): BoundMapper {
  return {
    mapAccount: (user, memberships) => account(user, memberships, config),
    mapGroup: (group) => mapGroup(group, config),
  };
}
