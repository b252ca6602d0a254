import { Refusal } from '../../kit/refusal.js';
import type { Call } from './route.js';

/** For what a rule takes away from the server. */
export function unsupported({ dir }: Call): Refusal {
  return new Refusal(dir.rules.unsupportedStatus, 'This server does not support the operation.');
}
