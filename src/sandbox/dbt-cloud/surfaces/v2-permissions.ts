import { page } from '../wire/page.js';
import type { Routes } from '../wire/route.js';

/** Permission sets are fixed strings of the vendor; the v2 surface lists them, the platform API does not. */
const permissionSets = [
  ...['account_admin', 'account_viewer', 'admin', 'analyst', 'billing_admin', 'database_admin', 'developer'],
  ...['git_admin', 'job_admin', 'job_runner', 'job_viewer', 'member', 'metadata_only', 'owner', 'project_creator'],
  ...['readonly', 'security_admin', 'semantic_layer_only', 'stakeholder', 'team_admin', 'webhooks_only'],
].map((name, index) => ({ id: index + 1, name }));

export const v2PermissionRoutes: Routes = {
  'GET /api/v2/accounts/:account/permissions/': ({ seen, query }) =>
    page(permissionSets, query, seen.rules, (each) => each),
};
