import type { Reply } from '../../kit/reply.js';
import { addGroup, groupById, removeGroup, renameGroup } from '../state/groups.js';
import { isVisible, shownName } from '../state/magic-groups.js';
import type { Group } from '../state/records.js';
import { notFound } from '../state/refusal.js';
import { nameField, optionalBoolean } from '../wire/fields.js';
import { pageOf, pagingOf } from '../wire/page.js';
import { readFields } from '../wire/read-fields.js';
import { noContent, ok } from '../wire/replies.js';
import type { Call, Routes } from '../wire/route.js';
import { idParam, requireAdmin } from '../wire/route.js';
import { viewGroup, viewGroupWithMembers, viewListedGroup } from './view-group.js';

export const groupRoutes: Routes = {
  'GET /api/permissions/group': listGroups,

  'GET /api/permissions/group/:id': (call) => {
    requireAdmin(call);
    return ok(viewGroupWithMembers(call.site, groupById(call.site, idParam(call))));
  },

  'POST /api/permissions/group': (call) => {
    const { site } = call;
    const wanted = readFields({ name: nameField, is_tenant_group: optionalBoolean }, call.body, site.rules);
    requireAdmin(call);
    return ok(viewGroup(site, addGroup(site, wanted.name, wanted.is_tenant_group === true)));
  },

  'PUT /api/permissions/group/:id': (call) => {
    const { site } = call;
    const { name } = readFields({ name: nameField }, call.body, site.rules);
    requireAdmin(call);
    const group = groupById(site, idParam(call));
    renameGroup(site, group, name);
    return ok(viewGroup(site, group));
  },

  'DELETE /api/permissions/group/:id': (call) => {
    requireAdmin(call);
    const { site } = call;
    const group = site.data.groups.get(idParam(call));
    if (group === undefined && site.rules.deleteMissingGroup === 'not-found') throw notFound();
    if (group !== undefined) removeGroup(site, group);
    return noContent();
  },
};

/** A bare array, by name; paged when that is asked for. */
function listGroups(call: Call): Reply {
  requireAdmin(call);
  const { rules, data } = call.site;
  const paging = pagingOf(call.query);
  const tenancy = call.query.get('tenancy');
  const fits = ({ tenantGroup }: Group) => tenancy === null || tenantGroup === (tenancy === 'external');
  const shown = [...data.groups.values()].filter((each) => isVisible(rules, each) && fits(each));
  const sorted = shown
    .map((group) => ({ group, key: shownName(rules, group).toLowerCase() }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return ok(pageOf(sorted, paging).map(({ group }) => viewListedGroup(call.site, group)));
}
