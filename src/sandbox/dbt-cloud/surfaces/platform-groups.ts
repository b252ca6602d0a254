import { z } from 'zod';
import { parseBody } from '../../kit/parse-body.js';
import type { Account } from '../state/account.js';
import { addGroup, groupById, removeGroup, renameGroup } from '../state/groups.js';
import type { Group } from '../state/records.js';
import { invalid, notFound } from '../state/refusal.js';
import { writtenUnknown } from '../state/unknown-fields.js';
import { ok } from '../wire/envelope.js';
import { page } from '../wire/page.js';
import type { Call, Routes } from '../wire/route.js';
import { idParam } from '../wire/route.js';
import { filterGroups } from './group-filter.js';
import { viewGroup } from './view-group.js';

/** The platform API's groups: whole-object writes, deletion by `state: 2`, and no members anywhere. */
export const platformGroupRoutes: Routes = {
  'GET /api/v3/accounts/:account/groups/': ({ seen, query }) => {
    const matching = filterGroups([...seen.data.groups.values()], query);
    return page(matching, query, seen.rules, (each) => viewGroup(seen, each));
  },

  'GET /api/v3/accounts/:account/groups/:id/': (call) => ok(viewGroup(call.seen, groupById(call.seen, idParam(call)))),

  'POST /api/v3/accounts/:account/groups/': (call) => {
    const wanted = parseGroup(call);
    // Custom groups are an Enterprise feature; the vendor answers as if the path did not exist.
    if (call.account.rules.plan !== 'enterprise') throw notFound();
    const group = addGroup(call.account, {
      name: wanted.name,
      assignByDefault: wanted.assign_by_default,
      ssoMappingGroups: wanted.sso_mapping_groups,
    });
    return ok(viewGroup(call.account, group), 201);
  },

  'POST /api/v3/accounts/:account/groups/:id/': (call) => {
    const group = groupById(call.account, idParam(call));
    const wanted = parseGroup(call);
    if (wanted.state === 2) removeGroup(call.account, group);
    else writeWhole(call.account, group, wanted);
    return ok(viewGroup(call.account, group));
  },
};

const wholeGroup = z.looseObject({
  account_id: z.int(),
  name: z.string(),
  state: z.union([z.literal(1), z.literal(2)]),
  assign_by_default: z.boolean(),
  sso_mapping_groups: z.array(z.string()).optional(),
});

/** `users` is known too, so that it has no effect: this API takes no members here. */
const knownFields = new Set([
  ...['id', 'account_id', 'name', 'state', 'assign_by_default', 'sso_mapping_groups', 'scim_managed', 'member_count'],
  ...['created_at', 'updated_at', 'group_permissions', 'users'],
]);

function parseGroup({ account, body }: Call): z.infer<typeof wholeGroup> {
  const wanted = parseBody(wholeGroup, body);
  if (wanted.account_id !== account.id) throw invalid('account_id: does not match the account of this URL.');
  return wanted;
}

function writeWhole(account: Account, group: Group, wanted: z.infer<typeof wholeGroup>): void {
  renameGroup(account, group, wanted.name);
  group.assignByDefault = wanted.assign_by_default;
  const kept = account.rules.omittedSsoMapping === 'keep' ? group.ssoMappingGroups : [];
  group.ssoMappingGroups = wanted.sso_mapping_groups ?? kept;
  group.unknown = writtenUnknown(account, { kind: 'group', id: group.id, held: group.unknown }, wanted, knownFields);
}
