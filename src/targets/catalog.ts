import type { Log } from '../model/log.js';
import type { AnyTargetConfig } from '../model/target-config.js';
import type { Target } from './target.js';
import { createDbtCloudTarget } from './dbt-cloud/dbt-cloud-target.js';

export interface TargetDeps {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log?: Log | undefined;
}

interface CatalogEntry<Config extends AnyTargetConfig> {
  /** As people call it. */
  readonly title: string;
  readonly create: (config: Config, deps: TargetDeps) => Target;
}

/** Every target system Drawbridge can drive. A new one is one line here; its mapper is joined to it in main. */
export const catalog = {
  'dbt-cloud': { title: 'dbt Cloud', create: createDbtCloudTarget },
} satisfies { readonly [Config in AnyTargetConfig as Config['type']]: CatalogEntry<Config> };

export type TargetType = keyof typeof catalog;

/** Makes the target a configuration describes; nothing is called until `connect`. */
export function createTarget(config: AnyTargetConfig, deps: TargetDeps): Target {
  return catalog[config.type].create(config, deps);
}
