import type { Account } from './account.js';
import { Refusal } from '../../kit/refusal.js';

/** @throws {Refusal} 403 while the vendor's own SCIM is on and forbids edits by hand, which includes this API */
export function requireManualUpdates({ data }: Account): void {
  if (!data.scim.enabled || data.scim.manualUpdatesAllowed) return;
  throw new Refusal(403, 'Manual updates are disabled while SCIM is enabled for this account.');
}
