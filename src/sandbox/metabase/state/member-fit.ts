import { texts } from '../texts.js';
import { hasTenants } from './magic-groups.js';
import type { Group, User } from './records.js';
import { databaseError, field, throwable } from './refusal.js';
import type { Site } from './site.js';

/**
 * Tenant users belong in tenant groups and everybody else in the others. Newer releases find that somebody, or a group,
 * that does not exist does not fit either, and say so in these misleading words.
 *
 * @throws {Refusal} 400, or, by rule, the 500 of a broken foreign key
 */
export function requireFits(
  { rules }: Site,
  holder: Pick<User, 'tenantId'> | undefined,
  group: Group | undefined,
): void {
  if (holder === undefined && group === undefined) {
    throw databaseError(texts.membershipFailed, texts.membershipFailed);
  }
  if (holder === undefined || group === undefined) {
    if (rules.unknownInMembership === 'tenant-mismatch') throw throwable(texts.tenantMismatch);
    const key = holder === undefined ? 'user_id' : 'group_id';
    const message = `ERROR: insert or update on table "permissions_group_membership" violates foreign key constraint "fk_permissions_group_${key}"`;
    throw databaseError(message, message);
  }
  if (group.tenantGroup && !hasTenants(rules)) throw field('tenant-group-ids', texts.tenantsOff);
  if (group.tenantGroup !== (holder.tenantId !== null)) throw throwable(texts.tenantMismatch);
}
