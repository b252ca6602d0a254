import type { ScimTargetConfig } from '../../model/target-config.js';
import type { Target } from '../target.js';
import type { AdapterDeps } from '../adapter-deps.js';
import { TargetError } from '../target-error.js';

/** Replaced by the engineer of this room. */
export function createScimTarget(config: ScimTargetConfig, _deps: AdapterDeps): Target {
  const missing = (): Promise<never> => Promise.reject(new TargetError('UNAVAILABLE', 'not written yet'));
  return { name: config.name, connect: missing, observe: missing, apply: missing };
}
