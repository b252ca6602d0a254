import type { Rules } from '../rules.js';
import type { Group, MagicType, User } from './records.js';

/** The groups every instance is born with. Their ids are the same on every instance in practice. */
export const magicGroups: readonly Group[] = [
  { id: 1, name: 'All Users', magic: 'all-internal-users', tenantGroup: false },
  { id: 2, name: 'Administrators', magic: 'admin', tenantGroup: false },
  { id: 3, name: 'All tenant users', magic: 'all-external-users', tenantGroup: true },
  { id: 4, name: 'Data Analysts', magic: 'data-analyst', tenantGroup: false },
];

export const allUsersId = 1;
export const administratorsId = 2;
export const allTenantUsersId = 3;
export const dataAnalystsId = 4;

/** The group somebody is always in: nobody is added to it or removed from it. */
export function homeGroupId({ tenantId }: Pick<User, 'tenantId'>): number {
  return tenantId === null ? allUsersId : allTenantUsersId;
}

export function isHome({ magic }: Group): boolean {
  return magic === 'all-internal-users' || magic === 'all-external-users';
}

/** Whether the instance has tenants: they are for Pro. */
export function hasTenants({ edition, tenants }: Rules): boolean {
  return edition === 'pro' && tenants;
}

/** Tenant groups exist for instances with tenants; Data Analysts are listed on Pro, by releases that know them. */
export function isVisible(rules: Rules, { tenantGroup, magic }: Group): boolean {
  if (tenantGroup) return hasTenants(rules);
  return magic !== 'data-analyst' || (rules.edition === 'pro' && rules.dataAnalysts);
}

/** The name as it is shown, which tenants change: never match a magic group by it. */
export function shownName(rules: Rules, { name, magic }: { readonly name: string; readonly magic: MagicType | null }) {
  return magic === 'all-internal-users' && hasTenants(rules) ? 'All internal users' : name;
}
