import type { MetabaseCore } from '../metabase-core.js';
import { addTenant } from '../state/birth.js';
import { notFound } from '../state/refusal.js';

/** What somebody else does to tenants. Their routes are no part of this fake. */
export interface TenantEdits {
  /** Returns the tenant id. */
  add(name: string): number;
  setActive(id: number, active: boolean): void;
}

export function tenantEdits(core: MetabaseCore): TenantEdits {
  return {
    add: (name) => addTenant(core.site, name).id,
    setActive: (id, active) => {
      const tenant = core.site.data.tenants.get(id);
      if (tenant === undefined) throw notFound();
      tenant.active = active;
    },
  };
}
