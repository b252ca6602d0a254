import type { ApiKey } from '../state/records.js';
import { addKey, changeKey, keyById, regenerateKey, removeKey } from '../state/api-keys.js';
import type { Site } from '../state/site.js';
import { idField, nameField, optionalId, optionalName } from '../wire/fields.js';
import { readFields } from '../wire/read-fields.js';
import { noContent, ok } from '../wire/replies.js';
import type { Routes } from '../wire/route.js';
import { idParam, requireAdmin } from '../wire/route.js';
import { wireTime } from '../wire/timestamp.js';

export const apiKeyRoutes: Routes = {
  'GET /api/api-key': (call) => {
    requireAdmin(call);
    return ok([...call.site.data.keys.values()].map((each) => viewKey(call.site, each)));
  },

  'POST /api/api-key': (call) => {
    const { site } = call;
    const { name, group_id: groupId } = readFields({ name: nameField, group_id: idField }, call.body, site.rules);
    requireAdmin(call);
    return ok(viewNewKey(site, addKey(site, { name, groupId })));
  },

  'PUT /api/api-key/:id': (call) => {
    const { site } = call;
    const wanted = readFields({ name: optionalName, group_id: optionalId }, call.body, site.rules);
    requireAdmin(call);
    const key = keyById(site, idParam(call));
    changeKey(site, key, { name: wanted.name ?? undefined, groupId: wanted.group_id ?? undefined });
    return ok(viewKey(site, key));
  },

  'PUT /api/api-key/:id/regenerate': (call) => {
    requireAdmin(call);
    const key = keyById(call.site, idParam(call));
    regenerateKey(call.site, key);
    return ok(viewNewKey(call.site, key));
  },

  'DELETE /api/api-key/:id': (call) => {
    requireAdmin(call);
    removeKey(call.site, keyById(call.site, idParam(call)));
    return noContent();
  },
};

/** The only two answers that show a key whole. */
function viewNewKey(site: Site, key: ApiKey) {
  return { ...viewKey(site, key), unmasked_key: key.key };
}

function viewKey({ data }: Site, { id, name, key, groupId, createdAt, updatedAt }: ApiKey) {
  return {
    id,
    name,
    masked_key: `${key.slice(0, 7)}${'*'.repeat(8)}`,
    group: { id: groupId, name: data.groups.get(groupId)?.name ?? null },
    created_at: wireTime(createdAt),
    updated_at: wireTime(updatedAt),
  };
}
