import type { DesiredGroup, GroupKey } from '../model/account.js';
import type { ScimGroup } from '../model/scim-group.js';
import type { TargetConfig } from '../model/target-config.js';

type GroupRules = Pick<TargetConfig, 'groups'>;

/**
 * The groups of a target a SCIM group stands for: the ones the operator's map names, else its own.
 *
 * Several SCIM groups may be mapped to one name. They then share a key and differ at most in `wanted`: the group is
 * wanted as long as one of them is.
 */
export function mapGroup(group: ScimGroup, config: GroupRules): DesiredGroup[] {
  const { create: mayCreate, membership } = config.groups;
  const common = { wanted: !group.deleted, mayCreate, membership };
  const names = mappedNames(group, config);
  if (names === undefined) return [{ key: `scim:${group.id}`, name: group.displayName, ...common }];
  return names.map((name) => ({ key: `name:${name}`, name, ...common }));
}

/** The keys of those groups. */
export function groupKeys(group: ScimGroup, config: GroupRules): GroupKey[] {
  return mappedNames(group, config)?.map((name) => `name:${name}`) ?? [`scim:${group.id}`];
}

/** Names are looked up as data: a group called `constructor` is mapped by nobody. */
function mappedNames(group: ScimGroup, { groups: { map } }: GroupRules): readonly string[] | undefined {
  return Object.hasOwn(map, group.displayName) ? map[group.displayName] : undefined;
}
