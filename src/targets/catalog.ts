import type { AnyTargetConfig } from '../model/target-config.js';
import type { AdapterDeps } from './adapter-deps.js';
import type { Target } from './target.js';
import { createDbtCloudTarget } from './dbt-cloud/dbt-cloud-target.js';
import { createMetabaseTarget } from './metabase/metabase-target.js';
import { createRetoolTarget } from './retool/retool-target.js';
import { createScimTarget } from './scim/scim-target.js';

interface CatalogEntry<Config extends AnyTargetConfig> {
  /** As people call it. */
  readonly title: string;
  readonly create: (config: Config, deps: AdapterDeps) => Target;
}

/** Every target system Drawbridge can drive. A new one is one line here; its mapper is joined to it in main. */
export const catalog = {
  'dbt-cloud': { title: 'dbt Cloud', create: createDbtCloudTarget },
  metabase: { title: 'Metabase', create: createMetabaseTarget },
  retool: { title: 'Retool', create: createRetoolTarget },
  scim: { title: 'SCIM 2.0', create: createScimTarget },
} satisfies { readonly [Config in AnyTargetConfig as Config['type']]: CatalogEntry<Config> };

export type TargetType = keyof typeof catalog;

/** Makes the target a configuration describes; nothing is called until `connect`. */
export function createTarget(config: AnyTargetConfig, deps: AdapterDeps): Target {
  switch (config.type) {
    case 'dbt-cloud':
      return catalog[config.type].create(config, deps);
    case 'metabase':
      return catalog[config.type].create(config, deps);
    case 'retool':
      return catalog[config.type].create(config, deps);
    case 'scim':
      return catalog[config.type].create(config, deps);
  }
}
