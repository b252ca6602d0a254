import { addKey } from './api-keys.js';
import { internalUserId, nextId } from './ids.js';
import { administratorsId, magicGroups } from './magic-groups.js';
import { MembershipTable } from './membership-table.js';
import { join } from './memberships.js';
import type { SiteData, Tenant } from './records.js';
import type { Site } from './site.js';
import { addUser } from './users.js';

export interface Founder {
  readonly email: string;
  readonly password: string;
}

export function emptyData(): SiteData {
  return {
    users: new Map(),
    byEmail: new Map(),
    groups: new Map(magicGroups.map((each) => [each.id, { ...each }])),
    memberships: new MembershipTable(),
    keys: new Map(),
    sessions: new Map(),
    tenants: new Map(),
    outbox: [],
    failedLogins: [],
    ids: { user: 1, group: 5, membership: 1, key: 1, tenant: 1 },
  };
}

/** A new instance: the internal user, the person who set it up, and the bridge's key, both administrators. */
export function populate(site: Site, founder: Founder, apiKey: string): void {
  const internal = { email: 'internal@metabase.com', firstName: 'Metabase', lastName: 'Internal' };
  addUser(site, { ...internal, type: 'internal' }, internalUserId);
  const owner = addUser(site, { email: founder.email, firstName: 'Olive', lastName: 'Owner' });
  owner.password = founder.password;
  owner.lastLogin = site.now();
  join(site, owner, administratorsId);
  addKey(site, { name: 'Bridge', groupId: administratorsId, key: apiKey });
}

export function addTenant({ data }: Site, name: string): Tenant {
  const tenant = { id: nextId(data, 'tenant'), name, active: true };
  data.tenants.set(tenant.id, tenant);
  return tenant;
}
