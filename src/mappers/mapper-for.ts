import type { DesiredAccount, DesiredGroup, Mapped } from '../model/account.js';
import type { ScimGroup } from '../model/scim-group.js';
import type { ScimUser } from '../model/scim-user.js';
import type { AnyTargetConfig } from '../model/target-config.js';
import { mapDbtAccount, mapDbtGroup, type Membership } from './dbt-cloud.js';

export interface BoundMapper {
  mapAccount(user: ScimUser, memberships: readonly Membership[]): Mapped<DesiredAccount>;
  mapGroup(group: ScimGroup): readonly DesiredGroup[];
}

/** The mapper of a target's type, bound to its configuration. A new target is one case here. */
export function mapperFor(config: AnyTargetConfig): BoundMapper {
  switch (config.type) {
    case 'dbt-cloud':
      return {
        mapAccount: (user, memberships) => mapDbtAccount(user, memberships, config),
        mapGroup: (group) => mapDbtGroup(group, config),
      };
  }
}
